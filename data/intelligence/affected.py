"""Which organisations a text names as abused or affected: found from the sentence, known to a catalogue or not.

A name counts for how it is used: enumerated behind "companies such as", said to be affected, named as the sender of
the mail or the owner of the help desk, or explaining what happened to it. Names that are enumerated together share
one fate. Words in quotation marks are bait subjects, and sentences of advertisers are left out.
"""

from collections.abc import Iterable, Iterator, Mapping

from data.catalogue.vendors import Vendors
from data.intelligence.model import Mention
from data.intelligence.name_checks import clean_name, is_person, is_source, looks_on, may_be_vendor, stands_for_itself
from data.intelligence.names import Name, read_list
from data.intelligence.roles import RULES
from data.intelligence.scene import Scene, Topic, make_scene
from data.intelligence.sentences import Quote, Sentence

_ABOUT = frozenset({
    "mail", "confirmation", "desk", "ticket", "spam", "flood", "unasked", "never", "sends_spam", "abuse", "stranger",
})  # fmt: skip


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
        scene = make_scene(sentence, quotes, topic)
        if scene is None:
            continue
        for name in sorted(_accepted(scene, vendors), key=lambda name: name.start):
            clean = clean_name(name.text)
            known = vendors.named(clean)
            if known is None and not may_be_vendor(clean, scene):
                continue
            shown = known.name if known else clean
            start = sentence.start + name.start
            mention = Mention(
                "vendor", shown, known.id if known else None, start, start + len(name.text), sentence.text
            )
            found.setdefault(shown.casefold().removeprefix("the "), mention)
    return tuple(_without_short_forms(found))


def _accepted(scene: Scene, vendors: Vendors) -> Iterator[Name]:
    """Names that a cue marks, and what is enumerated together with them."""
    marked: set[Name] = set()
    for rule in RULES:
        marked.update(rule(scene))
    marked.update(_known(scene, vendors))
    marked.update(_otherwise(scene))
    marked = {
        name for name in marked if not (is_source(scene, name) or is_person(scene, name) or _is_part(scene, name))
    }
    marked |= {name for name in scene.names for short in marked if name.text.startswith(short.text + " ")}
    yield from marked
    starts = {name.start for name in marked}
    for group in _groups(scene):
        if any(name.start in starts for name in group):
            yield from (name for name in group if name.start not in starts)


def _is_part(scene: Scene, name: Name) -> bool:
    """Whether a name is only the end of a longer one: "Vale" of "Jogos do Vale"."""
    return any(longer.start < name.start < longer.end for longer in scene.names)


def _known(scene: Scene, vendors: Vendors) -> Iterator[Name]:
    """Names that the catalogue knows, in a sentence about mail, desks or abuse of a text about relay abuse."""
    about = {"mail", "confirmation", "spam", "flood", "desk", "ticket"} & set(scene.notions) or scene.places(
        "affected"
    )
    if scene.topic.relevant and about:
        yield from (name for name in scene.names if vendors.named(clean_name(name.text)))


def _otherwise(scene: Scene) -> Iterator[Name]:
    """In a text about relay abuse, names in a sentence about mail, desks or abuse, unless they only look on."""
    if not scene.topic.relevant or not (_ABOUT & set(scene.notions) or scene.places("organisation")):
        return
    for name in scene.names:
        if stands_for_itself(scene, name) and not looks_on(scene, name):
            yield name


def _groups(scene: Scene) -> Iterator[list[Name]]:
    """Names that are enumerated together."""
    at = 0
    while at < len(scene.names):
        group = list(read_list(scene.text, scene.tokens, scene.names[at].first))
        group = group or [scene.names[at]]
        yield group
        at += 1
        while at < len(scene.names) and scene.names[at].start < group[-1].end:
            at += 1


def _without_short_forms(found: Mapping[str, Mention]) -> Iterable[Mention]:
    """Mentions without those whose name begins a longer one: "Riot" beside "Riot Games"."""
    for key, mention in found.items():
        if not any(other.startswith(key + " ") for other in found if other != key):
            yield mention
