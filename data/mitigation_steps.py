"""Which changes of an exposure's status people may make, and in words why not. Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from data.mitigation import Change, Status, in_order, label, tell

_ASIDE: tuple[Status, ...] = ("disputed", "not-affected")
ALLOWED: Mapping[Status, tuple[Status, ...]] = {
    "unreviewed": ("confirmed", "reported", "acknowledged", *_ASIDE),
    "confirmed": ("unreviewed", "reported", "acknowledged", "mitigating", "mitigated", *_ASIDE),
    "reported": ("confirmed", "acknowledged", "mitigating", "mitigated", *_ASIDE),
    "acknowledged": ("reported", "mitigating", "mitigated", *_ASIDE),
    "mitigating": ("acknowledged", "mitigated", *_ASIDE),
    "mitigated": ("mitigating", "verified-quiet", *_ASIDE),
    "verified-quiet": ("mitigating", "mitigated", *_ASIDE),
    "recurred": ("reported", "acknowledged", "mitigating", "mitigated", *_ASIDE),
    "disputed": ("confirmed", "reported", "acknowledged", "mitigating", "mitigated", "not-affected"),
    "not-affected": ("unreviewed", "confirmed", "disputed"),
}
_UNREVIEWED = (
    "Nobody has confirmed yet that it is abused, so there is nothing to mitigate."
    " Set this exposure to confirmed first; a confirmed incident does not do that by itself."
)
_WHY: Mapping[tuple[Status, Status], str] = {
    ("unreviewed", "mitigating"): _UNREVIEWED,
    ("unreviewed", "mitigated"): _UNREVIEWED,
    ("recurred", "verified-quiet"): "It came back after the fix, so it is not quiet; a new fix comes first.",
}
_MITIGATED_FIRST = "Only what was mitigated can be verified quiet."


def refusal(
    changes: Sequence[Change],
    wanted: Change,
    sent_at: Sequence[datetime] = (),
    *,
    now: datetime,
    quiet_since: datetime | None = None,
    silence: timedelta = timedelta(),
) -> str | None:
    """Why a change may not be made, as a sentence; None where it may. `quiet_since` is the fix or the last trusted
    observation after it; `silence` is how long nothing must have come for `verified-quiet`."""
    if wanted.status == "recurred":
        return "Relaywatch sets recurred itself, when confirmed observations that were sent after the fix arrive."
    if wanted.effective_at > now:
        return f"{_time(wanted.effective_at)} has not come yet; give the time at which it happened."
    before = tell([item for item in changes if item.effective_at <= wanted.effective_at], _until(sent_at, wanted))
    refused = _step(before.status, wanted.status, before.since)
    if refused:
        return refused
    clash = _clash(in_order((*changes, wanted)), wanted.effective_at, sent_at)
    if clash:
        return f"{clash}; withdraw that change first, or give a later time."
    if wanted.status == "verified-quiet" and quiet_since and now - quiet_since < silence:
        return (
            f"It has been quiet for {days(now - quiet_since)} only, since {_time(quiet_since)};"
            f" verified quiet takes {days(silence)} (RELAYWATCH_QUIET_DAYS)."
        )
    return None


def refusal_to_withdraw(changes: Sequence[Change], number: int, sent_at: Sequence[datetime] = ()) -> str | None:
    """Why a change may not be taken back, as a sentence; None where it may: what follows must still make sense."""
    taken = next((change for change in changes if change.number == number), None)
    if taken is None:
        return f"There is no change {number} of this exposure that stands."
    kept = in_order(change for change in changes if change.number != number)
    clash = _clash(kept, taken.effective_at, sent_at)
    return f"{clash}; withdraw that one first." if clash else None


def days(span: timedelta) -> str:
    """ "5 days", "1 day", "7 hours"."""
    number, unit = (span.days, "day") if span >= timedelta(days=1) else (span // timedelta(hours=1), "hour")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _step(before: Status, wanted: Status, since: datetime | None) -> str | None:
    if before == wanted:
        return f"It is {label(before)} already{f', since {_time(since)}' if since else ''}."
    if wanted in ALLOWED[before]:
        return None
    why = _WHY.get((before, wanted)) or (_MITIGATED_FIRST if wanted == "verified-quiet" else "")
    ways = ", ".join(map(label, ALLOWED[before]))
    return f"{why} It is {label(before)}; from there it can become: {ways}.".strip()


def _clash(ordered: Sequence[Change], at: datetime, sent_at: Sequence[datetime]) -> str | None:
    """What is said of the first change after a moment, where it does not follow from the changes up to then."""
    following = next((change for change in ordered if change.effective_at > at), None)
    if following is None:
        return None
    before = tell([item for item in ordered if item.effective_at <= at], _until(sent_at, following)).status
    if following.status == before or following.status in ALLOWED[before]:
        return None
    return (
        f"Later, at {_time(following.effective_at)}, it was set to {label(following.status)}, which cannot follow"
        f" {label(before)}"
    )


def _until(times: Sequence[datetime], change: Change) -> Sequence[datetime]:
    return times[: bisect_right(times, change.effective_at)]


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
