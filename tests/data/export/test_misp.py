"""MISP: what PyMISP accepts without complaint, and what it finds in it again."""

import json
import warnings

import pytest

from data.export.misp import to_misp
from tests.data.export.shared import ACCOUNT, fill, mark, seen

pymisp = pytest.importorskip("pymisp")


def events(picture) -> list:
    found = []
    for item in json.loads(b"".join(to_misp(picture)))["response"]:
        event = pymisp.MISPEvent(strict_validation=True)
        event.load(item)
        found.append(event)
    return found


def test_pymisp_reads_every_event_without_a_complaint(db):
    fill(db)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wave, single = events(seen(db))
    assert wave.info.startswith("Relay spam wave W-0001. ")
    assert [tag.name for tag in wave.tags] == ["tlp:amber", 'rsit:abusive-content="spam"']
    assert (len(wave.objects), len(single.objects)) == (4, 2)


def test_every_object_is_a_whole_victim_of_its_template(db):
    fill(db)
    for event in events(seen(db)):
        for found in event.objects:
            known = pymisp.MISPObject("victim", strict=True)
            for attribute in found.attributes:
                known.add_attribute(attribute.object_relation, value=attribute.value, type=attribute.type)
            assert known._validate()
            assert (found.template_uuid, int(found.template_version)) == (known.template_uuid, known.template_version)


def test_no_attribute_is_for_detection(db):
    fill(db)
    attributes = [
        one
        for event in events(seen(db))
        for one in (*event.attributes, *(a for o in event.objects for a in o.attributes))
    ]
    assert attributes
    assert not any(one.to_ids for one in attributes)
    assert {one.type for one in attributes} <= set(pymisp.MISPEvent().describe_types["types"])


def test_ids_are_the_same_in_every_export(db):
    fill(db)
    first, again = (sorted(event.uuid for event in events(seen(db))) for _ in range(2))
    assert first == again


def test_an_event_is_tagged_like_its_strictest_incident(db):
    fill(db)
    mark(db, "RED", "RW-0001")
    wave, _ = events(seen(db, ceiling="RED"))
    assert (wave.tags[0].name, wave.distribution) == ("tlp:red", 0)


def test_what_is_for_everybody_names_no_account_and_no_words(db):
    fill(db)
    mark(db, "CLEAR")
    public = seen(db, "CLEAR")
    text = b"".join(to_misp(public)).decode()
    assert "northwind.example" in text
    assert not [word for word in (ACCOUNT, "claim now", "USDT", "tenant1.example.com") if word in text]
