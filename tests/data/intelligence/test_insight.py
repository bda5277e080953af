import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.catalogue.vendors import NO_VENDORS
from data.intelligence.insight import read_insight

SAMPLES = Path(__file__).parents[2] / "samples" / "intelligence" / "excerpts.toml"
EXCERPTS = tomllib.loads(SAMPLES.read_text(encoding="utf-8"))["excerpt"]


def f1(pairs):
    right = sum(len(got & wanted) for got, wanted in pairs)
    every = sum(len(got) + len(wanted) for got, wanted in pairs)
    return 2 * right / every


def test_invented_excerpts_are_judged_and_read_as_well_as_promised():
    read = [(read_insight(None, row["text"], vendors=NO_VENDORS), row) for row in EXCERPTS]
    flags = [({1} if found.relevance.relevant else set(), {1} if row["relevant"] else set()) for found, row in read]
    assert f1(flags) >= 0.93
    assert f1([(set(found.names("platform")), set(row["platforms"])) for found, row in read]) >= 0.93
    assert f1([(set(found.names("vendor")), set(row["vendors"])) for found, row in read]) >= 0.88


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ru", "ja"])
def test_relevance_is_right_in_each_promised_language(language):
    rows = [row for row in EXCERPTS if row["language"] == language]
    wrong = [row["text"] for row in rows if read_insight(None, row["text"]).relevance.relevant != row["relevant"]]
    assert len(rows) >= 3 and wrong == []


def test_quoted_subjects_are_named_and_names_for_the_abuse_are_not():
    found = read_insight(
        None,
        "Help desks send “relay spam” to people who never opened tickets, with subjects like “FREE ROBUX” and LEGAL "
        "NOTICE FROM UTOPIA.",
    )
    assert found.names("subject") == ("FREE ROBUX", "LEGAL NOTICE FROM UTOPIA")


def test_measures_say_whether_they_were_taken():
    found = read_insight(
        None,
        "Attackers file tickets with other people's addresses at our help desk. We have enabled CAPTCHA on the form. "
        "Admins should remove placeholders.",
    )
    stances = {mention.key: mention.stance for mention in found.mentions if mention.kind == "mitigation"}
    assert stances == {"captcha": "done", "remove-placeholders": "advised"}


def test_the_year_of_a_day_is_that_of_the_publication():
    found = read_insight(None, "It began on 18 January.", published_at=datetime(2026, 1, 22, tzinfo=UTC))
    assert found.names("date") == ("2026-01-18",)


def test_the_evidence_of_each_mention_is_its_sentence():
    found = read_insight(
        "A title",
        "Attackers abuse Zendesk to flood strangers with mail. Quillmark's help desk sent fake confirmations.",
    )
    assert {mention.name: mention.evidence for mention in found.mentions} == {
        "Zendesk": "Attackers abuse Zendesk to flood strangers with mail.",
        "Quillmark": "Quillmark's help desk sent fake confirmations.",
    }


@pytest.mark.parametrize(
    "text", ["(" * 60_000, '"' * 60_000, ". " * 30_000, "Aa, " * 20_000, "1" * 60_000, "アイ、" * 20_000]
)
def test_hostile_texts_end_fast(text):
    started = time.process_time()
    read_insight("Zendesk spam", text)
    assert time.process_time() - started < 5


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_gives_an_insight(text, title):
    whole = read_insight(title, text)
    assert all(mention.start < mention.end for mention in whole.mentions)
