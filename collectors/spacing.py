"""Text of strangers with single spaces, and without letters that take no room or steer a terminal."""

import re

_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
# Controls, soft hyphens, lone surrogates and non-characters; tab and line breaks are blanks and stay.
_CONTROLS = re.compile("[\xad\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def tidy(text: str) -> str:
    """Blanks run together, empty lines and control characters gone."""
    return _LINES.sub("\n", _BLANKS.sub(" ", _CONTROLS.sub("", text))).strip()


def one_line(text: str, limit: int) -> str:
    """Text as one line of at most `limit` characters."""
    return " ".join(_CONTROLS.sub("", text[: limit * 4]).split())[:limit].rstrip()
