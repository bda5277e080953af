"""What fuzzing once found, read for ever, and a few tries of every target, so that each still runs."""

import random
from pathlib import Path

import pytest

from tests.faults.fuzz import Findings, fuzz, try_one
from tests.faults.targets import FUZZED, TARGETS, seeds_of

FOUND = sorted(path for path in FUZZED.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_broke_a_reader_once_is_read_or_refused(path: Path):
    found = Findings()
    try_one(TARGETS[path.parent.name], path.read_bytes(), found)
    assert found.kinds == {}


@pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)
def test_every_reader_takes_broken_bytes(target, monkeypatch):
    monkeypatch.setattr("tests.faults.fuzz.seeds_of", lambda chosen: seeds_of(chosen)[:3])
    assert fuzz(target, 0.3, random.Random()).kinds == {}
