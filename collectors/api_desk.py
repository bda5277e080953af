"""What the handlers of the API work with: settings, keys, the reader of messages, the door, the settler."""

from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from data.catalogue.loader import load_catalogue
from data.keys import open_keys
from data.settings import Settings
from data.store.admission import Door

if TYPE_CHECKING:
    from collectors.reading import Reader
    from collectors.settling import Settler


@dataclass(frozen=True, slots=True)
class Desk:
    """Bound once for the settings of a process."""

    settings: Settings
    reader: "Reader"
    door: Door
    settler: "Settler"


def desk_of(settings: Settings) -> Desk:
    """The desk of some settings, made once. Raises StoreError where the keys cannot be opened."""
    # Many requests at once right after the start must not each load the catalogue.
    with _making:
        return _made(settings)


_making = Lock()


@lru_cache(maxsize=4)
def _made(settings: Settings) -> Desk:
    # Imported at the first request: they take a quarter of the time until the first page stands.
    from collectors.reading import Reader
    from collectors.settling import Settler

    keys = open_keys(settings.keys_path)
    limited = replace(
        settings,
        message_limit=min(settings.message_limit, settings.submission_limit),
        messages_limit=settings.submission_messages,
    )
    return Desk(settings, Reader(limited, keys, load_catalogue()), Door(settings, keys), Settler(settings.db))
