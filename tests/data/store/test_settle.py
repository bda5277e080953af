"""Incidents and waves: the same whatever the order, ids for ever, aliases after merges, no steering by strangers."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.store.check import check
from data.store.database import open_database
from data.store.figures import save_templates
from data.store.reads import events, incident, incidents, template, wave, waves
from data.store.rebuild import rebuild
from tests.data.readings import NOON, PAYLOAD, burst, labels, reading, taken

HOUR = timedelta(hours=1)


def many():
    """Two waves of one payload, a trickle, two accounts that turn out to be one company, ordinary mail."""
    found = burst(4, 3) + burst(3, 2, start=NOON + 40 * HOUR)
    found += [
        reading("Verify your account or lose it", domain=domain, account="441bf2b", recipient=f"q{n}@victim.example",
                sent_at=NOON + n * 20 * HOUR)
        for n, domain in enumerate(["kandy.example.org", "kandy.zendesk.com"] * 3)
    ]  # fmt: skip
    found += [reading("Lunch?", verdict="ordinary", score=0, key=n, sent_at=NOON + n * HOUR) for n in range(3)]
    found += [reading(sent_at=NOON + n * 30 * HOUR, recipient=f"r{n}@victim.example") for n in range(4)]
    return found


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(many()))), cuts=st.sets(st.integers(1, len(many()) - 1), max_size=4))
def test_any_order_of_arrival_ends_in_the_same_labels(tmp_path_factory, order, cuts):
    readings = many()
    folder = tmp_path_factory.mktemp("order")
    with open_database(folder / "sorted.db") as db:
        taken(db, readings)
        expected = labels(db)
    with open_database(folder / "shuffled.db") as db:
        bounds = [0, *sorted(cuts), len(order)]
        for start, end in pairwise(bounds):
            taken(db, [readings[index] for index in order[start:end]])
        assert labels(db) == expected
        assert check(db) == []


def test_one_at_a_time_equals_all_at_once(tmp_path):
    with open_database(tmp_path / "one.db") as one, open_database(tmp_path / "all.db") as everything:
        for item in many():
            taken(one, [item])
        taken(everything, many())
        assert labels(one) == labels(everything)
        assert check(one) == []


def test_rebuild_right_after_settle_changes_nothing(db):
    taken(db, many())
    before = db.rows("select * from incidents"), db.rows("select incident_id from observations")
    assert rebuild(db).changes == 0
    assert (db.rows("select * from incidents"), db.rows("select incident_id from observations")) == before


def test_a_burst_over_three_parties_is_a_wave_and_over_two_it_is_not(db):
    assert taken(db, burst(2, 5)).waves_opened == ()
    assert taken(db, burst(3, 5)).waves_opened == ("W-0001",)
    assert wave(db, "W-0001").parties == 3


def test_a_recurrence_is_another_wave_of_the_same_template(db):
    taken(db, burst(start=NOON))
    taken(db, burst(start=NOON + 48 * HOUR))
    assert [(row.wave_id, row.template_id) for row in waves(db)] == [("W-0002", "T-0001"), ("W-0001", "T-0001")]


def test_late_mail_that_closes_a_gap_merges_incidents_and_the_old_id_leads_on(db):
    taken(db, [reading(key=1, sent_at=NOON), reading(key=2, sent_at=NOON + 100 * HOUR)])
    assert [row.incident_id for row in incidents(db)] == ["RW-0002", "RW-0001"]
    taken(db, [reading(key=3, sent_at=NOON + 50 * HOUR)])
    assert [row.incident_id for row in incidents(db)] == ["RW-0001"]
    assert incident(db, "rw-2").incident_id == "RW-0001"
    assert [event.kind for event in events(db, "RW-0001")] == [
        "incident-merged",
        "incident-opened",
        "incident-opened",
    ]


def test_ids_are_never_given_again(db):
    taken(db, [reading(key=1, sent_at=NOON), reading(key=2, sent_at=NOON + 100 * HOUR)])
    taken(db, [reading(key=3, sent_at=NOON + 50 * HOUR)])
    assert taken(db, [reading("A wholly different payload")]).incidents_opened == ("RW-0003",)


def test_an_alias_of_an_alias_leads_to_the_current_incident(db):
    times = [300, 200, 100, 101, 102, 103]
    taken(db, [reading(key=hours, sent_at=NOON + hours * HOUR) for hours in times])
    assert len(incidents(db)) == 3
    taken(db, [reading(key="a", sent_at=NOON + 250 * HOUR)])
    taken(db, [reading(key="b", sent_at=NOON + 150 * HOUR)])
    assert [incident(db, f"RW-{number}").incident_id for number in (1, 2, 3)] == ["RW-0001"] * 3


def test_a_wave_that_ends_up_in_another_leads_on(db):
    taken(db, burst(start=NOON))
    taken(db, burst(start=NOON + 12 * HOUR))
    bridge = [
        reading("[Request received] You have won 5,000 USDT, claim at http://prize.example/a1",
                domain="tenant0.example.com", key=n, sent_at=NOON + HOUR + n * HOUR / 2)
        for n in range(24)
    ]  # fmt: skip
    taken(db, bridge)
    assert [row.wave_id for row in waves(db)] == ["W-0001"]
    assert wave(db, "W-0002").wave_id == "W-0001"
    assert check(db) == []


def test_two_witnesses_make_an_account_and_its_domains_one_party(db):
    seen = [("a.example.com", 1), ("a.example.com", 2), ("b.example.org", 3)]
    readings = [
        reading(domain=domain, account="acc1", recipient=f"p{n}@victim.example", sent_at=NOON + n * HOUR)
        for domain, n in seen
    ]
    taken(db, readings)
    assert len(incidents(db)) == 2
    taken(db, [reading(domain="b.example.org", account="acc1", recipient="p4@victim.example", sent_at=NOON)])
    assert [(row.party, row.observations) for row in incidents(db)] == [("a.example.com", 4)]
    assert check(db) == []


def test_one_forged_account_id_joins_nobody(db):
    honest = [
        reading(domain=domain, account=account, recipient=f"{account}{n}@victim.example", sent_at=NOON)
        for domain, account in (("a.example.com", "acc1"), ("b.example.org", "acc2"))
        for n in range(3)
    ]
    taken(db, [*honest, reading(domain="a.example.com", account="acc2", recipient="x@victim.example", key="forged")])
    assert {row.party: row.observations for row in incidents(db)} == {"a.example.com": 4, "b.example.org": 3}


def test_anonymous_witnesses_join_nobody_whatever_their_number(db):
    forged = [
        reading(domain="b.example.org", account="acc1", recipient=f"p{n}@victim.example", key=n) for n in range(50)
    ]
    for n, item in enumerate(forged):
        taken(db, [item], channel="web", who=f"anybody{n}")
    taken(db, [reading(account="acc1", recipient=f"h{n}@victim.example", key=n) for n in range(3)])
    assert {row.party for row in incidents(db)} == {"acme.example.com", "b.example.org"}


def test_a_domain_of_many_accounts_is_the_platforms_and_parts_them(db):
    readings = [
        reading(domain="shared.example.net", account=f"acc{n % 4}", recipient=f"p{n}@victim.example", key=n)
        for n in range(8)
    ]
    for item in readings:
        taken(db, [item])
    assert {row.party for row in incidents(db)} == {f"zendesk account acc{n}" for n in range(4)}
    assert rebuild(db).changes == 0
    assert check(db) == []


def test_submitters_of_two_organisations_confirm(db):
    taken(db, [reading()], channel="token", who="ann", organisation="cert.example")
    assert incident(db, "RW-0001").confirmation == "unconfirmed"
    taken(db, [reading()], channel="token", who="bob", organisation="Cert.example")
    assert incident(db, "RW-0001").confirmation == "unconfirmed"
    taken(db, [reading(key=2)], channel="token", who="eve", organisation="bank.example")
    assert incident(db, "RW-0001").confirmation == "confirmed"
    assert events(db, "RW-0001")[0].kind == "incident-confirmed"


def test_three_recipients_in_our_own_mailbox_confirm(db):
    for number in range(3):
        assert all(row.confirmation == "unconfirmed" for row in incidents(db))
        taken(db, [reading(recipient=f"p{number}@victim.example")], channel="mailbox")
    assert [row.confirmation for row in incidents(db)] == ["confirmed"]


def test_candidates_confirm_nothing(db):
    for number in range(4):
        taken(db, [reading(verdict="unrecognised", score=5, recipient=f"p{number}@v.example")], channel="mailbox")
    assert [row.confirmation for row in incidents(db)] == ["unconfirmed"]


def test_a_thousand_anonymous_submissions_neither_confirm_nor_rename_nor_steer(db):
    taken(db, [reading("[Acme] You have won 5,000 USDT, claim at http://prize.example/a1", sent_at=NOON + 2 * HOUR)])
    taken(db, [reading(key="late", sent_at=NOON + 110 * HOUR)])
    before = incidents(db)
    flood = [
        reading("Re: You have won 5,000 USDT, claim at http://prize.example/a1", key=n,
                sent_at=NOON + n * HOUR / 8, recipient=f"p{n}@victim.example",
                domain=["acme.example.com", "x.example.org", "y.example.org"][n % 3])
        for n in range(1000)
    ]  # fmt: skip
    taken(db, flood, channel="web", who="anybody")
    after = {row.incident_id: row for row in incidents(db)}
    for row in before:
        now = after[row.incident_id]
        assert (now.incident_id, now.title, now.confirmation) == (row.incident_id, row.title, "unconfirmed")
    assert waves(db) == []
    assert template(db, "T-0001").example_text == before[1].title
    assert check(db) == []


@pytest.mark.parametrize("party", ["tenant", "platform"])
def test_a_message_without_domain_and_account_belongs_to_its_tenant_else_its_platform(db, party):
    taken(db, [reading(domain=None, tenant="Acme Inc" if party == "tenant" else None)])
    assert incidents(db)[0].party == ("Acme Inc" if party == "tenant" else "zendesk")


def floods(subjects, **named):
    return [
        reading(subjects[n % len(subjects)], mechanism="account-verification", verdict="verification-flood",
                domain=f"tenant{n % 4}.example.com", recipient=f"p{n}@victim.example", key=n,
                sent_at=NOON + n * HOUR / 30, **named)
        for n in range(8)
    ]  # fmt: skip


def test_a_flood_in_two_languages_is_one_wave_of_two_templates(db):
    taken(db, floods(["Activate your account", "Aktivieren Sie Ihr Konto"]))
    assert [(row.parties, row.observations) for row in waves(db)] == [(4, 8)]
    assert len({row.template_id for row in incidents(db)}) == 2
    assert check(db) == []
    assert rebuild(db).changes == 0


def test_tenants_that_the_attacker_made_are_no_abused_parties_of_a_wave(db):
    own = [
        reading(domain=f"x{n}.zendesk.com", verdict="attacker-tenant", key=n, sent_at=NOON + n * HOUR / 30)
        for n in range(9)
    ]
    assert taken(db, own).waves_opened == ()
    taken(db, burst(3, 2))
    assert [(row.parties, row.observations) for row in waves(db)] == [(3, 15)]


def test_a_quiet_acknowledgement_becomes_a_candidate_in_company_and_a_rebuild_leaves_it_one(db):
    quiet = [
        reading("Something particular enough to be told apart", domain=f"tenant{n % 4}.example.com", key=n,
                verdict="ordinary", score=5, recipient=f"p{n}@victim.example", sent_at=NOON + n * HOUR / 30)
        for n in range(8)
    ]  # fmt: skip
    taken(db, quiet[:4])
    assert incidents(db) == []
    taken(db, quiet[4:])
    assert [(row.parties, row.observations) for row in waves(db)] == [(4, 8)]
    assert rebuild(db).changes == 0
    assert check(db) == []


def test_the_example_of_a_template_is_one_that_shows_the_strangers_words(db):
    taken(db, burst(3, 2))
    first = db.value("select observation_id from observations order by observed_at, fingerprint limit 1")
    with db.writing() as connection:
        connection.execute(
            "update observation_details set features = json_set(features, '$.payload_key', null)"
            " where observation_id = ?",
            (first,),
        )
        connection.execute(
            "update observation_words set subject = 'We received your request' where observation_id = ?", (first,)
        )
        save_templates(connection, [db.value("select max(template_id) from observations")])
    assert [row[0] for row in db.rows("select example_text from templates where parties = 3")] == [
        f"[Request received] {PAYLOAD}"
    ]
