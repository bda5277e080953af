"""Features that an earlier version took, completed out of what is kept of the message."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from data.clustering.folding import fold
from data.clustering.keys import WORDS_KEPT, words_of
from data.clustering.shells import CLOSE, OPEN, unwrap
from data.clustering.traces import body_sketch, body_words
from data.model import Features
from data.vocabulary import Mechanism


def features_again(earlier: Mapping[str, Any], mechanism: Mechanism, text: str) -> dict[str, Any]:
    """The plain values of a Features, given those that were stored and the text that is kept."""
    if "body_sketch" in earlier:
        return dict(earlier)
    marked = "".join(
        f"{OPEN}{part['slot']}{CLOSE}" if part["slot"] else fold(part["text"]) for part in earlier["parts"]
    )
    known = {field.name: earlier[field.name] for field in fields(Features) if field.name in earlier}
    return known | {
        "words": words_of(unwrap(" ".join(marked.split()), mechanism).payload or "")[:WORDS_KEPT],
        "injections": (),
        "body_sketch": body_sketch(body_words(text, frozenset())),
    }
