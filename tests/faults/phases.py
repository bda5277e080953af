"""The phases of the program's life in which it is killed: what each prepares, does in a process of its own, and must
leave behind."""

import atexit
import gzip
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http.client import HTTPException
from multiprocessing.connection import Connection
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from collectors.api import api_routes
from collectors.collecting import Collector, Round
from collectors.ingestion import ingest_paths
from collectors.reporting import collect_drop_folder
from data.model import Reading
from data.settings import Settings
from data.store.backup import verify
from data.store.database import Database, open_database
from data.store.intake import take_in
from data.store.intelligence_feeds import add_feed
from data.store.intelligence_reads import reports
from data.store.rebuild import rebuild
from data.store.settle import settle
from tests.collectors.api_server import acknowledgement, hand_in
from tests.conftest import free_port
from tests.data.readings import NOON, burst, reading, submission
from tests.data.reports import WORDS
from tests.loopback import Reply, Site, loopback

OLD = Path(__file__).parents[1] / "samples" / "databases" / "m001.db.gz"
MAILS = 120
DROPPED = 40
FEEDS, ENTRIES = 6, 5
SUBMITTERS = 4
UNENDING_SECONDS = 1.0
"""How long a phase lasts that has no end of its own: a server."""
_UNTIL_THE_END = ExitStack()
atexit.register(_UNTIL_THE_END.close)
Tell = Callable[[str, object], None]
"""Says to whoever watches: "in" and "out" of the phase, or "ack" with what was promised to be kept."""


@dataclass(frozen=True)
class Phase:
    """`prepare` fills a folder, `work` runs in the process that dies, `beside` here meanwhile: it gives what ends it
    before `problems` says what is wrong with what was left, given the promises. That may finish what was begun."""

    name: str
    prepare: Callable[[Path], None]
    work: Callable[[Path, Tell], None]
    problems: Callable[[Path, list[object]], list[str]]
    beside: Callable[[Path, Tell], Callable[[], None]] = lambda _folder, _tell: lambda: None
    ends: bool = True


@cache
def readings() -> list[Reading]:
    """Four payloads at several parties, and mail that stands in no incident."""
    waves = [
        item
        for number in range(4)
        for item in burst(
            4, 12, start=NOON + timedelta(days=number), subject=f"Claim the {'abcd'[number] * 3} prize {number}00 USD"
        )
    ]
    return [*waves, *(reading(f"Order {number} sent", verdict="ordinary", score=-3.0) for number in range(20))]


def settings(folder: Path, **changes: object) -> Settings:
    return Settings(
        db=folder / "watch.db", web_pace_seconds=0.001, web_attempts=1, allowed_hosts=("127.0.0.1",), **changes
    )


def nothing(folder: Path) -> None:
    open_database(settings(folder).db).close()


def missing(folder: Path, promised: list[object]) -> list[str]:
    """Promised fingerprints or ids that are not there exactly once."""
    with open_database(settings(folder).db) as db:
        counts = {
            key: db.value(
                "select count(*) from observations"
                f" where {'observation_id' if isinstance(key, int) else 'fingerprint'} = ?",
                (key,),
            )
            for key in promised
        }
    return [f"promised {key!r} is there {count} times" for key, count in counts.items() if count != 1]


def expected(found: object, wanted: object, what: str) -> list[str]:
    return [] if found == wanted else [f"{what}: {found!r} instead of {wanted!r}"]


# parse -------------------------------------------------------------------------------------------------------------


def write_mails(folder: Path) -> None:
    nothing(folder)
    mails = folder / "mails"
    mails.mkdir()
    for number in range(MAILS):
        message = acknowledgement(number, company=f"tenant{number % 7}", words=f"claim {number % 3},400 USD")
        (mails / f"{number:04d}.eml").write_bytes(message)


def ingest(folder: Path, step: Callable[[int], None] = lambda _: None) -> int:
    with Path(os.devnull).open("rb") as stdin:
        return ingest_paths([str(folder / "mails")], settings(folder), stdin=stdin, step=step).stored


def parse(folder: Path, tell: Tell) -> None:
    read = 0

    def step(count: int) -> None:
        nonlocal read
        if not read:
            tell("in", None)
        read += count
        if read == MAILS:
            tell("out", None)

    ingest(folder, step)


def all_mails_once(folder: Path, _promised: list[object]) -> list[str]:
    ingest(folder)
    again = ingest(folder)
    with open_database(settings(folder).db) as db:
        return expected(db.value("select count(*) from observations"), MAILS, "observations") + expected(
            again, 0, "stored by a further ingest"
        )


# transaction, checkpoint, settle, rebuild --------------------------------------------------------------------------


def store(db: Database, tell: Tell, each: int) -> None:
    for start in range(0, len(readings()), each):
        lot = readings()[start : start + each]
        take_in(db, submission(), lot, settled=False)
        for item in lot:
            tell("ack", item.fingerprint)


def transaction(folder: Path, tell: Tell) -> None:
    readings()
    with open_database(settings(folder).db) as db:
        tell("in", None)
        store(db, tell, 4)
        tell("out", None)


def checkpoint(folder: Path, tell: Tell) -> None:
    with open_database(settings(folder).db) as db:
        db.connection.execute("pragma wal_autocheckpoint = 0")
        store(db, tell, 50)
        tell("in", None)
        db.connection.execute("pragma wal_checkpoint(truncate)").fetchall()
        tell("out", None)


def unsettled(folder: Path) -> None:
    with open_database(settings(folder).db) as db:
        store(db, lambda *_: None, 50)


def settled(folder: Path) -> None:
    unsettled(folder)
    with open_database(settings(folder).db) as db:
        settle(db)


def settle_all(folder: Path, tell: Tell) -> None:
    with open_database(settings(folder).db) as db:
        tell("in", None)
        settle(db)
        tell("out", None)


def rebuild_all(folder: Path, tell: Tell) -> None:
    with open_database(settings(folder).db) as db:
        tell("in", None)
        rebuild(db)
        tell("out", None)


def all_readings_once(folder: Path, _promised: list[object]) -> list[str]:
    return missing(folder, [item.fingerprint for item in readings()])


# migration ---------------------------------------------------------------------------------------------------------


def old_database(folder: Path) -> None:
    settings(folder).db.write_bytes(gzip.decompress(OLD.read_bytes()))


def migrate(folder: Path, tell: Tell) -> None:
    tell("in", None)
    open_database(settings(folder).db).close()
    tell("out", None)


def migrated(folder: Path, _promised: list[object]) -> list[str]:
    path = settings(folder).db
    with open_database(path) as db:
        count = db.value("select count(*) from observations")
    copy = path.with_name(path.name + ".m001_first_schema")
    return (
        expected(count > 0, True, "observations of the old database")
        + expected(verify(copy), count, "observations of the copy that was set aside")
        + expected([item.name for item in folder.iterdir() if item.name.endswith(".part")], [], "left behind")
    )


# collect, mailbox, submission --------------------------------------------------------------------------------------


def feed_of(number: int) -> bytes:
    items = "".join(
        f"<item><title>Story {number}-{entry}</title><guid>{number}-{entry}</guid>"
        f"<pubDate>Thu, 22 Jan 2026 12:00:00 GMT</pubDate><description>{WORDS}</description></item>"
        for entry in range(ENTRIES)
    )
    return f"<rss version='2.0'><channel><title>News {number}</title>{items}</channel></rss>".encode()


def add_feeds(folder: Path) -> None:
    with open_database(settings(folder).db) as db:
        for number in range(FEEDS):
            add_feed(db, f"{site().address}/feed{number}", now=datetime.now(UTC), added_by="test")


@cache
def site() -> Site:
    """One server of feeds for all kills; it ends with this process."""
    opened = _UNTIL_THE_END.enter_context(loopback())
    opened.replies |= {f"/feed{number}": Reply(feed_of(number)) for number in range(FEEDS)}
    return opened


def collect(folder: Path, tell: Tell) -> None:
    with open_database(settings(folder).db) as db:
        collector = Collector(db, settings(folder))
        tell("in", None)
        collector.feeds(Round())
        collector.links(Round())
        tell("out", None)


def all_stories_once(folder: Path, _promised: list[object]) -> list[str]:
    later = timedelta(hours=2)
    with open_database(settings(folder).db) as db:
        Collector(db, settings(folder), clock=lambda: datetime.now(UTC) + later).feeds(Round())
        titles = sorted(row.title for row in reports(db, limit=1_000))
    return expected(
        titles, sorted(f"Story {feed}-{entry}" for feed in range(FEEDS) for entry in range(ENTRIES)), "stories"
    )


def fill_drop_folder(folder: Path) -> None:
    nothing(folder)
    for name in ("new", "cur", "tmp"):
        (folder / "drop" / name).mkdir(parents=True)
    for number in range(DROPPED):
        (folder / "drop" / "new" / f"{number:03d}.eml").write_bytes(acknowledgement(number))


def empty_drop_folder(folder: Path, tell: Tell) -> None:
    tell("in", None)
    collect_drop_folder(settings(folder, drop_folder=folder / "drop"))
    tell("out", None)


def all_letters_once(folder: Path, _promised: list[object]) -> list[str]:
    collect_drop_folder(settings(folder, drop_folder=folder / "drop"))
    with open_database(settings(folder).db) as db:
        counts = [db.value(f"select count(*) from {table}") for table in ("observations", "submissions")]
    return expected(counts, [DROPPED, DROPPED], "observations and submissions") + expected(
        len(list((folder / "drop" / "cur").iterdir())), DROPPED, "letters put away"
    )


def serve_api(folder: Path, tell: Tell) -> None:
    os.environ["RELAYWATCH_DB"] = str(settings(folder).db)
    port = free_port()
    (folder / "port.part").write_text(str(port))
    (folder / "port.part").rename(folder / "port")
    uvicorn.run(Starlette(routes=api_routes(lambda: True)), host="127.0.0.1", port=port, log_level="critical")


def hand_in_beside(folder: Path, tell: Tell) -> Callable[[], None]:
    """Submitters who note each promise; the first one opens the phase, which lasts some time after it."""
    stop = threading.Event()

    def submit(number: int) -> None:
        while not (folder / "port").exists() and not stop.is_set():
            time.sleep(0.01)
        address = f"http://127.0.0.1:{(folder / 'port').read_text()}" if not stop.is_set() else ""
        turn = 0
        while not stop.is_set():
            key, turn = number * 10_000 + turn, turn + 1
            try:
                answer = hand_in(address, acknowledgement(key, words=f"claim {key % 5},400 USD"))
            except (OSError, HTTPException):
                time.sleep(0.02)
                continue
            if answer.status < 300:
                for item in answer.json["items"]:
                    tell("ack", int(item["observation_id"].partition("-")[2]))

    threads = [threading.Thread(target=submit, args=(number,), daemon=True) for number in range(SUBMITTERS)]
    for thread in threads:
        thread.start()

    def end() -> None:
        stop.set()
        for thread in threads:
            thread.join()

    return end


def each_submission_once(folder: Path, promised: list[object]) -> list[str]:
    doubled = len(promised) - len(set(promised))
    return missing(folder, promised) + expected(doubled, 0, "promises of one id to several messages")


PHASES = (
    Phase("parse", write_mails, parse, all_mails_once),
    Phase("transaction", nothing, transaction, missing),
    Phase("checkpoint", nothing, checkpoint, missing),
    Phase("settle", unsettled, settle_all, all_readings_once),
    Phase("rebuild", settled, rebuild_all, all_readings_once),
    Phase("migration", old_database, migrate, migrated),
    Phase("collect", add_feeds, collect, all_stories_once),
    Phase("mailbox", fill_drop_folder, empty_drop_folder, all_letters_once),
    Phase("submission", nothing, serve_api, each_submission_once, hand_in_beside, ends=False),
)


@contextmanager
def told_by(connection: Connection) -> Iterator[Tell]:
    """A Tell that goes over a pipe; what is not wholly sent when the process dies was not promised."""
    yield lambda word, value: connection.send((word, value))
    connection.close()


def run(name: str, folder: Path, connection: Connection) -> None:
    """The process that dies."""
    phase = next(item for item in PHASES if item.name == name)
    with told_by(connection) as tell:
        phase.work(folder, tell)
