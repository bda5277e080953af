"""Our own collector reads the feed that we write."""

from collectors.advisories import parse_feed
from data.export.atom import to_atom
from data.store.database import open_database
from tests.data.export.shared import fill, seen


def test_our_own_collector_reads_our_feed(tmp_path):
    with open_database(tmp_path / "watch.db") as db:
        fill(db)
        picture = seen(db)
    read = parse_feed(b"".join(to_atom(picture)), "feed.atom")
    assert read.warnings == ()
    assert len(read.entries) == len(picture.incidents) + len(picture.waves)
    assert all(entry.published_at for entry in read.entries)
    assert any("W-0001" in (entry.title or "") for entry in read.entries)
