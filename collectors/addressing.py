"""Where a text names the person it is written to: known names anywhere, unknown ones behind a salutation."""

import re
from collections.abc import Iterator
from functools import lru_cache

from collectors.disguises import merged
from collectors.personal import Names
from data.catalogue.redaction import RedactionRules, fold
from data.letters import FEW, foreign_letters

_WORD = re.compile(r"[^\W_]+")
_FOLDED_WORD = re.compile(r"[^\W\d_]+")
_LETTERS_ONLY = bytes(code if chr(code).isalpha() else 32 for code in range(128)) + bytes(range(128, 256))
_FIRST_IDEOGRAPH = "\u2e80"
_GAP_OF_A_NAME = re.compile(r"[ \t.,'’_-]{1,2}")
_MIXED_SCRIPTS = re.compile(r"[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z]")
_NEXT_WORD = re.compile(r"[ \t]{0,3}([^\W\d_]+(?:['’-][^\W\d_]+)*)(\.(?=[ \t]))?")
_NAME_WORDS = re.compile(r"[^\W\d_][^\W\d_.'’-]*(?:['’.-][^\W\d_]+)*\.?")
_OPENERS = frozenset("\n\r>:;.!?,*|-–—\"'“«(")
_AFTER_A_NAME = re.compile(r"[ \t]*(?:[,!:;)\n\r]|[.](?:\s|$)|[-–—](?:\s|$)|$)")
_VARIANTS = {
    "a": "aàáâãäåă", "c": "cçčć", "d": "dďđ", "e": "eèéêëě", "i": "iìíîïı", "l": "lł", "n": "nñń", "o": "oòóôõöø",
    "r": "rř", "s": "sšśş", "t": "tţț", "u": "uùúûüů", "y": "yý", "z": "zžź",
}  # fmt: skip
NAME_WORDS_LIMIT = 4
READ_LIMIT = 4_000
"""Characters of a text in which salutations are looked for."""


def named_spans(text: str, folded: str, names: Names) -> list[tuple[int, int]]:
    """Where known names stand: each strong word, and weak ones beside another word of the names."""
    known = [word for word in names.strong if word in folded]
    spans = [found.span() for word in names.unspaced if word in text for found in re.finditer(re.escape(word), text)]
    if not known and sum(word in folded for word in names.weak) < 2:
        return merged(spans)
    words = names.strong | names.weak
    run: list[tuple[int, int, bool]] = []
    plain = text.isascii()
    for found in _WORD.finditer(text.lower() if plain else text):
        word = found[0] if plain else fold(found[0])
        stem = word if word in words else word.strip("0123456789")
        stem = stem if stem in words else stem.removesuffix("s")
        if stem not in words:
            continue
        if run and not _is_one_name(text[run[-1][1] : found.start()], text[found.start() : found.end()]):
            spans.extend(_kept(run))
            run = []
        run.append((*found.span(), stem in names.strong))
    return merged([*spans, *_kept(run)])


def _is_one_name(gap: str, following: str) -> bool:
    """Whether two words of a name belong together: "Lopez, Maria" does, "Mark, mark the day" does not."""
    return _GAP_OF_A_NAME.fullmatch(gap) is not None and not ("," in gap and following.islower())


def _kept(run: list[tuple[int, int, bool]]) -> Iterator[tuple[int, int]]:
    if any(strong for _, _, strong in run) or len(run) > 1:
        yield run[0][0], run[-1][1]


def addressed_spans(text: str, folded: str, names: Names, rules: RedactionRules) -> list[tuple[int, int]]:
    """Where somebody is spoken to by name: "Hi Maria," and "Dear Ms Lopez:", not "Hi there" or "Hello Acme team"."""
    text = text[:READ_LIMIT]
    spans: list[tuple[int, int]] = []
    salutations = _salutations(rules)
    for word in salutations.keys() & _words_of(folded[:READ_LIMIT]):
        for pattern in salutations[word]:
            for found in _all_of(pattern, word, text):
                if text[found.start()].isupper() or _opens(text, found.start()):
                    spans.extend(_addressee(text, found.end(), names, rules))
    if not text.isascii() and max(foreign_letters(text)) >= _FIRST_IDEOGRAPH:
        spans.extend(_unspaced_spans(text, names, rules))
    return spans


def _all_of(pattern: re.Pattern[str], word: str, text: str) -> Iterator[re.Match[str]]:
    """Every match of a salutation that begins with a word. In plain letters the word is searched for, in C."""
    if not text.isascii():
        yield from pattern.finditer(text)
        return
    lower = text.lower()
    start = lower.find(word)
    while start >= 0:
        found = pattern.match(text, start)
        if found:
            yield found
        start = lower.find(word, found.end() if found else start + 1)


def _words_of(folded: str) -> set[str]:
    if folded.isascii():
        return set(folded.encode("ascii").translate(_LETTERS_ONLY).decode("ascii").split())
    signs = [letter for letter in foreign_letters(folded) if not letter.isalnum() or letter.isdecimal()]
    if len(signs) > FEW:
        return set(_FOLDED_WORD.findall(folded))
    for sign in signs:
        folded = folded.replace(sign, " ")
    plain = folded.encode("utf-8", "surrogatepass").translate(_LETTERS_ONLY).decode("utf-8", "surrogatepass")
    return set(plain.split(" "))


def _opens(text: str, start: int) -> bool:
    """Whether a line or a sentence starts here: "das beste Spiel" salutes nobody."""
    before = text[max(0, start - 3) : start].rstrip(" \t")
    return not before or before[-1] in _OPENERS


def _unspaced_spans(text: str, names: Names, rules: RedactionRules) -> Iterator[tuple[int, int]]:
    """The same in scripts without white space, where a salutation or an honorific touches the name."""
    for phrase in rules.salutations:
        if phrase[0] >= _FIRST_IDEOGRAPH and phrase in text:
            for found in _salutation(phrase).finditer(text):
                yield from _addressee(text, found.end(), names, rules)
    for found in _honorific(rules).finditer(text):
        if fold(found[1] + found[2]) not in rules.anybody and fold(found[1]) not in rules.anybody:
            yield found.span(1)


@lru_cache(maxsize=1)
def _salutations(rules: RedactionRules) -> dict[str, list[re.Pattern[str]]]:
    """Patterns of salutations by their first word."""
    found: dict[str, list[re.Pattern[str]]] = {}
    for phrase in rules.salutations:
        if phrase[0] < _FIRST_IDEOGRAPH:
            found.setdefault(_FOLDED_WORD.findall(fold(phrase))[0], []).append(_salutation(phrase))
    return found


@lru_cache(maxsize=500)
def _salutation(phrase: str) -> re.Pattern[str]:
    if phrase[0] >= _FIRST_IDEOGRAPH:
        return re.compile(re.escape(phrase) + r"[ \t,，!！]{0,2}")
    letters = [f"[{_VARIANTS[char]}]" if char in _VARIANTS else re.escape(char) for char in fold(phrase)]
    spelled = (
        "".join(letters).replace(r"\ ", r"[ \t]+").replace(f"[{_VARIANTS['a']}][{_VARIANTS['e']}]", "(?:ae|æ|ä)")
    )
    return re.compile(rf"(?<!\w){spelled}(?=[ \t,!])[,!]?[ \t]{{0,3}}", re.IGNORECASE)


@lru_cache(maxsize=1)
def _honorific(rules: RedactionRules) -> re.Pattern[str]:
    endings = "|".join(map(re.escape, rules.honorifics))
    name = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,8}?(?:[ \t\u3000][\u3040-\u9fff]{1,6}?)?"
    return re.compile(rf"(?m)^[ \t]*({name})[ \t]?({endings})(?!\w)")


def _addressee(text: str, start: int, names: Names, rules: RedactionRules) -> Iterator[tuple[int, int]]:
    """The span of the one to four words of a name that follow a salutation, if they are one."""
    begin, end, count, lower, given = -1, start, 0, False, False
    while count <= NAME_WORDS_LIMIT:
        found = _NEXT_WORD.match(text, end)
        if not found:
            break
        word = fold(found[1])
        if count == 0 and word in rules.titles:
            end = found.end(2) if found[2] else found.end(1)
            continue
        if word in rules.anybody or word in rules.organisation or word in rules.bait or word in rules.roles:
            return
        if not _continues_a_name(found[1], word, count, given, names, rules):
            break
        lower = lower or found[1].islower()
        given = given or word in rules.given_names
        begin = found.start(1) if count == 0 else begin
        count, end = count + 1, found.end(1)
        if found[2] and len(word) == 1:
            end = found.end(2)
    if 0 < count <= NAME_WORDS_LIMIT and (not lower or _AFTER_A_NAME.match(text, end)):
        yield begin, end


def name_before(text: str, rules: RedactionRules) -> str:
    """The words of a name that a text ends with: capitals, initials and particles, at most four."""
    start, taken = len(text), 0
    for word in _NAME_WORDS.findall(text)[::-1][:NAME_WORDS_LIMIT]:
        if not text.endswith(word, 0, start) or fold(word).rstrip(".") in rules.ordinary:
            break
        if word[0].islower() and (taken == 0 or fold(word) not in rules.particles):
            break
        start, taken = start - len(word), taken + 1
        start -= start - len(text[:start].rstrip(" "))
    return text[start:].lstrip(" ")


def _continues_a_name(written: str, word: str, count: int, given: bool, names: Names, rules: RedactionRules) -> bool:
    if word in names.strong or word in names.weak:
        return True
    if word.partition("'")[0] in rules.ordinary or len(written) > 30 or _MIXED_SCRIPTS.search(written):
        return False
    if word in rules.particles:
        return count > 0
    return not written.islower() or count == 0 or given
