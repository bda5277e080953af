"""Many contents: founders, and who joins them. The labels are those of the set, whatever the order."""

import random
from datetime import timedelta

import pytest

import data.clustering.founders
import data.store.levels
from data.clustering.clusters import cluster
from data.clustering.nodes import node_of, organisation_of
from data.store.check import check
from data.store.settle import settle
from tests.data.readings import NOON, labels, reading, taken


@pytest.fixture(autouse=True)
def few_founders(monkeypatch):
    for module in (data.clustering.founders, data.store.levels):
        monkeypatch.setattr(module, "FOUNDERS", 10)


def messages():
    """Twelve texts at five companies each, over half a year; every message is a content of its own."""
    chance = random.Random(4)
    words = ["".join(chance.sample("abcdefghijklmnoprstuvw", 6)) for _ in range(90)]
    texts = [" ".join(words[7 * place : 7 * place + 7]) for place in range(12)]
    return [
        reading(
            f"[Request received] {text} {words[company]} {words[-company]}",
            domain=f"company{company}.example",
            recipient=f"somebody{place}@victim.example",
            sent_at=NOON - timedelta(days=180 - 15 * place, hours=company),
        )
        for place, text in enumerate(texts)
        for company in range(5)
    ]


def templates(db):
    return sorted(sorted(members) for members in {label[0] for label in labels(db).values()})


def in_memory(readings):
    nodes = {}
    for found in readings:
        identity = found.identity
        owner = organisation_of(identity.platform, identity.account_id, identity.tenant, identity.abused_domain)
        node = node_of(found.features, identity.mechanism, identity.platform, owner, int(found.sent_at.timestamp()))
        nodes[node.key] = node, found.fingerprint
    groups = {}
    for key, name in cluster(node for node, _ in nodes.values()).items():
        groups.setdefault(name, []).append(nodes[key][1])
    return sorted(map(sorted, groups.values()))


def test_founders_are_joined_alike_in_any_order_and_in_memory(db):
    readings = messages()
    expected = in_memory(readings)
    assert len(expected) < len(readings) / 2
    random.Random(1).shuffle(readings)
    for start in range(0, len(readings), 25):
        taken(db, readings[start : start + 25])
    assert db.value("select count(*) from levels") > 1
    assert templates(db) == expected
    assert check(db) == []


def test_a_level_is_given_up_with_one_of_its_founders(db):
    readings = messages()
    taken(db, readings)
    gone = db.value("select min(node_id) from nodes where level = 1")
    lost = db.value("select fingerprint from observations where node_id = ?", (gone,))
    db.connection.execute("insert into unclustered (node_id) values (?)", (gone,))
    db.connection.execute("pragma foreign_keys = off")
    db.connection.execute("delete from observations where node_id = ?", (gone,))
    settle(db, NOON)
    assert templates(db) == in_memory([found for found in readings if found.fingerprint != lost])


def test_few_contents_have_no_levels(db):
    taken(db, messages()[:9])
    assert db.value("select count(*) from levels") == 0
    assert db.value("select count(*) from nodes where level = 0") == 9
