from collectors.page_markup import read_markup
from collectors.page_text import main_text, read_lines

STORY = "A help desk mailed thousands of people who had never written to it, and nobody noticed for a day. " * 3


def text_of(html):
    return main_text(read_lines(read_markup(f"<html><body>{html}</body></html>".encode()).tree))


def test_the_article_is_kept_and_what_lies_beside_it_is_not():
    html = (
        f"<nav><p>{STORY}</p></nav><article><h1>Headline</h1><p>{STORY}</p><p>Second paragraph here.</p>"
        "<div class='newsletter-box'><p>Subscribe now to our letter, it is free of charge.</p></div></article>"
        f"<aside>{STORY}</aside><footer>Imprint</footer>"
    )
    assert text_of(html) == f"Headline\n{STORY.strip()}\nSecond paragraph here."


def test_a_layout_named_for_its_side_bar_is_still_the_article():
    assert text_of(f"<div class='sidebar-right'><p>{STORY}</p><p>{STORY}</p></div>").startswith("A help desk mailed")


def test_lists_of_links_are_no_text():
    links = "".join(f"<li><a href='/{n}'>Another story about something else, number {n}.</a></li>" for n in range(9))
    assert text_of(f"<div><p>{STORY}</p></div><ul>{links}</ul>") == STORY.strip()


def test_a_short_page_is_kept_whole():
    assert text_of("<p>Only one line.</p>") == "Only one line."
