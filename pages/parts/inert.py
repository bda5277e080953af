"""The one door for words that strangers wrote: text out of a message, a feed or a file name becomes inert here.

What comes out goes only into `st.text`, `st.dataframe`, `st.code` and, through `plot_text`, into a chart; none of
these reads Markdown or HTML. Taken out are the means of deception that plain text still has: control and bidi
characters (CVE-2021-42574), characters without a shape between letters, piles of combining marks, links.
"""

import html
import re
import unicodedata

from data.defanging import defang

GONE = "\N{REPLACEMENT CHARACTER}"
"""Stands where a run of deceptive characters was taken out, so that the reader knows."""

LINE_LIMIT = 300
BLOCK_LIMIT = 20_000
_MARKS_LIMIT = 4

_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SHAPELESS = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0")
_JOINERS = frozenset("\u200c\u200d")
_EMOJI_ENDS = frozenset({"\ufe0f", "\U000e007f"})
_JOINED = frozenset(
    {"ARABIC", "BENGALI", "DEVANAGARI", "GUJARATI", "GURMUKHI", "KANNADA", "KHMER", "MALAYALAM", "MONGOLIAN"}
    | {"MYANMAR", "ORIYA", "SINHALA", "SYRIAC", "TAMIL", "TELUGU"}
)


def inert(text: str | None, limit: int = LINE_LIMIT) -> str:
    """A stranger's text on one line of at most `limit` characters, links defanged; "" for None."""
    return _shorten(defang(_SPACES.sub(" ", _clean(text or "", limit)).strip()), limit)


def inert_block(text: str | None, limit: int = BLOCK_LIMIT) -> str:
    """The same for several lines; line ends stay."""
    return _shorten(defang(_clean(text or "", limit)), limit)


def plot_text(text: str | None, limit: int = 60) -> str:
    """The same for chart text. Plotly reads a little HTML, so that a raw `<a href>` would become a live link."""
    return html.escape(inert(text, limit), quote=False)


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _clean(text: str, limit: int) -> str:
    # Four times the limit leaves room for what is taken out and bounds the work on ten megabytes of subject.
    text = text[: 4 * limit]
    if text.isascii() and text.isprintable():
        # Most texts are, and a table of a thousand rows holds thousands of them: 5 in place of 23 microseconds.
        return text
    kept: list[str] = []
    marks = 0
    text = _LINE_ENDS.sub("\n", text)
    for place, letter in enumerate(text):
        marks = marks + 1 if not letter.isascii() and unicodedata.category(letter) in {"Mn", "Me"} else 0
        if marks > _MARKS_LIMIT:
            continue
        if not _deceives(letter, text, place):
            kept.append(letter)
        elif not kept or kept[-1] != GONE:
            kept.append(GONE)
    return "".join(kept)


def _deceives(letter: str, text: str, place: int) -> bool:
    if letter.isascii():
        return (letter < " " and letter not in "\n\t") or letter == "\x7f"
    if letter in _JOINERS:
        return not _joins(text, place)
    return (
        letter in _SHAPELESS or unicodedata.category(letter) in {"Cc", "Cf", "Cs"} or ord(letter) & 0xFFFE == 0xFFFE
    )


def _joins(text: str, place: int) -> bool:
    """Joiners are honest inside emoji and inside scripts that write with them, deceptive between Latin letters."""
    before = text[place - 1 : place] if place else ""
    after = text[place + 1 : place + 2]
    if before in _EMOJI_ENDS or unicodedata.category(before or " ") in {"So", "Sk"}:
        return unicodedata.category(after or " ") == "So"
    return bool(after) and unicodedata.name(before or " ", "").partition(" ")[0] in _JOINED
