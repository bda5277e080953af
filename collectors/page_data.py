"""What a page says about itself for machines: meta tags, JSON-LD, microdata."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag

from collectors.markup import strip_markup
from collectors.spacing import one_line

_ARTICLES = frozenset({
    "article", "newsarticle", "blogposting", "reportagenewsarticle", "analysisnewsarticle",
    "opinionnewsarticle", "techarticle", "report", "socialmediaposting", "discussionforumposting",
    "liveblogposting", "scholarlyarticle", "webpage", "question", "advertisercontentarticle",
    "backgroundnewsarticle", "reviewnewsarticle", "medicalwebpage", "qapage",
})  # fmt: skip
_LONGEST = 1_000
_MOST_NODES = 2_000


@dataclass(frozen=True, slots=True)
class PageData:
    """Meta tags by lower-case name or property, the JSON-LD nodes that describe an article, likeliest first, and the
    names of the site in nodes that describe one."""

    metas: Mapping[str, tuple[str, ...]]
    articles: tuple[Mapping[str, Any], ...]
    site_names: tuple[str, ...] = ()

    def meta(self, *names: str) -> str:
        """The first value there is, in the order of the names; "" where there is none."""
        return next((values[0] for name in names if (values := self.metas.get(name))), "")

    def said(self, *names: str) -> str:
        """The first text that an article node gives, in the order of the names."""
        for name in names:
            for node in self.articles:
                text = _text(node.get(name))
                if text:
                    return text
        return ""


def read_data(tree: BeautifulSoup, scripts: tuple[str, ...]) -> PageData:
    """Everything a page says for machines."""
    nodes = [node for script in scripts for node in _nodes(_load(script))]
    articles = sorted(filter(_is_article, nodes), key=_rank)
    return PageData(
        _metas(tree),
        tuple(articles),
        tuple(filter(None, (_text(node.get("name")) for node in nodes if _is_site(node)))),
    )


def _metas(tree: BeautifulSoup) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for tag in tree.find_all("meta", limit=500):
        content = one_line(attribute(tag, "content") or attribute(tag, "value"), _LONGEST)
        for kind in ("property", "name", "itemprop", "http-equiv"):
            name = attribute(tag, kind).strip().lower()
            if name and content:
                found.setdefault(name, []).append(content)
    return {name: tuple(values) for name, values in found.items()}


def attribute(tag: Tag, name: str) -> str:
    """An attribute as one text, "" where it is missing."""
    value = tag.get(name)
    return " ".join(value) if isinstance(value, list) else value or ""


def _load(script: str) -> object:
    text = script.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
    for candidate in (text, _forgiven(text)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _forgiven(text: str) -> str:
    """JSON without the line breaks and trailing commas that publishers leave in it."""
    return " ".join(text.split()).replace(",}", "}").replace(", }", "}").replace(",]", "]").replace(", ]", "]")


def _nodes(document: object) -> Iterator[Mapping[str, Any]]:
    """Every object of a document, outermost first, at most _MOST_NODES."""
    waiting: list[object] = [document]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        item = waiting.pop(0)
        if isinstance(item, Mapping):
            yield item
            waiting.extend(value for value in item.values() if isinstance(value, Mapping | list))
        elif isinstance(item, list):
            waiting.extend(item[:_MOST_NODES])


def _types(node: Mapping[str, Any]) -> set[str]:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return {name.rpartition("/")[2].lower() for name in names if isinstance(name, str)}


def _is_article(node: Mapping[str, Any]) -> bool:
    return bool(_types(node) & _ARTICLES)


def _is_site(node: Mapping[str, Any]) -> bool:
    return bool(_types(node) & {"website"})


def _rank(node: Mapping[str, Any]) -> int:
    kinds = _types(node)
    return 1 if kinds <= {"webpage", "qapage", "medicalwebpage"} else 0


def _text(value: object) -> str:
    """A JSON-LD value as words: the text itself, the name of a thing, the first of a list."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, Mapping):
            value = value.get("name") or value.get("@value") or ""
    if not isinstance(value, str):
        return ""
    return one_line(strip_markup(value.encode("utf-8", "replace").decode("utf-8"), _LONGEST), _LONGEST)
