import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.inspect_intelligence import describe_report
from collectors.reports import parse_page, read_report

SAMPLES = Path(__file__).parents[1] / "samples" / "intelligence"


def test_an_article_is_read_whole():
    found = describe_report(read_report((SAMPLES / "article.html").read_bytes(), "article.html"))
    wanted = json.loads((SAMPLES / "article.json").read_text(encoding="utf-8"))
    assert {name: found[name] for name in wanted} == wanted
    assert {mention["stance"] for mention in found["mentions"] if mention["kind"] == "mitigation"} == {"done"}


def test_pasted_text_has_neither_title_nor_date_of_its_own():
    page = parse_page(b"Getting 300 Zendesk mails tonight.\n\nAnyone else?", "paste")
    assert (page.title, page.published_at, page.publisher) == (None, None, None)
    assert page.text == "Getting 300 Zendesk mails tonight.\nAnyone else?"


def test_the_language_of_pasted_text_is_told_by_its_words():
    report = read_report(b"Die Nachrichten kommen von einem Kundendienst, und das ist nicht gut.", "paste")
    assert report.insight.language == "de"


def test_a_canonical_address_of_another_organisation_is_not_believed():
    html = b"<html><link rel=canonical href='https://example.net/a'><p>x</p></html>"
    assert parse_page(html, "x", "https://news.example.org/b").url == "https://news.example.org/b"
    assert parse_page(html, "x", "https://www.example.net/b").url == "https://example.net/a"


def test_a_status_page_is_read():
    html = (
        "<html lang=en><head><title>Quillmark Status - Unwanted ticket mails</title></head><body>"
        "<h1>Unwanted ticket mails</h1><div class='update'><b>Resolved</b> - Quillmark's help desk was abused to "
        "send confirmations to people who never wrote to us. <small>Jan <var>20</var>, 2026 - 10:00 UTC</small></div>"
    )
    report = read_report(html.encode(), "x", "https://status.quillmark.example/incidents/1")
    assert report.page.title == "Unwanted ticket mails"
    assert report.insight.relevance.relevant and report.insight.names("vendor") == ("Quillmark",)


def test_a_page_in_an_undeclared_encoding_is_read():
    html = "<html><title>Волна спама через поддержку</title><p>Письма о тикетах, которых никто не создавал.</p>"
    assert parse_page(html.encode("cp1251"), "x").title == "Волна спама через поддержку"


def test_the_writer_of_a_page_is_no_affected_organisation():
    html = (
        "<html><meta property='og:site_name' content='Gatewatch Labs'><article><p>Attackers file Zendesk tickets "
        "with other people's addresses, and the help desk mails strangers. Gatewatch Labs sees hundreds a day.</p>"
    )
    report = read_report(html.encode(), "x")
    assert report.insight.relevance.relevant and report.insight.names("vendor") == ()


HOSTILE = {
    "title": b"<html><title>" + b"x - " * 250_000 + b"</title><h1>" + b"x | " * 250_000,
    "headlines": b"<html>" + b"<h1>x y z</h1>" * 100_000,
    "brackets": b"(" * 1_000_000,
    "quotes": b'"' * 1_000_000,
    "dots": b". " * 500_000,
    "colons": b"a:" * 500_000,
    "lists": b"companies such as Acme, " * 40_000,
    "wide": "Attackers file tickets. ".encode("utf-16") * 10_000,
    "nul": b"\0" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end_fast(name):
    started = time.process_time()
    read_report(HOSTILE[name], name)
    assert time.process_time() - started < 8


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_become_a_report(blob):
    read_report(blob, "x", "https://example.org/")
    read_report(b"<html><body><article><p>" + blob, "x")
