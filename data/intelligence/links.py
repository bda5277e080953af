"""Which incidents, waves and vendors a report may be about: proposals with their reasons, never a decision."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from data.clustering.folding import fold, squeeze
from data.clustering.keys import WEAK_LETTERS, take_features

Kind = Literal["incident", "wave", "vendor"]
WEIGHTS = {
    "subject": 6.0,
    "part of a subject": 4.0,
    "domain": 4.0,
    "name": 2.0,
    "named day": 2.0,
    "day": 1.5,
    "platform": 1.5,
}
ENOUGH = 3.0
"""A platform alone links nothing: every article that says Zendesk would be linked to every wave."""
MOST = 20
LONG_ENOUGH = 12
"""Letters from which on a part of a subject tells more than chance."""
BEFORE, AFTER = timedelta(days=2), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NamedVendor:
    """A vendor that a text names; `domains` are none where neither the catalogue nor a person knows the name."""

    name: str
    domains: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What a report says, as far as it can link. Platforms are catalogue ids, subjects are quoted as written."""

    relevant: bool
    published_at: datetime | None
    platforms: frozenset[str]
    vendors: tuple[NamedVendor, ...]
    subjects: tuple[str, ...]
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """An incident or a wave: its template, payload, platforms, the domains and other names of its parties."""

    kind: Literal["incident", "wave"]
    public_id: str
    template_key: str
    payload_key: str | None
    platforms: frozenset[str]
    domains: frozenset[str]
    labels: frozenset[str]
    first_seen_at: datetime
    last_seen_at: datetime
    in_wave: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """One link with its score and, in words, every reason."""

    kind: Kind
    target: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Reason:
    weight: float
    words: str


@dataclass(frozen=True, slots=True)
class QuotedSubject:
    """A quoted subject with the keys that clustering gives it."""

    words: str
    template_key: str
    payload_key: str


def propose_links(report: ReportFacts, groups: Iterable[GroupFacts]) -> tuple[Proposal, ...]:
    """The best links of a report, at most 20. A report that is not about relay abuse is linked by a quoted subject
    only."""
    quoted = quoted_subjects(report.subjects)
    found = [proposal for group in groups if (proposal := _propose(report, quoted, group))]
    found.extend(_vendors(report))
    return tuple(sorted(found, key=lambda proposal: (-proposal.score, proposal.kind, proposal.target))[:MOST])


def quoted_subjects(subjects: Iterable[str]) -> tuple[QuotedSubject, ...]:
    """The keys of quoted subjects, as those of a ticket's acknowledgement, so that a quoted shell is taken off."""
    found: dict[str, QuotedSubject] = {}
    for words in subjects:
        features = take_features(words, None, "", (), (), "ticket-acknowledgement", None, None, (), str)
        if features.payload_key and sum(map(str.isalpha, features.payload_key)) >= WEAK_LETTERS:
            found.setdefault(features.payload_key, QuotedSubject(words, features.template_key, features.payload_key))
    return tuple(found.values())


def label_of(name: str) -> str:
    """A name or the first label of a domain, for comparing: "Northwind Outdoor" is "northwindoutdoor"."""
    return squeeze(fold(name)).replace("-", "")


def _propose(report: ReportFacts, quoted: Sequence[QuotedSubject], group: GroupFacts) -> Proposal | None:
    subject = _subject(quoted, group)
    party = _party(report.vendors, group)
    if not report.relevant and (subject is None or subject.weight < WEIGHTS["subject"]):
        return None
    if group.kind == "incident" and party is None and (subject is None or group.in_wave):
        return None
    reasons = [reason for reason in (subject, party, _platform(report, group), _time(report, group)) if reason]
    score = sum(reason.weight for reason in reasons)
    if score < ENOUGH:
        return None
    return Proposal(group.kind, group.public_id, score, "; ".join(reason.words for reason in reasons))


def _subject(quoted: Sequence[QuotedSubject], group: GroupFacts) -> _Reason | None:
    for subject in quoted:
        if subject.template_key == group.template_key or subject.payload_key == group.payload_key:
            return _Reason(WEIGHTS["subject"], f"quotes its subject: “{subject.words}”")
    for subject in quoted:
        if group.payload_key and _shares(subject.payload_key, group.payload_key):
            return _Reason(WEIGHTS["part of a subject"], f"quotes a part of its subject: “{subject.words}”")
    return None


def _shares(quoted: str, payload: str) -> bool:
    shorter, longer = sorted((quoted, payload), key=len)
    return sum(map(str.isalpha, shorter)) >= LONG_ENOUGH and shorter in longer


def _party(vendors: Sequence[NamedVendor], group: GroupFacts) -> _Reason | None:
    for vendor in vendors:
        shared = sorted(group.domains.intersection(vendor.domains))
        if shared:
            return _Reason(WEIGHTS["domain"], f"names {vendor.name}, whose domain is {shared[0]}")
    for vendor in vendors:
        if not vendor.domains and label_of(vendor.name) in group.labels:
            return _Reason(WEIGHTS["name"], f"names {vendor.name}, which is called like one of its parties")
    return None


def _platform(report: ReportFacts, group: GroupFacts) -> _Reason | None:
    shared = sorted(report.platforms & group.platforms)
    return _Reason(WEIGHTS["platform"], f"names its platform, {shared[0]}") if shared else None


def _time(report: ReportFacts, group: GroupFacts) -> _Reason | None:
    first, last = (group.first_seen_at - BEFORE).date(), (group.last_seen_at + BEFORE).date()
    named = next((day for day in report.days if first <= day <= last), None)
    if named:
        return _Reason(WEIGHTS["named day"], f"names a day of it, {named.isoformat()}")
    published = report.published_at
    if published and group.first_seen_at - BEFORE <= published <= group.last_seen_at + AFTER:
        return _Reason(WEIGHTS["day"], f"appeared on {published.date().isoformat()}, while it went on or soon after")
    return None


def _vendors(report: ReportFacts) -> Iterator[Proposal]:
    if not report.relevant:
        return
    for vendor in report.vendors:
        if vendor.domains:
            yield Proposal(
                "vendor",
                vendor.domains[0],
                WEIGHTS["domain"],
                f"names {vendor.name} as affected: “{vendor.sentence}”",
            )
