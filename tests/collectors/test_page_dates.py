from datetime import UTC, datetime

import pytest

from collectors.page_data import read_data
from collectors.page_dates import DatedPage, published_at, updated_at
from collectors.page_markup import read_markup
from collectors.page_text import read_lines

DAY = datetime(2026, 1, 20, tzinfo=UTC)


def page_of(html, title=None, url=None, language=None):
    markup = read_markup(f"<html><body>{html}</body></html>".encode())
    data = read_data(markup.tree, markup.scripts)
    return DatedPage(markup.tree, data, read_lines(markup.tree), title, url, language)


@pytest.mark.parametrize(
    "html",
    [
        '<meta property="article:published_time" content="2026-01-20T00:00:00Z">',
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-01-20"}</script>',
        '<span itemprop="datePublished" content="2026-01-20">today</span>',
        '<time datetime="2026-01-20">January</time>',
        "<h1>Headline of the page</h1><p>Von Redaktion, 20. Januar 2026</p>",
        "<p>20/01/2026</p><h1>Headline of the page</h1>",
        '<div class="entry-date">20 janvier 2026</div>',
        "<dl><dt>公開日</dt><dd>2026年1月20日</dd></dl>",
    ],
)
def test_the_day_is_found_where_pages_say_it(html):
    assert published_at(page_of(html, title="Headline of the page", language="de")) == DAY


def test_the_day_in_the_address_counts():
    assert published_at(page_of("<p>x</p>", url="https://example.org/2026/01/20/story")) == DAY


def test_a_change_is_no_publication():
    page = page_of("<h1>Headline of the page</h1><p>Updated: 25 January 2026</p>", title="Headline of the page")
    assert published_at(page) is None


def test_the_time_of_the_last_change_is_found():
    page = page_of('<meta property="article:modified_time" content="2026-01-20T00:00:00+00:00">')
    assert updated_at(page.tree, page.data) == DAY


def test_english_days_that_could_be_months_stay_unread_unless_the_writer_is_known():
    html = '<time datetime="01/02/2026">x</time>'
    assert published_at(page_of(html, language="en")) is None
    assert published_at(page_of(html, language="en-US")) == datetime(2026, 1, 2, tzinfo=UTC)
    assert published_at(page_of(html, language="en", url="https://example.co.uk/")) == datetime(
        2026, 2, 1, tzinfo=UTC
    )
