"""Which public id each group of a settle keeps.

Every observation votes for the incident it stands in. One that people moved does not, as long as others do: the
incident it was moved to keeps its id. Where people moved what is around it, an observation votes for where it stood
before, so that what is undone finds the ids that it had, even those that lead elsewhere meanwhile.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Sequence

from data.clustering.assign import Member, keep_ids

Members = Sequence[Member]
Standing = Callable[[Member], int | None]


def keep(
    connection: sqlite3.Connection, kind: str, groups: Sequence[Members], stored: Collection[int], now: Standing
) -> list[int | None]:
    """The id that each group keeps, None for a new one. `stored` are the ids in scope, `now` says where a member
    stands at present."""
    place = 0 if kind == "incident" else 1
    votes = [
        Counter(
            vote
            for member in members
            if not member.guest and (vote := now(member) if member.home is None else member.home[place])
        )
        for members in groups
    ]
    elsewhere = _elsewhere(connection, kind, {vote for counts in votes for vote in counts} - set(stored))
    for counts in votes:
        for number in elsewhere & counts.keys():
            del counts[number]
    kept = keep_ids(votes)
    if all(votes):
        return kept
    return _second_choice(groups, votes, kept, stored, now)


def _second_choice(
    groups: Sequence[Members],
    votes: Sequence[Counter[int]],
    kept: Sequence[int | None],
    stored: Collection[int],
    now: Standing,
) -> list[int | None]:
    """Groups in which nobody votes, of moved observations or later ones, keep the id that they were given, where
    nobody else does."""
    taken = set(kept)
    free = [
        Counter(
            number
            for member in members
            if (number := now(member)) is not None and number in stored and number not in taken
        )
        if not counts
        else Counter()
        for members, counts in zip(groups, votes, strict=True)
    ]
    return [first or second for first, second in zip(kept, keep_ids(free), strict=True)]


def _elsewhere(connection: sqlite3.Connection, kind: str, numbers: Collection[int]) -> set[int]:
    """Ids that are in use out of scope."""
    rows = connection.execute(
        f"select {kind}_id from {kind}s where {kind}_id in (select value from json_each(?))",  # noqa: S608 (our own words)
        (json.dumps(sorted(numbers)),),
    )
    return {row[0] for row in rows}
