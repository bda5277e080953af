"""Tries a reader with broken bytes: no crash, no hang, nothing that grows faster than its input.

    python -m tests.faults.fuzz TARGET [--seconds 60] [--seed 1] [--keep FOLDER]
    python -m tests.faults.fuzz all --seconds 30

Seeds are the samples of the tests, and ../shared/corpus where that is present. Half of the tries change slices of a
seed; the other half repeat one slice of it to 50 kB and to four times as much, and fail where four times the bytes
take more than ten times as long. What fails is kept under its kind and hash in FOLDER; what is mended moves to
tests/samples/fuzzed/TARGET, where test_fuzzed.py reads it for ever.
"""

import argparse
import faulthandler
import logging
import random
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from tests.benchmarks.mutate_messages import mutant
from tests.faults.targets import TARGETS, Target, seeds_of

SECONDS_LIMIT = 12.0
"""CPU seconds of one try: the deadline of reading one message, and some."""
SMALL, TIMES = 50_000, 4
SLOW_SECONDS, GROWTH = 0.4, 10.0
STUCK_SECONDS = 120


@dataclass
class Findings:
    tries: int = 0
    slowest: float = 0.0
    kinds: dict[str, bytes] = field(default_factory=dict)


def try_one(target: Target, blob: bytes, found: Findings) -> float:
    """CPU seconds of one try; what it raises against its word is kept, once a place in the program."""
    began = time.process_time()
    try:
        target.read(blob)
    except target.expected:
        pass
    except Exception as error:  # noqa: BLE001 (whatever it is, it is the finding)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        name = f"{type(error).__name__}-{Path(frame.filename).stem}-{frame.lineno}"
        if name not in found.kinds:
            print(f"{target.name}: {name}: {error!r:.300}")
        found.kinds.setdefault(name, blob)
    took = time.process_time() - began
    found.tries += 1
    found.slowest = max(found.slowest, took)
    if took > SECONDS_LIMIT:
        found.kinds.setdefault(f"slow-{took:.0f}s", blob)
    return took


def repeated(seed: bytes, chance: random.Random) -> Iterator[bytes]:
    """A seed in which one slice stands so often that it has SMALL bytes, then TIMES as many."""
    start = chance.randrange(len(seed) + 1)
    piece = seed[start : start + chance.choice((1, 2, 3, 5, 8, 20, 80))] or b" "
    before, after = seed[:start], seed[start:][: chance.choice((0, 100, 10_000))]
    for size in (SMALL, SMALL * TIMES):
        yield before + piece * max(1, size // len(piece)) + after


def try_growth(target: Target, seed: bytes, chance: random.Random, found: Findings) -> None:
    pair = list(repeated(seed, chance))
    times = [try_one(target, blob, found) for blob in pair]
    if times[1] > SLOW_SECONDS and times[1] > GROWTH * times[0]:
        again = [min(try_one(target, blob, found) for _ in range(2)) for blob in pair]
        if again[1] > SLOW_SECONDS and again[1] > GROWTH * again[0]:
            print(f"{target.name}: grows: {again[0]:.2f} s, then {again[1]:.2f} s; piece near {pair[0][-60:]!r}")
            found.kinds.setdefault(f"grows-{again[1]:.1f}s", pair[1])


def fuzz(target: Target, seconds: float, chance: random.Random) -> Findings:
    found, seeds = Findings(), seeds_of(target)
    for seed in seeds:
        try_one(target, seed, found)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        faulthandler.dump_traceback_later(STUCK_SECONDS, exit=True)
        seed = chance.choice(seeds)
        if found.tries % 4 == 0:
            try_growth(target, seed[:20_000], chance, found)
        else:
            try_one(target, mutant(seed, chance) if seed else seed, found)
    faulthandler.cancel_dump_traceback_later()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    chosen = parser.parse_args()
    wrong = 0
    logging.disable(logging.CRITICAL)
    for name in TARGETS if chosen.target == "all" else (chosen.target,):
        found = fuzz(TARGETS[name], chosen.seconds, random.Random(chosen.seed))
        tried = f"{found.tries:7,} tries, slowest {found.slowest:5.2f} s"
        print(f"{name:<10} {tried}, {len(found.kinds)} findings", flush=True)
        for kind, blob in found.kinds.items():
            (folder := chosen.keep / name).mkdir(parents=True, exist_ok=True)
            (folder / f"{kind}-{blake2b(blob, digest_size=4).hexdigest()}").write_bytes(blob)
        wrong += len(found.kinds)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
