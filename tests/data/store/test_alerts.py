"""The outbox: one alert a wave, marked as told together with it, delivered at least once under one key."""

import json
from datetime import timedelta

import pytest

from data.judgement.alerts import policy_of, trial
from data.settings import Settings
from data.store.alert_deliveries import LEASE, claim_delivery, record_failure, record_sent, retry_failed
from data.store.alerts import add_alert, alerts, derive_alerts
from data.store.database import open_database
from data.store.intelligence_feeds import add_feed
from data.store.mitigations import Door, Proof, set_status
from data.store.rebuild import rebuild
from data.store.values import seconds
from tests.data.readings import NOON, burst, reading, taken

POLICY = policy_of(Settings())
LATER = NOON + timedelta(hours=12)
STORM = (
    "Winner of 5,000 USDT, open prize.example now",
    "Invoice 4411 overdue: transfer the whole sum today",
    "Meet lonely ladies tonight in your own town",
    "Casino bonus: three hundred free spins for new players",
    "Parcel stopped at customs, pay the fee at post.example",
    "Cheap loans without questions, cash within minutes",
    "Mailbox full: confirm password or lose everything",
)
HOSTILE = "</script><h1>=cmd| click http://evil.example/x \u202e @here"


def derive(db, *, now=LATER, **changes) -> int:
    return derive_alerts(db, policy_of(Settings(**changes)), ("webhook",), now)


def told(db) -> list[tuple[str, str]]:
    return [(row.kind, row.subject) for row in reversed(alerts(db))]


def test_a_wave_of_a_thousand_messages_is_one_alert(db):
    taken(db, burst(5, 200))
    assert derive(db) == 1
    assert [derive(db, now=LATER + timedelta(hours=hour)) for hour in range(3)] == [0, 0, 0]
    row = alerts(db)[0]
    assert (row.kind, row.state, row.channel) == ("new-wave", "waiting", "webhook")
    assert "1,000 messages out of the systems of 5 organisations" in row.text


def test_more_messages_and_a_rebuild_are_no_news(db):
    taken(db, burst(4, 3))
    derive(db)
    taken(db, burst(4, 20))
    rebuild(db)
    assert derive(db, now=LATER + timedelta(hours=2)) == 0


def test_a_wave_whose_template_or_id_changed_is_not_told_again(db):
    taken(db, burst(4, 3))
    derive(db)
    db.connection.execute("update told_waves set template_id = 99")
    assert derive(db, now=LATER + timedelta(hours=2)) == 0
    db.connection.execute("update told_waves set template_id = 1, wave_id = 99")
    assert derive(db, now=LATER + timedelta(hours=2)) == 0


def test_a_wave_that_was_told_and_then_merged_into_another_is_not_told_again(db):
    taken(db, burst(4, 3))
    derive(db)
    db.connection.execute("update told_waves set template_id = 99, wave_id = 7")
    db.connection.execute("insert into wave_aliases (old_id, wave_id) values (7, 1)")
    assert derive(db, now=LATER + timedelta(hours=2)) == 0


def test_hostile_words_never_reach_an_alert(db):
    taken(db, burst(4, 3, subject=HOSTILE))
    derive(db)
    row = db.one("select * from alerts")
    assert not any(word in str(tuple(row)) for word in ("script", "cmd", "evil", "here", "example", "\u202e"))


def test_organisations_that_come_later_are_told_together_after_the_pause(db):
    taken(db, burst(4, 3))
    derive(db)
    taken(db, burst(6, 3))
    assert derive(db, now=LATER + timedelta(minutes=59)) == 0
    assert derive(db, now=LATER + timedelta(minutes=61)) == 1
    assert told(db) == [("new-wave", "W-0001"), ("new-vendor", "W-0001")]
    assert "reached 2 more organisations (RW-0005, RW-0006)" in alerts(db)[0].text


def test_the_next_wave_of_a_template_is_a_recurrence_with_its_own_alert(db):
    taken(db, burst(4, 3))
    derive(db)
    taken(db, burst(4, 3, start=NOON + timedelta(days=20)))
    derive(db, now=LATER + timedelta(days=20))
    assert told(db) == [("new-wave", "W-0001"), ("recurrence", "W-0002")]


def test_organisations_that_only_anonymous_submitters_name_are_no_news(db):
    taken(db, burst(4, 3))
    derive(db)
    taken(db, burst(9, 3), channel="web")
    assert db.value("select parties from waves") == 9
    assert derive(db, now=LATER + timedelta(hours=2)) == 0


def test_a_wave_becomes_news_when_somebody_known_vouches_for_it(db):
    taken(db, burst(5, 4), channel="web")
    derive(db)
    taken(db, burst(5, 4), channel="mailbox")
    assert derive(db) == 1


def test_an_old_archive_is_quiet(db):
    taken(db, burst(5, 4))
    assert derive(db, now=NOON + timedelta(days=60)) == 0


def test_kinds_that_are_not_wanted_are_marked_and_never_sent(db):
    taken(db, burst(4, 3))
    assert derive(db, alert_kinds=("new-vendor",)) == 0
    assert derive(db) == 0
    taken(db, burst(5, 3))
    assert derive(db, now=LATER + timedelta(hours=2), alert_kinds=("new-vendor",)) == 1


def test_a_storm_ends_at_the_limit_and_in_one_summary(db):
    for subject in STORM:
        taken(db, burst(3, 2, subject=subject))
    assert derive(db, alert_limit_a_day=3) == 3
    assert [row.state for row in alerts(db)] == ["held"] * 4 + ["waiting"] * 3
    assert derive(db, alert_limit_a_day=3, now=LATER + timedelta(hours=1)) == 0
    assert derive(db, alert_limit_a_day=3, now=LATER + timedelta(days=1)) == 1
    assert derive(db, alert_limit_a_day=3, now=LATER + timedelta(days=1)) == 0
    row = alerts(db)[0]
    assert (row.kind, row.subject) == ("summary", "2026-01-21") and "4 new-wave" in row.text


def test_a_kill_before_the_commit_leaves_nothing_and_the_next_run_tells_it(db, monkeypatch):
    taken(db, burst(4, 3))
    monkeypatch.setattr("data.store.alerts._add", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        derive(db)
    monkeypatch.undo()
    assert db.value("select count(*) from told_waves") == 0 and derive(db) == 1


def test_two_processes_that_derive_at_once_make_one_alert(db):
    taken(db, burst(4, 3))
    with open_database(db.path) as other:
        assert [derive(db), derive(other), derive(db)] == [1, 0, 0]


def test_a_delivery_is_claimed_once_and_tried_again_after_its_lease_under_the_same_key(db):
    add_alert(db, trial(), ("webhook", "mail"), LATER)
    first = claim_delivery(db, ("webhook",), LATER)
    assert claim_delivery(db, ("webhook",), LATER) is None
    again = claim_delivery(db, ("webhook",), LATER + LEASE)
    assert (again.key, first.attempts, again.attempts) == (first.key, 1, 2)
    assert claim_delivery(db, ("mail",), LATER).key == first.key


def test_failures_wait_longer_each_time_and_end(db):
    add_alert(db, trial(), ("webhook",), LATER)
    now, waits = LATER, []
    while delivery := claim_delivery(db, ("webhook",), now):
        due = record_failure(db, delivery, "It is out of order.", now, attempts=9)
        waits.append(due and int((due - now).total_seconds()) // 60)
        now = due or now
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, None]
    assert (alerts(db)[0].state, alerts(db)[0].reason) == ("failed", "It is out of order.")


def test_a_receiver_that_names_a_time_is_left_alone_until_then(db):
    add_alert(db, trial(), ("webhook",), LATER)
    due = LATER + timedelta(hours=5)
    delivery = claim_delivery(db, ("webhook",), LATER)
    assert record_failure(db, delivery, "Later.", LATER, attempts=9, not_before=due) == due
    assert claim_delivery(db, ("webhook",), due - timedelta(seconds=1)) is None


def test_a_lost_attempt_that_fails_late_does_not_undo_one_that_was_sent(db):
    add_alert(db, trial(), ("webhook",), LATER)
    lost = claim_delivery(db, ("webhook",), LATER)
    record_sent(db, claim_delivery(db, ("webhook",), LATER + LEASE))
    record_failure(db, lost, "Too late.", LATER + LEASE, attempts=9)
    assert (alerts(db)[0].state, alerts(db)[0].reason) == ("sent", None)


def test_what_was_given_up_can_be_tried_once_more(db):
    taken(db, burst(4, 3))
    derive(db)
    record_failure(db, claim_delivery(db, ("webhook",), LATER), "Gone.", LATER, attempts=1)
    assert retry_failed(db, LATER) == 1
    assert claim_delivery(db, ("webhook",), LATER).attempts == 1


def test_a_feed_that_is_down_is_told_once_each_time(db):
    feed, _ = add_feed(db, "https://feeds.example/a.xml", added_by="ann", now=NOON)
    db.connection.execute("update feeds set state = 'failing', failures = 5, failing_since = ?", (seconds(NOON),))
    assert [derive(db), derive(db), told(db)] == [1, 0, [("feed-down", feed)]]
    db.connection.execute("update feeds set failing_since = failing_since + 9, paused_at = 1")
    assert derive(db) == 0
    db.connection.execute("update feeds set paused_at = null")
    assert derive(db) == 1


def test_an_exposure_that_recurred_is_told_once_whatever_comes_in_later(db):
    door, proof = Door("acme.example.com"), Proof(note="The help desk said so")
    vouched(db, NOON)
    for days, status in enumerate(("confirmed", "reported", "acknowledged", "mitigated")):
        at = NOON + timedelta(days=days)
        set_status(db, door, status, author="ada", proof=proof, now=LATER + timedelta(days=9), effective_at=at)
    assert derive(db, now=LATER + timedelta(days=9)) == 0
    vouched(db, NOON + timedelta(days=8))
    assert [derive(db, now=LATER + timedelta(days=9)) for _ in range(2)] == [1, 0]
    assert told(db) == [("exposure-recurred", "E-0001")]
    vouched(db, NOON + timedelta(days=7))
    assert derive(db, now=LATER + timedelta(days=9)) == 0


def vouched(db, at) -> None:
    """One message that two organisations vouch for."""
    for organisation in ("first.example", "second.example"):
        taken(db, [reading(sent_at=at, key=at)], who=organisation, organisation=organisation)


def test_figures_survive_the_outbox(db):
    taken(db, [*burst(4, 3), reading("Something else entirely", verdict="ordinary", score=-3.0)])
    derive(db)
    delivery = claim_delivery(db, ("webhook",), LATER)
    assert delivery.news.figures["observations"] == 12
    assert json.dumps(dict(delivery.news.figures))
