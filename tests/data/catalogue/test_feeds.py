import pytest

from data.catalogue.feeds import load_feeds
from data.errors import CatalogueError

GOOD = """
[[feed]]
id = "a"
title = "A"
address = "https://a.example/feed"
kind = "news"
sources = ["https://source.example/"]
revised = 2026-01-01
"""


def written(tmp_path, text: str):
    file = tmp_path / "feeds.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_feed_has_an_address_of_its_own_and_a_source_that_names_it():
    feeds = load_feeds()
    assert len({feed.address for feed in feeds}) == len(feeds) >= 15
    assert {feed.kind for feed in feeds} == {"news", "cert", "status"}
    assert all(source.startswith("https://") for feed in feeds for source in feed.sources)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (GOOD.replace("https://a.example/feed", "http://a.example/feed"), "https://"),
        (GOOD.replace('"news"', '"gossip"'), "one of news"),
        (GOOD.replace('["https://source.example/"]', "[]"), "at least one page"),
        (GOOD + GOOD.replace('id = "a"', 'id = "b"'), "share one address"),
        ("[[feed", "no"),
    ],
)
def test_a_wrong_entry_is_told_with_what_to_write(tmp_path, wrong, said):
    with pytest.raises(CatalogueError, match=said if said != "no" else "is not TOML"):
        load_feeds(written(tmp_path, wrong))
