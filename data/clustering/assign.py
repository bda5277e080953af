"""Which observations of one template form incidents and waves, and which of them keep an earlier public id.

A pure function of the set of observations: any order of arrival ends in the same groups.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.clustering.stretches import DENSE_WINDOW, SPARSE_GAP, Stretch, cut_stretches
from data.clustering.waves import is_wave


@dataclass(frozen=True, slots=True)
class Member:
    """What grouping knows of one observation: when, whose, whether a trusted channel vouches for it, the incident it
    stood in before, its template, and whether the attacker made the tenant that sent it: nobody's abused party.

    A guest is where it is because somebody put it there; `home` is the incident and wave that it stood in before
    somebody moved it or what is around it (0: none)."""

    observation: int
    at: int
    party: int
    trusted: bool
    incident: int | None = None
    template: int = 0
    attackers: bool = False
    guest: bool = False
    home: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The observations of one party and one template in one stretch: an incident."""

    party: int
    template: int
    members: tuple[Member, ...]

    @property
    def is_abused(self) -> bool:
        """Whether its party is abused rather than the attacker's own."""
        return not all(member.attackers for member in self.members)


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch of a template's time line: its incidents, and whether together they are a wave."""

    dense: bool
    wave: bool
    groups: tuple[Group, ...]


def assign(members: Sequence[Member], *, has_payload: bool) -> list[Run]:
    """The stretches of one template, or of the wordless templates of one platform, in order of time, each with its
    incidents in order of first sight."""
    ordered = sorted(members, key=lambda member: (member.at, member.observation))
    runs = [_run(found, dense=dense, has_payload=has_payload) for dense, found in _stretches(ordered)]
    runs.sort(key=_beginning)
    return [
        replace(run, wave=False) if run.wave and _is_fringe(index, runs) else run for index, run in enumerate(runs)
    ]


def _beginning(run: Run) -> tuple[int, int]:
    first = run.groups[0].members[0]
    return first.at, first.observation


def _is_fringe(index: int, runs: Sequence[Run]) -> bool:
    """Whether a stretch is the few messages before or after a burst, which is the wave."""
    if runs[index].dense:
        return False
    start, end = _span(runs[index])
    bursts = (_span(run) for run in runs[max(index - 1, 0) : index + 2] if run.dense)
    return any(first - end <= SPARSE_GAP and start - last <= SPARSE_GAP for first, last in bursts)


def _span(run: Run) -> tuple[int, int]:
    """The time between the first and the last trusted observation of a wave or burst; strangers cannot widen it."""
    members = [member for group in run.groups for member in group.members]
    times = [member.at for member in members if member.trusted] or [member.at for member in members]
    return min(times), max(times)


def _stretches(ordered: Sequence[Member]) -> list[tuple[bool, list[Member]]]:
    """Stretches are cut by trusted observations alone; anonymous ones join the stretch they fall into, and only
    among themselves make further ones. So no number of them can move a border or bridge a silence."""
    trusted = [member for member in ordered if member.trusted]
    found = _cut(trusted)
    if len(trusted) == len(ordered):
        return found
    spans = [(members[0].at, members[-1].at, dense) for dense, members in found]
    strangers: list[Member] = []
    for member in ordered:
        if not member.trusted:
            home = _home(member.at, spans)
            (strangers if home is None else found[home][1]).append(member)
    for _, joined in found:
        joined.sort(key=lambda member: (member.at, member.observation))
    return found + _cut(strangers)


def _cut(ordered: Sequence[Member]) -> list[tuple[bool, list[Member]]]:
    stretches: list[Stretch] = cut_stretches([member.at for member in ordered])
    return [(stretch.dense, list(ordered[stretch.start : stretch.end])) for stretch in stretches]


def _home(at: int, spans: Sequence[tuple[int, int, bool]]) -> int | None:
    """The stretch that a time falls into or is near enough to, the nearest first, of equals the earlier."""
    place = bisect_right(spans, at, key=lambda span: span[0])
    near = [index for index in (place - 1, place) if 0 <= index < len(spans)]
    distances = [(max(spans[index][0] - at, at - spans[index][1], 0), index) for index in near]
    for distance, index in sorted(distances):
        if distance <= (DENSE_WINDOW if spans[index][2] else SPARSE_GAP):
            return index
    return None


def _run(members: Sequence[Member], *, dense: bool, has_payload: bool) -> Run:
    by_party: defaultdict[tuple[int, int], list[Member]] = defaultdict(list)
    for member in members:
        by_party[member.party, member.template].append(member)
    vouched = len({member.party for member in members if member.trusted and not member.attackers})
    groups = tuple(Group(party, template, tuple(found)) for (party, template), found in by_party.items())
    return Run(dense, is_wave(vouched, dense=dense, has_payload=has_payload), groups)


def keep_ids(before: Sequence[Counter[int]]) -> list[int | None]:
    """For each new group, given how many of its observations stood in each old one, the old id that it keeps.

    The largest overlaps choose first, of equal ones the smaller id; an id is kept by one group only.
    """
    overlaps = sorted(
        (-count, old, index) for index, counts in enumerate(before) for old, count in counts.items() if count
    )
    kept: list[int | None] = [None] * len(before)
    taken: set[int] = set()
    for _, old, index in overlaps:
        if kept[index] is None and old not in taken:
            kept[index] = old
            taken.add(old)
    return kept


def successors(before: Sequence[Counter[int]], ids: Sequence[int]) -> dict[int, int]:
    """For each old id, the new id that most of its observations went to, of equals the smaller."""
    went: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for counts, new in zip(before, ids, strict=True):
        for old, count in counts.items():
            went[old][new] += count
    return {old: min(counts, key=lambda new: (-counts[new], new)) for old, counts in went.items()}
