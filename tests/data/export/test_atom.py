"""Atom: well-formed whatever strangers wrote, every element that RFC 4287 asks for, ids that stay."""

import xml.etree.ElementTree as ET

from data.export.atom import to_atom
from tests.data.export.shared import ACCOUNT, fill, mark, seen
from tests.data.readings import burst, taken

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(picture) -> ET.Element:
    return ET.fromstring(b"".join(to_atom(picture)))


def ids(picture) -> set[str]:
    return {entry.findtext(f"{ATOM}id") for entry in feed(picture).iter(f"{ATOM}entry")}


def test_feed_and_entries_have_what_the_rfc_asks_for(db):
    fill(db)
    root = feed(seen(db))
    for element in (root, *root.iter(f"{ATOM}entry")):
        assert all(element.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Relaywatch"
    assert len(ids(seen(db))) == 7


def test_an_empty_feed_is_a_feed(db):
    assert feed(seen(db)).findtext(f"{ATOM}updated")


def test_ids_stay_when_more_comes_in(db):
    fill(db)
    before = ids(seen(db))
    taken(db, burst(6, 4))
    assert before <= ids(seen(db))


def test_the_last_changed_comes_first(db):
    fill(db)
    updated = [entry.findtext(f"{ATOM}updated") for entry in feed(seen(db)).iter(f"{ATOM}entry")]
    assert updated == sorted(updated, reverse=True)


def test_what_is_for_everybody_names_no_account_and_no_words(db):
    fill(db)
    mark(db, "CLEAR")
    public = seen(db, "CLEAR")
    text = b"".join(to_atom(public)).decode()
    assert "northwind.example" in text
    assert not [word for word in (ACCOUNT, "claim now", "USDT", "tenant1.example.com") if word in text]
