"""Outlook .msg files (MS-OXMSG) to messages; needs the extra `msg`."""

import importlib.util
import struct
from base64 import encodebytes
from email.utils import format_datetime

from collectors.decoding import decode_charset
from collectors.fields import read_fields
from data.errors import SubmissionRefused
from data.settings import Settings

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TRANSPORT_HEADERS = 0x007D  # PidTagTransportMessageHeaders, MS-OXPROPS section 2.1057
_HTML = 0x1013  # PidTagHtml, MS-OXPROPS section 2.737
_MIME_FIELDS = ("content-type", "content-transfer-encoding", "mime-version", "content-disposition")
_BOUNDARY = "=_relaywatch_rebuilt"
_BROKEN = (
    AttributeError, ArithmeticError, AssertionError, LookupError, OSError, RecursionError, TypeError, ValueError,
    struct.error,
)  # fmt: skip
"""What olefile and oxmsg raise on broken files."""


def read_msg(blob: bytes, settings: Settings) -> tuple[bytes, bool, tuple[str, ...]]:
    """(message, whether it has a body, warnings) out of the bytes of a .msg file.

    The header is the one Outlook kept as it came; the body is rebuilt, so body signatures cannot be checked. Raises
    SubmissionRefused where the file is broken, is no message, or python-oxmsg is not installed.
    """
    if importlib.util.find_spec("oxmsg") is None:
        raise SubmissionRefused(
            "Outlook files (.msg) cannot be read here: save the mail as .eml, or install python-oxmsg on the server."
        )
    from olefile import OleFileIO  # type: ignore[import-untyped]
    from oxmsg import Message  # an extra: everything else works without it

    try:
        with OleFileIO(blob) as file:
            # Entries may share their sectors: a small file can hold streams of many gigabytes.
            told = sum(entry.size for entry in file.direntries if entry is not None)
        if told > 2 * len(blob):
            raise SubmissionRefused("The Outlook file holds more than there is room for in it.")
        message = Message.load(blob)
        header = message.properties.str_prop_value(_TRANSPORT_HEADERS) or ""
        shown = _shown_fields(message)
        plain, marked = message.body or "", _markup(message)
    except _BROKEN as error:
        raise SubmissionRefused("The Outlook file is broken or no message; save it again as .msg or .eml.") from error
    fields, _ = read_fields(header.encode("utf-8", "replace"), settings.fields_limit)
    kept = [f"{field.name}: {field.value}" for field in fields if field.name.lower() not in _MIME_FIELDS]
    warnings = ["The body was rebuilt from an Outlook file; signatures over it cannot be checked."]
    if not kept:
        kept = shown
        warnings.append("The Outlook file keeps no header; sender, date and subject are claims.")
    if not kept:
        raise SubmissionRefused("The file is an Office file, but no Outlook message.")
    text = "\n".join([*kept, "MIME-Version: 1.0", *_body(plain, marked)])
    return text.encode("utf-8", "replace"), bool(plain.strip() or marked.strip()), tuple(warnings)


def _markup(message: "Message") -> str:  # type: ignore[name-defined]  # noqa: F821
    data = message.properties.binary_prop_value(_HTML)
    if data is None:
        return message.properties.str_prop_value(_HTML) or ""
    try:
        return decode_charset(data, str(message.properties.body_encoding))
    except LookupError:
        return decode_charset(data, None)


def _shown_fields(message: "Message") -> list[str]:  # type: ignore[name-defined]  # noqa: F821
    """From, To, Subject and Date as Outlook shows them, for messages that never went over the Internet."""
    if not message.message_class.upper().startswith("IPM.NOTE"):
        return []
    given = {
        "From": message.sender,
        "To": ", ".join(f'"{one.name}" <{one.email_address}>' for one in message.recipients[:100]),
        "Subject": message.subject,
        "Date": format_datetime(message.sent_date) if message.sent_date else "",
    }
    return [f"{name}: {' '.join(value.split())}" for name, value in given.items() if value]


def _body(plain: str, marked: str) -> list[str]:
    parts = [lines for kind, text in (("plain", plain), ("html", marked)) if text for lines in [_part(kind, text)]]
    if len(parts) == 1:
        return parts[0]
    lines = [f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"', ""]
    for part in parts:
        lines += [f"--{_BOUNDARY}", *part]
    return [*lines, f"--{_BOUNDARY}--", ""]


def _part(kind: str, text: str) -> list[str]:
    encoded = encodebytes(text.encode("utf-8", "replace")).decode("ascii")
    return [f"Content-Type: text/{kind}; charset=utf-8", "Content-Transfer-Encoding: base64", "", encoded]
