"""The overview's figures of open and mended doors."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from data.store.database import Database
from data.store.values import DAY, moment_or_none, seconds


@dataclass(frozen=True, slots=True)
class MitigationFigures:
    """Doors of honest vendors at a moment. `opened_24h` were opened, `mended_24h` mended in the last 24 hours and are
    still so; `to_mitigate` is the median of the vendors' medians in seconds."""

    open: int
    opened_24h: int
    oldest_at: datetime | None
    mended: int
    mended_24h: int
    to_mitigate: int | None


def mitigation_figures(db: Database, now: datetime) -> MitigationFigures:
    day_ago = seconds(now) - DAY
    row = db.rows(
        "select count(open_since), sum(open_since > ?), min(open_since),"
        " sum(open_since is null and fixed_at is not null), sum(open_since is null and fixed_at > ?)"
        " from exposures where tenancy = 'vendor'",
        (day_ago, day_ago),
    )[0]
    spans = db.rows("select to_mitigate from exposures where tenancy = 'vendor' and to_mitigate is not null")
    return MitigationFigures(
        open=row[0],
        opened_24h=row[1] or 0,
        oldest_at=moment_or_none(row[2]),
        mended=row[3] or 0,
        mended_24h=row[4] or 0,
        to_mitigate=round(median(found[0] for found in spans)) if spans else None,
    )
