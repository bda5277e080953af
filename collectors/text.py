"""The body of a message to readable text and links."""

import html
import re
from collections.abc import Mapping
from email import message_from_bytes
from email.message import Message

from collectors.decoding import decode_charset
from data.settings import Settings

_HIDDEN = re.compile(r"(?is)<(script|style|head|title)\b.*?</\1\s*>|<!--.*?-->")
_BREAK = re.compile(r"(?i)<(?:br|/?p|/?div|/?tr|/?h[1-6]|/?li|/?table)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]{0,5000}>")
_TARGET = re.compile(r"""(?i)<a\b[^<>]{0,2000}?\bhref\s*=\s*["']?([^"'\s<>]{4,2000})""")
_URL = re.compile(r"https?://[^\s<>\"']{3,2000}")


def read_text(by_name: Mapping[str, tuple[str, ...]], body: bytes, settings: Settings) -> tuple[str, tuple[str, ...]]:
    """(readable text, at most settings.text_limit characters; link targets) of a message body."""
    head = "".join(f"{name}: {by_name[name][0]}\n" for name in _MIME_FIELDS if name in by_name)
    message = message_from_bytes(head.encode("utf-8", "replace") + b"\n" + body[: settings.text_limit * 40])
    plain, marked = "", ""
    for part in message.walk():
        if part.get_content_type() == "text/plain" and not plain:
            plain = _decoded(part)
        elif part.get_content_type() == "text/html" and not marked:
            marked = _decoded(part)
    text = plain or html.unescape(_TAG.sub(" ", _BREAK.sub("\n", _HIDDEN.sub(" ", marked))))
    links = dict.fromkeys([*_TARGET.findall(marked), *_URL.findall(text)])
    return text[: settings.text_limit].strip(), tuple(links)


_MIME_FIELDS = ("mime-version", "content-type", "content-transfer-encoding")


def _decoded(part: Message) -> str:
    data = part.get_payload(decode=True)
    return decode_charset(data, part.get_content_charset()) if isinstance(data, bytes) else ""
