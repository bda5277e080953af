"""What a file is: a mail header as it is, mail in another coding, or something else that is named in the refusal."""

import re

from collectors.containers import ZIP_MAGIC
from collectors.decoding import decode_base64
from collectors.fields import cut_header, read_header
from collectors.outlook import OLE_MAGIC
from data.settings import Settings

_UTF8_BOM = b"\xef\xbb\xbf"
_LOOKED_AT = 4_000
_SEPARATOR = re.compile(rb"\A>?From [^\n]{0,500}\n")
_ONE_MORE = re.compile(rb"[ \t]+\S|[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]")
_BASE64_FILE = re.compile(rb"\A[A-Za-z0-9+/\s]{40,}={0,2}\s*\Z")
_ENOUGH_ALONE = {
    "from", "received", "return-path", "delivered-to", "message-id", "mime-version", "content-type", "dkim-signature",
    "reply-to", "sender",
}  # fmt: skip
_ENOUGH_TOGETHER = {"to", "cc", "subject", "date"}
_UNPRINTABLE = bytes([*range(9), *range(14, 27), *range(28, 32)])
_FOREIGN = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "packed with gzip",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"BZh": "packed with bzip2",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}


def recoded(blob: bytes) -> bytes | None:
    """The bytes behind UTF-16 or base64, or None where the file is in neither."""
    head = blob[:_LOOKED_AT]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return blob.decode("utf-16", "replace").encode("utf-8", "replace")
    for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])) if b"\0" in head else ():
        if len(head) > 20 and zeros.count(0) > 0.8 * len(zeros) and head.count(0) < 0.6 * len(head):
            return blob.decode(codec, "replace").encode("utf-8", "replace")
    if not _BASE64_FILE.match(head):
        return None
    inner = decode_base64(blob)
    return inner if inner.startswith((*ZIP_MAGIC, OLE_MAGIC)) or b":" in inner[:200] else None


def from_first_line(blob: bytes) -> bytes:
    """The bytes from the first line that says something, indentation kept, with one kind of line end; b"" if none.

    A byte order mark and a lone mbox separator on top are gone.
    """
    blob = blob.removeprefix(_UTF8_BOM)
    told = len(blob) - len(blob.lstrip(b" \t\r\n\0"))
    if told == len(blob):
        return b""
    raw = blob[max(blob.rfind(b"\n", 0, told), blob.rfind(b"\r", 0, told)) + 1 :]
    head = raw[:_LOOKED_AT]
    if b"\n" not in head and b"\r" in head:
        raw = raw.replace(b"\r", b"\n")
    elif b"\r\r\n" in head:
        raw = raw.replace(b"\r\r\n", b"\r\n")
    separator = _SEPARATOR.match(raw)
    return raw[separator.end() :] if separator else raw


def is_message(raw: bytes, settings: Settings, *, strict: bool = True) -> bool:
    """Whether bytes start with a mail header as it is: nothing but fields, and some that only mail has.

    A lone field with another one below the empty line is the start of a double-spaced paste. Without `strict`, one
    field that only mail has is enough, whatever stands around it.
    """
    end, body = cut_header(raw, settings.header_limit)
    header = read_header(raw[:end], settings.fields_limit)
    names = header.by_name.keys()
    if not strict:
        return not names.isdisjoint(_ENOUGH_ALONE)
    if raw[:1] in b" \t" or header.strays or (len(header.fields) == 1 and _ONE_MORE.match(raw, body, body + 200)):
        return False
    return not names.isdisjoint(_ENOUGH_ALONE) or len(names & _ENOUGH_TOGETHER) > 1


def why_not(blob: bytes) -> str:
    """Why bytes are no mail, in a sentence that says what to hand in instead."""
    for magic, what in _FOREIGN.items():
        if blob.startswith(magic):
            return f"It is {what}, not a mail; hand in the mail itself as .eml, .msg, mbox or zip."
    head = blob[:_LOOKED_AT]
    if len(head) - len(head.translate(None, _UNPRINTABLE)) > len(head) // 20:
        return "It is a binary file, not a mail; hand in the mail itself as .eml, .msg, mbox or zip."
    return "No mail header was found in it; hand in the original message, or its full header (show source)."
