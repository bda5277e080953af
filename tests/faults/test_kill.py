"""The short form of kill.py: a kill in each phase, at another instant each time."""

import random

import pytest

from tests.faults.kill import kill_in
from tests.faults.phases import PHASES

KILLS = 1


@pytest.mark.server
@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.name)
def test_a_killed_process_leaves_a_whole_database_with_every_promise_kept(phase, tmp_path):
    outcome = kill_in(phase, KILLS, random.Random(), tmp_path)
    assert (outcome.kills, outcome.problems) == (KILLS, [])
