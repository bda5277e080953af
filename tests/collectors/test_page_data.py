import json

from hypothesis import given
from hypothesis import strategies as st

from collectors.page_data import read_data
from collectors.page_markup import read_markup


def data_of(html):
    markup = read_markup(html.encode())
    return read_data(markup.tree, markup.scripts)


def linked(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return f'<html><script type="application/ld+json">{text}</script></html>'


def test_metas_are_found_by_property_name_and_itemprop():
    data = data_of(
        '<html><meta property="og:title" content="A"><meta NAME="Date" content="B"><meta itemprop="x" content="C">'
    )
    assert (data.meta("og:title"), data.meta("nothing", "date"), data.meta("x")) == ("A", "B", "C")


def test_an_article_inside_a_graph_is_found():
    data = data_of(
        linked({"@graph": [{"@type": "WebSite", "name": "S"}, {"@type": ["NewsArticle"], "headline": "H &amp; I"}]})
    )
    assert data.said("headline") == "H & I" and data.site_names == ("S",)


def test_a_publisher_is_said_by_its_name():
    data = data_of(linked({"@type": "Article", "publisher": {"@type": "Organization", "name": "Example Daily"}}))
    assert data.said("publisher") == "Example Daily"


def test_an_article_comes_before_the_page_around_it():
    data = data_of(linked([{"@type": "WebPage", "headline": "page"}, {"@type": "BlogPosting", "headline": "post"}]))
    assert data.said("headline") == "post"


def test_linked_data_with_trailing_commas_is_read():
    assert data_of(linked('{"@type": "Article", "headline": "H",}')).said("headline") == "H"


def test_broken_linked_data_is_nothing():
    assert data_of(linked("[" * 100_000)).said("headline") == ""


@given(
    st.recursive(
        st.text(max_size=5) | st.integers() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["@type", "headline", "name"]), inner),
        max_leaves=10,
    )
)
def test_any_linked_data_is_read(value):
    assert isinstance(data_of(linked({"@type": "Article", "headline": value})).said("headline"), str)
