"""What came of asking a web server for an address: the shape between the network and whoever reads the bytes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.errors import RelaywatchError

Outcome = Literal["fetched", "unchanged", "gone", "refused", "failed", "later"]
"""fetched: there is a body. unchanged: the copy that the validators belong to is still the newest. gone: the server
says it will not come back (410). refused: our rules or the site's robots.txt forbid to ask, so asking again changes
nothing. later: not before `retry_at`. failed: everything else, and worth another try at the next round."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One fetch, with everything that is recorded of it. Only `url` and `reason` are words of ours.

    `url` is the address asked, `final_url` the last one asked after redirects, `permanent_url` the address to
    remember from now on: where only permanent redirects (301, 308) led to, and `url` itself where the fetch did not
    end well. `status` is the last HTTP status, None where no server answered. `reason` is a sentence for people, None
    where fetched or unchanged. `body` is unpacked, and empty unless fetched. `media_type` is in lower case without
    parameters, `charset` as declared by the server. `etag` and `last_modified` go back into the next fetch as they
    are. `at` is when the fetch ended, `retry_at` when the server allows the next one. `bytes_on_wire` counts all
    answers, headers included, and `seconds` the time spent on the network, waits of our own left out.
    """

    url: str
    final_url: str
    permanent_url: str
    status: int | None
    outcome: Outcome
    reason: str | None
    at: datetime
    body: bytes = b""
    media_type: str | None = None
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    retry_at: datetime | None = None
    bytes_on_wire: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of handing something to a web server: `reason` is None where it was taken (2xx), else a sentence for
    people; `retry_at` is when the server allows the next attempt."""

    status: int | None
    at: datetime
    reason: str | None = None
    retry_at: datetime | None = None


class NotFetched(RelaywatchError):
    """Why there is no body, in one sentence. `again`: whether asking once more at once may help."""

    def __init__(
        self, outcome: Outcome, reason: str, *, again: bool = False, retry_at: datetime | None = None, wire: int = 0
    ) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.again = again
        self.retry_at = retry_at
        self.wire = wire
