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
MOST = {"incident": 8, "wave": 5, "vendor": 10}
FURTHER = 0.5
"""For each further party of one group that a text names."""
LONG_ENOUGH = 12
"""Letters from which on a part of a subject tells more than chance."""
TELLING = 7
"""Letters from which on the beginning of a name tells its bearer more than chance."""
BEFORE, AFTER = timedelta(days=2), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NamedVendor:
    """A vendor that a text names; `domains` are none where neither the catalogue nor a person knows the name."""

    name: str
    domains: tuple[str, ...]
    sentence: str
    own_site: bool = False
    """Whether the text stands on the vendor's own site."""


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
    size: int = 1
    """Observations: of groups that fit equally well the larger one comes first."""


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
class _Fit:
    """How one group fits: by subject, party, platform and time; None where it does not."""

    group: GroupFacts
    subject: _Reason | None
    party: _Reason | None
    platform: _Reason | None
    time: _Reason | None

    @property
    def reasons(self) -> tuple[_Reason, ...]:
        return tuple(reason for reason in (self.subject, self.party, self.platform, self.time) if reason)

    @property
    def score(self) -> float:
        return sum(reason.weight for reason in self.reasons)

    @property
    def is_vague(self) -> bool:
        """Whether only platform and time speak for it, as they do for everything of that time."""
        return self.subject is None and self.party is None

    def proposal(self) -> Proposal:
        words = "; ".join(reason.words for reason in self.reasons)
        return Proposal(self.group.kind, self.group.public_id, self.score, words)


@dataclass(frozen=True, slots=True)
class QuotedSubject:
    """A quoted subject with the keys that clustering gives it."""

    words: str
    template_key: str
    payload_key: str


def propose_links(report: ReportFacts, groups: Iterable[GroupFacts]) -> tuple[Proposal, ...]:
    """The best links of a report, a few of each kind. A report that is not about relay abuse is linked by a quoted
    subject only. Platform and time alone propose no more than the largest wave of that time."""
    quoted = quoted_subjects(report.subjects)
    fits = [fit for group in groups if _is_enough(report, fit := _fit(report, quoted, group))]
    fits.sort(key=lambda fit: (-fit.score, -fit.group.size, fit.group.public_id))
    vague = [fit for fit in fits if fit.is_vague]
    sharp = [fit for fit in fits if not fit.is_vague]
    waves = [fit for fit in sharp if fit.group.kind == "wave"]
    incidents = [fit for fit in sharp if fit.group.kind == "incident"]
    kept = [*(waves or vague[:1])[: MOST["wave"]], *incidents[: MOST["incident"]]]
    return (*(fit.proposal() for fit in kept), *list(_vendors(report))[: MOST["vendor"]])


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


def labels_of(name: str) -> frozenset[str]:
    """Labels that an organisation of that name may have: of its whole name, and of its first words where they are
    long enough to tell it ("Kupferkanne Versand" may be kupferkanne.example)."""
    words = name.split()
    beginnings = (label_of("".join(words[:count])) for count in range(1, len(words)))
    return frozenset({label_of(name), *(label for label in beginnings if len(label) >= TELLING)}) - {""}


def _fit(report: ReportFacts, quoted: Sequence[QuotedSubject], group: GroupFacts) -> _Fit:
    return _Fit(
        group, _subject(quoted, group), _party(report.vendors, group), _platform(report, group), _time(report, group)
    )


def _is_enough(report: ReportFacts, fit: _Fit) -> bool:
    """A quoted subject tells the template of a wave; an incident needs its time too, and its party where it is one
    of a wave's many."""
    if not report.relevant and (fit.subject is None or fit.subject.weight < WEIGHTS["subject"]):
        return False
    if fit.group.kind == "incident":
        named = fit.party if fit.group.in_wave else fit.party or fit.subject
        return named is not None and fit.time is not None
    return fit.score >= ENOUGH and (fit.subject is not None or fit.time is not None)


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
    known = [vendor for vendor in vendors if group.domains.intersection(vendor.domains)]
    called = [vendor for vendor in vendors if not vendor.domains and group.labels & labels_of(vendor.name)]
    if not (known or called):
        return None
    weight = WEIGHTS["domain" if known else "name"] + FURTHER * min(len(known) + len(called) - 1, 4)
    return _Reason(weight, "; ".join([*(_known(vendor, group) for vendor in known), *map(_called, called)]))


def _known(vendor: NamedVendor, group: GroupFacts) -> str:
    said = "stands on the site of" if vendor.own_site else f"names {vendor.name}, whose domain is"
    return f"{said} {min(group.domains.intersection(vendor.domains))}"


def _called(vendor: NamedVendor) -> str:
    return f"names {vendor.name}, which is called like one of its parties"


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
    for domain, vendor in {vendor.domains[0]: vendor for vendor in report.vendors if vendor.domains}.items():
        said = "stands on its site" if vendor.own_site else f"names {vendor.name} as affected: “{vendor.sentence}”"
        yield Proposal("vendor", domain, WEIGHTS["domain"], said)
