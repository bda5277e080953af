import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.containers import MEMBER_ERRORS, read_zip, split_mbox, starts_mbox
from data.errors import SubmissionRefused
from data.settings import Settings

FROM = b"From a@example.com Mon Mar  2 10:00:00 2026\n"


def split(mbox: bytes, limit: int = 10_000) -> list[bytes | None]:
    return list(split_mbox(io.BytesIO(mbox), limit))


def test_messages_are_cut_at_separators_below_an_empty_line():
    assert split(FROM + b"A: 1\n\none\n\n" + FROM + b"A: 2\n\ntwo\n") == [b"A: 1\n\none\n", b"A: 2\n\ntwo\n"]
    assert split((FROM + b"A: 1\n\none\n\n" + FROM + b"A: 2\n\ntwo").replace(b"\n", b"\r\n"))[1] == b"A: 2\r\n\r\ntwo"


@pytest.mark.parametrize(
    "line",
    [
        b"From here on it is text.",
        b"From 10:00 to 12:00 in 2026",
        b"From a@example.com Mon Mar  2 10:00:00 2026\nand so on",
    ],
)
def test_a_sentence_that_begins_with_from_does_not_separate(line):
    assert len(split(FROM + b"A: 1\n\none\n\n" + line + b"\n\nB: 2\n")) == 1


def test_a_separator_without_an_empty_line_above_does_not_separate():
    assert len(split(FROM + b"A: 1\n\none\n" + FROM + b"A: 2\n\ntwo\n")) == 1


def test_quoted_from_lines_are_unquoted_once():
    assert split(FROM + b"A: 1\n\n>From x\n>>From y\n> From z\n") == [b"A: 1\n\nFrom x\n>From y\n> From z\n"]


@pytest.mark.parametrize(
    "line",
    [
        b"From - Mon Mar  2 10:00:00 2026",
        b"From 1812345678901234567@xxx Mon Mar 02 10:00:00 +0000 2026",
        b"From MAILER-DAEMON  Mon, 2 Mar 2026 10:00:00 +0000 (UTC)",
        b"From a@example.com Mon Mar  2 10:00 2026",
    ],
)
def test_separators_of_every_program_are_known(line):
    assert starts_mbox(line + b"\nSubject: x\n\n")
    assert starts_mbox(b"\n" + line + b"\r\nSubject: x\r\n\r\n")


def test_a_header_is_no_mbox():
    assert not starts_mbox(b"From: a@example.com\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n")
    assert not starts_mbox(b"From a friend at 10:00 in 2026\nI heard that\n")


def test_a_message_over_the_limit_is_none_and_the_next_is_read():
    big = b"A: 1\n\n" + b"x" * 3_000_000 + b"\n\n"
    assert split(FROM + big + FROM + b"A: 2\n\ntwo\n", limit=1_000) == [None, b"A: 2\n\ntwo\n"]


class Endless:
    """A hundred megabytes of mbox that never exist at once."""

    def __init__(self) -> None:
        self.left = 400
        self.largest = 0

    def read(self, size: int = -1, /) -> bytes:
        self.left -= 1
        self.largest = max(self.largest, size)
        return (FROM + b"A: 1\n\n" + b"x" * 1_000 + b"\n\n") * 240 if self.left >= 0 else b""


def test_an_mbox_is_read_in_pieces():
    stream = Endless()
    assert sum(1 for _ in split_mbox(stream, 10_000)) == 400 * 240
    assert stream.largest <= 1 << 20


MBOX = st.lists(
    st.sampled_from([FROM, b"A: 1\n", b"\n", b"\r\n", b">From x\n", b"From ", b"text\n", b"1:00\n"]), max_size=40
)


@given(MBOX.map(b"".join) | st.binary(max_size=300))
def test_any_bytes_are_split_without_loss_of_messages(data):
    assert all(message is not None for message in split(FROM + b"A: 0\n\n" + data, limit=100_000))


def packed(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def unpacked(data: bytes, **limits: int) -> list[bytes | str]:
    return [item if isinstance(item, str) else item.read() for item in read_zip(io.BytesIO(data), Settings(**limits))]


def test_members_are_read_in_their_order():
    assert unpacked(packed(b=b"1", a=b"2")) == [b"1", b"2"]


def test_a_bomb_is_stopped_by_its_ratio():
    bomb = read_zip(io.BytesIO(packed(a=b"\0" * 30_000_000)), Settings(inflated_ratio=50))
    with pytest.raises(SubmissionRefused, match="zip bomb"):
        for member in bomb:
            while not isinstance(member, str) and member.read(100_000):
                pass


def test_all_members_together_are_limited():
    with pytest.raises(SubmissionRefused, match="more than 1,000 bytes"):
        unpacked(packed(a=b"x" * 700, b=b"y" * 700), inflated_limit=1_000)


def test_an_encrypted_member_says_so():
    data = bytearray(packed(a=b"secret"))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    assert unpacked(bytes(data)) == ["It is encrypted; hand it in without a password."]


def test_a_member_packed_in_an_odd_way_says_so():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a", b"x")
    assert "pack it again as a plain zip" in str(unpacked(file.getvalue())[0])


def test_a_cut_off_archive_is_refused():
    with pytest.raises(SubmissionRefused, match="cut off"):
        unpacked(packed(a=b"x" * 500)[:60])


@given(st.data())
def test_a_broken_archive_is_refused_or_read(data):
    whole = bytearray(packed(a=b"From: a@b\n\nx" * 30, b=b"y"))
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        whole[place] = data.draw(st.integers(0, 255))
    try:
        unpacked(bytes(whole))
    except (SubmissionRefused, *MEMBER_ERRORS):
        pass
