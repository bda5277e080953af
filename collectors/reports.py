"""Page bytes to a report: what a page says about itself, and what is recognised in it."""

from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from collectors.links import safe_url
from collectors.page_data import PageData, attribute, read_data
from collectors.page_dates import DatedPage, published_at, updated_at
from collectors.page_markup import PageMarkup, read_markup
from collectors.page_text import main_text, read_lines
from collectors.page_title import page_title
from collectors.spacing import one_line, tidy
from data.catalogue.vendors import Vendors
from data.domains import same_organisation
from data.intelligence.insight import read_insight
from data.intelligence.model import PageFacts, Report

TEXT_LIMIT = 60_000


def read_report(
    blob: bytes,
    source: str,
    url: str | None = None,
    charset: str | None = None,
    vendors: Vendors | None = None,
) -> Report:
    """A page and what is recognised in it; see parse_page. `vendors`: default those of the catalogue."""
    page = parse_page(blob, source, url, charset)
    host = urlsplit(page.url or "").hostname or ""
    writers = (page.publisher, page.author, host.removeprefix("www.").partition(".")[0])
    insight = read_insight(
        page.title,
        page.text,
        language=page.language,
        published_at=page.published_at,
        writers=filter(None, writers),
        vendors=vendors,
    )
    return Report(page, insight)


def parse_page(blob: bytes, source: str, url: str | None = None, charset: str | None = None) -> PageFacts:
    """What a page says about itself. `url` is where it came from, `charset` what its transport said.

    Raises SubmissionRefused where it is too large.
    """
    markup = read_markup(blob, charset)
    if markup.plain is not None:
        return _pasted(markup, source, url)
    tree, data = markup.tree, read_data(markup.tree, markup.scripts)
    address = _canonical(tree, data, url)
    site = _publisher(data, address)
    lines = read_lines(tree)
    host = urlsplit(address or "").hostname or ""
    title = page_title(tree, data, tuple(filter(None, (site, host.removeprefix("www.").partition(".")[0]))))
    language = _language(tree, data)
    return PageFacts(
        source=source,
        title=title,
        url=address,
        publisher=site,
        author=data.said("author") or data.meta("author", "article:author", "dc.creator", "parsely-author") or None,
        published_at=published_at(DatedPage(tree, data, lines, title, address, language)),
        updated_at=updated_at(tree, data),
        language=language,
        text=main_text(lines),
        warnings=markup.warnings,
    )


def _pasted(markup: PageMarkup, source: str, url: str | None) -> PageFacts:
    """Text without markup, as somebody pastes a post: it has neither a title nor a date of its own."""
    text = tidy(markup.plain or "")[:TEXT_LIMIT]
    return PageFacts(source, None, safe_url(url or ""), None, None, None, None, None, text, markup.warnings)


def _canonical(tree: BeautifulSoup, data: PageData, url: str | None) -> str | None:
    """The address the page gives itself, if it is one of the same organisation as where it came from."""
    given = safe_url(url or "")
    link = tree.find("link", rel="canonical")
    for claimed in (attribute(link, "href") if link else "", data.meta("og:url")):
        safe = safe_url(claimed, given)
        if safe and (not given or same_organisation(urlsplit(safe).hostname or "", urlsplit(given).hostname or "")):
            return safe if urlsplit(safe).path.strip("/") or not given else given
    return given


def _publisher(data: PageData, url: str | None) -> str | None:
    named = (
        data.meta("og:site_name"),
        data.said("publisher"),
        *data.site_names,
        data.meta("application-name", "publisher", "dc.publisher"),
    )
    host = urlsplit(url or "").hostname or ""
    return next((name[:120] for name in named if name and "@" not in name), None) or host.removeprefix("www.") or None


def _language(tree: BeautifulSoup, data: PageData) -> str | None:
    root = tree.find("html")
    said = (attribute(root, "lang") or attribute(root, "xml:lang")) if root else ""
    for text in (
        said,
        data.meta("og:locale"),
        data.said("inLanguage"),
        data.meta("content-language", "dc.language", "language"),
    ):
        tag = one_line(text, 20).replace("_", "-")
        if (
            tag[:2].isalpha()
            and len(tag) >= 2
            and (len(tag) == 2 or tag[2] == "-" or (len(tag) == 3 and tag.isalpha()))
        ):
            return tag
    return None
