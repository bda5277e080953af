import pytest

from collectors.page_data import read_data
from collectors.page_markup import read_markup
from collectors.page_title import page_title, without_site

SITES = ("Example Daily", "example-daily")


def title_of(html, sites=SITES):
    markup = read_markup(f"<html>{html}</html>".encode())
    return page_title(markup.tree, read_data(markup.tree, markup.scripts), sites)


@pytest.mark.parametrize(
    "html",
    [
        "<title>Desks flood strangers | Example Daily</title>",
        "<title>Example Daily: home</title><h1>Desks flood strangers</h1>",
        '<meta property="og:title" content="Desks flood strangers - Example Daily"><h1>Menu</h1>',
        '<meta property="og:title" content="Desks flood strangers"><h1>Example</h1><h1>Desks flood strangers</h1>',
        '<meta property="og:title" content="Desks flood strangers"><h1>1 March 2026 Desks flood strangers</h1>',
        '<title>x</title><h1><span itemprop="headline">Desks flood strangers</span></h1>',
    ],
)
def test_the_headline_is_found_without_the_name_of_the_site(html):
    assert title_of(html) == "Desks flood strangers"


def test_a_page_without_any_title_has_none():
    assert title_of("<p>words</p>") is None


def test_a_title_that_only_contains_a_dash_stays_whole():
    assert without_site("Relay spam - what to do", SITES) == "Relay spam - what to do"
