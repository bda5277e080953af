"""How a process that reads messages uses memory."""

import gc

GARBAGE = 20_000
"""Objects a reading process makes before it looks for cycles among them (Python's own default: 700)."""


def collect_rarely() -> None:
    """Messages are read into many small values without cycles; collecting them less often saves a tenth of the time.
    What stands already stays for good."""
    gc.set_threshold(GARBAGE)
    gc.freeze()
