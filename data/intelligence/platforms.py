"""Where a text names systems that send mail for others: help desks by their plain name, other services in context."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from data.errors import CatalogueError
from data.intelligence.model import Mention
from data.intelligence.sentences import Sentence
from data.intelligence.terms import Place, load_terms

_FILE = Path(__file__).with_name("platforms.toml")
_BORDER_BEFORE = r"(?<![A-Za-z0-9À-ɏ_@./-])"
_BORDER_BEHIND = r"(?![A-Za-z0-9À-ɏ_])(?!\.(?:com|net|org|io)\b)"
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
# Right before a service that carries the mail, and right behind it.
_CARRIES = re.compile(
    r"(?:\b(?:via|through|using|uses?|used|abus\w+|exploit\w+|misus\w+|leverag\w+|weaponi\w+|hijack\w+|from|out\s+of|on|over|"
    r"with|by|your|mediante|vía|través de|desde|abuso de|über|missbrauch\w* von|mit|sur|avec|depuis|abus de|tramite|"
    r"attraverso|su|da|pelo|pela|através d[eoa]|usando|через|использу\w+|в|na|przez|melalui|lewat)\s+"
    r"(?:(?:the|die|le|la|il|o|Atlassian|Microsoft|Google)\s+)?"
    r"(?:[A-Z]\w+(?:\s[A-Z]\w+)?\s(?:or|and|oder|und|y|ou|et|e|и)\s)?)$",
    re.IGNORECASE,
)
_CARRIED = re.compile(
    r"^(?:['’]s?)?\s*(?:notif\w+|e-?mails?|mails?|invit\w+|invoice\w*|alert\w*|infrastructure|messag\w+|platform\w*|forms?|accounts?|lists?|audiences?|stores?|address\w*|"
    r"and\s+Jira|abuse|spam|を悪用|の通知|経由|から)",
    re.IGNORECASE,
)
_POSES = re.compile(
    r"(?:as|impersonat\w+|pretend\w*\s+to\s+be|fake|spoof\w*|als|como|comme|scraped\s+from|harvested\s+from|public)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_ABUSED = re.compile(r"(?:abus|exploit|misus|hijack|weaponi)\w*\s+(?:the\s+)?$", re.IGNORECASE)
_REPOSITORY = re.compile(
    r"^\s*(?:commits?|repos?|repositor\w+|profiles?|issues?|users?|pages|コミット)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PlatformName:
    """One system and how texts call it."""

    names: tuple[str, ...]
    kind: str
    key: str | None
    needs: tuple[str, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class _Book:
    pattern: re.Pattern[str]
    by_name: dict[str, PlatformName]


def find_platforms(sentences: tuple[Sentence, ...]) -> tuple[Mention, ...]:
    """Every mention of a platform, in the order of the text."""
    return tuple(mention for sentence in sentences for mention in _in_sentence(sentence))


def desk_places(mentions: tuple[Mention, ...]) -> tuple[Place, ...]:
    """Where help desks are named."""
    desks = {entry.names[0] for entry in _book().by_name.values() if entry.kind == "desk"}
    return tuple(Place(mention.start, mention.end) for mention in mentions if mention.name in desks)


@lru_cache(maxsize=1)
def platform_names() -> frozenset[str]:
    """Every name of a platform, in lower case."""
    return frozenset(name.casefold() for name in _book().by_name)


@lru_cache(maxsize=1)
def own_names() -> frozenset[str]:
    """Names of platforms that send under their own name, in lower case."""
    return frozenset(name.casefold() for name, entry in _book().by_name.items() if entry.own)


def _in_sentence(sentence: Sentence) -> Iterator[Mention]:
    book = _book()
    for match in book.pattern.finditer(sentence.text):
        entry = book.by_name.get(match[0]) or book.by_name[match[0].title()]
        if _counts(entry, sentence.text, match.start(), match.end()):
            start = sentence.start + match.start()
            yield Mention("platform", entry.names[0], entry.key, start, start + len(match[0]), sentence.text)


def _counts(entry: PlatformName, text: str, start: int, end: int) -> bool:
    before, behind = text[max(0, start - 40) : start], text[end : end + 40]
    if entry.needs:
        words = re.findall(r"\w+", before)[-1:] + re.findall(r"\w+", behind)[:2]
        if not any(word.casefold() in entry.needs for word in words) and behind[:1] != "-":
            return False
    if entry.kind == "desk":
        return True
    if _POSES.search(before) or (_REPOSITORY.match(behind) and not _ABUSED.search(before)):
        return False
    notions = load_terms().find(text)
    if not {"abuse", "spam", "attacker", "flood", "vishing", "fake"} & set(notions):
        return False
    return bool(_CARRIES.search(before) or _CARRIED.match(behind) or (_UNSPACED.search(behind[:1] or " ") and behind))


@lru_cache(maxsize=1)
def _book() -> _Book:
    by_name: dict[str, PlatformName] = {}
    for raw in tomllib.loads(_FILE.read_text(encoding="utf-8"))["platform"]:
        entry = PlatformName(
            tuple(raw["names"]), raw["kind"], raw.get("key"), tuple(raw.get("needs", ())), raw.get("own", False)
        )
        if not entry.names or entry.kind not in {"desk", "service"}:
            raise CatalogueError(f"{_FILE.name}: {raw!r} lacks names, or its kind is neither desk nor service.")
        for name in entry.names:
            if by_name.setdefault(name, entry) is not entry:
                raise CatalogueError(f"{_FILE.name}: two platforms are called {name!r}; leave one out.")
    shouted = {name.upper(): entry for name, entry in by_name.items() if len(name) > 5 and entry.kind == "desk"}
    by_name = {**shouted, **by_name}
    names = sorted(by_name, key=len, reverse=True)
    pattern = "|".join(
        re.escape(name) if _UNSPACED.search(name) else _BORDER_BEFORE + re.escape(name) + _BORDER_BEHIND
        for name in names
    )
    return _Book(re.compile(pattern), by_name)
