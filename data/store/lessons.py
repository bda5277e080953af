"""What was learned about shells: a lesson on everybody, and one on each organisation, each with a signature of the
nodes that taught it and of this program's version. Organisations are "" for everybody."""

import json
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np

from data.clustering.grams import Grams
from data.clustering.keys import features_version
from data.clustering.learned import SAMPLE, Common, Shells, learn_common, learn_own
from data.clustering.lessons import DAY, MOST, common_day, own_day
from data.store.node_rows import nodes_of

LESSON_VERSION = 3
EVERYBODY = ""
NOTHING = Shells()
WHENEVER = 1 << 62


class Lessons:
    """The lessons that hold, within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._own: dict[str, Shells] = {}
        self._total = 0
        self._day: int | None = None
        row = _stored(connection, EVERYBODY)
        self.common = _read_common(row["content"]) if row else Common()
        self._signature = row["signature"] if row else ""

    def own(self, organisation: str) -> Shells:
        """What an organisation writes around strangers' words; nothing where it is not known."""
        found = self._own.get(organisation)
        if found is None:
            row = _stored(self._connection, organisation)
            found = self._own[organisation] = _read(row["content"]) if row else NOTHING
        return found

    def learn_common(self) -> bool:
        """Learns anew what is everybody's where other nodes teach than before; says whether the lesson differs, or
        by which nodes organisations are taught."""
        pupils = self._pupils()
        teaching = f"{self._day if self._total > MOST else None} "
        signature = teaching + _sign(pupils)
        if signature == self._signature:
            return False
        moved = not self._signature.startswith(teaching)
        self._signature = signature
        learned = learn_common(nodes_of(self._connection, pupils).values())
        content = json.dumps(_plain_common(learned))
        _save(self._connection, EVERYBODY, self._signature, content)
        before, self.common = self.common, _read_common(content)
        return moved or before != self.common

    def learn_own(self, organisations: Iterable[str]) -> list[str]:
        """Learns anew of organisations whose nodes or whose common lesson are others than before; returns those
        whose lesson differs."""
        different: list[str] = []
        for organisation in organisations:
            pupils = self._pupils_of(organisation)
            signature = _sign([*pupils, self._signature])
            row = _stored(self._connection, organisation)
            if row and row["signature"] == signature:
                continue
            learned = learn_own(nodes_of(self._connection, pupils).values(), self.common)
            if learned != self.own(organisation):
                different.append(organisation)
            content = json.dumps(_plain(learned))
            _save(self._connection, organisation, signature, content)
            self._own[organisation] = _read(content)
        return different

    def _pupils(self) -> list[int]:
        counts = _days(self._connection, "", ())
        self._total, self._day = sum(count for _, count in counts), common_day(counts)
        rows = self._connection.execute(
            "select node_id from nodes where at < ? order by node_id limit ?",
            (WHENEVER if self._day is None else self._day * DAY, MOST),
        )
        return [row[0] for row in rows]

    def _pupils_of(self, organisation: str) -> list[int]:
        counts = _days(self._connection, "where organisation = ?", (organisation,))
        day = own_day(counts, self._total, self._day)
        rows = self._connection.execute(
            "select node_id from nodes where organisation = ? and at < ? order by node_id limit ?",
            (organisation, WHENEVER if day is None else day * DAY, SAMPLE),
        )
        return [row[0] for row in rows]


def _days(connection: sqlite3.Connection, where: str, given: tuple[str, ...]) -> list[tuple[int, int]]:
    rows = connection.execute(
        f"select at / {DAY} as day, count(*) from nodes {where} group by day order by day",  # noqa: S608 (our own words)
        given,
    )
    return [(row[0], row[1]) for row in rows]


def _sign(taught: Sequence[object]) -> str:
    return blake2b(repr((LESSON_VERSION, features_version(), taught)).encode(), digest_size=16).hexdigest()


def _stored(connection: sqlite3.Connection, organisation: str) -> Any:  # noqa: ANN401 (a row)
    return connection.execute(
        "select signature, content from lessons where organisation = ?", (organisation,)
    ).fetchone()


def _save(connection: sqlite3.Connection, organisation: str, signature: str, content: str) -> None:
    connection.execute(
        "insert or replace into lessons (organisation, signature, content) values (?, ?, ?)",
        (organisation, signature, content),
    )


def _plain(shells: Shells) -> dict[str, object]:
    return {
        "heads": shells.heads,
        "tails": shells.tails,
        "titles": sorted(shells.titles),
        "body": _pack(shells.body),
    }


def _plain_common(common: Common) -> dict[str, object]:
    return {
        "shells": _plain(common.shells),
        "several": _pack(common.several),
        "typed": _pack(common.typed),
        "alone": {owner: _pack(grams) for owner, grams in common.alone.items()},
    }


@lru_cache(maxsize=2_000)
def _read(content: str) -> Shells:
    """The same object for the same content, so that what was stripped by it is recognised."""
    return _shells(json.loads(content))


def _shells(plain: dict[str, Any]) -> Shells:
    return Shells(
        heads=tuple(map(tuple, plain["heads"])),
        tails=tuple(map(tuple, plain["tails"])),
        titles=frozenset(plain["titles"]),
        body=_unpack(plain["body"]),
    )


@lru_cache(maxsize=4)
def _read_common(content: str) -> Common:
    plain = json.loads(content)
    return Common(
        shells=_shells(plain["shells"]),
        several=_unpack(plain["several"]),
        typed=_unpack(plain["typed"]),
        alone={owner: _unpack(packed) for owner, packed in plain["alone"].items()},
    )


def _pack(grams: Grams) -> str:
    return b64encode(np.array(sorted(grams), dtype="<u4").tobytes()).decode("ascii")


def _unpack(packed: str) -> Grams:
    return frozenset(np.frombuffer(b64decode(packed), dtype="<u4").tolist())
