"""OPML: lists of feeds as other readers write them, read with care, and ours written for them. The only use of
defusedxml: entities, external or endless, are refused."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from collectors.links import safe_url
from collectors.spacing import one_line
from data.errors import SubmissionRefused
from data.intelligence.feed_list import FeedList, ListedFeed

OPML_LIMIT = 2_000_000
FEEDS_LIMIT = 500
"""Feeds that are read from one list; as many as there can be at all."""
TITLE_LIMIT = 200


def read_opml(blob: bytes) -> FeedList:
    """The feeds of an OPML file, at whatever depth. Raises SubmissionRefused for what is none, or too large."""
    if len(blob) > OPML_LIMIT:
        raise SubmissionRefused(f"A list of {len(blob):,} bytes is larger than {OPML_LIMIT:,}; split it.")
    try:
        # Any prolog may name an encoding that expat does not know: LookupError, ValueError.
        root = fromstring(blob, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        said = "It is no well-formed OPML; export the list from your feed reader again."
        raise SubmissionRefused(said) from error
    if root.tag.lower() != "opml":
        raise SubmissionRefused("It is XML, but no OPML; export the list from your feed reader as OPML.")
    return _listed(root)


def _listed(root: Element) -> FeedList:
    found: dict[str, ListedFeed] = {}
    left_out = 0
    for outline in root.iter():
        given = _attribute(outline, "xmlurl")
        if not given:
            continue
        address = safe_url(given)
        if address is None or (address not in found and len(found) >= FEEDS_LIMIT):
            left_out += 1
        else:
            title = one_line(_attribute(outline, "title") or _attribute(outline, "text"), TITLE_LIMIT)
            found.setdefault(address, ListedFeed(address, title or None))
    return FeedList(tuple(found.values()), left_out)


def write_opml(feeds: Iterable[ListedFeed]) -> bytes:
    """Feeds as OPML 2.0 in UTF-8."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = "Feeds of Relaywatch"
    body = SubElement(root, "body")
    for feed in feeds:
        name = _writable(feed.title or feed.address)
        SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=_writable(feed.address))
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _attribute(element: Element, name: str) -> str:
    """An attribute in any case: readers write xmlUrl, xmlurl and XMLURL."""
    return next((value for key, value in element.attrib.items() if key.lower() == name), "")


def _writable(text: str) -> str:
    """XML 1.0 has no place for most control characters."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
