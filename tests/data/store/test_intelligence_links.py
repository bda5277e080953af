from datetime import timedelta

import pytest

from data.errors import SubmissionRefused
from data.store.database import open_database
from data.store.intake import take_in
from data.store.intelligence_links import link_reports, reports_to_look_at_again
from data.store.intelligence_pages import save_page
from data.store.intelligence_reads import report, reports_about, triage_counts
from data.store.intelligence_triage import (
    decide_link,
    link_target,
    reports_naming,
    set_triage,
    set_vendor_domain,
)
from data.store.reads import events, incidents, waves
from tests.data.readings import burst, reading, submission
from tests.data.reports import NOON, page


@pytest.fixture
def db(tmp_path):
    """A wave of the subject that the invented report quotes, one abused company of which is Northwind Outdoor."""
    ours = reading(
        "[Request received] You have won 5,000 USDT, claim at http://prize.example/a1",
        domain="northwindoutdoor.example",
    )
    with open_database(tmp_path / "relaywatch.db") as opened:
        take_in(opened, submission(at=NOON), [*burst(5, 3), ours])
        yield opened


def linked(db, given=None):
    save_page(db, given or page(), now=NOON, added_by="ann")
    link_reports(db, [1])
    return report(db, "R-0001").links


def linked_wave(db):
    return next(link for link in linked(db) if link.kind == "wave")


def test_a_quoted_subject_links_the_wave_with_its_reasons(db):
    best = linked_wave(db)
    assert (best.kind, best.target, best.state) == ("wave", waves(db)[0].wave_id, "proposed")
    assert "quotes its subject: “You have won 5,000 USDT" in best.reason
    assert "names its platform, zendesk" in best.reason


def test_a_name_like_that_of_a_party_is_proposed_but_said_to_be_a_guess(db):
    found = next(link for link in linked(db) if link.kind == "incident")
    assert incidents(db)[0].abused_domain is not None
    assert "names Northwind Outdoor, which is called like one of its parties" in found.reason


def test_a_name_that_a_person_matched_to_a_domain_links_the_vendor(db):
    linked(db)
    set_vendor_domain(db, "Northwind Outdoor", "northwindoutdoor.example", actor="ann", now=NOON)
    link_reports(db, reports_naming(db, "Northwind Outdoor"))
    links = {(link.kind, link.target): link for link in report(db, "R-0001").links}
    assert ("vendor", "northwindoutdoor.example") in links
    assert any("whose domain is northwindoutdoor.example" in (link.reason or "") for link in links.values())


def test_an_article_that_only_says_zendesk_links_nothing(db):
    words = "Zendesk presented new features for its help desk today. Agents can now pin tickets and sort them."
    assert linked(db, page(words, title="Zendesk news", url="https://news.example/b")) == ()


def test_a_report_of_another_time_is_not_linked_by_its_platform(db):
    words = "Attackers abuse open support forms of Zendesk: ticket confirmations flood the inboxes of strangers."
    old = page(words, title="Relay spam from help desks", published_at=NOON - timedelta(days=400))
    assert linked(db, old) == ()


def test_a_decision_outlives_the_proposal(db):
    wave = linked_wave(db).target
    decide_link(db, "R-0001", "wave", wave, confirmed=False, actor="ann", now=NOON, reason="Another wave.")
    link_reports(db, [1])
    rejected = [link for link in report(db, "R-0001").links if link.state == "rejected"]
    assert [(link.target, link.actor, link.why) for link in rejected] == [(wave, "ann", "Another wave.")]
    assert reports_about(db, wave) == []


def test_a_confirmed_link_makes_the_report_a_linked_one(db):
    wave = linked_wave(db).target
    decide_link(db, "R-0001", "wave", wave, confirmed=True, actor="ann", now=NOON)
    assert report(db, "R-0001").row.state == "linked"
    assert (report(db, "R-0001").row.links, [row.report_id for row in reports_about(db, wave)]) == (wave, ["R-0001"])
    assert [event.kind for event in events(db, "R-0001")] == ["report-linked", "report-link-confirmed"]


def test_a_person_can_add_a_link(db):
    linked(db)
    kind, target = link_target(db, " northwindoutdoor.example ")
    decide_link(db, "R-0001", kind, target, confirmed=True, actor="ann", now=NOON)
    assert [(link.kind, link.score) for link in report(db, "R-0001").links if link.state == "confirmed"] == [
        ("vendor", None)
    ]


@pytest.mark.parametrize("typed", ["", "RW-9999", "w-9999", "no domain", "R-1", "\x00", "x" * 500])
def test_what_is_no_target_is_told_in_a_sentence(db, typed):
    with pytest.raises(SubmissionRefused):
        link_target(db, typed)


def test_triage_is_kept_with_who_and_why_and_logged_once(db):
    linked(db)
    for _ in range(2):
        set_triage(db, "R-0001", "dismissed", actor="ann", now=NOON, reason="A retelling.")
    found = report(db, "R-0001")
    assert (found.row.state, found.triaged_by, found.triage_reason) == ("dismissed", "ann", "A retelling.")
    assert [event.kind for event in events(db, "R-0001")] == ["report-dismissed"]
    assert triage_counts(db) == {"dismissed": 1}


def test_an_unknown_report_is_refused(db):
    with pytest.raises(SubmissionRefused, match="no report"):
        set_triage(db, "R-0099", "relevant", actor="ann", now=NOON)


def test_a_mitigation_is_proposed_with_its_sentence_and_sets_nothing(db):
    linked(db)
    found = report(db, "R-0001").mitigations
    assert [(item.actor, item.name, item.party, item.status) for item in found][:1] == [
        ("vendor", "Northwind Outdoor", None, "mitigated")
    ]
    assert found[0].sentence.startswith("Northwind Outdoor has since disabled")


def test_recent_reports_are_looked_at_again_when_waves_come_later(db):
    linked(db)
    assert reports_to_look_at_again(db, NOON) == [1]
    assert reports_to_look_at_again(db, NOON + timedelta(days=200)) == []
