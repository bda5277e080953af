"""The well-known feeds of the catalogue into the database, once."""

from datetime import datetime

from data.catalogue.feeds import load_feeds
from data.store.database import Database
from data.store.intelligence_feeds import add_feed, feed_addresses


def add_catalogue_feeds(db: Database, now: datetime) -> int:
    """The feeds of the catalogue that the database never had; one that was removed stays removed."""
    known = feed_addresses(db)
    missing = [entry for entry in load_feeds() if entry.address not in known]
    for entry in missing:
        add_feed(db, entry.address, now=now, added_by="catalogue", title=entry.title, source=entry.sources[0])
    return len(missing)
