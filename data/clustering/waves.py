"""When a stretch of one template is a wave, and whether a wave rises, fades or is over."""

from typing import Literal

from data.clustering.stretches import PAUSE, SPARSE_GAP

WaveState = Literal["rising", "fading", "over"]

WAVE_PARTIES = 3
"""Abused parties that one template must be seen at in one stretch; two are possible and open no wave."""
TREND = 3 * 3600
"""A wave rises while its last 3 hours bring no less than the 3 hours before."""


def is_wave(parties: int, *, dense: bool, has_payload: bool) -> bool:
    """Whether a stretch is a wave. Without a payload (account verification) the words are the platform's own and
    prove nothing, so only a burst counts."""
    return parties >= WAVE_PARTIES and (dense or has_payload)


def silence_of(*, dense: bool) -> int:
    """Seconds without an observation after which a wave is over."""
    return PAUSE if dense else SPARSE_GAP


def wave_state(now: int, last_seen_at: int, *, dense: bool, recent: int, before: int) -> WaveState:
    """The state of a wave at `now`. `recent` and `before` count the observations of the last `TREND` seconds and of
    those before."""
    if now - last_seen_at > silence_of(dense=dense):
        return "over"
    return "rising" if recent > 0 and recent >= before else "fading"


def flood_family(platform: str | None, mechanism: str) -> str:
    """What floods are counted under, in all their languages: they have no payload to tell apart. Accounts are made at
    one platform; a list bomb goes through whatever lists there are, so it is one over all platforms."""
    return f"flood\n{mechanism}\n{'' if mechanism == 'list-confirmation' else platform or ''}"
