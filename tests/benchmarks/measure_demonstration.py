"""How often the readers find in the demonstration what its story says.

    python tests/benchmarks/measure_demonstration.py [--scale 1.0] [--misses]

Prints right and all for each field the story speaks of, and the verdicts by what each message is meant to be.
"""

import argparse
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from collectors.authentication import read_authentication
from collectors.demonstration.told import Told, demonstration_messages, demonstration_truth
from collectors.headers import parse_message
from collectors.identity import identify
from collectors.messages import read_messages
from collectors.received import read_hops
from collectors.signals import read_signals
from data.catalogue.loader import load_catalogue
from data.judgement.verdict import judge
from data.model import Refusal
from data.settings import Settings

ENDS_AT = datetime(2026, 10, 15, 12, tzinfo=UTC)
SETTINGS, CATALOGUE = Settings(), load_catalogue()
FIELDS = ("platform", "account_id", "tenant", "abused_domain", "mechanism", "verdict", "sent_at", "enclosed_in")


def found(source: str, blob: bytes) -> dict[str, object]:
    """The fields of one message as the readers give them; nothing where it is refused."""
    item = next(read_messages(blob, source, SETTINGS))
    if isinstance(item, Refusal):
        return {}
    message = parse_message(item, SETTINGS)
    hops = read_hops(message)
    authentication = read_authentication(message, hops, ())
    identity = identify(message, hops, authentication, CATALOGUE)
    verdict = judge(read_signals(message, identity, authentication, hops, CATALOGUE)).verdict
    own = {"verdict": verdict, "sent_at": message.sent_at, "enclosed_in": item.enclosed_in}
    return {**{name: getattr(identity, name, None) for name in FIELDS}, **own}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    right, every, misses = Counter(), Counter(), Counter()
    verdicts: dict[tuple[str, str], Counter[object]] = defaultdict(Counter)
    messages = demonstration_messages(ENDS_AT, scale=arguments.scale)
    for (source, blob, _), told in zip(messages, demonstration_truth(ENDS_AT, scale=arguments.scale), strict=True):
        read = found(source, blob)
        compare(told, read, right, every, misses)
        verdicts[told.verdict, told.template or told.mechanism][read.get("verdict")] += 1
    for name in FIELDS:
        print(f"{name:14} {right[name]:>5} of {every[name]:<5} {right[name] / every[name]:.3f}")
    for (verdict, template), counts in sorted(verdicts.items()):
        print(f"{verdict:20} {template:24}", ", ".join(f"{name} {n}" for name, n in counts.most_common()))
    if arguments.misses:
        for miss, n in misses.most_common(60):
            print(n, *miss)


def compare(told: Told, read: dict[str, object], right: Counter, every: Counter, misses: Counter) -> None:
    for name in FIELDS:
        means = getattr(told, name)
        if means is None and name not in {"platform", "enclosed_in"}:
            continue
        every[name] += 1
        right[name] += read.get(name) == means
        if read.get(name) != means:
            misses[name, told.platform, told.mechanism, "told", means, "read", read.get(name)] += 1


if __name__ == "__main__":
    main()
