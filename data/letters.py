"""Characters beyond ASCII in a text: found and respelled in C, since nearly all text has but a few different ones.

Measured on 15,000 characters with two different ones among them: `str.translate` with a dictionary takes 1,300
microseconds, a regular expression over runs of such characters 850, this 60.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

Known = TypeVar("Known")

FEW = 40
"""Different characters up to which one replacement each is faster than a look at every character of a text."""
REMEMBERED = 30_000
LONGEST_REMEMBERED = 80
_ASCII = bytes(range(128))


@lru_cache(maxsize=16)
def foreign_letters(text: str) -> frozenset[str]:
    """The different characters of a text that are not ASCII. Several stages ask it of the same one in a row."""
    return frozenset(text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass"))


class _Table(dict[str, Known]):
    """The answers of a function of one text, worked out when they are first asked for."""

    def __init__(self, work: Callable[[str], Known], size: int, longest: int) -> None:
        super().__init__()
        self._work, self._size, self._longest = work, size, longest

    def __missing__(self, text: str) -> Known:
        answer = self._work(text)
        if len(text) <= self._longest:
            if len(self) >= self._size:
                self.clear()
            self[text] = answer
        return answer


def remembering(size: int, longest: int) -> Callable[[Callable[[str], Known]], Callable[[str], Known]]:
    """A bounded cache for a function of one text, emptied when it is full. Texts beyond `longest` characters are
    worked out each time, so that strangers' long ones do not fill the memory.

    A look into a dictionary runs in C alone: five times as fast as a function around functools.lru_cache.
    """
    return lambda work: _Table(work, size, longest).__getitem__


class Spelling(dict[str, str]):
    """How each character is spelled, worked out when it is first met; at most REMEMBERED of them are kept."""

    def __init__(self, spell: Callable[[str], str]) -> None:
        super().__init__()
        self._spell = spell

    def __missing__(self, letter: str) -> str:
        spelled = self._spell(letter)
        if len(self) < REMEMBERED:
            self[letter] = spelled
        return spelled

    def respell(self, text: str) -> str:
        """A text with each character that is not ASCII spelled anew; ASCII ones must be spelled as they are."""
        foreign = foreign_letters(text)
        if len(foreign) > FEW or not all(map(self._is_settled, foreign)):
            return "".join(map(self.__getitem__, text))
        for letter in foreign:
            if (spelled := self[letter]) != letter:
                text = text.replace(letter, spelled)
        return text

    def _is_settled(self, letter: str) -> bool:
        """Whether spelling it twice changes nothing, so that replacing one after the other is safe."""
        spelled = self[letter]
        return spelled.isascii() or all(self[piece] == piece for piece in spelled)


class Remembered(set[str]):
    """Short words of which something is known, whatever message they stand in; emptied when there are too many."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def remember(self, word: str) -> None:
        if len(self) >= self._limit:
            self.clear()
        if len(word) < LONGEST_REMEMBERED:
            self.add(word)
