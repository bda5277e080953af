"""Reads and checks vendors.toml: organisations whose help desks public sources name as abused, and their domains."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from data.catalogue.checks import Entry, read_toml
from data.domains import clean_host
from data.errors import CatalogueError

FILE = Path(__file__).with_name("vendors.toml")


@dataclass(frozen=True, slots=True)
class Vendor:
    """One organisation. `names` are how texts call it, the first one shown; `domains` may be none."""

    id: str
    names: tuple[str, ...]
    domains: tuple[str, ...]
    sources: tuple[str, ...]
    revised: date

    @property
    def name(self) -> str:
        return self.names[0]


@dataclass(frozen=True, eq=False)
class Vendors:
    """All known organisations, by name in lower case and by domain."""

    entries: tuple[Vendor, ...]
    by_name: Mapping[str, Vendor]
    by_domain: Mapping[str, Vendor]

    def named(self, name: str) -> Vendor | None:
        """The organisation that is called so, in any case, with or without an article."""
        key = " ".join(name.casefold().split())
        return self.by_name.get(key) or self.by_name.get(key.removeprefix("the "))


NO_VENDORS = Vendors((), {}, {})


@lru_cache(maxsize=4)
def load_vendors(file: Path = FILE) -> Vendors:
    """The checked catalogue, read once. Raises CatalogueError: file, entry, field, what to write."""
    table = read_toml(file)
    entries = tuple(_vendor(Entry(file.name, "vendor", raw)) for raw in table.get("vendor", ()))
    by_name: dict[str, Vendor] = {}
    owners = Counter(domain for entry in entries for domain in entry.domains)
    for entry in entries:
        for name in entry.names:
            if by_name.setdefault(name.casefold().removeprefix("the "), entry) is not entry:
                raise CatalogueError(f"{file.name}: two vendors are called {name!r}; give one another name.")
    if len({entry.id for entry in entries}) < len(entries):
        raise CatalogueError(f"{file.name}: two vendors share one id; give each entry an id of its own.")
    # A domain of two organisations (a state's) tells neither.
    by_domain = {domain: entry for entry in entries for domain in entry.domains if owners[domain] == 1}
    return Vendors(entries, by_name, by_domain)


def _vendor(entry: Entry) -> Vendor:
    domains = entry.texts("domains", default=())
    for domain in domains:
        if clean_host(domain) != domain:
            raise entry.error("domains", f"host names in lower case without a dot at the ends; {domain!r} is none")
    names = entry.texts("names")
    if not names:
        raise entry.error("names", "at least one name")
    vendor = Vendor(entry.text("id"), names, domains, entry.texts("sources"), entry.day("revised"))
    entry.finish()
    return vendor
