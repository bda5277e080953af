"""Inner checks of a platform's own fields: what an editor of a header forgets to change with the rest."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from data.model import ParsedMessage

Checks = tuple[tuple[str, bool], ...]
_ZENDESK_ID = re.compile(r"^(?:([0-9A-Z]{8,14})_)?([0-9a-f]{8})[0-9a-f]{0,8}_[0-9a-f]{1,20}_sprut@zendesk\.com$")
_ULID = re.compile(r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SECONDS_APART = 5
"""Measured on real mail: at most 1 s between Message-ID and Date, at most 2 s between Email-Id and Date."""


def check_consistency(message: ParsedMessage, platform: str | None) -> Checks:
    """(name, holds) of every check that can be made; a check whose fields are missing is left out."""
    checks = _BY_PLATFORM.get(platform or "")
    return checks(message) if checks else ()


def _check_zendesk(message: ParsedMessage) -> Checks:
    found: list[tuple[str, bool]] = []
    sent_at = message.sent_at if message.dated_by == "Date" else None
    own = _ZENDESK_ID.match(message.message_id or "")
    if own and sent_at:
        found.append(("Message-ID time equals Date", _near(int(own[2], 16), sent_at)))
    ulid = message.first("x-zendesk-email-id") or ""
    if _ULID.match(ulid) and sent_at:
        found.append(("Email-Id time equals Date", _near(_ulid_seconds(ulid), sent_at)))
    ticket = own[1] if own else None
    answered = (message.in_reply_to or "", *message.references)
    if ticket and any(reference.endswith("@zendesk.com") for reference in answered):
        found.append(("Message-ID names the ticket of In-Reply-To", f"{ticket}@zendesk.com" in answered))
    return tuple(found)


def _near(seconds: int, moment: datetime) -> bool:
    return abs(seconds - moment.astimezone(UTC).timestamp()) <= _SECONDS_APART


def _ulid_seconds(ulid: str) -> int:
    milliseconds = 0
    for letter in ulid[:10]:
        milliseconds = milliseconds * 32 + _CROCKFORD.index(letter)
    return milliseconds // 1000


_BY_PLATFORM: dict[str, Callable[[ParsedMessage], Checks]] = {"zendesk": _check_zendesk}
