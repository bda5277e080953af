"""Which elements of a markup are open, so that what comes out nests properly and never too deep."""

from collections import Counter
from collections.abc import Mapping


class OpenElements:
    """The open elements, innermost last. Names are told apart as written and matched in any case.

    `ends` says which open elements a start tag ends first: a new list item ends the one before. `walls` are elements
    that this does not reach out of: a list inside a list item.
    """

    def __init__(self, deepest: int, ends: Mapping[str, frozenset[str]], walls: frozenset[str] = frozenset()) -> None:
        self._deepest, self._ends, self._walls = deepest, ends, walls
        self._open: list[str] = []
        self._counts: Counter[str] = Counter()
        self._too_deep: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._open)

    def start(self, name: str) -> tuple[str, bool]:
        """End tags to write first, and whether the start tag may be written."""
        closings = self._end_siblings(self._ends.get(name.lower(), frozenset()))
        if len(self._open) >= self._deepest:
            self._too_deep[name.lower()] += 1
            return closings, False
        self._open.append(name)
        self._counts[name.lower()] += 1
        return closings, True

    def end(self, name: str) -> str:
        """End tags to write for an end tag: none where nothing of that name is open."""
        wanted = name.lower()
        if self._too_deep[wanted]:
            self._too_deep[wanted] -= 1
            return ""
        if not self._counts[wanted]:
            return ""
        closings = ""
        while wanted:
            inner = self._pop()
            closings += f"</{inner}>"
            wanted = "" if inner.lower() == wanted else wanted
        return closings

    def end_all(self) -> str:
        """End tags of everything that is open."""
        closings = ""
        while self._open:
            closings += f"</{self._pop()}>"
        return closings

    def _end_siblings(self, names: frozenset[str]) -> str:
        if not any(self._counts[name] for name in names):
            return ""
        for name in reversed(self._open):
            if name.lower() in names:
                return self.end(name)
            if name.lower() in self._walls:
                break
        return ""

    def _pop(self) -> str:
        inner = self._open.pop()
        self._counts[inner.lower()] -= 1
        return inner
