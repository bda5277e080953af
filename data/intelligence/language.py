"""The language of a text, by its letters and its commonest words."""

import re
import tomllib
from collections import Counter
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("languages.toml")
_SAMPLE = 6_000
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30fa]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
# Letters that tell a short Cyrillic text.
_OWN_LETTERS = (("uk", re.compile("[іїєґ]")), ("ru", re.compile("[ыэё]")))


def detect_language(text: str) -> str | None:
    """The two letters of a language (ISO 639-1), None where the text is too short to tell."""
    sample = text[:_SAMPLE]
    letters = sum(letter.isalpha() for letter in sample)
    if letters < 3:
        return None
    for language, script in _SCRIPTS:
        # Names in Latin letters are common in all of them; a tenth of the letters is plenty.
        if len(script.findall(sample)) > letters / 10:
            return language
    words = Counter(word.casefold() for word in _WORD.findall(sample))
    scores = {language: sum(words[word] for word in common) for language, common in _common_words().items()}
    best = max(scores, key=lambda language: scores[language])
    if scores[best] >= 2:
        return best
    return next((language for language, letters in _OWN_LETTERS if letters.search(sample)), None)


@lru_cache(maxsize=1)
def _common_words() -> dict[str, tuple[str, ...]]:
    scripts = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {language: tuple(words) for script in scripts.values() for language, words in script.items()}
