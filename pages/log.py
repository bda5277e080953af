"""Log: who did what, when, why and from where; the newest first. Nothing in it is ever changed."""

from data.store.log import written_events
from pages.parts.changes import change_rows
from pages.parts.clock import read_clock
from pages.parts.figures import counted
from pages.parts.layout import card, head
from pages.parts.tables import Column, table_block
from pages.parts.visitor import enter
from pages.parts.wiring import reading

MOST = 1_000
COLUMNS = (
    Column("at", "Time", "when", 110),
    Column("actor", "Who", width=170),
    Column("origin", "From", width=100),
    Column("subject", "Id", width=84),
    Column("change", "Change", width=300),
    Column("reason", "Reason", width=410),
)


def page() -> None:
    enter("log")
    clock = read_clock()
    with head("Log"):
        pass
    with reading("audit") as db:
        found = written_events(db, MOST)
    rows = [
        {**row, "origin": (item.origin or "this machine")[:12]}
        for row, item in zip(change_rows([item.event for item in found]), found, strict=True)
    ]
    with card("log"):
        table_block(
            "log",
            "What was written",
            f"{counted(len(rows), 'line')}; From is a keyed hash of an address block, the same for the same block",
            COLUMNS,
            rows,
            clock,
            nothing="Nothing has been written yet.",
        )


if __name__ == "__main__":
    page()
