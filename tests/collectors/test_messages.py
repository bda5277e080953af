import base64
import io
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.messages import read_messages, read_paths
from data.model import RawMessage, Refusal
from data.settings import Settings

ONE = b"From: a@example.com\nSubject: one\n\n1\n"
TWO = b"From: b@example.com\nSubject: two\n\n2\n"
FROM = b"From a@example.com Mon Mar  2 10:00:00 2026\n"
MBOX = FROM + ONE + b"\n" + FROM + TWO


def read(blob: bytes, source: str = "x", **limits: int) -> list[tuple[str, bytes | str]]:
    return shown(read_messages(blob, source, Settings(**limits)))


def walk(*paths: Path | str, stdin: bytes = b"", **limits: int) -> list[tuple[str, bytes | str]]:
    return shown(read_paths([str(path) for path in paths], Settings(**limits), io.BytesIO(stdin)))


def shown(items) -> list[tuple[str, bytes | str]]:
    return [(item.source, item.raw if isinstance(item, RawMessage) else item.reason) for item in items]


def packed(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_a_message_stays_as_it_is():
    assert read(ONE) == [("x", ONE)]
    assert read(ONE.replace(b"\n", b"\r\n")) == [("x", ONE.replace(b"\n", b"\r\n"))]


def test_a_message_without_a_body_is_of_header_alone():
    (item,) = read_messages(b"From: a@example.com\nSubject: one", "x", Settings())
    assert item == RawMessage("x", b"From: a@example.com\nSubject: one", headers_only=True)


def test_messages_of_a_container_are_numbered():
    assert read(MBOX, "box") == [("box#1", ONE), ("box#2", TWO)]


def test_a_lone_message_behind_a_separator_has_no_number_unless_its_file_is_named_an_mbox():
    assert read(FROM + ONE, "a.eml") == [("a.eml", ONE)]
    assert read(FROM + ONE, "a.mbox") == [("a.mbox#1", ONE)]


@pytest.mark.parametrize(
    "blob",
    [
        b"\xef\xbb\xbf" + ONE,
        b"\r\n \n\n" + ONE,
        ONE.decode().encode("utf-16"),
        ONE.decode().encode("utf-16-le"),
        ONE.decode().encode("utf-16-be"),
        base64.encodebytes(ONE * 1),
        base64.b64encode(ONE),
        base64.encodebytes(ONE.decode().encode("utf-16")),
        FROM + ONE,
        b">" + FROM + ONE,
    ],
    ids=["BOM", "blank", "utf-16", "utf-16-le", "utf-16-be", "base64", "one line", "both", "separator", "quoted"],
)
def test_a_message_is_found_behind_other_codings(blob):
    assert read(blob) == [("x", ONE)]


def test_an_mbox_in_utf16_is_one_all_the_same():
    assert read(MBOX.decode().encode("utf-16"), "box") == [("box#1", ONE), ("box#2", TWO)]


def test_a_zip_yields_what_its_members_hold():
    blob = packed(a=ONE, b=MBOX, c=b"nothing")
    assert [(source, raw) for source, raw in read(blob, "x.zip")][:3] == [
        ("x.zip#1", ONE),
        ("x.zip#2", ONE),
        ("x.zip#3", TWO),
    ]
    assert read(blob, "x.zip")[3][1].startswith("No mail header was found")


def test_a_zip_within_a_zip_is_refused():
    assert read(packed(a=packed(b=ONE), c=ONE)) == [
        ("x#1", "It is an archive within an archive; unpack the outer one first."),
        ("x#2", ONE),
    ]


def test_one_broken_member_does_not_sink_the_rest():
    blob = bytearray(packed(a=ONE * 50, b=TWO))
    blob[60:80] = b"\xff" * 20
    assert read(bytes(blob))[1:] == [("x#2", TWO)]
    assert "broken" in read(bytes(blob))[0][1]


def test_a_zip_bomb_is_refused():
    assert "zip bomb" in read(packed(a=b"\0" * 50_000_000))[0][1]
    assert (
        "more than 2,000,000 bytes"
        in read(packed(a=b"ab" * 900_000, b=b"cd" * 900_000), inflated_limit=2_000_000)[-1][1]
    )


NOT_MAIL = "not a mail; hand in the mail itself as .eml, .msg, mbox or zip."


@pytest.mark.parametrize(
    ("blob", "reason"),
    [
        (b"", "There is nothing in it."),
        (b" \r\n\n", "There is nothing in it."),
        (
            b"just words\n",
            "No mail header was found in it; hand in the original message, or its full header (show source).",
        ),
        (b"%PDF-1.7\n...", f"It is a PDF, {NOT_MAIL}"),
        (b"\x1f\x8b\x08" + b"x" * 50, f"It is packed with gzip, {NOT_MAIL}"),
        (bytes(range(256)) * 30, f"It is a binary file, {NOT_MAIL}"),
        (b"PK\x03\x04cut", "The zip file is cut off; send it again."),
    ],
)  # fmt: skip
def test_what_is_no_mail_is_refused_with_a_sentence(blob, reason):
    assert [why for _, why in read(blob)] == [reason]


def test_a_message_over_the_limit_is_refused_unread():
    assert read(ONE + b"x" * 2_000, message_limit=1_000) == [("x", "The message is larger than 1,000 bytes.")]
    over = read(FROM + ONE + b"x" * 2_000 + b"\n\n" + FROM + TWO, message_limit=1_000)
    assert over == [("x#1", "The message is larger than 1,000 bytes."), ("x#2", TWO)]


def test_a_container_is_read_up_to_its_limit():
    assert read(MBOX, messages_limit=1)[1:] == [("x", "It holds more than 1 messages; the rest was not read.")]


def test_folders_are_walked_in_the_order_of_names_and_links_to_files_followed(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.eml").write_bytes(TWO)
    (tmp_path / "1.eml").write_bytes(ONE)
    (tmp_path / "3.mbox").write_bytes(MBOX)
    (tmp_path / "a.eml").symlink_to(tmp_path / "b" / "2.eml")
    (tmp_path / "loop").symlink_to(tmp_path)
    found = walk(tmp_path)
    assert [source.removeprefix(f"{tmp_path}/") for source, _ in found] == [
        "1.eml",
        "3.mbox#1",
        "3.mbox#2",
        "a.eml",
        "b/2.eml",
    ]
    assert found == walk(tmp_path)


def test_sources_keep_the_path_as_it_was_given(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.eml").write_bytes(ONE)
    monkeypatch.chdir(tmp_path)
    assert walk("./in/", "in", "in/1.eml") == [("./in/1.eml", ONE), ("in/1.eml", ONE), ("in/1.eml", ONE)]


def test_of_a_maildir_cur_and_new_are_read(tmp_path):
    for name in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "1.M1P1.host:2,S").write_bytes(ONE)
    (tmp_path / "dovecot-uidlist").write_text("3 V1")
    names = [source.removeprefix(f"{tmp_path}/").partition("/1.M")[0] for source, _ in walk(tmp_path)]
    assert names == [".Sent/cur", ".Sent/new", "cur", "new"]


def test_standard_input_may_be_a_message_an_mbox_or_a_zip():
    assert walk("-", stdin=ONE) == [("-", ONE)]
    assert walk("-", stdin=MBOX) == [("-#1", ONE), ("-#2", TWO)]
    assert walk("-", stdin=packed(a=ONE)) == [("-#1", ONE)]
    assert walk("-", stdin=ONE + b"x" * 200_000) == [("-", ONE + b"x" * 200_000)]


def test_what_cannot_be_opened_is_refused_and_the_rest_is_read(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "1.eml").write_bytes(ONE)
    found = walk(tmp_path / "none", tmp_path / "empty", "\0", tmp_path / "1.eml")
    assert [why for _, why in found[:2]] == [
        "The file cannot be read: No such file or directory.",
        "The folder holds no file that could be read.",
    ]
    assert found[3:] == [(f"{tmp_path}/1.eml", ONE)]


def test_a_link_that_leads_nowhere_and_a_socket_are_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")
    assert walk(tmp_path / "link")[0][1] == "The file cannot be read: No such file or directory."
    assert walk("/dev/null")[0][1] == "It is neither a file nor a folder."


def test_a_pipe_is_read_as_a_stream(tmp_path):
    read_end, write_end = os.pipe()
    os.write(write_end, MBOX)
    os.close(write_end)
    assert [raw for _, raw in walk(f"/dev/fd/{read_end}")] == [ONE, TWO]
    os.close(read_end)


def test_every_refusal_is_a_sentence_with_a_source():
    for blob in (b"", b"x", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x", bytes(500)):
        for item in read_messages(blob, "x", Settings()):
            assert isinstance(item, Refusal)
            assert item.source == "x" or item.source.startswith("x#")
            assert item.reason[0].isupper()
            assert item.reason.endswith(".")


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAGIC = st.sampled_from(
    [b"", b"PK\x03\x04", b"\xff\xfe", OLE, FROM, b"From: a@b\n\n", b"\xef\xbb\xbf", b"UmVjZWl2ZWQ6IHgKCg"]
)


@given(MAGIC, st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(start, rest):
    items = list(read_messages(start + rest, "x", Settings()))
    assert items
    assert all(isinstance(item, RawMessage | Refusal) for item in items)
