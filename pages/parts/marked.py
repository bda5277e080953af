"""A stranger's text with what was recognised in it marked in brackets: no HTML, nothing that a browser interprets."""

from collections.abc import Iterable

from data.intelligence.model import Mention, MentionKind

OPEN, CLOSE = "⟦", "⟧"
KINDS: dict[MentionKind, str] = {
    "platform": "platform",
    "vendor": "vendor",
    "subject": "subject",
    "date": "date",
    "mitigation": "measure",
}
_PLAIN = str.maketrans({OPEN: "[", CLOSE: "]"})


def marked_text(text: str, mentions: Iterable[Mention]) -> str:
    """ "answered by ⟦vendor: Northwind⟧ since ⟦date: 20 January⟧". Marks that the text brings itself become plain
    brackets. Of two mentions that overlap the first counts."""
    parts: list[str] = []
    at = 0
    for mention in sorted(mentions, key=lambda mention: (mention.start, -mention.end)):
        if mention.start < at or not mention.start < mention.end <= len(text):
            continue
        parts.append(text[at : mention.start].translate(_PLAIN))
        parts.append(f"{OPEN}{KINDS[mention.kind]}: {text[mention.start : mention.end].translate(_PLAIN)}{CLOSE}")
        at = mention.end
    parts.append(text[at:].translate(_PLAIN))
    return "".join(parts)
