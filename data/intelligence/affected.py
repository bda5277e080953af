"""Which organisations a text names as abused or affected: found from the sentence, known to a catalogue or not.

A name counts for how it is used: enumerated behind "companies such as", said to be affected, named as the sender of
the mail or the owner of the help desk, or explaining what happened to it. Names that are enumerated together share
one fate. Words in quotation marks are bait subjects, and sentences of advertisers are left out.
"""

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from data.catalogue.vendors import Vendors
from data.intelligence.model import Mention
from data.intelligence.months import month_number
from data.intelligence.names import CUES, Name, Token, all_names, given_names, not_names, observers, read_list, tokenize
from data.intelligence.platforms import own_names, platform_names
from data.intelligence.sentences import Quote, Sentence
from data.intelligence.terms import Place, load_terms

Cues = Mapping[str, tuple[Place, ...]]
_LOOSE_INTROS = frozenset("like como wie comme come as как jak включая incluindo etwa estão counting вроде dont".split())  # noqa: SIM905
_TOLD = frozenset({"told", "tells", "asked", "informed", "notified", "wrote to", "warned", "advised", "reassured", "assured"})
_ABUSES = re.compile(
    r"\b(?:abus(?:e|es|ed|ing)|exploit(?:s|ed|ing)?|misus(?:e|es|ed|ing)|hijack(?:s|ed|ing)?|weaponi[sz](?:e|es|ed|ing)|campaign used|"
    r"missbrauch(?:en|t|te|ten)?|abus(?:an|aron|ent|ano|am)|détourn(?:ent|é)|sfrutta(?:no|to)|explora(?:m|ram))\b",
    re.IGNORECASE,
)
_SHOUT = re.compile(r"^[^a-zà-ÿа-яё]{12,}$")
_HEADLINE_SHARE = 0.65
_GERMAN_NOUN = re.compile(
    r"(?:ern|en|ungen|ung|keit|heit|schaft|dienste|behörden|systeme|seiten|kunden|firmen|stellen|ämter|institute|nutzer|händler|"
    r"hersteller|plattformen|anbieter|portale|studios|konzerne|betreiber|verlage|banken|shops|foren)$"
)
_ABOUT = frozenset({
    "mail", "confirmation", "desk", "ticket", "spam", "flood", "unasked", "never", "sends_spam", "abuse", "stranger",
})  # fmt: skip
_VOCABULARY = (
    "desk", "ticket", "submit", "fake", "attacker", "confirmation", "flood", "spam", "relay", "open_door", "abuse", "mail",
    "activation", "genuine", "unasked", "address", "sends_spam", "inbound", "subscription",
)  # fmt: skip
_TRAILING = frozenset(
    "support team teams help desk helpdesk tickets ticket users customers zendesk center centre service instance instances system "
    "inc corp ltd gmbh llc community kunden nutzer".split()  # noqa: SIM905
)
_AUXILIARIES = frozenset(
    "is are was were has have had been being be also both all reportedly themselves too which who that likewise apparently "
    "ist sind war waren wurde wurden worden hat haben auch ebenfalls zudem "
    "est sont était étaient a ont été aussi également fut furent "
    "es son fue fueron ha han sido está están también estuvo se "
    "è sono stata stato state stati hanno anche foi foram são estão tem têm também sido "
    "is zijn werd werden wordt ook heeft hebben są został zostały były również był была были также тоже стали стала juga telah".split()  # noqa: SIM905
)
_NO_SENDERS = frozenset({"of", "at", "by", "en", "su", "bei", "der", "des", "chez", "presso"})
_SENDERS = frozenset({"from", "von", "provenant", "da", "от", "dari"})
_JOINING = frozenset({"of", "for", "and", "the", "de", "del", "di", "du", "des", "do", "da", "dos", "la", "le", "von", "van"})
_FILLERS = 5
_SPREAD = 60


@dataclass(frozen=True, slots=True)
class Topic:
    """What the whole text is about: `relevant`, relay abuse; `breached`, stolen data; and its language."""

    relevant: bool
    breached: bool
    language: str | None


@dataclass(frozen=True)
class _Scene:
    """One sentence, its words, names and cues. `text` has bait subjects blanked out."""

    text: str
    tokens: list[Token]
    names: tuple[Name, ...]
    cues: Cues
    notions: Cues
    topic: Topic

    def places(self, cue: str) -> tuple[Place, ...]:
        return self.cues.get(cue, ())

    def token_at(self, position: int) -> int:
        """The first token that starts at or behind a position."""
        for at, token in enumerate(self.tokens):
            if token.start >= position:
                return at
        return len(self.tokens)


def find_vendors(
    sentences: tuple[Sentence, ...],
    quotes: tuple[Quote, ...],
    vendors: Vendors,
    topic: Topic,
) -> tuple[Mention, ...]:
    """Every organisation that is named as abused or affected, each once, in the order of the text.

    In a text that is not about relay abuse only names that are said to be affected, abused or breached count.
    """
    found: dict[str, Mention] = {}
    for sentence in sentences:
        scene = _scene(sentence, quotes, topic)
        if scene is None:
            continue
        for name in sorted(_accepted(scene, vendors), key=lambda name: name.start):
            clean = _clean(name.text)
            known = vendors.named(clean)
            if known is None and not _may_be_vendor(clean, scene):
                continue
            shown = known.name if known else clean
            start = sentence.start + name.start
            mention = Mention("vendor", shown, known.id if known else None, start, start + len(name.text), sentence.text)
            found.setdefault(shown.casefold().removeprefix("the "), mention)
    return tuple(_without_short_forms(found, sentences))


def _scene(sentence: Sentence, quotes: tuple[Quote, ...], topic: Topic) -> _Scene | None:
    text = sentence.text
    cues = load_terms(CUES).find(text)
    if cues.get("advert"):
        return None
    text = _without_baits(sentence, quotes, cues)
    tokens = tokenize(text)
    if _is_headline(tokens):
        return None
    return _Scene(text, tokens, tuple(all_names(text, tokens)), cues, load_terms().find(text), topic)


def _without_baits(sentence: Sentence, quotes: tuple[Quote, ...], cues: Cues) -> str:
    """The sentence with quoted subjects, and subjects that are enumerated without quotation marks, blanked out."""
    text = sentence.text
    for quote in quotes:
        start, end = quote.start - sentence.start, quote.end - sentence.start
        if 0 <= start < len(text) and not _is_quoted_name(quote.text, text[start - 1 : start], cues):
            text = text[:start] + " " * (min(end, len(text)) - start) + text[end:]
    for subject in cues.get("subject_cue", ()):
        for intro in (*cues.get("list_intro", ()), *_colons(text)):
            if 0 <= intro.start - subject.end <= 25:
                end = re.search(r"[;.]\s|$", text[intro.end :])
                stop = intro.end + (end.start() if end else 0)
                text = text[: intro.end] + " " * (stop - intro.end) + text[stop:]
    return text


def _colons(text: str) -> Iterator[Place]:
    return (Place(match.start(), match.end()) for match in re.finditer(":", text))


def _is_quoted_name(words: str, mark: str, cues: Cues) -> bool:
    """Russian and Japanese put names of companies in quotation marks: short, not shouted, and called no subject."""
    if mark not in "«「『" or "subject_cue" in cues or not 2 <= len(words) <= 30 or _SHOUT.match(words):
        return False
    return len(words.split()) <= 3 and not re.search(r"[!?]", words) and words[0].isalnum() and not words[0].islower()


def _is_headline(tokens: list[Token]) -> bool:
    """Title Case Makes Every Word Look Like A Name."""
    words = [token.text for token in tokens if token.text[0].isalpha() and token.text.isascii()]
    return len(words) >= 6 and sum(word[0].isupper() for word in words) / len(words) > _HEADLINE_SHARE and not any(
        token.text in ",:" for token in tokens
    )


def _accepted(scene: _Scene, vendors: Vendors) -> Iterator[Name]:
    """Names that a cue marks, and what is enumerated together with them."""
    marked: set[Name] = set()
    for rule in (_introduced, _said_affected, _senders, _owners, _speakers, _sufferers, _abused):
        marked.update(rule(scene))
    marked.update(_known(scene, vendors))
    marked.update(_otherwise(scene))
    marked = {name for name in marked if not _is_source(scene, name) and not _is_person(scene, name)}
    marked |= {name for name in scene.names for short in marked if name.text.startswith(short.text + " ")}
    yield from marked
    starts = {name.start for name in marked}
    for group in _groups(scene):
        if any(name.start in starts for name in group):
            yield from (name for name in group if name.start not in starts)


def _about_abuse(scene: _Scene) -> bool:
    return scene.topic.relevant or scene.topic.breached or bool(scene.places("affected") or scene.places("suffering"))


def _introduced(scene: _Scene) -> Iterator[Name]:
    """ "companies such as X, Y and Z", "large organisations, among them X", "brands (X, Y)"."""
    if not _about_abuse(scene):
        return
    organisations = scene.places("organisation")
    for intro in scene.places("list_intro"):
        loose = scene.text[intro.start : intro.end].casefold() in _LOOSE_INTROS
        reach = 25 if loose else 2 * _SPREAD
        if any(0 <= intro.start - place.end <= reach for place in organisations) or (
            not loose and any(0 <= intro.start - place.end <= _SPREAD for place in (*scene.places("affected"), *scene.places("instance")))
        ):
            yield from read_list(scene.text, scene.tokens, _behind_fillers(scene, intro.end))
    for place in organisations:
        opening = re.match(r"\s?[(:–—]\s?", scene.text[place.end :])
        if opening:
            names = read_list(scene.text, scene.tokens, scene.token_at(place.end + opening.end()))
            yield from names if len(names) > 1 else ()
    for place in scene.places("among"):
        if any(0 <= other.start - place.end <= 30 for other in organisations):
            yield from _names_before(scene, place.start, 2)
    yield from _japanese_lists(scene)


def _japanese_lists(scene: _Scene) -> Iterator[Name]:
    """ "X、Y、Zなどの企業", "X、Y等": the enumeration stands before the word that closes it."""
    for closing in re.finditer("などの|など|といった|等の|ほか", scene.text):
        before = [name for name in scene.names if name.end <= closing.start()]
        if before and closing.start() - before[-1].end <= 4:
            behind = scene.text[closing.end() : closing.end() + 40]
            if re.search("企業|会社|組織|ブランド|社|機関|団体|サービス|顧客|サポート|窓口|から|影響|被害", behind):
                yield before[-1]


def _said_affected(scene: _Scene) -> Iterator[Name]:
    """ "Affected: X, Y", "betroffen sind X und Y", "X and Y were abused"."""
    for place in scene.places("affected"):
        at = _behind_fillers(scene, place.end)
        if at < len(scene.tokens) and scene.tokens[at].start - place.end <= _SPREAD:
            yield from read_list(scene.text, scene.tokens, at)
        yield from _names_before(scene, place.start, 4)


def _behind_fillers(scene: _Scene, position: int) -> int:
    """The token behind small words, colons and words for organisations that may stand between a cue and its names."""
    at = scene.token_at(position)
    for _ in range(_FILLERS):
        if at >= len(scene.tokens):
            break
        token = scene.tokens[at]
        is_name = any(name.first == at for name in scene.names)
        if is_name and token.lower not in not_names() and token.lower not in platform_names():
            break
        if not (token.text[0].isalnum() or token.text in ":–—-(" or (token.text == "." and token.start == position)):
            break
        at += 1
    return at


def _names_before(scene: _Scene, position: int, words: int) -> Iterator[Name]:
    """The name that ends before a cue with at most `words` small words between."""
    for name in scene.names:
        between = [token for token in scene.tokens[name.behind :] if token.end <= position]
        if name.end <= position and len(between) <= words and all(token.lower in _AUXILIARIES for token in between):
            yield name


def _senders(scene: _Scene) -> Iterator[Name]:
    """ "confirmations from X, Y", "E-Mails von X", "Xから大量のメール"."""
    if not scene.topic.relevant:
        return
    sent = [place for notion in ("mail", "confirmation", "ticket", "spam") for place in scene.notions.get(notion, ())]
    for source in scene.places("from_word"):
        word = scene.text[source.start : source.end].casefold()
        near = any(0 <= source.start - place.end <= 45 for place in sent)
        if word not in _NO_SENDERS and (near or word in _SENDERS):
            names = list(_list_if_name(scene, scene.token_at(source.end)))
            yield from names if near or len(names) > 1 else ()
    for place in scene.places("senders"):
        yield from _list_if_name(scene, _behind_fillers(scene, place.end))
    for name in scene.names:
        if re.match("(?:社|様|側)?(?:から|より)", scene.text[name.end : name.end + 4]):
            yield name


def _list_if_name(scene: _Scene, at: int) -> Iterator[Name]:
    """The enumeration at a token, if it starts with a name that could be one."""
    names = read_list(scene.text, scene.tokens, at)
    if names and names[0].first <= at + 2:
        yield from names


def _owners(scene: _Scene) -> Iterator[Name]:
    """ "X's help desk", "support systems of X and Y", "the Discord support", "Xのサポート"."""
    if not _about_abuse(scene):
        return
    for place in scene.places("instance"):
        for name in scene.names:
            gap = place.start - name.end
            if (name.possessive and -3 <= gap <= 30) or (0 <= gap <= 1 and name.text.casefold() not in platform_names()):
                yield name
            elif 0 <= gap <= 3 and scene.text[name.end : place.start].strip() in {"の", "社の", "-", "社"}:
                yield name
        for source in scene.places("from_word"):
            if 0 <= source.start - place.end <= 2:
                yield from _list_if_name(scene, scene.token_at(source.end))


def _speakers(scene: _Scene) -> Iterator[Name]:
    """ "X told recipients that they may ignore it", "X und Y bestätigten", in matters of their own."""
    own = scene.places("own_affair") if _about_abuse(scene) or "abuse" in scene.notions else ()
    if not own and "breach" not in scene.notions and not (scene.topic.breached and scene.places("instance")):
        return
    for place in scene.places("says"):
        yield from _names_before(scene, place.start, 3)
        word = scene.text[place.start : place.end].casefold()
        at = scene.token_at(place.end)
        if word not in _TOLD:
            yield from (name for name in scene.names if name.first == at)
    for name in scene.names:
        if re.match("社?[はも]", scene.text[name.end : name.end + 2]):
            yield name


def _sufferers(scene: _Scene) -> Iterator[Name]:
    """ "X faces extortion", "damage at X", "the X case"."""
    for place in scene.places("suffering"):
        yield from _names_before(scene, place.start, 1)
        if scene.text[place.start : place.end].casefold() not in {"case", "faces", "suffers", "suffered", "discloses", "disclosed"}:
            yield from (name for name in scene.names if 0 <= scene.tokens[name.first].start - place.end <= 6)


def _abused(scene: _Scene) -> Iterator[Name]:
    """ "abuse of X's sign-up", "a campaign used X to mail people": the service itself is the abused organisation."""
    for verb in _ABUSES.finditer(scene.text):
        for name in scene.names:
            between = scene.text[verb.end() : name.start]
            if 0 <= name.start - verb.end() <= 12 and between.strip().casefold() in {"", "the", "of", "of the", "von", "de", "di", "des", "the legitimate"}:
                yield name
    for name in scene.names:
        if scene.text[name.end : name.end + 20].startswith((" to deliver", " to send", " to mail")):
            yield name


def _known(scene: _Scene, vendors: Vendors) -> Iterator[Name]:
    """Names that the catalogue knows, in a sentence about mail, desks or abuse of a text about relay abuse."""
    about = {"mail", "confirmation", "spam", "flood", "desk", "ticket"} & set(scene.notions) or scene.places("affected")
    if scene.topic.relevant and about:
        yield from (name for name in scene.names if vendors.named(_clean(name.text)))


def _otherwise(scene: _Scene) -> Iterator[Name]:
    """In a text about relay abuse, names in a sentence about mail, desks or abuse, unless they only look on."""
    if not scene.topic.relevant or not (_ABOUT & set(scene.notions) or scene.places("organisation")):
        return
    for name in scene.names:
        if _stands_for_itself(scene, name) and not _looks_on(scene, name):
            yield name


def _stands_for_itself(scene: _Scene, name: Name) -> bool:
    """Whether a name is one without any cue: no day, no ordinary word, nothing made of words about abuse.

    A single word that is capital because it starts a sentence, or because German writes nouns so, is none.
    """
    words = re.split(r"[ -]", _clean(name.text))
    if any(word.islower() and word not in _JOINING for word in words):
        return False
    if any(word.casefold() in not_names() - {"the"} or month_number(word) or _is_vocabulary(word) for word in words):
        return False
    if any(word.casefold() in platform_names() for word in words) or name.text[0] >= "\u3000":
        return False
    plain = len(words) == 1 and words[0][1:].islower() and words[0].isalpha()
    return not plain or (scene.topic.language != "de" and (name.start > 1 or name.possessive))


def _looks_on(scene: _Scene, name: Name) -> bool:
    """Whether what a name does is what outlets, researchers and advisers do."""
    return any(0 <= verb.start - name.end <= 12 for verb in scene.places("observes"))


def _groups(scene: _Scene) -> Iterator[list[Name]]:
    """Names that are enumerated together."""
    at = 0
    while at < len(scene.names):
        group = list(read_list(scene.text, scene.tokens, scene.names[at].first))
        group = group or [scene.names[at]]
        yield group
        at += 1
        while at < len(scene.names) and scene.names[at].start < group[-1].end:
            at += 1


def _is_source(scene: _Scene, name: Name) -> bool:
    """Whether the name tells who reports, studies or is imitated: "according to X", "told X", "posing as X"."""
    return any(0 <= name.start - cue.end <= 6 and scene.text[cue.end : name.start].strip() in {"", "the", "die", "le", "la", "der", "den", "el", "il"} for cue in scene.places("source_cue"))


def _is_person(scene: _Scene, name: Name) -> bool:
    """Whether a part that people play stands right before a name, or right behind it and a comma."""
    words = name.text.split()
    if len(words) > 1 and words[0].casefold() in given_names():
        return True
    if len(words) == 2 and any(0 <= word.start - name.end <= 60 for word in scene.places("person")):
        return True
    return any(
        0 <= name.start - role.end <= 2 or (0 <= role.start - name.end <= 30 and scene.text[name.end : name.end + 1] == ",")
        for role in scene.places("role")
    )


def _clean(name: str) -> str:
    """A name without words for organisations before it and words for its desk behind it."""
    words = name.strip(" .,!").split() if name.count("!") > 1 else name.strip(" .,").split()
    while len(words) > 1 and (words[0].casefold() in not_names() - {"the"} or words[0].casefold() in platform_names()):
        words = words[1:]
    while len(words) > 1 and words[-1].casefold().strip("!") in _TRAILING:
        words = words[:-1]
    head, hyphen, tail = words[-1].rpartition("-")
    if hyphen and len(head) > 2 and tail.casefold() in {"support", "kunden", "nutzer", "konto", "helpdesk", "server", "mails", "nutzern", "instanz", "supportsystem"}:
        words[-1] = head
    return " ".join(words)


def _may_be_vendor(name: str, scene: _Scene) -> bool:
    """Whether a name could be that of an organisation which no catalogue knows."""
    folded = name.casefold()
    if len(name) < 2 or folded in not_names() or folded in observers() or _is_platform(folded, scene):
        return False
    if not (set(name[1:]) & set(string.ascii_uppercase + string.digits)) and _is_vocabulary(name):
        return False
    if "@" in name or name.islower() or _SHOUT.match(name) or not any(letter.isalpha() for letter in name):
        return False
    words = [word.casefold() for word in name.split()]
    if all(word in not_names() for word in words) or (len(words) > 1 and set(words) & platform_names()):
        return False
    if any(folded in other or other in folded for other in platform_names() if " " in other):
        return False
    if any(part in platform_names() for part in folded.split("-")) and "-" in folded:
        return False
    return not (scene.topic.language == "de" and " " not in name and len(name) >= 9 and _GERMAN_NOUN.search(name) and name[1:].islower())


def _is_platform(name: str, scene: _Scene) -> bool:
    """A platform is abused itself where it sends under its own name and the text is not about its customers."""
    return name in platform_names() and (scene.topic.relevant or name not in own_names() or "abuse" not in scene.notions)


def _is_vocabulary(name: str) -> bool:
    """Whether a capitalised word is one of the words that texts about abuse are made of ("Fake", "Spamwelle")."""
    found = load_terms().find(name)
    unspaced = name[0] >= "\u3000"
    return any(place.start == 0 and (unspaced or place.end == len(name)) for notion in _VOCABULARY for place in found.get(notion, ()))


def _without_short_forms(found: Mapping[str, Mention], sentences: tuple[Sentence, ...]) -> Iterable[Mention]:
    """Mentions without those whose name begins a longer one: "Riot" beside "Riot Games"."""
    for key, mention in found.items():
        if not any(other.startswith(key + " ") for other in found if other != key):
            yield mention
