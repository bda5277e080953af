"""Broken feed XML made well-formed in one pass: tags balanced, attributes quoted, stray brackets escaped.

A parser that guesses its way through broken markup takes time quadratic in its length (90 s for 10 MB); this one is
linear, and what it gives goes through the strict parser.
"""

import re
from collections.abc import Iterator

from collectors.open_elements import OpenElements

_DEEPEST = 200
_MOST_ATTRIBUTES = 60
_MOST_NAMESPACES = 100
_NAME = r"[A-Za-z][\w.-]{0,60}(?::[A-Za-z][\w.-]{0,60})?"
_TOKEN = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?\]\]>)|<!--.*?-->|<\?.*?\?>|"
    rf"<(?P<end>/?)(?P<name>{_NAME})(?P<attributes>(?:\s[^<>]*?)?)(?P<empty>/?)>",
    re.DOTALL,
)
_PAIRS = (("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?", "?>"))
_ATTRIBUTE = re.compile(rf"""({_NAME})\s{{0,20}}=\s{{0,20}}("[^"]*"|'[^']*'|[^\s"'=]+)""")
_DEPTH = re.compile(r"<(?:(/)|[A-Za-z])[^<>]*?(/?)>")
_LONG = re.compile(r"<[A-Za-z][^<>]{400,}>")
_READ = frozenset({
    "rss", "channel", "feed", "rdf", "item", "entry", "title", "link", "guid", "id", "pubdate", "published",
    "updated", "modified", "issued", "created", "date", "description", "summary", "content", "encoded",
    "language", "origlink",
})  # fmt: skip
# Entries do not hold entries: the one before lacks its end.
_ENDS = {"item": frozenset({"item"}), "entry": frozenset({"entry"})}
_KNOWN = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "atom": "http://www.w3.org/2005/Atom",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
_NAMESPACES = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _KNOWN.items())


def is_excessive(text: str) -> bool:
    """Whether sound markup would still cost too much: nested very deep, or with hundreds of attributes or prefixes.

    xml.sax looks up each attribute, and feedparser each unknown prefix, in time linear in their number.
    """
    if text.count("xmlns:") > _MOST_NAMESPACES or any(
        tag[0].count("=") > _MOST_ATTRIBUTES for tag in _LONG.finditer(text)
    ):
        return True
    depth = 0
    for tag in _DEPTH.finditer(text):
        depth += -1 if tag[1] else 0 if tag[2] else 1
        if depth > _DEEPEST:
            return True
    return False


def balance(text: str, *, plain: bool = False) -> str:
    """Markup made well-formed: every start tag has an end tag, every prefix a namespace. References must be sound.

    `plain` leaves no element its name but those that entries are read from: a parser cannot stumble over the others.
    """
    for opening, closing in _PAIRS:
        last = text.rfind(closing) + 1
        text = text[:last] + text[last:].replace(opening, "&lt;" + opening[1:])
    return "".join(_Balancer(plain).parts(text))


class _Balancer:
    def __init__(self, plain: bool) -> None:
        self._plain = plain
        self._open = OpenElements(_DEEPEST, _ENDS)
        self._started = False

    def parts(self, text: str) -> Iterator[str]:
        at = 0
        for token in _TOKEN.finditer(text):
            yield self._words(text[at : token.start()])
            at = token.end()
            if token["cdata"]:
                yield token["cdata"] if self._open else ""
            elif token["name"]:
                yield self._open.end(self._name(token["name"])) if token["end"] else self._start(token)
        yield self._words(text[at:])
        yield self._open.end_all()

    def _name(self, name: str) -> str:
        known = _plain_name(name)
        return (
            known if not self._plain or known.rpartition(":")[2].lower() in _READ else f"x-{known.replace(':', '-')}"
        )

    def _words(self, text: str) -> str:
        return text.replace("<", "&lt;").replace("]]>", "]]&gt;") if self._open else ""

    def _start(self, tag: re.Match[str]) -> str:
        if not self._open and self._started:
            return ""  # a second root
        name, known = self._name(tag["name"]), "" if self._started else _NAMESPACES
        self._started = True
        closings, allowed = self._open.start(name)
        if not allowed:
            return closings + (self._open.end(name) if tag["empty"] else "")
        start = f"{closings}<{name}{known}{_attributes(tag['attributes'])}>"
        return start + self._open.end(name) if tag["empty"] else start


def _plain_name(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return name if not colon or prefix.lower() in _KNOWN or prefix == "xml" else f"{prefix}-{local}"


def _attributes(text: str) -> str:
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(text[:20_000]):
        if not name.lower().startswith("xmlns:") and _plain_name(name) == name and len(found) < _MOST_ATTRIBUTES:
            found.setdefault(name, value.strip("\"'"))
    return "".join(f' {name}="{value.replace(chr(34), "&quot;")}"' for name, value in found.items())
