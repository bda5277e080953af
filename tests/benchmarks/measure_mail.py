"""How often identity, mechanism and verdict are right on a folder of labelled mail.

    python tests/benchmarks/measure_mail.py FOLDER [--misses] [--half a|b]

FOLDER holds labels.csv (path, group, platform, account_id, tenant, abused_domain, mechanism, mechanism_also, verdict,
verdict_also) and the files it names. --half counts only one of two random halves of the tenants.
"""

import argparse
import csv
import hashlib
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from collectors.authentication import read_authentication
from collectors.headers import parse_message
from collectors.identity import identify
from collectors.messages import read_messages
from collectors.received import read_hops
from collectors.signals import read_signals
from data.catalogue.loader import load_catalogue
from data.domains import registrable_domain, same_organisation
from data.errors import RelaywatchError
from data.judgement.verdict import judge
from data.model import ABUSE_VERDICTS, Identity, Refusal, Verdict
from data.settings import Settings

SETTINGS = Settings()
CATALOGUE = load_catalogue()


@dataclass(frozen=True)
class Read:
    """One labelled message and what was read out of it."""

    row: dict[str, str]
    identity: Identity
    verdict: Verdict
    seconds: float

    @property
    def tenant(self) -> str:
        row = self.row
        return row["tenant"] or row["abused_domain"] or row["template_group"] or row["path"]


class Tally:
    """Right and all, by row and by tenant."""

    def __init__(self) -> None:
        self.right, self.all = 0, 0
        self.by_tenant: dict[str, list[bool]] = defaultdict(list)
        self.misses: list[str] = []

    def count(self, read: Read, right: bool, got: object, wanted: object) -> None:
        self.all += 1
        self.right += right
        self.by_tenant[read.tenant].append(right)
        if not right:
            self.misses.append(f"{read.row['path']}: {got}, wanted {wanted}")

    def __str__(self) -> str:
        means = [sum(found) / len(found) for found in self.by_tenant.values()]
        share = self.right / self.all if self.all else 1.0
        return f"{self.right:>5} of {self.all:<5} {share:6.3f}   by tenant {sum(means) / len(means) if means else 1:6.3f}"


def read_all(folder: Path, half: str | None) -> Iterator[Read]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if half and _half(row) != half:
                continue
            read = _read(folder, row)
            if read:
                yield read


def _half(row: dict[str, str]) -> str:
    key = row["tenant"] or row["abused_domain"] or row["template_group"] or row["path"]
    return "ab"[hashlib.sha256(key.encode()).digest()[0] % 2]


def _read(folder: Path, row: dict[str, str]) -> Read | None:
    try:
        raw = next(iter(read_messages((folder / row["path"]).read_bytes(), row["path"], SETTINGS)))
        if isinstance(raw, Refusal):
            return None
        message = parse_message(raw, SETTINGS)
    except RelaywatchError:
        return None
    hops = read_hops(message)
    authentication = read_authentication(message, hops, ())
    start = time.perf_counter()
    identity = identify(message, hops, authentication, CATALOGUE)
    verdict = judge(read_signals(message, identity, authentication, hops, CATALOGUE))
    return Read(row, identity, verdict, time.perf_counter() - start)


def tally(reads: list[Read]) -> dict[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    for read in reads:
        row, identity = read.row, read.identity
        if row["platform"]:
            group = "help desk" if row["group"] == "helpdesk" else "others"
            right = row["platform"].removesuffix("_verify") in {identity.platform, identity.transport}
            found[f"platform, {group}"].count(read, right, identity.platform or identity.transport, row["platform"])
            if row["account_id"]:
                found["account id"].count(
                    read, identity.account_id == row["account_id"], identity.account_id, row["account_id"]
                )
            if group == "help desk" or row["abused_domain"]:
                found[f"abused domain, {group}"].count(
                    read,
                    _same(identity.abused_domain, row["abused_domain"]),
                    identity.abused_domain,
                    row["abused_domain"] or None,
                )
            if row["tenant"]:
                found["tenant"].count(
                    read, (identity.tenant or "").lower() == row["tenant"].lower(), identity.tenant, row["tenant"]
                )
        elif row["group"] in {"ham", "phish", "bounce"}:
            entry = CATALOGUE.entries.get(identity.platform or "")
            trap = bool(entry and entry.category == "helpdesk")
            found["no help desk where none is"].count(read, not trap, identity.platform, None)
            found["no platform at all where none is labelled"].count(
                read, identity.platform is None, (identity.platform, identity.platform_evidence), None
            )
        if row["mechanism"]:
            accepted = {row["mechanism"], *row["mechanism_also"].split(";")}
            found["mechanism"].count(read, identity.mechanism in accepted, identity.mechanism, accepted)
            accepted = {row["verdict"], *row["verdict_also"].split(";")}
            found["verdict"].count(read, read.verdict.verdict in accepted, said_of(read), accepted)
        if row["group"] == "ham":
            found["ham not called abuse"].count(
                read, read.verdict.verdict not in ABUSE_VERDICTS, read.verdict.verdict, "no abuse"
            )
            found["ham called ordinary"].count(
                read, read.verdict.verdict in {"ordinary", "backscatter", "unrecognised"}, said_of(read), "ordinary"
            )
        if row["group"] == "phish" and not row["verdict"]:
            found["phish not called ordinary"].count(
                read, read.verdict.verdict != "ordinary", said_of(read), "abuse of any kind"
            )
            trusted = read.verdict.verdict in {"unrelated-abuse", "unrecognised", "ordinary"} or bool(row["platform"])
            found["phish without platform not called relay abuse"].count(
                read, trusted, said_of(read), "unrelated-abuse"
            )
        if row["group"] == "bounce":
            found["bounces not called abuse"].count(
                read, read.verdict.verdict not in ABUSE_VERDICTS, read.verdict.verdict, "no abuse"
            )
        suffix = identity.abused_domain in CATALOGUE.suffixes or identity.abused_domain in CATALOGUE.shared
        bare = identity.abused_domain is not None and not registrable_domain(identity.abused_domain)
        found["abused domain is never a platform or public suffix"].count(
            read, not suffix and not bare, identity.abused_domain, ""
        )
    return found


def said_of(read: Read) -> object:
    reasons = [(reason.signal, reason.weight) for reason in read.verdict.reasons]
    return read.verdict.verdict, read.verdict.score, read.identity.platform, read.identity.mechanism, reasons


def _same(got: str | None, wanted: str) -> bool:
    if not wanted:
        return got is None
    if got == wanted:
        return True
    under_suffix = any(wanted.endswith("." + suffix) for suffix in CATALOGUE.suffixes)
    return not under_suffix and same_organisation(got or "", wanted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--half", choices=("a", "b"))
    arguments = parser.parse_args()
    reads = list(read_all(arguments.folder, arguments.half))
    tallies = tally(reads)
    for name, counted in tallies.items():
        print(f"{name:<52} {counted}")
    seconds = sorted(read.seconds for read in reads)
    print(
        f"{'identify and judge':<52} median {seconds[len(seconds) // 2] * 1000:.2f} ms, mean {sum(seconds) / len(seconds) * 1000:.2f} ms, most {seconds[-1] * 1000:.1f} ms"
    )
    if arguments.misses:
        for name, counted in tallies.items():
            for miss in counted.misses:
                print(f"- {name}: {miss}")


if __name__ == "__main__":
    main()
