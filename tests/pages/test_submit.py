"""The Submit page without a browser: what is asked, told and kept."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.keys import open_keys
from data.model import Refusal
from data.settings import Settings
from data.store.claims import claims
from data.store.database import open_database
from data.store.known import Known
from data.store.reads import headline
from data.submissions import Claim
from data.vocabulary import VerdictName
from pages.parts.answer import known_words
from pages.parts.claim_form import Typed, read_claim
from pages.parts.clock import Clock
from pages.parts.handed_in import Answer, is_only_shown, items_of
from pages.parts.words import LANGUAGES, book
from tests.data.readings import NOON, reading
from tests.pages.test_app import opened, told

BERLIN = Clock(NOON, ZoneInfo("Europe/Berlin"))


@pytest.fixture
def database(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("RELAYWATCH_DB", str(tmp_path / "relaywatch.db"))
    return tmp_path / "relaywatch.db"


def kept(path: Path) -> tuple[int, int]:
    with open_database(path) as db:
        figures = headline(db, datetime.now(UTC))
    return figures.observations_total, figures.claims_total


def answered(readings: list, refused: tuple = (), **query: str) -> AppTest:
    app = opened("pages/submit.py", **query)
    app.session_state["answer"] = Answer(tuple(readings), refused)
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label.startswith(label)).click().run()


def test_every_verdict_has_its_answer_in_every_language_and_few_signs_are_told_as_few(database):
    for language in LANGUAGES:
        app = opened("pages/submit.py", lang=language)
        words = book(language)
        assert app.title[0].value == words["submit"]["title"]
        for verdict in get_args(VerdictName):
            unsure = replace(made := reading(verdict=verdict), verdict=replace(made.verdict, confidence=0.4))
            app.session_state["answer"] = Answer((unsure,), ())
            app.run()
            assert not app.exception
            assert words["verdict"][verdict]["title"] in told(app)
            assert words["verdict"][verdict]["body"] in told(app)
            assert words["sure"]["little"] in told(app)


def test_a_language_that_nobody_wrote_is_english_and_a_sure_answer_has_no_doubt(database):
    app = answered([reading()], lang="../en")
    assert app.title[0].value == "Check a suspicious mail"
    assert "We are not certain" not in told(app)


def test_nothing_is_kept_before_it_is_asked_for_and_the_tense_follows(database):
    app = answered([reading(key=number) for number in range(3)])
    assert kept(database) == (0, 0)
    assert "#### What will be kept" in told(app)
    press(app, "Keep them (3)")
    assert kept(database) == (3, 0)
    assert "#### What was kept" in told(app)
    assert "will be kept" not in told(app)


def test_ones_own_report_does_not_make_it_known(database):
    app = answered([reading()])
    assert "Nobody else has reported it here yet." in told(app)
    press(app, "Keep it")
    assert "Nobody else has reported it here yet." in told(app)


def test_every_message_that_will_be_kept_can_be_looked_at(database):
    app = answered([reading(f"Ticket {number} of acme", key=number) for number in range(5)])
    chooser = next(item for item in app.selectbox if item.label == "Show mail")
    assert [option[:1] for option in chooser.options] == ["1", "2", "3", "4", "5"]
    chooser.set_value(4).run()
    assert "Ticket 4 of acme" in told(app)


def test_a_flood_is_told_with_what_it_may_hide(database):
    app = answered(
        [
            reading(domain=f"c{number % 4}.example", key=number, sent_at=NOON + timedelta(seconds=10 * number))
            for number in range(12)
        ]
    )
    assert "**12 mails** from 4 companies within 1 min 50 s, up to 6 a minute." in told(app)
    assert "**Look closely before you delete.**" in told(app)


def test_the_whole_reason_of_what_was_left_out_is_told(database):
    reason = "It is a picture, not a mail; hand in the mail itself as .eml, .msg, mbox or .zip. " * 3
    app = answered([], (Refusal("holiday.png", reason),))
    assert reason.strip() in told(app)
    assert "None of this could be read as mail." in app.warning[0].value


def fill_in(app: AppTest, **texts: str) -> AppTest:
    for name, text in texts.items():
        app.text_input(key=f"claim_{name}").set_value(text)
    return app


def test_what_a_phone_shows_is_kept_as_a_claim_without_the_reader(database):
    app = fill_in(
        opened("pages/submit.py", way="phone"),
        subject="Request received for Mariella: 500 USD",
        sender="Northwind Support",
        own="Mariella",
    )
    app.date_input(key="claim_day").set_value(date(2026, 1, 20))
    app.time_input(key="claim_time").set_value(time(9, 30))
    press(app, "Check")
    assert "The subject alone does not prove anything." in told(app)
    assert kept(database) == (0, 0)
    press(app, "Keep it")
    assert "Kept as claim C-0001." in told(app)
    assert kept(database) == (0, 1)
    with open_database(database) as db:
        [row] = claims(db, limit=10)
    assert (row.subject, row.sender) == ("Request received for [name]: 500 USD", "Northwind Support")
    assert row.claimed_at == datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
    assert b"mariella" not in database.read_bytes().lower()
    listed = opened("pages/incidents.py", view="claims").dataframe[0].value
    assert list(listed["Subject as typed in"]) == [row.subject]


def test_a_claim_without_a_subject_is_asked_for_one(database):
    app = press(opened("pages/submit.py", way="phone"), "Check")
    assert "Type in the subject first" in app.warning[0].value


@pytest.fixture(scope="module")
def reader(tmp_path_factory) -> Reader:
    return Reader(Settings(), open_keys(tmp_path_factory.mktemp("keys") / "keys"), load_catalogue())


def test_a_sender_with_an_address_keeps_the_company_and_loses_the_person(reader):
    typed = Typed("Hello", "Acme Help <help@acme.example>", None, None, "")
    assert read_claim(reader, typed, BERLIN).claim == Claim("Hello", "Acme Help <help@acme.example>", None)


def test_a_day_without_an_hour_is_noon_where_the_reader_is(reader):
    claim = read_claim(reader, Typed("x", "", date(2026, 7, 1), None, ""), BERLIN).claim
    assert claim == Claim("x", None, datetime(2026, 7, 1, 10, tzinfo=UTC))


@given(st.builds(Typed, st.text(max_size=80), st.text(max_size=80), st.dates(), st.times(), st.text(max_size=80)))
def test_whatever_is_typed_in_is_one_claim_or_refused(reader, typed):
    answer = read_claim(reader, typed, BERLIN)
    assert len(answer.readings) <= 1
    assert answer.claim or answer.refused
    assert not answer.claim or "claim.invalid" not in f"{answer.claim.sender}"


GMAIL_TABLE = """Original Message
Message ID\t<KWX2MD0LZP_69c3aa1b_77dd12_sprut@zendesk.com>
Created at:\tTue, Nov 24, 2026 at 12:02 PM (Delivered after 2 seconds)
From:\tFjord Kettle <support@fjordkettle.example>
To:\tErna Berg <erna.berg@example.org>
Subject:\tRequest received: URGENT your bitcoin account will be deleted, log in at wallet.example
SPF:\tPASS with IP 192.0.2.93 Learn more
DKIM:\t'PASS' with domain zendesk.com Learn more
"""


def test_gmails_table_without_the_source_is_answered_like_a_subject_alone(database, reader):
    (found,) = reader(GMAIL_TABLE.encode(), "pasted")
    words = book("en")
    shown = told(answered([found]))
    assert words["verdict"]["claim"]["title"] in shown
    assert words["submit"]["only_shown"] in shown
    assert words["verdict"]["unrelated-abuse"]["title"] not in shown


def test_a_header_is_more_than_what_a_screen_shows():
    assert not is_only_shown(reading(headers_only=True))


def test_the_person_is_told_what_it_is_in_words_and_not_by_the_name_of_a_verdict(database):
    shown = told(answered([reading(score=5.0)]))
    assert book("en")["verdict"]["relay-spam"]["label"] in shown
    assert not re.search(r"relay-spam · \d+ %", shown)


def test_known_is_told_in_words():
    nothing = Known(0, 0, None, 0, None, None, False)
    assert known_words(nothing, BERLIN) == "Nobody else has reported it here yet. That proves nothing either way."
    company = Known(0, 0, None, 2, NOON, None, True)
    assert re.fullmatch(
        r"This text is new here, but 2 other reports .* since 20 Jan\. This very mail .*",
        known_words(company, BERLIN),
    )


def test_an_empty_paste_is_nothing():
    assert items_of([], " \n") == []
    assert items_of([], "a: b") == [("pasted", b"a: b")]
