"""Shapes of public reports and advisories.

bytes ─ collectors.advisories ─▶ Feed of FeedEntry; bytes ─ collectors.reports ─▶ PageFacts; title and text of either
─ relevance, mentions ─▶ Insight; PageFacts and Insight together are a Report.

Times are aware UTC `datetime`, named `*_at`. Texts are plain text without markup, written by strangers: show them
through `inert` only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FeedKind = Literal["rss", "atom", "rdf", "json"]

MentionKind = Literal["platform", "vendor", "subject", "date", "mitigation"]

Stance = Literal["done", "advised"]
"""Whether a sentence says that a measure was taken, or that it should be."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of a feed.

    `id` is the entry's own id, or its address, or a digest of its words where it has neither: never empty, and no two
    entries of one Feed share it unless they are equal. `url` is an absolute http or https address. `published_at` is
    when it was first published, or last updated where nothing else is said; None where that cannot be read surely.
    `text` is the fullest text that the feed carries, `summary` the short one.
    """

    id: str
    title: str | None
    url: str | None
    published_at: datetime | None
    updated_at: datetime | None
    summary: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as read. `kind` is None where the bytes are no feed; valid but empty is a kind without entries."""

    source: str
    kind: FeedKind | None
    title: str | None
    url: str | None
    language: str | None
    entries: tuple[FeedEntry, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says about itself. `url` is its canonical address, `text` its main text, a paragraph a line."""

    source: str
    title: str | None
    url: str | None
    publisher: str | None
    author: str | None
    published_at: datetime | None
    updated_at: datetime | None
    language: str | None
    text: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelevanceReason:
    """Why a text is, or is not, about relay abuse: a signal in words, its weight, and the sentence behind it."""

    signal: str
    weight: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Relevance:
    """Whether a text is about relay abuse of a help desk or the like, on the scale of verdicts."""

    relevant: bool
    score: float
    reasons: tuple[RelevanceReason, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """Something recognised in a text.

    `name` is what people read: the name, the quoted subject, the day, the measure. `key` is the catalogue's id or
    domain where the name is known and None for an unresolved name. `evidence` is the sentence; `start` and `end`
    are where the words stand in the text. `stance` is set for mitigations only.
    """

    kind: MentionKind
    name: str
    key: str | None
    start: int
    end: int
    evidence: str
    stance: Stance | None = None


@dataclass(frozen=True, slots=True)
class Insight:
    """Everything recognised in one title and text."""

    language: str | None
    relevance: Relevance
    mentions: tuple[Mention, ...]

    def names(self, kind: MentionKind) -> tuple[str, ...]:
        """Names of one kind, each once, in the order of the text."""
        return tuple(dict.fromkeys(mention.name for mention in self.mentions if mention.kind == kind))


@dataclass(frozen=True, slots=True)
class Report:
    """A public page: what it says about itself, and what was recognised in it."""

    page: PageFacts
    insight: Insight
