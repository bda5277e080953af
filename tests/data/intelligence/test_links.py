from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from data.intelligence.links import (
    GroupFacts,
    NamedVendor,
    ReportFacts,
    label_of,
    labels_of,
    propose_links,
    quoted_subjects,
)

DAY = datetime(2026, 1, 20, tzinfo=UTC)
SUBJECT = "FINAL NOTICE: collect your 2,400 USDT prize"
KEYS = quoted_subjects([SUBJECT])[0]
WAVE = GroupFacts(
    "wave", "W-0001", KEYS.template_key, KEYS.payload_key, frozenset({"zendesk"}), frozenset({"acme.example"}),
    frozenset({label_of("acme")}), DAY, DAY + timedelta(days=2),
)  # fmt: skip
NOTHING = ReportFacts(True, None, frozenset(), (), (), ())


def score(report: ReportFacts, group: GroupFacts = WAVE) -> float | None:
    return next((item.score for item in propose_links(report, [group]) if item.kind != "vendor"), None)


def test_platform_alone_links_nothing():
    assert score(replace(NOTHING, platforms=frozenset({"zendesk"}))) is None


def test_platform_and_day_together_link_a_wave():
    assert score(replace(NOTHING, platforms=frozenset({"zendesk"}), published_at=DAY + timedelta(days=1))) == 3.0


def test_a_named_day_tells_more_than_the_day_of_publication():
    late = replace(NOTHING, platforms=frozenset({"zendesk"}), published_at=DAY + timedelta(days=300))
    assert (score(late), score(replace(late, days=(date(2026, 1, 21),)))) == (None, 3.5)


def test_a_quoted_subject_links_even_from_a_text_that_is_about_something_else():
    assert score(replace(NOTHING, relevant=False, subjects=(f"[Request received] {SUBJECT}",))) == 6.0


def test_a_part_of_a_subject_counts_less_and_a_short_one_not_at_all():
    assert score(replace(NOTHING, subjects=("collect your 2,400 USDT prize",))) == 4.0
    assert score(replace(NOTHING, subjects=("prize",))) is None


def test_an_incident_in_a_wave_needs_its_party():
    inside = replace(WAVE, kind="incident", public_id="RW-0001", in_wave=True)
    quoting = replace(NOTHING, subjects=(SUBJECT,), published_at=DAY)
    naming = replace(quoting, vendors=(NamedVendor("Acme", ("acme.example",), "Acme was hit."),))
    assert (score(quoting, inside), score(naming, inside), score(quoting, replace(inside, in_wave=False))) == (
        None, 11.5, 7.5,
    )  # fmt: skip


def test_a_name_without_a_domain_is_a_guess_that_needs_more():
    named = replace(NOTHING, vendors=(NamedVendor("ACME", (), "ACME was hit."),))
    assert (score(named), score(replace(named, published_at=DAY))) == (None, 3.5)


def test_platform_and_time_propose_the_largest_wave_only():
    report = replace(NOTHING, platforms=frozenset({"zendesk"}), published_at=DAY)
    others = [replace(WAVE, public_id=f"W-000{number}", size=number) for number in range(1, 9)]
    assert [item.target for item in propose_links(report, others)] == ["W-0008"]


def test_every_named_party_of_a_wave_counts():
    both = replace(WAVE, labels=frozenset({"acme", label_of("Globex")}))
    named = replace(NOTHING, vendors=(NamedVendor("ACME", (), ""), NamedVendor("Globex", (), "")), published_at=DAY)
    assert score(named, both) == 4.0


def test_the_first_words_of_a_name_tell_it_where_they_are_long():
    assert labels_of("Kupferkanne Versand") == {label_of("kupferkanne"), label_of("kupferkanneversand")}
    assert labels_of("Blue Lantern Games") == {label_of("bluelantern"), label_of("bluelanterngames")}
    assert labels_of("The Co") == {label_of("theco")}
