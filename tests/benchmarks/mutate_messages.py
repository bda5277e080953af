"""Break real messages at random and read them: no crash, nothing slow.

    python -m tests.benchmarks.mutate_messages FOLDER COUNT [SEED]

Each mutant is a file of the folder with slices flipped, cut, doubled, moved or replaced. It goes the whole way from
bytes to authentication. A crash or a mutant that takes over two seconds is printed with its seed and fails the run;
the same seed makes the same mutant.
"""

import random
import sys
import time
from collections import Counter
from pathlib import Path

from collectors.authentication import read_authentication
from collectors.headers import parse_message
from collectors.messages import read_messages
from collectors.received import border, read_hops
from data.errors import SubmissionRefused
from data.model import Refusal
from data.settings import Settings

SECONDS_LIMIT = 2.0
TRICKS = (
    b"\0", b"\r", b"\n", b"\n\n", b"\r\n\r\n", b" ", b"\t", b"(", b")", b'"', b"\\", b"<", b">", b"@", b":", b";",
    b",",
    b"=?utf-8?B?", b"?=", b"=?utf-8?Q?=C3", b"\xff\xfe", b"\xe2\x80\xa8", b"\xc3", b"\x1b$B", b"--", b"\nFrom ",
    b"\n--", b"\nContent-Type: multipart/mixed; boundary=x\n", b"\nContent-Type: message/rfc822\n",
    b"\nContent-Transfer-Encoding: base64\n", b"\nDate: 99999\n", b"\nReceived: from\n", b"\nSubject: Fwd: x\n",
    b"charset=utf-16", b"charset=hz", b"boundary=", b"<!--", b"<script>", b"&#99999999999;", b"=\n", b"display:none",
)  # fmt: skip


def mutant(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to eight of their slices changed."""
    for _ in range(chance.randint(1, 8)):
        start = _place(data, chance)
        end = min(len(data), start + int(chance.expovariate(1 / 60)) + 1)
        piece = data[start:end]
        trick = chance.choice(TRICKS) * (chance.choice((1, 1, 1, 3, 2_000)))
        change = chance.choice(("flip", "cut", "double", "trick", "move", "repeat"))
        if change == "flip":
            piece = bytes(byte ^ (1 << chance.randrange(8)) for byte in piece)
        elif change == "cut":
            piece = b""
        elif change == "double":
            piece += piece
        elif change == "trick":
            piece = trick
        elif change == "repeat":
            piece *= chance.choice((5, 500))
        data = data[:start] + piece + data[end:]
        if change == "move":
            target = _place(data, chance)
            data = data[:target] + piece + data[target:]
    return data


def _place(data: bytes, chance: random.Random) -> int:
    """Most changes fall into the header, where there is most to misread."""
    return chance.randrange(max(1, len(data) if chance.random() < 0.3 else min(len(data), 6_000)))


def read_all(data: bytes, settings: Settings) -> Counter[str]:
    """Read the bytes the whole way and count what came of them."""
    seen: Counter[str] = Counter()
    for item in read_messages(data, "mutant", settings):
        if isinstance(item, Refusal):
            seen["refused"] += 1
            continue
        try:
            message = parse_message(item, settings)
        except SubmissionRefused:
            seen["refused"] += 1
            continue
        hops = read_hops(message, ("example.org",))
        border(hops)
        read_authentication(message, hops, ("mx.example.org",))
        seen[message.enclosed_in or "read"] += 1
    return seen


def main(folder: str, count: int, seed: int = 1) -> int:
    settings = Settings()
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    seen: Counter[str] = Counter()
    faults = 0
    slowest, slowest_seed = 0.0, 0
    for number in range(seed, seed + count):
        chance = random.Random(number)
        path = chance.choice(files)
        data = mutant(path.read_bytes(), chance)
        started = time.perf_counter()
        try:
            seen += read_all(data, settings)
        except Exception as error:  # noqa: BLE001 - finding any exception is what this is for
            faults += 1
            print(f"seed {number}: {path.name}: {type(error).__name__}: {error}")
        taken = time.perf_counter() - started
        slowest, slowest_seed = max((slowest, slowest_seed), (taken, number))
        if taken > SECONDS_LIMIT:
            faults += 1
            print(f"seed {number}: {path.name}: {taken:.1f} s")
    print(f"{count} mutants, {faults} faults, slowest {slowest:.2f} s (seed {slowest_seed}); {dict(seen)}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:4])))
