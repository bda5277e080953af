"""What `inspect feed` and `inspect report` are pointed at: files, folders, standard input, addresses in the web."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from collectors.web import Web
from data.model import Refusal
from data.settings import read_settings


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes, where they came from, and what their transport said of them."""

    name: str
    blob: bytes
    url: str | None = None
    charset: str | None = None


def open_sources(paths: tuple[str, ...], limit: int, accept: str, obey_robots: bool) -> Iterator[Source | Refusal]:
    """Every source of the paths in a stable order, of files at most one byte more than the limit of each.

    `accept` and `obey_robots` are for web addresses, see Web.fetch. Raises SettingsError.
    """
    web: Web | None = None
    for path in paths:
        if path == "-":
            yield Source(path, sys.stdin.buffer.read(limit + 1))
        elif path.lower().startswith(("http://", "https://")):
            web = web or Web(read_settings())
            yield _fetch(web, path, accept, obey_robots)
        elif Path(path).is_dir():
            for folder, folders, names in os.walk(path):
                folders.sort()
                for name in sorted(names):
                    yield _read(str(Path(folder, name)), limit)
        else:
            yield _read(path, limit)


def _fetch(web: Web, url: str, accept: str, obey_robots: bool) -> Source | Refusal:
    found = web.fetch(url, accept=accept, obey_robots=obey_robots)
    return Refusal(url, found.reason) if found.reason else Source(url, found.body, found.final_url, found.charset)


def _read(source: str, limit: int) -> Source | Refusal:
    try:
        if not Path(source).is_file():
            raise FileNotFoundError(2, "no such file")
        with Path(source).open("rb") as file:
            return Source(source, file.read(limit + 1))
    except OSError as error:
        return Refusal(source, f"It cannot be opened: {error.strerror}. Check the path and its rights.")
