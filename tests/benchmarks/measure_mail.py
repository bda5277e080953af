"""How often platform, account, abused domain, mechanism and verdict are right on a folder of labelled mail.

    python tests/benchmarks/measure_mail.py FOLDER [--misses] [--half a|b]

FOLDER holds labels.csv (path, group, platform, account_id, tenant, abused_domain, mechanism, mechanism_also, verdict,
verdict_also) and the files it names. --half counts only one of two random halves of the tenants; --misses lists what
is wrong. It reads with the functions of the product.
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
from data.model import Identity, Refusal, Verdict
from data.settings import Settings
from data.vocabulary import ABUSE_VERDICTS

SETTINGS = Settings()
CATALOGUE = load_catalogue()
QUIET = {"ordinary", "backscatter", "unrecognised"}


@dataclass(frozen=True)
class Read:
    """One labelled message and what was read out of it."""

    row: dict[str, str]
    identity: Identity
    verdict: Verdict
    seconds: float

    @property
    def group(self) -> str:
        return self.row["group"]

    @property
    def said(self) -> object:
        reasons = [(reason.signal, reason.weight) for reason in self.verdict.reasons]
        return self.verdict.verdict, self.verdict.score, self.identity.platform, self.identity.mechanism, reasons


class Tally:
    """Right and all, by row and by tenant."""

    def __init__(self) -> None:
        self.by_tenant: dict[str, list[bool]] = defaultdict(list)
        self.misses: list[str] = []

    def count(self, read: Read, right: bool, got: object, wanted: object) -> None:
        self.by_tenant[tenant_of(read.row)].append(right)
        if not right:
            self.misses.append(f"{read.row['path']}: {got}, wanted {wanted}")

    def __str__(self) -> str:
        rows = [right for found in self.by_tenant.values() for right in found]
        mean = sum(sum(found) / len(found) for found in self.by_tenant.values()) / max(1, len(self.by_tenant))
        return f"{sum(rows):>5} of {len(rows):<5} {sum(rows) / max(1, len(rows)):6.3f}   by tenant {mean:6.3f}"


def tenant_of(row: dict[str, str]) -> str:
    return row["tenant"] or row["abused_domain"] or row["template_group"] or row["path"]


def read_all(folder: Path, half: str | None) -> Iterator[Read]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            drawn = "ab"[hashlib.sha256(tenant_of(row).encode()).digest()[0] % 2]
            if half in (None, drawn) and (read := read_one(folder, row)):
                yield read


def read_one(folder: Path, row: dict[str, str]) -> Read | None:
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
        if read.row["platform"]:
            count_identity(found, read)
        elif read.group in {"ham", "phish", "bounce"}:
            count_traps(found, read)
        if read.row["mechanism"]:
            count_judgement(found, read)
        count_abuse(found, read)
        count_suffixes(found, read)
    return found


def count_identity(found: dict[str, Tally], read: Read) -> None:
    row, identity = read.row, read.identity
    group = "help desk" if read.group == "helpdesk" else "others"
    platform = row["platform"].removesuffix("_verify")
    named = {identity.platform, identity.transport}
    found[f"platform, {group}"].count(read, platform in named, named, platform)
    if row["account_id"]:
        found["account id"].count(
            read, identity.account_id == row["account_id"], identity.account_id, row["account_id"]
        )
    if group == "help desk" or row["abused_domain"]:
        right = same_party(identity.abused_domain, row["abused_domain"])
        found[f"abused domain, {group}"].count(read, right, identity.abused_domain, row["abused_domain"])
    if row["tenant"]:
        tenant = (identity.tenant or "").lower()
        found["tenant"].count(read, tenant == row["tenant"].lower(), tenant, row["tenant"])


def same_party(got: str | None, wanted: str) -> bool:
    if not wanted or got == wanted:
        return (got or "") == wanted
    is_subdomain = any(wanted.endswith("." + suffix) for suffix in CATALOGUE.suffixes)
    return not is_subdomain and same_organisation(got or "", wanted)


def count_traps(found: dict[str, Tally], read: Read) -> None:
    platform, lines = read.identity.platform, read.identity.platform_evidence
    entry = CATALOGUE.entries.get(platform or "")
    trapped = entry is not None and entry.category == "helpdesk"
    found["no help desk where none is"].count(read, not trapped, (platform, lines), None)
    found["no platform where none is labelled"].count(read, platform is None, (platform, lines), None)


def count_judgement(found: dict[str, Tally], read: Read) -> None:
    row = read.row
    accepted = {row["mechanism"], *filter(None, row["mechanism_also"].split(";"))}
    found["mechanism"].count(read, read.identity.mechanism in accepted, read.identity.mechanism, accepted)
    accepted = {row["verdict"], *filter(None, row["verdict_also"].split(";"))}
    found["verdict"].count(read, read.verdict.verdict in accepted, read.said, accepted)


def count_abuse(found: dict[str, Tally], read: Read) -> None:
    verdict = read.verdict.verdict
    if read.group in {"ham", "bounce"}:
        found[f"{read.group} not called abuse"].count(read, verdict not in ABUSE_VERDICTS, read.said, "no abuse")
    if read.group == "ham":
        found["ham called ordinary"].count(read, verdict in QUIET, read.said, "ordinary")
    if read.group == "phish" and not read.row["verdict"]:
        found["phish not called ordinary"].count(read, verdict != "ordinary", read.said, "abuse of any kind")
        right = bool(read.row["platform"]) or verdict not in ABUSE_VERDICTS
        found["phish without a platform: no relay abuse"].count(read, right, read.said, "unrelated-abuse")


def count_suffixes(found: dict[str, Tally], read: Read) -> None:
    domain = read.identity.abused_domain
    right = domain is None or (
        domain not in CATALOGUE.suffixes and domain not in CATALOGUE.shared and registrable_domain(domain) is not None
    )
    found["abused domain: no platform, no public suffix"].count(read, right, domain, "an organisation's")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--half", choices=("a", "b"))
    arguments = parser.parse_args()
    reads = list(read_all(arguments.folder, arguments.half))
    tallies = tally(reads)
    for name in sorted(tallies):
        print(f"{name:<46} {tallies[name]}")
    times = sorted(read.seconds * 1000 for read in reads)
    mean = sum(times) / len(times)
    print(
        f"{'identify and judge, ms':<46} median {times[len(times) // 2]:.2f}, mean {mean:.2f}, most {times[-1]:.1f}"
    )
    for name in sorted(tallies) if arguments.misses else ():
        print(*(f"- {name}: {miss}" for miss in tallies[name].misses), sep="\n")


if __name__ == "__main__":
    main()
