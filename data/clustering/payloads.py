"""Whether a display name is a person's or carries somebody's message."""

import re
import unicodedata

_LOUD = re.compile(r"\d|://|www\.|[$€£¥₹₽₿%]|[<>«»]{2,}|=>|->")
_WORD = re.compile(r"\w+")
NAME_WORDS = 4


def carries_payload(name: str) -> bool:
    """Whether a display name holds digits, a URL, arrows, currency, emoji or more than four words."""
    name = name[:1000]
    if _LOUD.search(name) or len(_WORD.findall(name)) > NAME_WORDS:
        return True
    return not name.isascii() and any(unicodedata.category(c) in ("So", "Sm", "Sc") for c in name)
