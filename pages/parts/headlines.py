"""The first answers of the overview: the state in one sentence, and five numbers that lead to their rows."""

from collections.abc import Sequence
from datetime import timedelta

from data.store.database import Database
from data.store.reads import observations_over_time
from data.store.shapes import Headline, IncidentRow, WaveRow
from pages.parts.clock import Clock
from pages.parts.figures import change, count, counted, public_id
from pages.parts.layout import INCIDENTS, WAVES, Query, Tile, banner, link, tiles
from pages.parts.theme import WAVE_STATES

HOUR = timedelta(hours=1)


def show_state(active: Sequence[WaveRow], figures: Headline, newest: IncidentRow | None, clock: Clock) -> None:
    """Whether a wave is on, how big it is, and where to look."""
    day = f"{counted(figures.observations_24h, 'observation')} in 24 h"
    if not active:
        last = f" The newest incident was last seen {clock.ago(newest.last_seen_at)}." if newest else ""
        with banner("mute", "○ Quiet", "gray", f"**No wave is on.** {day}.{last}"):
            link("All incidents", INCIDENTS)
        return
    parties = counted(figures.parties_24h, "abused party", "abused parties")
    with banner("now", "● Wave on", "red", f"**{_names(active)}.** {day}, {parties}."):
        link(f"Open {public_id(active[0].wave_id)}", WAVES, {"id": active[0].wave_id})


def show_tiles(db: Database, figures: Headline, active: Sequence[WaveRow], clock: Clock) -> None:
    day_ago = clock.now - 24 * HOUR
    since = {"since": f"{day_ago:%Y-%m-%dT%H:%M:%SZ}"}
    claims = f"and {counted(figures.claims_total, 'claim')}" if figures.claims_total else "in no incident"
    tiles(
        [
            Tile(
                "observations",
                "Observations, 24 h",
                count(figures.observations_24h),
                change(figures.observations_24h, figures.observations_24h_before),
                "from " + count(figures.observations_24h_before),
                _hours(db, clock),
                query=since,
            ),
            Tile(
                "parties",
                "Abused parties, 24 h",
                count(figures.parties_24h),
                change(figures.parties_24h, figures.parties_24h_before),
                "from " + count(figures.parties_24h_before),
                query=since,
            ),
            Tile(
                "open",
                "Open incidents",
                count(figures.open_incidents),
                change(figures.open_incidents, figures.open_incidents_before),
                "from " + count(figures.open_incidents_before),
            ),
            Tile(
                "waves",
                "Waves on",
                count(len(active)),
                None,
                _wave_note(active),
                page=WAVES,
                query=_wave_query(active),
            ),
            Tile(
                "other",
                "Other messages kept",
                count(figures.other_observations),
                None,
                claims,
                query={"view": "messages"},
            ),
        ]
    )


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


def _wave_note(active: Sequence[WaveRow]) -> str:
    rising = sum(wave.state == "rising" for wave in active)
    return f"{count(rising)} rising" if active else "quiet"


def _wave_query(active: Sequence[WaveRow]) -> Query:
    return {"id": active[0].wave_id} if len(active) == 1 else {}
