"""How a process that reads messages, or serves pages, uses memory."""

import gc
from functools import cache

GARBAGE = 20_000
"""Objects a reading process makes before it looks for cycles among them (Python's own default: 700)."""


def collect_rarely() -> None:
    """Messages are read into many small values without cycles; collecting them less often saves a tenth of the time.
    What stands already stays for good."""
    gc.set_threshold(GARBAGE)
    gc.freeze()


@cache
def keep_what_stands() -> None:
    """Once a process, when its first page was drawn: modules and catalogues stay for good. Streamlit collects garbage
    after each script run and would look through all of them (measured: two fifths of a click)."""
    gc.collect()
    gc.freeze()
