"""Every reader of bytes that strangers, feeds, sites or files bring, as a function to be tried.

What a target may raise stands with it: a sentence for somebody.
"""

import asyncio
import atexit
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request

from collectors.advisories import parse_feed
from collectors.api_bodies import received
from collectors.api_problems import Problem
from collectors.authentication import read_authentication
from collectors.headers import parse_message
from collectors.messages import read_messages
from collectors.opml import read_opml
from collectors.reading import Reader
from collectors.received import read_hops
from collectors.reports import read_report
from collectors.robots import allows, read_robots
from collectors.web_addresses import read_redirect, read_target
from collectors.web_answers import media_type, retry_time
from data.catalogue.loader import FOLDER, load_catalogue
from data.catalogue.vendors import load_vendors
from data.errors import RelaywatchError
from data.keys import passing_keys
from data.model import RawMessage, Reading, Refusal
from data.settings import Settings
from data.store.database import Database, open_database
from data.store.intake import take_in
from data.store.readings_json import readings_from_json, readings_to_json
from tests.data.readings import NOON, reading, submission

SAMPLES = Path(__file__).parents[1] / "samples"
FUZZED = SAMPLES / "fuzzed"
SHARED = Path(__file__).parents[3] / "shared" / "corpus"
LARGEST_SEED = 200_000
CORPUS_SEEDS = 150
SETTINGS = Settings()
_UNTIL_THE_END = ExitStack()
atexit.register(_UNTIL_THE_END.close)


@dataclass(frozen=True)
class Target:
    name: str
    read: Callable[[bytes], object]
    seeds: tuple[str, ...]
    """Folders or files of tests/samples, and texts of one's own that begin with a line end."""
    corpus: tuple[str, ...] = ()
    expected: tuple[type[Exception], ...] = (RelaywatchError,)


@cache
def reader() -> Reader:
    return Reader(SETTINGS, passing_keys(), load_catalogue())


def message(blob: bytes) -> None:
    """The whole corridor, and into a database."""
    items = list(reader()(blob, "fuzz"))
    assert all(isinstance(item, Reading | Refusal) for item in items)


@cache
def database() -> Database:
    """One for all tries, which goes with this process."""
    folder = _UNTIL_THE_END.enter_context(tempfile.TemporaryDirectory())
    return _UNTIL_THE_END.enter_context(open_database(Path(folder) / "fuzz.db"))


def stored(blob: bytes) -> None:
    items = list(reader()(blob, "fuzz"))
    intake = take_in(database(), submission(), items, settled=len(blob) % 8 == 0)
    assert len(intake.taken) + len(intake.refused) == len(items)
    assert not [refusal for refusal in intake.refused if "cannot be stored" in refusal.reason]


def container(blob: bytes) -> None:
    for _ in read_messages(blob, "fuzz", SETTINGS):
        pass


def header(blob: bytes) -> None:
    parse_message(RawMessage("fuzz", blob), SETTINGS)


def field_reader(name: bytes, read: Callable[..., object]) -> Callable[[bytes], None]:
    def target(blob: bytes) -> None:
        lines = b"".join(b"\n " + line for line in blob.split(b"\n"))
        read(parse_message(RawMessage("fuzz", name + b": " + lines.strip() + b"\nFrom: a@b.example\n\n"), SETTINGS))

    return target


def body(blob: bytes) -> None:
    """A body of the API, in chunks as the network brings them."""
    sent = [blob[start : start + 997] for start in range(0, len(blob), 997)] or [b""]
    chunks = iter([{"type": "http.request", "body": chunk, "more_body": True} for chunk in sent])

    async def receive() -> dict[str, object]:
        return next(chunks, {"type": "http.request", "body": b"", "more_body": False})

    async def read() -> None:
        kind = b"multipart/form-data; boundary=xyz"
        scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", kind)]}
        async with received(Request(scope, receive), SETTINGS, "multipart/form-data"):
            pass

    asyncio.run(read())


def catalogue(blob: bytes) -> None:
    """A catalogue file that somebody edited, in place of the platforms' own."""
    with tempfile.TemporaryDirectory() as folder:
        for path in FOLDER.glob("*.toml"):
            (Path(folder) / path.name).write_bytes(path.read_bytes())
        (Path(folder) / "platforms_service.toml").write_bytes(blob)
        load_catalogue.__wrapped__(Path(folder))


def vendors(blob: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (file := Path(folder) / "vendors.toml").write_bytes(blob)
        load_vendors.__wrapped__(file)


def held(blob: bytes) -> None:
    """Readings that wait for review, as they come back out of the database."""
    readings_from_json(blob.decode("utf-8", "replace"))


def feed(blob: bytes) -> None:
    parse_feed(blob, "fuzz", "https://news.example/feed")


def page(blob: bytes) -> None:
    read_report(blob, "fuzz", "https://news.example/a")


def robots(blob: bytes) -> None:
    allows(read_robots(blob), "/stories/a?b=c")


def address(blob: bytes) -> None:
    text = blob.decode("latin-1")
    retry_time(text, NOON, 86_400)
    media_type(text)
    read_redirect(read_target("https://news.example/a"), text, ())


FEED = """
<rss version='2.0'><channel><title>News</title><item><title>A &amp; B</title><link>https://news.example/1</link>
<pubDate>Thu, 22 Jan 2026 12:00:00 GMT</pubDate><description>&lt;p&gt;Relay spam&lt;/p&gt;</description></item>
</channel></rss>"""
ATOM = """
<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">News</title><entry><id>urn:1</id><title>T</title>
<link href="/a"/><updated>2026-01-22T12:00:00Z</updated><content type="xhtml"><div>x</div></content></entry></feed>"""
JSON_FEED = """
{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [{"id": "1", "url": "https://news.example/1",
"title": "T", "content_html": "<p>x</p>", "date_published": "2026-01-22T12:00:00Z"}]}"""
OPML = """
<opml version="2.0"><body><outline text="A"><outline type="rss" xmlUrl="https://news.example/feed"/></outline></body>
</opml>"""
FORM = """
--xyz\r\nContent-Disposition: form-data; name="file"; filename="a.eml"\r\n\r\nFrom: a@b.example
\r\n--xyz\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello\r\n--xyz--\r\n"""
RECEIVED = """
from out.example.com (out.example.com [192.0.2.7]) by mx.example.net (Postfix) with ESMTPS id 4A; for <a@b.example>;
 Mon, 23 Nov 2026 14:31:09 +0000"""
RESULTS = """
mx.example.net; spf=pass (mailfrom) smtp.mailfrom=b.example; dkim=pass header.d=b.example header.s=k1; dmarc=pass
 (p=reject) header.from=b.example"""
ROBOTS = "\nUser-agent: *\nDisallow: /a*b$\nAllow: /stories\nUser-agent: relaywatch\nDisallow: /x\n"

TARGETS = {
    target.name: target
    for target in (
        Target("message", message, ("messages", "platforms"), ("mail",)),
        Target("stored", stored, ("messages", "platforms"), ("mail",)),
        Target("container", container, ("messages"), ("mail",)),
        Target("header", header, ("messages", "platforms"), ("mail",)),
        Target("received", field_reader(b"Received", read_hops), (RECEIVED,)),
        Target(
            "results",
            field_reader(b"Authentication-Results", lambda read: read_authentication(read, (), ("mx.example.net",))),
            (RESULTS,),
        ),
        Target("feed", feed, (FEED, ATOM, JSON_FEED), ("feeds",)),
        Target("page", page, ("intelligence/article.html",), ("reports/pages",)),
        Target("opml", read_opml, (OPML,)),
        Target("robots", robots, (ROBOTS,)),
        Target("address", address, ("\nhttps://user@xn--a.example:8443/b?c#d", "\nThu, 22 Jan 2026 12:00:00 GMT")),
        Target("body", body, (FORM,), expected=(Problem,)),
        Target("catalogue", catalogue, ("../../data/catalogue/platforms_service.toml",)),
        Target("vendors", vendors, ("../../data/catalogue/vendors.toml",)),
        Target("held", held, ("\n" + readings_to_json([reading()]),), expected=(ValueError,)),
    )
}


def seeds_of(target: Target) -> list[bytes]:
    """What the mutations start from, smallest first: samples of ours, and of ../shared/corpus where that is there."""
    found = [text[1:].encode() for text in target.seeds if text.startswith("\n")]
    for name in target.seeds:
        if not name.startswith("\n"):
            found += [path.read_bytes() for path in _files(SAMPLES / name)]
    found += [path.read_bytes() for path in _files(FUZZED / target.name)]
    for name in target.corpus:
        files = [path for path in _files(SHARED / name) if path.stat().st_size <= LARGEST_SEED]
        found += [path.read_bytes() for path in files[:: max(1, len(files) // CORPUS_SEEDS)]]
    return sorted(found, key=len)


def _files(place: Path) -> Iterator[Path]:
    paths = [place] if place.is_file() else sorted(place.rglob("*"))
    return (path for path in paths if path.is_file() and path.suffix not in (".json", ".csv", ".md"))
