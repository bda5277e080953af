"""The public look-up: are there reports about a domain or account? It answers yes or no and nothing else, so that it
tells a vendor what he needs and tells nobody who is abused how much, by whom, or which doors stand open."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.catalogue.loader import load_catalogue
from data.domains import clean_host, registrable_domain, tenant_label
from data.store.database import Database
from data.store.values import seconds, storable

DAYS = 30
MOST_LETTERS = 253
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]{0,20}://)?(?:[^\s/@]{1,64}@)?([^\s/@:?#]{1,253})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was understood, and whether reports of the last 30 days exist about it."""

    asked: str
    reported: bool


def look_up(db: Database, text: str, now: datetime) -> Answer | None:
    """Whether mail of the last 30 days that a domain, tenant or account was abused for was handed in. An address of a
    page or a mailbox is read as its domain. None where the text names nothing that could be asked for."""
    names = _names(text)
    if not names:
        return None
    marks = ", ".join("?" * len(names))
    found = db.value(
        "select 1 from party_aliases a join exposures e on e.party_id = a.party_id"  # noqa: S608 (our own words)
        f" where a.name in ({marks}) and a.kind in ('domain', 'account', 'tenant') and e.last_seen_at >= ? limit 1",
        (*names, seconds(now - timedelta(days=DAYS))),
    )
    return Answer(names[0], found is not None)


def _names(text: str) -> list[str]:
    """What a text may name: the host of an address and its registrable domain, or an account as it was typed."""
    typed = storable(text.strip())[:MOST_LETTERS]
    match = _HOST.match(typed)
    host = clean_host(match[1]) if match else None
    if host:
        tenant = tenant_label(host, load_catalogue().suffixes)
        # Under a platform's own domain everybody is somebody else.
        return [".".join(tenant)] if tenant else list(dict.fromkeys((host, registrable_domain(host) or host)))
    return [typed, typed.lower()] if re.fullmatch(r"[\w.-]{3,80}", typed) else []
