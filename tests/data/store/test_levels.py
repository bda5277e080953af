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
from tests.data.readings import NOW, labels, reading, taken

WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa".split()


@pytest.fixture(autouse=True)
def few_founders(monkeypatch):
    for module in (data.clustering.founders, data.store.levels):
        monkeypatch.setattr(module, "FOUNDERS", 20)


def messages():
    """Twelve texts at five companies each, over half a year; every message is a content of its own."""
    chance = random.Random(4)
    texts = [" ".join(chance.sample(WORDS, 7)) for _ in range(12)]
    return [
        reading(
            f"[Request received] {text} {WORDS[company]} {WORDS[-company]}",
            domain=f"company{company}.example",
            recipient=f"somebody{place}@victim.example",
            sent_at=NOW - timedelta(days=180 - 15 * place, hours=company),
        )
        for place, text in enumerate(texts)
        for company in range(5)
    ]
