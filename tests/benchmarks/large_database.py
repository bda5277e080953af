"""A large database: two years of waves, single incidents and ordinary mail, up to now.

    python -m tests.benchmarks.large_database DB [OBSERVATIONS] [OBSERVATIONS_OF_AN_INCIDENT] [SEEDS_DB]

One message of each incident goes in by the front door and is settled; its copies to further recipients are written as
intake writes them, a day at most apart, and everything is settled once more; one company in ten reacts. So the
database passes `relaywatch check`, and its figures are those that settling counted. One observation in five stands in
no incident. With SEEDS_DB the single messages are taken from there, and put there where it does not exist: making
fifty thousand takes long.
"""

import json
import random
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data.errors import ChangeRefused
from data.model import Reading
from data.store.database import Database, open_database
from data.store.intake import take_in
from data.store.mitigations import Door, Proof, set_status
from data.store.scope import touch_everything
from data.store.settle import settle
from data.store.values import DAY, HOUR, moment, public_id
from data.store.writes import DETAILS, OWN
from tests.data.readings import reading, submission
from tests.data.reports import entry, feed, take

INCIDENT = 20
"""Observations of an incident on average, as of a million in fifty thousand."""
WAVE = 20
"""Incidents of a wave."""
REPORTS_PER = 500
"""Observations per public report."""
SPAN = timedelta(days=730)
PLATFORMS = ("zendesk", "zendesk", "zendesk", "freshdesk", "jira", "helpscout", "wordpress", "intercom", "otrs", None)
MECHANISMS = ("ticket-acknowledgement",) * 6 + ("form-receipt", "chat-transcript", "list-confirmation")
COPIED = tuple(name for name in OWN if name != "sent_at")
SAME = ("rank", "trusted", "template_id", "alias_id", "party_id", "node_id", "company")
_COPY = (
    f"insert into observations (fingerprint, message_hash, recipient_hash, digest, observed_at, day, sent_at,"
    f" received_at, {', '.join(SAME + COPIED)})"
    f" select randomblob(16), null, randomblob(16), randomblob(16), c.at, c.at / {DAY}, c.at,"
    f" min(c.at + 3600, ?), {', '.join('o.' + name for name in SAME + COPIED)}"
    " from copies c join observations o on o.observation_id = c.seed order by c.at, c.rowid"
)
_ORDER = "create temp table copied as select c.seed from copies c order by c.at, c.rowid"
_WORDS = (
    "insert into observation_words (observation_id, subject, sender_name, text) select ? + c.rowid, w.subject,"
    " w.sender_name, w.text from copied c join observation_words w on w.observation_id = c.seed"
)
_DETAILS = (
    f"insert into observation_details (observation_id, {', '.join(DETAILS)})"
    f" select ? + c.rowid, {', '.join('d.' + name for name in DETAILS)}"
    " from copied c join observation_details d on d.observation_id = c.seed"
)
_SUBMISSIONS = (
    "insert into submissions (channel, received_at, submitter_hash, stored)"
    " select 'token', received_at, cast(?||(observation_id % 200) as blob), 1 from observations"
    " where observation_id > ?"
)
_CORROBORATIONS = (
    "insert into corroborations (observation_id, channel, submitter_hash, organisation, submission_id)"
    " select o.observation_id, 'token', s.submitter_hash, '', s.submission_id from observations o"
    " join submissions s on s.submission_id = o.observation_id - ?1 + ?2 where o.observation_id > ?1"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made, all of it out of one seed; `now` is the last second of the two years."""

    observations: int
    now: datetime
    chance: random.Random
    each: int = INCIDENT

    def word(self) -> str:
        syllables = self.chance.randrange(2, 5)
        return "".join(self.chance.choice("bdfgklmnprstvz") + self.chance.choice("aeiou") for _ in range(syllables))

    def phrase(self) -> str:
        return f"{' '.join(self.word() for _ in range(8))} {self.chance.randrange(100, 9_999)} USD"


def seeds(plan: Plan) -> Iterator[Reading]:
    """One reading of each incident, and of each kind of ordinary mail."""
    incidents = max(plan.observations // plan.each, WAVE)
    companies = [f"{plan.word()}{number}.example" for number in range(max(incidents // 4, 2 * WAVE))]
    waves = max(incidents * 4 // 5 // WAVE, 1)
    for number in range(waves):
        age = SPAN * plan.chance.random() if number >= 3 else timedelta(hours=20 + 9 * number)
        yield from _wave(plan, plan.now - age, plan.chance.sample(companies, WAVE))
    for _ in range(incidents - waves * WAVE):
        yield _seed(plan, plan.now - SPAN * plan.chance.random(), plan.chance.choice(companies), plan.phrase())
    for _ in range(max(incidents // 10, 1)):
        yield _seed(
            plan, plan.now - SPAN * plan.chance.random(), plan.chance.choice(companies), plan.phrase(),
            verdict="ordinary", score=-3.0,
        )  # fmt: skip


def _wave(plan: Plan, start: datetime, companies: Sequence[str]) -> Iterator[Reading]:
    phrase = plan.phrase()
    for company in companies:
        yield _seed(plan, start + timedelta(hours=12 * plan.chance.random()), company, phrase)


def _seed(plan: Plan, at: datetime, company: str, phrase: str, **changes: object) -> Reading:
    at = min(at, plan.now - timedelta(hours=1)).replace(microsecond=0)
    platform = PLATFORMS[sum(map(ord, company)) % len(PLATFORMS)]
    return reading(
        f"[Request received] {phrase}", domain=company, platform=platform,
        mechanism=plan.chance.choice(MECHANISMS), recipient=f"{plan.word()}@victim.example", sent_at=at, **changes,
    )  # fmt: skip


def copies(plan: Plan, db: Database) -> Iterator[tuple[int, int]]:
    """(observation to copy, time) for each further observation; few incidents are large, most are small."""
    until = int(plan.now.timestamp())
    found = db.rows("select observation_id, observed_at, standing from observations order by observation_id")
    weights = {row[0]: plan.chance.paretovariate(1.2) for row in found}
    shares = {
        standing: sum(weights[row[0]] for row in found if (row[2] > 0) == standing) for standing in (True, False)
    }
    for number, at, standing in found:
        part = 0.8 if standing > 0 else 0.2
        for _ in range(round(plan.observations * part * weights[number] / shares[standing > 0]) - 1):
            yield number, min(at + int(plan.chance.triangular(0, 24 * HOUR, 4 * HOUR)), until)


def copy(plan: Plan, db: Database) -> None:
    """The copies in all tables that intake fills, in one transaction."""
    with db.writing() as connection:
        last = connection.execute("select max(observation_id) from observations").fetchone()[0]
        handed = connection.execute("select max(submission_id) from submissions").fetchone()[0]
        connection.execute("create temp table copies (seed integer, at integer)")
        connection.executemany("insert into copies values (?, ?)", copies(plan, db))
        connection.execute(_ORDER)
        connection.execute(_COPY, (int(plan.now.timestamp()),))
        connection.execute(_WORDS, (last,))
        connection.execute(_DETAILS, (last,))
        connection.execute(_SUBMISSIONS, ("reporter", last))
        connection.execute(_CORROBORATIONS, (last, handed))
        _index(connection, last)
        touch_everything(connection)


def _index(connection: sqlite3.Connection, last: int) -> None:
    connection.execute(
        "insert into words (rowid, subject, sender_name, text)"
        " select observation_id, subject, sender_name, text from observation_words where observation_id > ?",
        (last,),
    )


def read_about(plan: Plan, db: Database) -> None:
    """Public reports over the two years, by the front door too."""
    count = max(plan.observations // REPORTS_PER, 5)
    told = [
        entry(
            number,
            title=f"Support desks abused: {plan.phrase()}",
            published_at=plan.now - SPAN * (number / count),
        )
        for number in range(count)
    ]
    for start in range(0, count, 200):
        take(db, feed(*told[start : start + 200]), at=plan.now, address=f"https://news{start}.example/feed")


def react(plan: Plan, db: Database) -> None:
    """Some companies acknowledge and mend their doors, days after they were first seen; at some it goes on."""
    rows = db.rows("select exposure_id, first_seen_at from exposures order by exposure_id")
    for number, first_seen_at in plan.chance.sample(rows, len(rows) // 10):
        door = Door(public_id("exposure", number))
        at = moment(first_seen_at) + timedelta(hours=plan.chance.randrange(1, 10 * 24))
        for status in ("confirmed", "reported", "acknowledged", "mitigated"):
            at += timedelta(hours=plan.chance.randrange(1, 48))
            if at < plan.now:
                with suppress(ChangeRefused):
                    set_status(db, door, status, author="operator", proof=Proof("told by telephone"), now=at)


def large_database(
    path: Path,
    observations: int,
    each: int = INCIDENT,
    seeds_path: Path | None = None,
    *,
    now: datetime | None = None,
) -> None:
    """Fill a new database; an incident has `each` observations on average.

    Raises FileExistsError where one stands there.
    """
    if path.exists():
        raise FileExistsError(f"{path} is there already. Remove it, or name another file.")
    plan = Plan(observations, (now or datetime.now(UTC)).replace(microsecond=0), random.Random(20), each)
    if seeds_path is None or not seeds_path.exists():
        with open_database(seeds_path or path) as db:
            step("seeds", lambda: take_in(db, submission(at=plan.now, who="operator"), seeds(plan)))
            db.connection.execute("pragma wal_checkpoint(truncate)")
    if seeds_path is not None:
        shutil.copyfile(seeds_path, path)
    with open_database(path) as db:
        plan = replace(plan, now=moment(db.value("select max(received_at) from submissions")))
        step("copies", lambda: copy(plan, db))
        step("settled", lambda: settle(db, plan.now))
        step("reactions", lambda: react(plan, db))
        step("reports", lambda: read_about(plan, db))
        db.connection.execute("pragma wal_checkpoint(truncate)")
        counts = {
            name: db.value(f"select count(*) from {name}")
            for name in (
                "observations",
                "incidents",
                "waves",
                "parties",
                "exposures",
                "templates",
                "nodes",
                "reports",
            )
        }
    print(json.dumps(counts | {"bytes": path.stat().st_size}))


def step(name: str, work) -> None:
    began, spent = time.perf_counter(), time.process_time()
    work()
    took = f"{time.perf_counter() - began:.1f} s, {time.process_time() - spent:.1f} of the processor"
    print(f"{name}: {took}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    large_database(Path(sys.argv[1]), *map(int, sys.argv[2:4] or ["100000"]), *[Path(name) for name in sys.argv[4:5]])
