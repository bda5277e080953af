"""What app.py gives to the pages: pages may import only `data`, so the collectors come in through here."""

from dataclasses import dataclass

from data.keys import Keys
from data.model import ReadMessages
from data.settings import Settings


@dataclass(frozen=True, slots=True)
class Wiring:
    read: ReadMessages
    keys: Keys
    settings: Settings


_connected: list[Wiring] = []


def connect(wiring: Wiring) -> None:
    """Bind the collectors to the pages; app.py does it at every script run, before any page runs."""
    _connected[:] = [wiring]


def wiring() -> Wiring:
    """Raises RuntimeError where a page runs without app.py: then it must show nothing."""
    if not _connected:
        raise RuntimeError("The pages are not connected; start app.py, not a page.")
    return _connected[0]
