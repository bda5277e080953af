"""Foreign text made harmless for any line-based output: control, bidi and invisible characters become visible."""

import re

# C0 and C1 controls, surrogates, line and paragraph separators, bidi controls (CVE-2021-42574) and zero-width
# characters that hide text; ZWJ and ZWNJ stay, since several scripts and emoji need them.
_DECEPTIVE = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_SPACES = re.compile(r"[\t\r\n\x0b\x0c\x85\u2028\u2029]+")


def plain_line(text: str, limit: int = 1_000) -> str:
    """One printable line of at most `limit` characters: line breaks become spaces, deceptive characters \ufffd."""
    line = _DECEPTIVE.sub("\ufffd", _SPACES.sub(" ", text[: limit + 1]))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def counted(number: int, noun: str) -> str:
    """1 message, 2 messages."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
