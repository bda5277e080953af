import json
from pathlib import Path

from click.testing import CliRunner

from collectors.inspect_intelligence import inspect_feed, inspect_report

SAMPLES = Path(__file__).parents[1] / "samples" / "intelligence"
FEED = "<rss><channel><title>Alerts</title><item><title>a\u2028b</title><guid>1</guid></item></channel></rss>"


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_feed_is_a_line_of_the_contract(tmp_path):
    (tmp_path / "feed.xml").write_text(FEED, encoding="utf-8")
    result = CliRunner().invoke(inspect_feed, [str(tmp_path), "--json"])
    (line,) = lines(result)
    assert result.exit_code == 0 and line["source"] == str(tmp_path / "feed.xml")
    assert line["entries"] == [{"id": "1", "title": "a b", "url": None, "published_at": None, "summary": None}]


def test_a_missing_file_is_refused_and_the_others_are_read(tmp_path):
    (tmp_path / "feed.xml").write_text(FEED, encoding="utf-8")
    result = CliRunner().invoke(inspect_feed, [str(tmp_path / "none.xml"), str(tmp_path / "feed.xml"), "--json"])
    assert result.exit_code == 1 and "It cannot be opened" in result.stderr
    assert [min(line) for line in lines(result)] == ["error", "entries"]


def test_a_feed_is_read_from_standard_input():
    result = CliRunner().invoke(inspect_feed, ["-"], input=FEED)
    assert result.output == "-: Alerts, rss, 1 entries.\n"


def test_a_report_names_platforms_and_vendors():
    result = CliRunner().invoke(inspect_report, [str(SAMPLES / "article.html"), "--json"])
    (line,) = lines(result)
    assert line["relevant"] and line["platforms"] == ["Zendesk"] and "Quillmark" in line["vendors"]
    assert line["reasons"][0].keys() == {"signal", "weight", "evidence"}


def test_an_address_belongs_to_one_page():
    result = CliRunner().invoke(inspect_report, ["a", "b", "--url", "https://example.org/"])
    assert result.exit_code == 2 and "--url belongs to one page" in result.stderr
