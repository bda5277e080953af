"""STIX: what OASIS's validator and the stix2 library accept, ids that stay, markings, relations."""

import json

import pytest

from data.catalogue.mitigations import load_mitigations
from data.export.stix import to_stix
from data.store.shapes import IncidentFilter
from tests.data.export.shared import ACCOUNT, fill, mark, seen
from tests.data.readings import burst, taken

stix2 = pytest.importorskip("stix2")
validator = pytest.importorskip("stix2validator")


def bundle(picture) -> dict:
    return json.loads(b"".join(to_stix(picture)))


def of_type(picture, kind: str) -> list[dict]:
    return [thing for thing in bundle(picture)["objects"] if thing["type"] == kind]


def test_the_validator_of_oasis_accepts_it(db):
    fill(db)
    # 103 wants UUIDv4; the standard leaves the choice (section 2.9), and only UUIDv5 stays between exports.
    options = validator.ValidationOptions(version="2.1", disabled="103")
    result = validator.validate_instance(bundle(seen(db)), options)
    assert (result.is_valid, [error.message for error in result.errors]) == (True, [])
    assert [str(warning) for warning in result.warnings] == []


def test_the_library_reads_every_object(db):
    fill(db)
    parsed = stix2.parse(json.dumps(bundle(seen(db))), allow_custom=False)
    assert {thing["type"] for thing in parsed.objects} == {
        "attack-pattern", "campaign", "course-of-action", "domain-name", "email-message", "identity", "incident",
        "infrastructure", "marking-definition", "observed-data", "relationship", "sighting",
    }  # fmt: skip


def test_every_reference_leads_to_an_object_of_the_bundle(db):
    fill(db)
    objects = bundle(seen(db))["objects"]
    known = {thing["id"] for thing in objects}
    assert len(known) == len(objects)
    for thing in objects:
        names = [value for name, value in thing.items() if name.endswith("_ref")]
        names += [one for name, value in thing.items() if name.endswith("_refs") for one in value]
        assert set(names) <= known


def test_ids_stay_when_more_comes_in(db):
    fill(db)
    before = {thing["id"] for thing in bundle(seen(db))["objects"] if thing["type"] in {"campaign", "incident"}}
    taken(db, burst(6, 4))
    assert before <= {thing["id"] for thing in bundle(seen(db))["objects"]}


def test_two_installations_give_ids_of_their_own(db, tmp_path):
    from data.store.database import open_database

    fill(db)
    with open_database(tmp_path / "other.db") as other:
        fill(other)
        assert {one["id"] for one in of_type(seen(db), "incident")}.isdisjoint(
            one["id"] for one in of_type(seen(other), "incident")
        )


def test_a_wave_is_a_campaign_with_a_sighting_at_each_victim(db):
    fill(db)
    picture = seen(db, where=IncidentFilter(wave_id="W-0001"))
    (campaign,) = of_type(picture, "campaign")
    sightings = of_type(picture, "sighting")
    assert {one["sighting_of_ref"] for one in sightings} == {campaign["id"]}
    assert sum(one["count"] for one in sightings) == 12
    assert {one["roles"][0] for one in of_type(picture, "identity") if "roles" in one} == {"victim"}


def test_each_object_carries_the_marking_of_its_incident(db):
    fill(db)
    mark(db, "RED", "RW-0001")
    picture = seen(db, ceiling="RED")
    marks = {thing["name"]: thing["id"] for thing in of_type(picture, "marking-definition")}
    found = {thing["name"].rpartition(" ")[2]: thing["object_marking_refs"] for thing in of_type(picture, "incident")}
    assert found["RW-0001"] == [marks["TLP:RED"]]
    assert found["RW-0002"] == [marks["TLP:AMBER"]]


def test_a_wave_is_marked_by_all_that_it_counts_whatever_was_asked_for(db):
    fill(db)
    mark(db, "RED", "RW-0001")
    (kept,) = seen(db, "RED", IncidentFilter(abused_domain="tenant2.example.com")).incidents
    picture = seen(db, "RED", IncidentFilter(abused_domain="tenant2.example.com"))
    assert (kept.wave_id, picture.tlp(kept.incident_id), picture.wave_tlps) == ("W-0001", "AMBER", {"W-0001": "RED"})
    (campaign,) = of_type(picture, "campaign")
    assert campaign["object_marking_refs"] == ["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]


def test_what_is_for_everybody_names_no_account_and_no_words(db):
    fill(db)
    mark(db, "CLEAR")
    public = seen(db, "CLEAR")
    text = b"".join(to_stix(public)).decode()
    assert "northwind.example" in text
    assert not [word for word in (ACCOUNT, "claim now", "USDT", "tenant1.example.com") if word in text]


def test_each_step_of_the_platforms_checklist_is_a_course_of_action_with_its_source(db):
    fill(db)
    picture = seen(db)
    steps = load_mitigations().checklist("zendesk")
    found = {thing["name"]: thing for thing in of_type(picture, "course-of-action")}
    assert {step.title for step in steps} <= set(found)
    assert all(found[step.title]["external_references"][0]["source_name"] == step.origin.source for step in steps)
    targets = {
        thing["source_ref"] for thing in of_type(picture, "relationship") if thing["relationship_type"] == "mitigates"
    }
    assert {found[step.title]["id"] for step in steps} <= targets
