"""What clustering compares of one message: its content without its recipient and time."""

from dataclasses import dataclass, replace

from data.clustering.grams import Grams
from data.clustering.shapes import is_particular
from data.clustering.traces import SKETCH, digest, read_sketch
from data.model import Features

RELAYING = frozenset(
    {
        "ticket-acknowledgement",
        "form-receipt",
        "account-verification",
        "chat-transcript",
        "invitation",
        "list-confirmation",
        "agent-message",
    }
)
"""Mechanisms that send the words of whoever filled in a form, whatever the platform."""
WORDLESS = frozenset({"account-verification", "list-confirmation"})
"""Mechanisms that need none of the submitter's words."""


@dataclass(frozen=True, slots=True)
class Node:
    """The content of one message, without its recipient and time. Messages with the same `key` (60 bits) are one
    node.

    `organisation` is whose system sent it, `relayed` whether that system sends strangers' words, `flood` the key of
    a message with none of them (account verification): such ones are alike by that key alone.
    """

    key: int
    organisation: str
    relayed: bool
    flood: str | None
    words: tuple[str, ...]
    injections: tuple[str, ...]
    from_key: str
    layout_key: str
    shapes: frozenset[str]
    sketch: Grams
    whole: bool
    """Whether the sketch holds every gram of the body rather than a sample."""
    at: int = 0


def node_of(features: Features, mechanism: str, platform: str | None, organisation: str | None, at: int) -> Node:
    """The node of one message. `organisation` is its abused domain, account or tenant."""
    relayed = platform is not None or mechanism in RELAYING
    owner = organisation or f"from {features.from_key}"
    flood = features.template_key if is_wordless(features, mechanism) else None
    sketch = read_sketch(features.body_sketch)
    content = (
        owner, relayed, flood, features.words, features.injections, features.from_key, features.layout_key,
        features.url_shapes, features.body_sketch,
    )  # fmt: skip
    return Node(
        key=int(digest(repr(content))[:15], 16),
        organisation=owner,
        relayed=relayed,
        flood=flood,
        words=features.words if features.payload_key or mechanism not in WORDLESS else (),
        injections=features.injections,
        from_key=features.from_key,
        layout_key=features.layout_key,
        shapes=frozenset(shape for shape in features.url_shapes if is_particular(shape)),
        sketch=sketch,
        whole=len(sketch) < SKETCH,
        at=at,
    )


def earliest(one: Node, other: Node) -> Node:
    """Two copies of one node as one, at the earlier time."""
    return one if one.at <= other.at else replace(one, at=other.at)


def is_wordless(features: Features, mechanism: str) -> bool:
    """Whether a message holds none of a submitter's words, as account verification does."""
    words = features.payload_key or features.injections
    return mechanism in WORDLESS and not words and bool(features.shell_key)


def organisation_of(
    platform: str | None, account_id: str | None, tenant: str | None, abused_domain: str | None
) -> str | None:
    """Whose system sent a message, in words that no other message changes: its domain, account or tenant."""
    name = account_id or tenant
    return abused_domain or (f"{platform} {name}" if name else None)
