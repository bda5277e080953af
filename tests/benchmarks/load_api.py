"""Fifty submitters at once against a real server, and readers beside them; by hand, outside the tests.

    python -m tests.benchmarks.load_api --seconds 60 --submitters 50
    python -m tests.benchmarks.load_api --forge 1000

Prints one JSON object: what was answered, whether each 2xx is in the database exactly once, how long reads took. With
--forge, so many strangers try to confirm, rename and steer an incident instead.
"""

import argparse
import json
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from data.store.check import check
from data.store.database import open_database
from data.store.reads import incident
from data.store.tokens import create_token
from tests.collectors.api_server import acknowledgement, hand_in, started

READS = ("/api/incidents?limit=100", "/api/waves", "/api/vendors", "/api/incidents/RW-0001")
PAYLOADS = ("claim 2,400 USD", "your wallet will be closed", "verify your shop account", "you won the tablet")


@dataclass
class Seen:
    """What the threads saw; each appends only, which Python makes atomic."""

    statuses: list[int] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    submit_seconds: list[float] = field(default_factory=list)
    read_seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def submit_until(end: float, address: str, number: int, seen: Seen) -> None:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    turn = 0
    while time.monotonic() < end:
        turn += 1
        key = number * 1_000_000 + turn
        message = acknowledgement(key, company=f"tenant{key % 97}", words=PAYLOADS[key % len(PAYLOADS)])
        began = time.monotonic()
        try:
            connection.request("POST", "/api/submissions", message, {"Content-Type": "message/rfc822"})
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, HTTPException, ValueError) as error:
            seen.errors.append(repr(error))
            connection.close()
            continue
        seen.submit_seconds.append(time.monotonic() - began)
        seen.statuses.append(response.status)
        if response.status < 300:
            seen.stored += [item["observation_id"] for item in answer["items"]]


def read_until(end: float, address: str, number: int, seen: Seen) -> None:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    while time.monotonic() < end:
        began = time.monotonic()
        connection.request("GET", READS[number % len(READS)])
        response = connection.getresponse()
        response.read()
        seen.read_seconds.append(time.monotonic() - began)
        if response.status not in (200, 404):
            seen.errors.append(f"read {response.status}")
        number += 1
        time.sleep(0.2)


def load(folder: Path, seconds: float, submitters: int) -> dict[str, object]:
    db, seen = folder / "load.db", Seen()
    with started(db, folder / "log") as (address, _):
        end = time.monotonic() + seconds
        jobs = [(submit_until, number) for number in range(submitters)] + [
            (read_until, number) for number in range(3)
        ]
        threads = [threading.Thread(target=job, args=(end, address, number, seen)) for job, number in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with open_database(db) as store:
        inside = [f"O-{row[0]:04d}" for row in store.rows("select observation_id from observations")]
        findings = check(store)
    return {
        "statuses": dict(Counter(seen.statuses)),
        "errors": dict(Counter(seen.errors)),
        "answered_2xx": len(seen.stored),
        "each_once": sorted(seen.stored) == sorted(inside),
        "a_second": round(len(seen.stored) / seconds, 1),
        "submit_seconds": quantiles(seen.submit_seconds),
        "reads": len(seen.read_seconds),
        "read_seconds": quantiles(seen.read_seconds),
        "findings": findings,
    }


def forge(folder: Path, strangers: int) -> dict[str, object]:
    db = folder / "forge.db"
    limits = {"everybody_minute": "100000", "flood_everybody": "100000"}
    with open_database(db) as store:
        secret, _ = create_token(
            store, "CERT", ("submit",), organisation="CERT", clearance="AMBER", expires_at=None, now=datetime.now(UTC)
        )
    with started(db, folder / "log", **limits) as (address, _):
        answer = hand_in(address, acknowledgement(1), authorization=f"Bearer {secret}")
        told = answer.json["items"][0]["incident_id"]
        with open_database(db) as store:
            before = incident(store, told)
        statuses = Counter(
            hand_in(
                address,
                acknowledgement(2 + number, account="attacker", words=f"claim {number},000 USD", who="zoe"),
                x_forwarded_for=f"203.{number // 200}.{number % 200}.9",
            ).status
            for number in range(strangers)
        )
    with open_database(db) as store:
        after = incident(store, told)
        kept = ("confirmation", "title", "party", "abused_domain", "account_id", "tenant", "verdict", "wave_id")
        changed = [name for name in kept if getattr(before, name) != getattr(after, name)]
        return {
            "strangers": strangers,
            "statuses": dict(statuses),
            "changed": changed,
            "observations": after.observations,
            "findings": check(store),
        }


def quantiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values) or [0.0]
    return {
        name: round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3)
        for name, share in (("median", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0))
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--submitters", type=int, default=50)
    parser.add_argument("--forge", type=int, default=0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = (
            forge(Path(folder), chosen.forge)
            if chosen.forge
            else load(Path(folder), chosen.seconds, chosen.submitters)
        )
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
