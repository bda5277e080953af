"""What the store of reports is given and what it answers: one frozen row a shape. Texts were written by strangers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.intelligence.model import Feed, FeedEntry, Insight, Mention
from data.intelligence.proposals import MitigationProposal

FeedState = Literal["never fetched", "ok", "empty", "failing", "gone"]
FetchOutcome = Literal["read", "unchanged", "empty", "failed", "gone"]
TriageState = Literal["new", "relevant", "linked", "dismissed"]
LinkKind = Literal["incident", "wave", "vendor"]
LinkState = Literal["proposed", "confirmed", "rejected"]
TRIAGE_STATES: tuple[TriageState, ...] = ("new", "relevant", "linked", "dismissed")


@dataclass(frozen=True, slots=True)
class Claim:
    """A feed or page that one collector may fetch now. Validators are those of the last good answer, None while the
    feed fails: only its whole content can prove that it works again."""

    number: int
    owner: str
    address: str
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request. `reason` says in one sentence why it failed; `due_at` when to ask again, None for
    never by itself."""

    at: datetime
    outcome: FetchOutcome
    due_at: datetime | None
    status: int | None = None
    bytes: int = 0
    seconds: float = 0.0
    reason: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    """The address to ask from now on, where the server says that it moved for good."""


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """A feed as read, with the insight of every entry that is new or was edited, by the entry's id."""

    feed: Feed
    insights: Mapping[str, Insight]


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """One entry of a feed and what was recognised in it."""

    entry: FeedEntry
    insight: Insight
    publisher: str | None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a feed or page brought: rows of `reports`. `touched` are the new and the edited ones."""

    new: int = 0
    edited: int = 0
    touched: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One feed and its health. `reports` counts what it brought, `relevant` those about relay abuse."""

    feed_id: str
    address: str
    title: str | None
    source: str | None
    added_by: str
    added_at: datetime
    state: FeedState
    paused: bool
    attempted_at: datetime | None
    fetched_at: datetime | None
    due_at: datetime | None
    failures: int
    failing_since: datetime | None
    failure: str | None
    warning: str | None
    entries: int
    reports: int
    relevant: int


@dataclass(frozen=True, slots=True)
class FetchRow:
    """One request as it was recorded."""

    at: datetime
    address: str | None
    status: int | None
    bytes: int
    seconds: float
    outcome: FetchOutcome
    reason: str | None


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What a page or an export asks for; empty means everything. `feed` holds public ids, `vendor` names as shown."""

    text: str = ""
    state: tuple[str, ...] = ()
    feed: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    vendor: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    relevant: bool | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERY_REPORT = ReportFilter()


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report or advisory in a list. Names are separated by commas; `links` are the public ids and domains that it
    is linked to, `proposed` counts links that nobody decided on."""

    report_id: str
    kind: Literal["report", "advisory"]
    state: TriageState
    relevant: bool
    score: float
    title: str | None
    url: str | None
    publisher: str | None
    feed_id: str | None
    published_at: datetime | None
    added_at: datetime
    changed_at: datetime
    language: str | None
    platforms: str
    vendors: str
    links: str
    proposed: int
    waiting: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a report to an incident, a wave (public ids) or a vendor (its domain). `score` and `reason` are the
    machine's; a link that a person added has neither."""

    kind: LinkKind
    target: str
    state: LinkState
    score: float | None
    reason: str | None
    actor: str | None
    at: datetime | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Version:
    """What a report said until `replaced_at`."""

    replaced_at: datetime
    title: str | None
    published_at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class ReportDetail:
    """Everything that is kept of one report. `reasons` are (signal, weight, sentence); mentions' places are those of
    `text`, negative ones stand in the title. A name that a person matched to a domain has that domain as its key."""

    row: ReportRow
    author: str | None
    updated_at: datetime | None
    summary: str | None
    text: str
    reasons: tuple[tuple[str, float, str], ...]
    warnings: tuple[str, ...]
    added_by: str
    triaged_by: str | None
    triage_reason: str | None
    mentions: tuple[Mention, ...]
    links: tuple[Link, ...]
    mitigations: tuple[MitigationProposal, ...]
    versions: tuple[Version, ...]
    page_failure: str | None
