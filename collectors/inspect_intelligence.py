"""`relaywatch inspect feed` and `inspect report`: files of feeds and pages read and described, nothing stored."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from collectors.advisories import FEED_LIMIT, parse_feed
from collectors.page_markup import PAGE_LIMIT
from collectors.plain_markup import one_line
from collectors.reports import read_report
from data.errors import SubmissionRefused
from data.intelligence.model import Feed, Mention, Report
from data.model import Refusal

_paths = click.argument("paths", nargs=-1, required=True)
Read = TypeVar("Read")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


@click.command("feed")
@_paths
@_json
def inspect_feed(paths: tuple[str, ...], as_json: bool) -> None:
    """Read feeds (RSS, Atom, RDF, JSON; files, folders, - for standard input) and list their entries."""
    _inspect(paths, FEED_LIMIT, parse_feed, describe_feed if as_json else None, _feed_sentence)


@click.command("report")
@_paths
@click.option("--url", help="Where the page came from, for its relative links and its publisher.")
@_json
def inspect_report(paths: tuple[str, ...], url: str | None, as_json: bool) -> None:
    """Read pages or pasted text (files, folders, - for standard input) and say what they report."""
    if url and len(paths) > 1:
        raise click.UsageError("--url belongs to one page; give one path with it.")
    _inspect(
        paths,
        PAGE_LIMIT,
        lambda blob, source: read_report(blob, source, url),
        describe_report if as_json else None,
        _report_sentence,
    )


def describe_feed(feed: Feed) -> dict[str, Any]:
    """A feed in the words of the contract."""
    return {
        "source": feed.source,
        "title": feed.title,
        "kind": feed.kind,
        "entries": [
            {
                "id": entry.id,
                "title": entry.title,
                "url": entry.url,
                "published_at": _stamp(entry.published_at),
                "summary": entry.summary,
            }
            for entry in feed.entries
        ],
        "warnings": list(feed.warnings),
    }


def describe_report(report: Report) -> dict[str, Any]:
    """A report in the words of the contract; `mentions` adds the place and the sentence behind each name."""
    page, insight = report.page, report.insight
    return {
        "source": page.source,
        "title": page.title,
        "url": page.url,
        "publisher": page.publisher,
        "published_at": _stamp(page.published_at),
        "language": insight.language,
        "relevant": insight.relevance.relevant,
        "relevance_score": insight.relevance.score,
        "reasons": [
            {"signal": reason.signal, "weight": reason.weight, "evidence": reason.evidence}
            for reason in insight.relevance.reasons
        ],
        "platforms": list(insight.names("platform")),
        "vendors": list(insight.names("vendor")),
        "subjects": list(insight.names("subject")),
        "dates": list(insight.names("date")),
        "mitigations": list(insight.names("mitigation")),
        "mentions": [_describe_mention(mention) for mention in insight.mentions],
        "warnings": list(page.warnings),
    }


def _describe_mention(mention: Mention) -> dict[str, Any]:
    described = {"kind": mention.kind, "name": mention.name, "key": mention.key, "evidence": mention.evidence}
    return described if mention.stance is None else {**described, "stance": mention.stance}


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _inspect(
    paths: tuple[str, ...],
    limit: int,
    read: Callable[[bytes, str], Read],
    describe: Callable[[Read], dict[str, Any]] | None,
    say: Callable[[Read], str],
) -> None:
    """Every file read and printed; what cannot be read is a line of its own and exit code 1."""
    refused = False
    for source, blob in _files(paths, limit):
        try:
            found = read(_bytes(blob), source)
        except SubmissionRefused as refusal:
            refused = True
            click.echo(f"{one_line(source, 500)}: {refusal}", err=True)
            if describe:
                click.echo(json.dumps({"source": source, "error": str(refusal)}))
            continue
        # ASCII only: a title with U+2028 or a terminal escape stays one harmless line.
        click.echo(json.dumps(describe(found)) if describe else say(found))
    sys.exit(refused)


def _bytes(blob: bytes | Refusal) -> bytes:
    if isinstance(blob, Refusal):
        raise SubmissionRefused(blob.reason)
    return blob


def _files(paths: tuple[str, ...], limit: int) -> Iterator[tuple[str, bytes | Refusal]]:
    """Every file of the paths in a stable order, at most one byte more than the limit of each."""
    for path in paths:
        if path == "-":
            yield path, sys.stdin.buffer.read(limit + 1)
        elif Path(path).is_dir():
            for folder, folders, names in os.walk(path):
                folders.sort()
                for name in sorted(names):
                    source = str(Path(folder, name))
                    yield source, _read(source, limit)
        else:
            yield path, _read(path, limit)


def _read(source: str, limit: int) -> bytes | Refusal:
    try:
        if not Path(source).is_file():
            raise FileNotFoundError(2, "no such file")
        with Path(source).open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        return Refusal(source, f"It cannot be opened: {error.strerror}. Check the path and its rights.")


def _feed_sentence(feed: Feed) -> str:
    said = " ".join(feed.warnings)
    title = feed.title or "without a title"
    return _plain(f"{feed.source}: {title}, {feed.kind or 'no feed'}, {len(feed.entries)} entries. {said}")


def _report_sentence(report: Report) -> str:
    insight = report.insight
    named = ", ".join((*insight.names("platform"), *insight.names("vendor")))
    judged = "relevant" if insight.relevance.relevant else "not relevant"
    return _plain(f"{report.page.source}: {judged} ({insight.relevance.score}) {named}")


def _plain(text: str) -> str:
    """One line that no terminal takes for a command: strangers wrote the titles and names in it."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in one_line(text, 600))
