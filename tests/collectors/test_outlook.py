import importlib.util
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.headers import parse_message
from collectors.messages import read_messages
from collectors.outlook import read_msg
from data.errors import SubmissionRefused
from data.model import RawMessage, Refusal
from data.settings import Settings

pytestmark = pytest.mark.skipif(importlib.util.find_spec("oxmsg") is None, reason="python-oxmsg is not installed")

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def sectors(data: bytes, size: int = 512) -> list[bytes]:
    padded = data + b"\0" * (-len(data) % size)
    return [padded[start : start + size] for start in range(0, len(padded), size)]


def entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    head = encoded + b"\0" * (64 - len(encoded)) + struct.pack("<HBB", len(encoded) + 2, kind, 1)
    return head + struct.pack("<3I", FREE, right, child) + b"\0" * 36 + struct.pack("<IQ", start, size)


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (MS-CFB version 3) with all its streams in the mini stream."""
    mini: list[bytes] = []
    mini_fat: list[int] = []
    entries: list[bytes] = []
    for number, (name, data) in enumerate(streams.items(), start=1):
        pieces = sectors(data, 64)
        entries.append(entry(name, 2, number + 1 if number < len(streams) else FREE, FREE, len(mini), len(data)))
        mini_fat += [*range(len(mini) + 1, len(mini) + len(pieces)), END]
        mini += pieces
    parts = [b"", b"".join(mini), struct.pack(f"<{len(mini_fat)}I", *mini_fat)]
    parts[0] = b"\0" * 128 * (len(entries) + 1)
    starts, fat = [], []
    for part in parts:
        starts.append(len(fat))
        fat += [*range(len(fat) + 1, len(fat) + len(sectors(part))), END]
    root = entry("Root Entry", 5, FREE, 1, starts[1], len(mini) * 64)
    parts[0] = root + b"".join(entries)
    fat_sector = len(fat)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, starts[0], 0, 4096, starts[2], len(sectors(parts[2])), END, 0)
    header += struct.pack("<109I", fat_sector, *[FREE] * 108)
    table = [*fat, FAT] + [FREE] * (127 - len(fat))
    return header + b"".join(b"".join(sectors(part)) for part in parts) + struct.pack("<128I", *table)


def msg(texts: dict[int, str], binary: dict[int, bytes] | None = None) -> bytes:
    streams = {f"__substg1.0_{pid:04X}001F": text.encode("utf-16-le") for pid, text in texts.items()}
    streams |= {f"__substg1.0_{pid:04X}0102": data for pid, data in (binary or {}).items()}
    rows = [struct.pack("<HHIII", 0x1F, pid, 6, len(text) * 2 + 2, 0) for pid, text in texts.items()]
    rows += [struct.pack("<HHIII", 0x102, pid, 6, len(data), 0) for pid, data in (binary or {}).items()]
    return compound({"__properties_version1.0": b"\0" * 32 + b"".join(rows), **streams})


HEADER = (
    "Received: from a.example by b.example; Mon, 2 Mar 2026 10:00:02 +0000\r\nFrom: Shop <help@shop.example>\r\n"
    "Subject: Ticket\r\n 13\r\nContent-Type: text/html; charset=x\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n\r\n"
)
WHOLE = msg(
    {0x001A: "IPM.Note", 0x0037: "Ticket 13", 0x007D: HEADER, 0x1000: "The plain words of it, é."},
    {0x1013: b"<a href='https://shop.example/'>x</a>"},
)


def test_the_header_outlook_kept_and_both_bodies_are_read():
    (item,) = read_messages(WHOLE, "a.msg", Settings())
    message = parse_message(item, Settings())
    assert (message.source, message.subject, message.sender.address) == ("a.msg", "Ticket 13", "help@shop.example")
    assert (message.text, message.links) == ("The plain words of it, é.", ("https://shop.example/",))
    assert message.first("received") is not None
    assert "rebuilt from an Outlook file" in message.warnings[0]


def test_a_file_without_a_header_gives_what_outlook_shows_as_claims():
    raw, has_body, warnings = read_msg(
        msg({0x001A: "IPM.Note", 0x0037: "Draft", 0x0C1A: "Jo", 0x0C1F: "jo@example.org"}), Settings()
    )
    message = parse_message(RawMessage("a.msg", raw), Settings())
    assert (message.subject, message.sender.address, has_body) == ("Draft", "jo@example.org", False)
    assert "claims" in warnings[1]


def test_another_office_file_is_refused():
    with pytest.raises(SubmissionRefused, match="no Outlook message"):
        read_msg(msg({0x001A: "Word.Document"}), Settings())
    with pytest.raises(SubmissionRefused, match="broken or no message"):
        read_msg(compound({"WordDocument": b"x"}), Settings())


def test_a_cut_off_file_is_refused():
    (item,) = read_messages(WHOLE[:700], "a.msg", Settings())
    assert item == Refusal("a.msg", "The Outlook file is broken or no message; save it again as .msg or .eml.")


def test_without_the_extra_the_refusal_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SubmissionRefused, match="install python-oxmsg on the server"):
        read_msg(WHOLE, Settings())


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=10), st.integers(0, len(WHOLE))
)
def test_any_broken_file_is_read_or_refused(changes, end):
    data = bytearray(WHOLE)
    for place, byte in changes:
        data[place] = byte
    for blob in (bytes(data), bytes(data[:end])):
        try:
            read_msg(blob, Settings())
        except SubmissionRefused as error:
            assert str(error).endswith(".")
