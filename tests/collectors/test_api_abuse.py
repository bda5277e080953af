"""Strangers try to make an incident say what they want, and the server is killed under them."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.store.check import check
from data.store.database import open_database
from data.store.quarantine import count_held, held
from data.store.reads import incident, incidents, waves
from data.store.tokens import create_token
from tests.collectors.api_server import acknowledgement, hand_in, started

pytestmark = pytest.mark.server
STRANGERS = 60
KEPT_WORDS = ("party", "abused_domain", "tenant", "account_id", "platform", "mechanism", "verdict", "confirmation")
KEPT_WORDS += ("title", "wave_id", "confidence", "template_id")


@pytest.fixture
def db(tmp_path) -> Path:
    return tmp_path / "relaywatch.db"


def token_for(db: Path, organisation: str) -> dict[str, str]:
    with open_database(db) as store:
        secret, _ = create_token(
            store,
            organisation,
            ("submit",),
            organisation=organisation,
            clearance="AMBER",
            expires_at=None,
            now=datetime.now(UTC),
        )
    return {"authorization": f"Bearer {secret}"}


def said(db: Path, incident_id: str) -> dict[str, object]:
    """What an incident says of itself, without its counts."""
    with open_database(db) as store:
        row = asdict(incident(store, incident_id))
    return {name: row[name] for name in KEPT_WORDS}


def stranger(number: int) -> dict[str, str]:
    return {"x_forwarded_for": f"203.0.{number % 250}.{number % 199}"}


def all_handed_in(address: str) -> set[int]:
    """Forged copies of one incident's message, each from an address of its own."""

    def forge(number: int) -> int:
        message = acknowledgement(2 + number, account="attacker", words=f"claim {number},000 USD", who="zoe")
        return hand_in(address, message, **stranger(number)).status

    with ThreadPoolExecutor(6) as pool:
        return set(pool.map(forge, range(STRANGERS)))


def test_strangers_can_neither_confirm_nor_rename_nor_steer_whatever_their_number(db, tmp_path):
    token = token_for(db, "CERT Example")
    with started(db, tmp_path / "log") as (address, _):
        told = hand_in(address, acknowledgement(1), **token).json["items"][0]["incident_id"]
        before = said(db, told)
        assert all_handed_in(address) == {201}
        assert said(db, told) == before
        assert before["confirmation"] == "unconfirmed"
        # One acknowledgement that is genuine confirms nothing either: anybody can fetch himself one.
        hand_in(address, acknowledgement(900), **token)
        assert said(db, told)["confirmation"] == "unconfirmed"
        # A second organisation does.
        other = token_for(db, "Mailbox Provider Example")
        hand_in(address, acknowledgement(901), **other)
        assert said(db, told) == before | {"confirmation": "confirmed"}
    with open_database(db) as store:
        assert check(store) == []


def test_strangers_open_no_wave_and_a_flood_of_them_waits_for_review(db, tmp_path):
    with started(db, tmp_path / "log", flood_block="5", flood_everybody="20") as (address, _):
        statuses = [
            hand_in(
                address, acknowledgement(n, company=f"innocent{n % 7}", account=f"a{n % 7}"), **stranger(n)
            ).status
            for n in range(STRANGERS)
        ]
        assert statuses == [201] * 20 + [202] * 40
    with open_database(db) as store:
        assert waves(store) == []
        assert {row.confirmation for row in incidents(store)} == {"unconfirmed"}
        assert sum(row.observations for row in incidents(store)) == 20
        assert count_held(store) == 40
        assert {item.why for item in held(store)} == {"more than 20 anonymous messages within an hour"}


def test_a_server_killed_under_load_has_lost_and_doubled_nothing(db, tmp_path):
    acknowledged: list[str] = []

    def submit(number: int) -> None:
        try:
            answer = hand_in(address, acknowledgement(number, company=f"tenant{number % 9}"))
        except OSError:
            return
        if answer.status in (200, 201, 202):
            acknowledged.append(answer.json["items"][0]["observation_id"])

    for turn in range(2):
        with started(db, tmp_path / "log") as (address, server), ThreadPoolExecutor(12) as pool:
            submitting = [pool.submit(submit, 1_000 * turn + number) for number in range(120)]
            while len(acknowledged) < 40 * (turn + 1) and not all(item.done() for item in submitting):
                submitting[len(acknowledged)].exception()
            server.kill()
    with open_database(db) as store:
        stored = [f"O-{row[0]:04d}" for row in store.rows("select observation_id from observations")]
        assert set(acknowledged) <= set(stored)
        assert len(acknowledged) == len(set(acknowledged)) >= 80
        assert store.value("select count(distinct fingerprint) = count(*) from observations")
        assert check(store) == []
    assert not re.search(r"Traceback", (tmp_path / "log").read_text(errors="replace"))
