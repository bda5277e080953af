"""Simulated waves of relay spam with known truth, for measuring the clustering.

Attackers type a victim's address and a lure (the payload) into open support forms of innocent companies (tenants);
each help desk answers in the company's own words (the shell) and echoes the lure. Real tickets, agents' answers and
newsletters of the same companies are the background. The same seed and levels give the same messages.

    python tests/benchmarks/simulated_waves.py --seed 1 --observations 1000 --mutations 3 [--mbox FILE]

What the truth says, and what it does not:
- `template` is the payload where the message shows one, else the shell (`shell:tenant:mechanism`; activation mail
  has its platform's words, so there it is `shell:verification:platform:language`).
- `wave` is one burst of a template over three tenants or more; None for trickle and everyday mail. Bursts
  of activation mail on one platform that lie less than three days apart are one wave, in all its languages.
- `incident` is template, tenant and stretch of time; None for everyday mail.
- Everyday tickets of one tenant share a shell but not their subject matter. Count them by whether they fall into
  the template of an attack (`is_attack`), rather than by how they are grouped among themselves.
- `in_header` says whether headers alone (subject, names) show the payload.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from inspect import signature
from pathlib import Path
from random import Random

from simulated_mail import as_message, write_mbox
from simulated_rendering import Simulated, Writer
from simulated_slots import moment
from simulated_tenants import make_tenants
from simulated_timeline import Levels, Plan

__all__ = ["Simulated", "as_message", "simulate"]

FEWEST_TENANTS = 30


def simulate(
    seed: int,
    observations: int,
    mutations: int,
    *,
    attacks: float = 0.6,
    tenants: int = 240,
    floods: float = 0.08,
    trickle: float = 0.04,
    companions: float = 0.15,
    recurrence: float = 0.3,
    largest_wave: int = 120,
    days: int = 180,
    start: str = "2025-01-06",
) -> Iterator[Simulated]:
    """`observations` messages in the order of time, each payload changed by 0 to `mutations` operators.

    `attacks` is the share of attacks among all messages; `floods` (activation mail without payload) and `trickle`
    (stray copies outside waves) are shares of the attacks; `companions` is the share of waves in which the fake
    ticket also sets off activation mail; `recurrence` the chance that a wave repeats a payload seen before;
    `largest_wave` the most tenants of a wave; `days` the time in which first waves begin. Raises ValueError for
    fewer than 30 tenants or a share outside 0 to 1.
    """
    shares = {"attacks": attacks, "floods": floods, "trickle": trickle, "companions": companions}
    for name, share in (shares | {"recurrence": recurrence}).items():
        if not 0 <= share <= 1:
            raise ValueError(f"{name} is {share}; write a share from 0 to 1.")
    if tenants < FEWEST_TENANTS:
        raise ValueError(f"tenants is {tenants}; write {FEWEST_TENANTS} or more, so that waves find enough of them.")
    rng = Random(f"waves {seed}")
    companies = make_tenants(tenants, rng)
    levels = Levels(observations, attacks, floods, trickle, companions, recurrence, largest_wave, days, moment(start))
    events = Plan(levels, companies, rng).draw()
    writer = Writer(seed, mutations, companies)
    return (writer.write(number, event) for number, event in enumerate(events))


def as_json(item: Simulated) -> str:
    """One line of JSON, the truth included."""
    return json.dumps(asdict(item) | {"sent_at": item.sent_at.isoformat()}, ensure_ascii=False)


def main() -> int:
    """Print the messages as JSON lines, or write them to a mailbox file and print the truth of each."""
    parser = argparse.ArgumentParser(description="Simulate waves of relay spam with known truth.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--observations", type=int, default=1000)
    parser.add_argument("--mutations", type=int, default=3)
    for name, default in (("tenants", 240), ("largest-wave", 120), ("days", 180)):
        parser.add_argument(f"--{name}", type=int, default=default)
    for name in ("attacks", "floods", "trickle", "companions", "recurrence"):
        parser.add_argument(f"--{name}", type=float, default=signature(simulate).parameters[name].default)
    parser.add_argument("--mbox", type=Path, help="write the messages here as well, in the order printed")
    given = vars(parser.parse_args())
    mbox = given.pop("mbox")
    try:
        messages = simulate(given.pop("seed"), given.pop("observations"), given.pop("mutations"), **given)
    except ValueError as error:
        parser.error(str(error))
    if mbox:
        with mbox.open("wb") as file:
            messages = iter(list(write_mbox(messages, file)))
    for item in messages:
        print(as_json(item))
    return 0


if __name__ == "__main__":
    sys.exit(main())
