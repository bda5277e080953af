"""Whether anything changed, cheaply."""

from data.store.database import Database


def freshness(db: Database) -> tuple[int, int]:
    """The last submission and the last event; both only grow, and every change of what is shown adds to one."""
    row = db.rows(
        "select coalesce(max(submission_id), 0), (select coalesce(max(seq), 0) from events) from submissions"
    )
    return row[0][0], row[0][1]
