"""The readable lines of a page, and which of them are its main text."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from collectors.page_data import attribute
from collectors.spacing import tidy

TEXT_LIMIT = 60_000
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "th", "thead", "tr", "ul", "time",
})  # fmt: skip
_ASIDE = frozenset({
    "nav", "aside", "footer", "form", "button", "menu", "dialog", "figcaption", "label",
})  # fmt: skip
_TITLE = frozenset({"title", "head"})
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|share|sharing|social\w*|promo\w*|advert\w*|ads?|adslot|sponsor\w*|newsletter\w*|"
    r"subscri\w*|comments?|commentlist|respond|disqus\w*|cookie\w*|consent|gdpr|sidebar\w*|widget\w*|footer\w*|nav|navbar|"
    r"navigation|menu\w*|breadcrumb\w*|popup|modal|paywall|teaser\w*|tags?|tagcloud|toolbar|pagination|pager|outbrain|"
    r"taboola|more|mehr|most|popular|trending|read-?next|author-?bio|biography|login|signup|signin|copyright|legal|"
    r"skip\w*|screen-reader\w*|hidden|visually-?hidden|sr-only|print-?only|noprint|banner\w*|anzeige|werbung|"
    r"publicidad|pub|kommentare?|infobox|metanav|topbar|masthead|search\w*)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SIDE_ROLES = frozenset({"navigation", "banner", "complementary", "contentinfo", "search", "menu", "dialog"})
_SENTENCE = re.compile(r"[.!?。！？…:;\"”»»)]\s*$")


@dataclass(frozen=True, slots=True)
class Line:
    """One block of text: its element, the share of links, whether it lies beside the article, and what holds it."""

    text: str
    tag: str
    linked: float
    beside: bool
    holders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a tag stands: its nearest block, what of its holders looks like no article, and whether it is a link."""

    block: int
    name: str
    asides: frozenset[int]
    link: bool
    holders: tuple[int, ...]


_NOWHERE = _Place(0, "", frozenset(), False, ())


def read_lines(tree: BeautifulSoup) -> tuple[Line, ...]:
    """Every readable block of a page in its order."""
    blocks = list(_blocks(tree))
    weights: Counter[int] = Counter()
    for place, text, _ in blocks:
        for aside in place.asides:
            weights[aside] += _running(text)
    # A layout may be named for its side bar; what holds most of the running text is no side bar.
    most = 0.5 * sum(_running(text) for _, text, _ in blocks)
    return tuple(
        Line(text, place.name, linked, any(weights[aside] <= most for aside in place.asides), place.holders)
        for place, text, linked in blocks
    )


def _blocks(tree: BeautifulSoup) -> Iterator[tuple[_Place, str, float]]:
    """Each block's place, its text, and how much of it is links."""
    places: dict[int, _Place] = {}
    words: list[tuple[str, bool]] = []
    current = _NOWHERE
    for node in tree.descendants:
        above = places.get(id(node.parent), _NOWHERE)
        if isinstance(node, Tag):
            places[id(node)] = _place(node, above)
            if node.name == "br":
                words.append(("\n", False))
        elif (
            isinstance(node, NavigableString)
            and not isinstance(node, PreformattedString)
            and above.name not in _TITLE
        ):
            if above.block != current.block:
                yield from _block(current, words)
                words = []
            current = above
            words.append((str(node), above.link))
    yield from _block(current, words)


def _place(tag: Tag, above: _Place) -> _Place:
    name = tag.name.lower()
    asides = above.asides | {id(tag)} if name in _ASIDE or _is_beside(tag) else above.asides
    if name in _TITLE:
        return _Place(id(tag), name, asides, False, ())
    if name not in _BLOCKS:
        return _Place(above.block, above.name, asides, above.link or name == "a", above.holders)
    return _Place(id(tag), name, asides, above.link, (id(tag), *above.holders[:4]))


def _is_beside(tag: Tag) -> bool:
    if tag.name in {"article", "main", "body", "html"}:
        return False
    if attribute(tag, "role").lower() in _SIDE_ROLES or tag.get("hidden") is not None:
        return True
    return bool(_BESIDE.search(attribute(tag, "class")) or _BESIDE.search(attribute(tag, "id")))


def _block(place: _Place, words: list[tuple[str, bool]]) -> Iterator[tuple[_Place, str, float]]:
    text = tidy("".join(word for word, _ in words)).replace("\n", " ")
    if text:
        yield place, text, min(1.0, sum(len(word.strip()) for word, link in words if link) / len(text))


def _running(text: str) -> int:
    return len(text) if len(text) >= 60 else 0


def main_text(lines: tuple[Line, ...]) -> str:
    """The article, a paragraph a line: the lines of the block that holds most of the running text."""
    scores: dict[int, float] = defaultdict(float)
    for line in lines:
        worth = _worth(line)
        for step, holder in enumerate(line.holders[:4]):
            scores[holder] += worth * (1.0, 1.0, 0.9, 0.8)[step]
    best = max(scores, key=lambda holder: scores[holder], default=0)
    chosen = [line for line in lines if best in line.holders and not line.beside and line.linked < 0.6]
    if sum(len(line.text) for line in chosen) < 200:
        chosen = [line for line in lines if not line.beside and line.linked < 0.6] or list(lines)
    return "\n".join(line.text for line in chosen)[:TEXT_LIMIT]


def _worth(line: Line) -> float:
    """How much a line says that its holder is the article."""
    length = len(line.text)
    if line.beside or line.linked > 0.5 or length < 30 or not _SENTENCE.search(line.text):
        return 0.0
    return min(length, 600) * (1 - line.linked) * (1.0 if line.tag in {"p", "pre", "blockquote"} else 0.6)
