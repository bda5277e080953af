from datetime import timedelta

from data.store.intake import take_in
from data.store.known import known_of, known_waves
from tests.data.readings import NOON, reading, submission

LATER = NOON + timedelta(days=1)


def others(count: int, **changes: object) -> list:
    return [
        reading(
            domain=f"company{place}.example",
            recipient=f"p{place}@victim.example",
            sent_at=NOON + timedelta(minutes=place),
            key=place,
            **changes,
        )
        for place in range(count)
    ]


def test_nothing_is_known_of_a_new_mail(db):
    found = known_of(db, reading(), LATER)
    assert (found.reports, found.companies, found.at_company, found.wave, found.seen) == (0, 0, 0, None, False)


def test_the_same_text_at_several_companies_is_known_with_its_wave(db):
    take_in(db, submission(), others(6))
    found = known_of(db, reading(domain="another.example", key="mine"), NOON + timedelta(minutes=10))
    assert (found.reports, found.companies, found.since, found.seen) == (6, 6, NOON, False)
    assert found.wave is not None
    assert found.wave.wave_id == "W-0001"


def test_ones_own_report_is_not_among_the_known_ones(db):
    mine = reading(domain="company0.example", recipient="me@victim.example", key="mine")
    before = known_of(db, mine, LATER)
    intake = take_in(db, submission("web", who="me"), [mine])
    names = {item.observation_id for item in intake.taken}
    assert known_of(db, mine, LATER, names) == before
    take_in(db, submission(), others(3))
    found = known_of(db, mine, LATER, names)
    assert (found.reports, found.companies, found.at_company) == (3, 3, 1)
    assert not found.seen


def test_what_one_handed_in_before_is_not_known_by_others(db):
    first, second = reading(key="first"), reading(key="second", recipient="me@victim.example")
    intake = take_in(db, submission("web", who="me"), [first])
    found = known_of(db, second, LATER, {intake.taken[0].observation_id})
    assert (found.reports, found.companies, found.at_company, found.since) == (0, 0, 0, None)


def test_a_mail_that_somebody_else_handed_in_is_known_as_this_very_mail(db):
    take_in(db, submission(), [reading()])
    found = known_of(db, reading(), LATER)
    assert found.seen
    assert (found.reports, found.at_company) == (0, 0)


def test_another_text_of_the_same_company_is_told_apart(db):
    take_in(db, submission(), [reading(domain="acme.example.com")])
    found = known_of(db, reading("Invoice 7 of gold.example is due now", domain="acme.example.com", key=2), LATER)
    assert (found.reports, found.at_company, found.at_company_since) == (0, 1, NOON)


def test_the_waves_of_several_are_those_that_others_reported_too(db):
    mine = others(6)
    assert known_waves(db, mine) == []
    intake = take_in(db, submission(who="me"), mine)
    names = {item.observation_id for item in intake.taken}
    assert known_waves(db, mine, names) == []
    take_in(db, submission(), [reading(domain="another.example", recipient="else@victim.example", key="else")])
    assert known_waves(db, mine, names) == ["W-0001"]
