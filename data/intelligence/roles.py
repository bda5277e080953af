"""How a sentence marks organisations whose desks are abused: enumerated, affected, sending, owning, explaining."""

import re
from collections.abc import Iterator

from data.intelligence.names import Name, read_list
from data.intelligence.platforms import platform_names
from data.intelligence.scene import Scene, behind_fillers, list_if_name, names_before

_LOOSE_INTROS = frozenset({
    "like", "como", "wie", "comme", "come", "as", "как", "jak", "включая", "incluindo", "etwa", "estão",
    "counting", "вроде", "dont",
})  # fmt: skip
_TOLD = frozenset(
    {"told", "tells", "asked", "informed", "notified", "wrote to", "warned", "advised", "reassured", "assured"}
)
_ABUSES = re.compile(
    r"\b(?:abus(?:e|es|ed|ing)|exploit(?:s|ed|ing)?|misus(?:e|es|ed|ing)|hijack(?:s|ed|ing)?|weaponi[sz](?:e|es|ed|ing)|"
    r"campaign used|missbrauch(?:en|t|te|ten)?|abus(?:an|aron|ent|ano|am)|détourn(?:ent|é)|"
    r"sfrutta(?:no|to)|explora(?:m|ram))\b",
    re.IGNORECASE,
)
_NO_SENDERS = frozenset({"of", "at", "by", "en", "su", "bei", "der", "des", "chez", "presso"})
_SENDERS = frozenset({"from", "von", "provenant", "da", "от", "dari"})
_SPREAD = 60


def _about_abuse(scene: Scene) -> bool:
    return scene.topic.relevant or scene.topic.breached or bool(scene.places("affected") or scene.places("suffering"))


def _introduced(scene: Scene) -> Iterator[Name]:
    """ "companies such as X, Y and Z", "large organisations, among them X", "brands (X, Y)"."""
    if not _about_abuse(scene):
        return
    organisations = scene.places("organisation")
    for intro in scene.places("list_intro"):
        loose = scene.text[intro.start : intro.end].casefold() in _LOOSE_INTROS
        reach = 25 if loose else 2 * _SPREAD
        if any(0 <= intro.start - place.end <= reach for place in organisations) or (
            not loose
            and any(
                0 <= intro.start - place.end <= _SPREAD
                for place in (*scene.places("affected"), *scene.places("instance"))
            )
        ):
            yield from read_list(scene.text, scene.tokens, behind_fillers(scene, intro.end))
    for place in organisations:
        opening = re.match(r"\s?[(:–—]\s?", scene.text[place.end :])
        if opening:
            names = read_list(scene.text, scene.tokens, scene.token_at(place.end + opening.end()))
            yield from names if len(names) > 1 else ()
    for place in scene.places("among"):
        if any(0 <= other.start - place.end <= 30 for other in organisations):
            yield from names_before(scene, place.start, 2)
    yield from _japanese_lists(scene)


def _japanese_lists(scene: Scene) -> Iterator[Name]:
    """ "X、Y、Zなどの企業", "X、Y等": the enumeration stands before the word that closes it."""
    for closing in re.finditer("などの|など|といった|等の|ほか", scene.text):
        before = [name for name in scene.names if name.end <= closing.start()]
        if before and closing.start() - before[-1].end <= 4:
            behind = scene.text[closing.end() : closing.end() + 40]
            if re.search("企業|会社|組織|ブランド|社|機関|団体|サービス|顧客|サポート|窓口|から|影響|被害", behind):
                yield before[-1]


def _said_affected(scene: Scene) -> Iterator[Name]:
    """ "Affected: X, Y", "betroffen sind X und Y", "X and Y were abused"."""
    for place in scene.places("affected"):
        at = behind_fillers(scene, place.end)
        if at < len(scene.tokens) and scene.tokens[at].start - place.end <= _SPREAD:
            yield from read_list(scene.text, scene.tokens, at)
        yield from names_before(scene, place.start, 4)


def _senders(scene: Scene) -> Iterator[Name]:
    """ "confirmations from X, Y", "E-Mails von X", "Xから大量のメール"."""
    if not scene.topic.relevant:
        return
    sent = [place for notion in ("mail", "confirmation", "ticket", "spam") for place in scene.notions.get(notion, ())]
    for source in scene.places("from_word"):
        word = scene.text[source.start : source.end].casefold()
        near = any(0 <= source.start - place.end <= 45 for place in sent)
        if word not in _NO_SENDERS and (near or word in _SENDERS):
            names = list(list_if_name(scene, scene.token_at(source.end)))
            yield from names if near or len(names) > 1 else ()
    for place in scene.places("sent"):
        for name in scene.names:
            between = [token for token in scene.tokens[name.behind :] if token.end <= place.start]
            if name.end <= place.start and len(between) <= 2 and all(token.text.islower() for token in between):
                yield name
    for place in scene.places("senders"):
        yield from list_if_name(scene, behind_fillers(scene, place.end))
    for name in scene.names:
        if re.match("(?:社|様|側)?(?:から|より)", scene.text[name.end : name.end + 4]):
            yield name


def _owners(scene: Scene) -> Iterator[Name]:
    """ "X's help desk", "support systems of X and Y", "the Discord support", "Xのサポート"."""
    if not _about_abuse(scene):
        return
    for place in scene.places("instance"):
        for name in scene.names:
            gap = place.start - name.end
            if (
                (name.possessive and -3 <= gap <= 30)
                or (0 <= gap <= 1 and name.text.casefold() not in platform_names())
                or (0 <= gap <= 3 and scene.text[name.end : place.start].strip() in {"の", "社の", "-", "社"})
            ):
                yield name
        for source in scene.places("from_word"):
            if 0 <= source.start - place.end <= 2:
                yield from list_if_name(scene, scene.token_at(source.end))


def _speakers(scene: Scene) -> Iterator[Name]:
    """ "X told recipients that they may ignore it", "X und Y bestätigten", in matters of their own."""
    own = scene.places("own_affair") if _about_abuse(scene) or "abuse" in scene.notions else ()
    if not own and "breach" not in scene.notions and not (scene.topic.breached and scene.places("instance")):
        return
    for place in scene.places("says"):
        yield from names_before(scene, place.start, 3)
        word = scene.text[place.start : place.end].casefold()
        at = scene.token_at(place.end)
        if word not in _TOLD:
            yield from (name for name in scene.names if name.first == at)
    for name in scene.names:
        if re.match("社?[はも]", scene.text[name.end : name.end + 2]):
            yield name


def _sufferers(scene: Scene) -> Iterator[Name]:
    """ "X faces extortion", "damage at X", "the X case"."""
    for place in scene.places("suffering"):
        yield from names_before(scene, place.start, 1)
        if scene.text[place.start : place.end].casefold() not in {
            "case",
            "faces",
            "suffers",
            "suffered",
            "discloses",
            "disclosed",
        }:
            yield from (name for name in scene.names if 0 <= scene.tokens[name.first].start - place.end <= 6)


def _breached(scene: Scene) -> Iterator[Name]:
    """ "the X breach", "X data breach"."""
    for place in scene.notions.get("breach", ()):
        for name in scene.names:
            if re.fullmatch(r"\s(?:data\s)?", scene.text[name.end : place.start]) and name.first > 0:
                yield name


def _abused(scene: Scene) -> Iterator[Name]:
    """ "abuse of X's sign-up", "a campaign used X to mail people": the service itself is the abused organisation."""
    for verb in _ABUSES.finditer(scene.text):
        for name in scene.names:
            between = scene.text[verb.end() : name.start]
            if 0 <= name.start - verb.end() <= 12 and between.strip().casefold() in {
                "",
                "the",
                "of",
                "of the",
                "von",
                "de",
                "di",
                "des",
                "the legitimate",
            }:
                yield name
    for name in scene.names:
        if scene.text[name.end : name.end + 20].startswith((" to deliver", " to send", " to mail")):
            yield name


RULES = (_introduced, _said_affected, _senders, _owners, _speakers, _sufferers, _breached, _abused)
"""Each takes a scene and gives the names that it marks."""
