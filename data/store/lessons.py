"""What was learned about shells, kept with a signature of the nodes that taught it and of this program's version."""

import json
import sqlite3
from base64 import b64decode, b64encode
from hashlib import blake2b

import numpy as np

from data.clustering.grams import Grams
from data.clustering.keys import features_version
from data.clustering.learned import NOTHING, Learned, learn
from data.clustering.lessons import FEW, MOST, last_day
from data.store.node_rows import nodes_of
from data.store.values import DAY

LESSON_VERSION = 1


def known_lesson(connection: sqlite3.Connection) -> Learned:
    """What was learned last; nothing in a new database."""
    row = connection.execute("select content from lessons").fetchone()
    return _read(json.loads(row[0])) if row else NOTHING


def learn_again(connection: sqlite3.Connection) -> bool:
    """Learns anew where the nodes that teach are others than before; says whether they were."""
    pupils = _pupils(connection)
    signature = blake2b(repr((LESSON_VERSION, features_version(), pupils)).encode(), digest_size=16).hexdigest()
    row = connection.execute("select signature from lessons").fetchone()
    if row and row[0] == signature:
        return False
    learned = learn(nodes_of(connection, pupils).values())
    connection.execute("delete from lessons")
    connection.execute(
        "insert into lessons (signature, content) values (?, ?)", (signature, json.dumps(_plain(learned)))
    )
    return True


def _pupils(connection: sqlite3.Connection) -> list[int]:
    counts = connection.execute(
        "select at / ?1 as day, count(*) from nodes group by day order by day", (DAY,)
    ).fetchall()
    day = last_day([(row[0], row[1]) for row in counts])
    if day is None:
        rows = connection.execute("select node_id from nodes order by node_id limit ?", (FEW,))
    else:
        rows = connection.execute(
            "select node_id from nodes where at < ? order by node_id limit ?", (day * DAY, MOST)
        )
    return [row[0] for row in rows]


def _plain(learned: Learned) -> dict[str, object]:
    return {
        "heads": {owner: list(map(list, found)) for owner, found in learned.heads.items()},
        "tails": {owner: list(map(list, found)) for owner, found in learned.tails.items()},
        "titles": sorted(learned.titles),
        "bodies": {owner: _pack(grams) for owner, grams in learned.bodies.items()},
        "common": _pack(learned.common),
    }


def _read(plain: dict[str, object]) -> Learned:
    heads, tails, titles, bodies, common = (plain[name] for name in ("heads", "tails", "titles", "bodies", "common"))
    assert isinstance(heads, dict) and isinstance(tails, dict) and isinstance(bodies, dict)  # noqa: S101
    assert isinstance(titles, list) and isinstance(common, str)  # noqa: S101
    return Learned(
        heads={owner: tuple(map(tuple, found)) for owner, found in heads.items()},
        tails={owner: tuple(map(tuple, found)) for owner, found in tails.items()},
        titles=frozenset(titles),
        bodies={owner: _unpack(packed) for owner, packed in bodies.items()},
        common=_unpack(common),
    )


def _pack(grams: Grams) -> str:
    return b64encode(np.array(sorted(grams), dtype="<u4").tobytes()).decode("ascii")


def _unpack(packed: str) -> Grams:
    return frozenset(np.frombuffer(b64decode(packed), dtype="<u4").tolist())
