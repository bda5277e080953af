"""Atom (RFC 4287) of incidents and waves, the last changed first; ids are tag URIs (RFC 4151) that never change."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from data.export.picture import PRODUCT, Picture, named, told, told_wave
from data.plain import plain_line
from data.tlp import Tlp

MINTED = "relaywatch.invalid,2026"
"""The authority of our tag URIs: a name that nobody can own, told apart by the installation."""
_NOT_XML = re.compile("[\ufffe\uffff]")
NEWEST = 500
"""Entries of one feed; a reader that comes daily misses none."""


def to_atom(picture: Picture) -> Iterator[bytes]:
    """The feed, an entry at a time."""
    entries = sorted([*_waves(picture), *_incidents(picture)], reverse=True)[:NEWEST]
    updated = max((entry[0] for entry in entries), default=picture.at)
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{_id(picture, 'feed', picture.ceiling)}</id>\n<title>{PRODUCT}: relay spam incidents and waves"
        f" (TLP:{picture.ceiling})</title>\n<updated>{_time(updated)}</updated>\n"
        f"<author><name>{PRODUCT}</name></author>\n<generator>{PRODUCT}</generator>\n"
        f"<rights>TLP:{picture.ceiling}</rights>\n"
    )
    yield head.encode()
    for _, entry in entries:
        yield entry.encode("utf-8", "replace")
    yield b"</feed>\n"


def _waves(picture: Picture) -> Iterator[tuple[datetime, str]]:
    for row in picture.waves:
        title = f"Wave {row.wave_id}: {row.parties} organisations, {row.state}"
        yield (
            row.last_seen_at,
            _entry(
                _id(picture, "wave", row.wave_id),
                title,
                row.first_seen_at,
                row.last_seen_at,
                _summary(told_wave(row), row.title),
                ["wave", row.state],
                picture.wave_tlps.get(row.wave_id, picture.ceiling),
            ),
        )


def _incidents(picture: Picture) -> Iterator[tuple[datetime, str]]:
    for row in picture.incidents:
        title = f"{row.incident_id}: {named(row, public=picture.public)}, {row.verdict}"
        terms = ["incident", row.platform or "other", row.mechanism, row.verdict, row.confirmation]
        yield (
            row.last_seen_at,
            _entry(
                _id(picture, "incident", row.incident_id),
                title,
                row.first_seen_at,
                row.last_seen_at,
                _summary(told(row, public=picture.public), row.title),
                terms,
                picture.tlp(row.incident_id),
            ),
        )


def _summary(sentence: str, title: str | None) -> str:
    return f"{sentence} Subject: {plain_line(title)}" if title else sentence


def _entry(
    id_: str, title: str, published: datetime, updated: datetime, summary: str, terms: list[str], tlp: Tlp
) -> str:
    categories = "".join(f"<category term={quoteattr(_line(term, 100))}/>" for term in terms)
    head = f'<entry>\n<id>{id_}</id>\n<title type="text">{_text(title)}</title>\n'
    times = f"<published>{_time(published)}</published>\n<updated>{_time(updated)}</updated>\n"
    words = f'<summary type="text">{_text(summary)}</summary>\n<content type="text">{_text(summary)}</content>\n'
    return f"{head}{times}{words}{categories}\n<rights>TLP:{tlp}</rights>\n</entry>\n"


def _id(picture: Picture, kind: str, key: str) -> str:
    return f"tag:{MINTED}:{picture.installation.hex}/{kind}/{key.replace('+', '-')}"


def _text(words: str) -> str:
    return escape(_line(words, 3_000))


def _line(words: str, limit: int) -> str:
    return _NOT_XML.sub("\ufffd", plain_line(words, limit))


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
