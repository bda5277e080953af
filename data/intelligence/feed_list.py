"""The shape of a list of feeds, as readers exchange them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """One feed of a list: its address and what the list calls it."""

    address: str
    title: str | None


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of a list, each address once, and how many of its lines were left out."""

    feeds: tuple[ListedFeed, ...]
    left_out: int
