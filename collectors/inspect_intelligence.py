"""`relaywatch inspect feed` and `inspect report`: feeds and pages read and described, nothing stored."""

import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

import click

from collectors.advisories import FEED_LIMIT, parse_feed
from collectors.inspect_sources import Source, open_sources
from collectors.page_markup import PAGE_LIMIT
from collectors.reports import read_report
from collectors.spacing import one_line
from collectors.web import FEEDS, PAGES
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
    """Read feeds (RSS, Atom, RDF, JSON; files, folders, addresses, - for standard input) and list their entries."""
    _inspect(
        open_sources(paths, FEED_LIMIT, FEEDS, obey_robots=False),
        lambda source: parse_feed(source.blob, source.name, source.url),
        describe_feed if as_json else None,
        _feed_sentence,
    )


@click.command("report")
@_paths
@click.option("--url", help="Where the page came from, for its relative links and its publisher.")
@_json
def inspect_report(paths: tuple[str, ...], url: str | None, as_json: bool) -> None:
    """Read pages or pasted text (files, folders, addresses, - for standard input) and say what they report."""
    if url and len(paths) > 1:
        raise click.UsageError("--url belongs to one page; give one path with it.")
    _inspect(
        open_sources(paths, PAGE_LIMIT, PAGES, obey_robots=True),
        lambda source: read_report(source.blob, source.name, url or source.url, source.charset),
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
    sources: Iterable[Source | Refusal],
    read: Callable[[Source], Read],
    describe: Callable[[Read], dict[str, Any]] | None,
    say: Callable[[Read], str],
) -> None:
    """Every source read and printed; what cannot be read is a line of its own and exit code 1."""
    refused = False
    for source in sources:
        found = source if isinstance(source, Refusal) else _read(source, read)
        if isinstance(found, Refusal):
            refused = True
            click.echo(f"{one_line(found.source, 500)}: {found.reason}", err=True)
            if describe:
                click.echo(json.dumps({"source": found.source, "error": found.reason}))
        else:
            # ASCII only: a title with U+2028 or a terminal escape stays one harmless line.
            click.echo(json.dumps(describe(found)) if describe else say(found))
    sys.exit(refused)


def _read(source: Source, read: Callable[[Source], Read]) -> Read | Refusal:
    try:
        return read(source)
    except SubmissionRefused as refusal:
        return Refusal(source.name, str(refusal))


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
