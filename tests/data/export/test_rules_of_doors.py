"""Filter rules follow the doors: what was closed leaves the list, what came back returns."""

from datetime import timedelta

from data.export.sharing import share
from data.store.history import open_as_of
from data.store.mitigations import Door, Proof, set_status
from data.store.shapes import EVERYTHING
from tests.data.readings import NOON, reading, taken

NOW = NOON + timedelta(days=60)
ACCOUNT = "0a1b2c3"


def seen(db, days: float) -> None:
    """A confirmed message that was sent so many days after noon."""
    item = reading(
        "Your ticket 4711: claim now", domain="northwind.example", account=ACCOUNT, key=days,
        sent_at=NOON + timedelta(days=days), recipient=f"{days}@victim.example",
    )  # fmt: skip
    for who in ("one.example", "two.example"):
        taken(db, [item], channel="token", who=who, organisation=who, at=NOW)


def say(db, status: str, days: float, recorded: float = 50) -> None:
    set_status(
        db, Door("northwind.example"), status, author="ada", proof=Proof(note="they wrote"),
        now=NOON + timedelta(days=recorded), effective_at=NOON + timedelta(days=days),
    )  # fmt: skip


def is_listed(db, at=NOW) -> bool:
    return ACCOUNT in b"".join(share(db, "rules", "rspamd", EVERYTHING, at).chunks).decode()


def test_a_closed_door_leaves_the_list_and_a_recurrence_brings_it_back(db):
    seen(db, 0)
    listed = [is_listed(db)]
    for status, days in (("confirmed", 1), ("mitigating", 2), ("mitigated", 3), ("verified-quiet", 20)):
        say(db, status, days)
        listed.append(is_listed(db))
    seen(db, 30)
    assert [*listed, is_listed(db)] == [True, True, True, False, False, True]


def test_what_is_not_affected_leaves_the_list(db):
    seen(db, 0)
    say(db, "not-affected", 1)
    assert not is_listed(db)


def test_rules_of_an_earlier_moment_know_only_what_had_been_said_by_then(db):
    seen(db, 0)
    say(db, "confirmed", 1)
    say(db, "mitigated", 2, recorded=50)
    assert [is_listed(db, NOON + timedelta(days=days)) for days in (49, 51)] == [True, False]


def test_the_past_is_judged_by_the_past(db):
    seen(db, 0)
    say(db, "confirmed", 1)
    say(db, "mitigated", 2)
    moment = db.value("select max(at_ms) from intake_marks")
    seen(db, 30)
    with open_as_of(db.path, NOW.fromtimestamp(moment / 1000, NOW.tzinfo)) as then:
        assert not is_listed(then)
    assert is_listed(db)
