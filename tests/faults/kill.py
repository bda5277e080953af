"""Kills the program at random instants of each phase, and looks at what it leaves behind.

    python -m tests.faults.kill --kills 200 [--phase settle] [--seed 1]

Each phase runs once undisturbed to see how long it takes; then a process of it is killed (SIGKILL) at an instant
drawn evenly from that time, as often as asked. A process that was done before its time came is not counted. After
each kill the database must open, pass `check`, hold every promise once, settle, and be what a rebuild would make.
Prints a table, and one JSON object at the end; exits with 1 where anything was lost.
"""

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from data.store.check import check
from data.store.database import open_database
from data.store.rebuild import rebuild
from data.store.settle import settle
from tests.faults.phases import PHASES, UNENDING_SECONDS, Phase, run, settings

STARTS_SECONDS = 60.0
_CONTEXT = multiprocessing.get_context("forkserver")


@dataclass
class Outcome:
    """What became of one phase. `late` processes were done before they could be killed."""

    phase: str
    seconds: float = 0.0
    kills: int = 0
    late: int = 0
    promises: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass
class Watched:
    """A process of a phase as seen from here: what it told, and when."""

    process: BaseProcess
    pipe: Connection
    promised: list[object] = field(default_factory=list)
    entered: float = 0.0
    left: float = 0.0

    def hear(self, seconds: float) -> bool:
        """Takes what is told within some time; False where the other end is gone."""
        try:
            while self.pipe.poll(max(0.0, seconds)):
                self.note(*self.pipe.recv())
                seconds = 0.0
        except (EOFError, OSError):
            return False
        return True

    def note(self, word: str, value: object) -> None:
        if word == "ack":
            self.promised.append(value)
            self.entered = self.entered or time.monotonic()
        elif word == "in":
            self.entered = time.monotonic()
        else:
            self.left = time.monotonic()

    def wait_until_in(self) -> None:
        end = time.monotonic() + STARTS_SECONDS
        while not self.entered:
            assert self.hear(0.05) or self.entered, "the process ended before its phase began"
            assert time.monotonic() < end, "the phase did not begin"

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        while self.hear(0.0) and self.pipe.poll(0.0):
            pass


def start(phase: Phase, folder: Path) -> Watched:
    _CONTEXT.set_forkserver_preload(["tests.faults.phases"])
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=run, args=(phase.name, folder, theirs), daemon=True)
    process.start()
    theirs.close()
    return Watched(process, ours)


def undisturbed(phase: Phase, folder: Path) -> float:
    """How long a phase takes from its beginning to its end."""
    watched = start(phase, folder)
    end = phase.beside(folder, watched.note)
    try:
        watched.wait_until_in()
        while not watched.left and (phase.ends or time.monotonic() < watched.entered + UNENDING_SECONDS):
            assert watched.hear(0.01) or watched.left, "the process ended within its phase"
        return (watched.left or time.monotonic()) - watched.entered
    finally:
        watched.kill()
        end()


def kill_once(phase: Phase, folder: Path, after: float, outcome: Outcome) -> None:
    watched = start(phase, folder)
    end = phase.beside(folder, watched.note)
    try:
        watched.wait_until_in()
        instant = watched.entered + after
        while (left := instant - time.monotonic()) > 0 and not watched.left:
            if not watched.hear(left):
                break
    finally:
        watched.kill()
        end()
    outcome.late += bool(watched.left)
    outcome.kills += not watched.left
    outcome.promises += len(watched.promised)
    outcome.problems += [
        f"after {after:.4f} s: {problem}" for problem in problems_of(phase, folder, watched.promised)
    ]


def problems_of(phase: Phase, folder: Path, promised: list[object]) -> list[str]:
    """What is wrong with what was left behind, before and after it is settled."""
    with open_database(settings(folder).db) as db:
        found = check(db)
    found += phase.problems(folder, promised)
    with open_database(settings(folder).db) as db:
        settle(db)
        found += check(db)
        changes = rebuild(db).changes
    return found + ([f"a rebuild changed {changes} rows"] if changes else [])


def kill_in(phase: Phase, kills: int, chance: random.Random, scratch: Path) -> Outcome:
    outcome = Outcome(phase.name)
    template = scratch / phase.name
    template.mkdir()
    phase.prepare(template)
    turn = 0
    while outcome.kills < kills and outcome.late <= 2 * kills + 10:
        folder = scratch / f"{phase.name}{turn}"
        shutil.copytree(template, folder)
        if turn == 0:
            outcome.seconds = undisturbed(phase, folder)
        else:
            kill_once(phase, folder, chance.uniform(0, outcome.seconds), outcome)
        shutil.rmtree(folder)
        turn += 1
    if outcome.kills < kills:
        outcome.problems.append(f"only {outcome.kills} of {kills} processes were killed in time")
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--phase", choices=[phase.name for phase in PHASES])
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    phases = [phase for phase in PHASES if chosen.phase in (None, phase.name)]
    outcomes = []
    for phase in phases:
        with tempfile.TemporaryDirectory() as scratch:
            began = time.monotonic()
            each = -(-chosen.kills // len(phases))
            outcome = kill_in(phase, each, random.Random(f"{chosen.seed} {phase.name}"), Path(scratch))
        outcomes.append(outcome)
        print(
            f"{outcome.phase:<12} {outcome.kills:4} killed within {outcome.seconds:7.3f} s, {outcome.late:3} late,"
            f" {outcome.promises:6} promises, {len(outcome.problems)} problems ({time.monotonic() - began:.0f} s)",
            flush=True,
        )
        for problem in outcome.problems:
            print(f"    {problem}")
    kills, wrong = sum(item.kills for item in outcomes), sum(bool(item.problems) for item in outcomes)
    print(json.dumps({"kills": kills, "phases_with_problems": wrong, "phases": [asdict(item) for item in outcomes]}))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
