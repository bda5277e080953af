"""The first answers of the overview: the state in one sentence, and five numbers that lead to their rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from data.mitigation import CLOSED, STATUSES
from data.store.database import Database
from data.store.mitigation_figures import MitigationFigures
from data.store.reads import observations_over_time
from data.store.shapes import Headline, IncidentRow, WaveRow
from pages.parts.clock import Clock
from pages.parts.figures import change, count, counted, public_id
from pages.parts.layout import INCIDENTS, VENDORS, WAVES, Tile, banner, link, tiles
from pages.parts.theme import WAVE_STATES

HOUR = timedelta(hours=1)
OPEN = [status for status in STATUSES if status not in CLOSED]


def show_state(
    active: Sequence[WaveRow],
    figures: Headline,
    doors: MitigationFigures,
    newest: IncidentRow | None,
    quoted: str,
    clock: Clock,
) -> None:
    """Whether a wave is on, how big it is, what it says in a stranger's words, `quoted`, and where to look."""
    day = f"{counted(figures.observations_24h, 'observation')} in 24 h"
    if not active:
        last = f" The newest incident was last seen {clock.ago(newest.last_seen_at)}." if newest else ""
        with banner("mute", "○ Quiet", "gray", f"**No wave is on.** {day}{_open_words(doors)}.{last}"):
            link("All incidents", INCIDENTS)
        return
    parties = counted(figures.parties_24h, "abused party", "abused parties")
    sentence = f"**{_names(active)}.** {day}, {parties}{_open_words(doors)}."
    with banner("now", "● Wave on", "red", sentence, quoted):
        link(f"Open {public_id(active[0].wave_id)}", WAVES, {"id": active[0].wave_id})


def _open_words(doors: MitigationFigures) -> str:
    return f", **{count(doors.open)} not mitigated**" if doors.open else ""


def show_tiles(db: Database, figures: Headline, doors: MitigationFigures, clock: Clock) -> None:
    """Five figures with their change: what came in, whom it hit, what is open, what is mended, how fast."""
    since = f"{clock.now - 24 * HOUR:%Y-%m-%dT%H:%M:%SZ}"
    tiles(
        [
            Tile(
                "observations",
                "Observations, 24 h",
                count(figures.observations_24h),
                change(figures.observations_24h, figures.observations_24h_before),
                f"7 d: {count(figures.observations_7d)}",
                _hours(db, clock),
                query={"view": "messages", "in": "incident", "since": since},
            ),
            Tile(
                "parties",
                "Abused parties, 24 h",
                count(figures.parties_24h),
                change(figures.parties_24h, figures.parties_24h_before),
                f"7 d: {count(figures.parties_7d)}",
                query={"since": since},
            ),
            Tile(
                "open",
                "Not mitigated",
                count(doors.open),
                change(doors.opened_24h, 0),
                f"oldest {_age(doors.oldest_at, clock)}" if doors.open else "no open door",
                color="red" if doors.opened_24h else "gray",
                page=VENDORS,
                query={"status": OPEN},
            ),
            Tile(
                "mended",
                "Mitigated",
                count(doors.mended),
                change(doors.mended_24h, 0),
                "in 24 h" if doors.mended_24h else "none in 24 h",
                color="green" if doors.mended_24h else "gray",
                page=VENDORS,
                query={"status": ["mitigated", "verified-quiet"]},
            ),
            Tile(
                "pace",
                "Median to mitigate",
                "–" if doors.to_mitigate is None else _span(doors.to_mitigate),
                None,
                "from report to fix",
                page=VENDORS,
                query={"view": "platforms"},
            ),
        ]
    )


def _age(at: datetime | None, clock: Clock) -> str:
    return _span(int((clock.now - at).total_seconds())) if at else "–"


def _span(length: int) -> str:
    """ "3.2 d", "14 h"."""
    if length >= 100 * 86_400:
        return f"{length // 86_400:,} d"
    return f"{length / 86_400:.1f} d" if length >= 172_800 else f"{max(length // 3_600, 1):,} h"


def _names(active: Sequence[WaveRow]) -> str:
    if len(active) == 1:
        return f"{public_id(active[0].wave_id)} is {WAVE_STATES[active[0].state].label}"
    first = ", ".join(public_id(wave.wave_id) for wave in active[:3])
    return f"{first} are on" if len(active) <= 3 else f"{first} and {count(len(active) - 3)} more are on"


def _hours(db: Database, clock: Clock) -> list[int]:
    """Observations of each of the last 24 hours; nothing to draw where there were none."""
    since = clock.now - 24 * HOUR
    counts = [0] * 24
    for item in observations_over_time(db, since, clock.now, 3_600):
        counts[min(23, (item.at - since) // HOUR)] += item.observations
    return counts if any(counts) else []
