"""What people decide over what the machine found: messages, templates and incidents that belong elsewhere.

Pure functions of what the machine says and of the decisions in force, in the order in which they were made. So a
decision that is undone leaves no trace, and a rebuild comes to the same answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from data.clustering.assign import Group, Member, Run


@dataclass(frozen=True, slots=True)
class Place:
    """Where an observation belongs: its template, and the alias of its party."""

    template: int
    alias: int


@dataclass(frozen=True, slots=True)
class Pin:
    """Observations that belong elsewhere: into a template of their own, or (`template` is None) to where another
    observation, the anchor, stands."""

    observations: tuple[int, ...]
    template: int | None
    anchor: int | None


@dataclass(frozen=True, slots=True)
class Bonds:
    """Observations by which incidents are one: pairs (subject, object) of merged incidents, and for each moved
    observation one of the incident it was moved to."""

    merges: tuple[tuple[int, int], ...] = ()
    moves: Mapping[int, int] | None = None


def pinned(pins: Iterable[Pin], made: Mapping[int, Place]) -> dict[int, Place]:
    """The places of pinned observations, given where the machine puts all that are named."""
    places: dict[int, Place] = {}
    for pin in pins:
        anchor = None if pin.anchor is None else places.get(pin.anchor) or made.get(pin.anchor)
        for number in pin.observations:
            if pin.template is not None and number in made:
                places[number] = Place(pin.template, made[number].alias)
            elif anchor is not None:
                places[number] = anchor
    return places


def roots(links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """For each linked thing the one that it ends up in: whatever a subject stands for goes to what the object stands
    for. Things that stay themselves are left out."""
    into: dict[int, int] = {}

    def end(item: int) -> int:
        while item in into:
            item = into[item]
        return item

    for subject, target in links:
        first, last = end(subject), end(target)
        if first != last:
            into[first] = last
    return {item: end(item) for item in into}


def set_aside(members: Sequence[Member], bonds: Bonds) -> tuple[list[Member], dict[int, list[Member]]]:
    """The members without those that were moved to another that is among the rest, and these by that other."""
    moves = bonds.moves or {}
    rest = {member.observation for member in members} - moves.keys()
    aside: dict[int, list[Member]] = {}
    for member in members:
        if moves.get(member.observation) in rest:
            aside.setdefault(moves[member.observation], []).append(member)
    gone = {member.observation for found in aside.values() for member in found}
    return [member for member in members if member.observation not in gone], aside


def bind(runs: Sequence[Run], bonds: Bonds, aside: Mapping[int, Sequence[Member]]) -> list[Run]:
    """The runs of one time line with merged incidents as one, and moved messages in theirs. Those who came so are
    marked as guests: they do not say which id an incident keeps."""
    if not bonds.merges and not aside:
        return list(runs)
    places = [(row, column) for row, run in enumerate(runs) for column in range(len(run.groups))]
    groups = [runs[row].groups[column] for row, column in places]
    home = {member.observation: index for index, group in enumerate(groups) for member in group.members}
    pairs = [(home[one], home[other]) for one, other in bonds.merges if one in home and other in home]
    into = roots(pair for pair in pairs if _is_kin(groups[pair[0]], groups[pair[1]]))
    guests: dict[int, list[Member]] = {}
    for index, target in into.items():
        guests.setdefault(target, []).extend(groups[index].members)
    for anchor, found in aside.items():
        target = into.get(home[anchor], home[anchor])
        guests.setdefault(target, []).extend(found)
    kept: dict[int, list[Group]] = {}
    for index, (row, _) in enumerate(places):
        if index not in into:
            kept.setdefault(row, []).append(_joined(groups[index], guests.get(index, ())))
    return [replace(run, groups=tuple(kept[row])) for row, run in enumerate(runs) if row in kept]


def _is_kin(one: Group, other: Group) -> bool:
    return (one.party, one.template) == (other.party, other.template)


def _joined(group: Group, guests: Sequence[Member]) -> Group:
    if not guests:
        return group
    came = [replace(member, guest=True, party=group.party, template=group.template) for member in guests]
    members = sorted([*group.members, *came], key=lambda member: (member.at, member.observation))
    return replace(group, members=tuple(members))
