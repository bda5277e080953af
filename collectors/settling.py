"""Settles in the background what many submitters hand in at once: one settle serves all who wait."""

import logging
from concurrent.futures import Future
from pathlib import Path
from threading import Condition, Thread

from data.errors import RelaywatchError
from data.store.database import open_database
from data.store.settle import settle

LOG = logging.getLogger(__name__)
IDLE_SECONDS = 5.0


class Settler:
    """One thread over one database, started when it is first needed."""

    def __init__(self, db: Path) -> None:
        self._db = db
        self._waiting: list[Future[None]] = []
        self._turn = Condition()
        self._thread: Thread | None = None

    def soon(self) -> Future[None]:
        """Done when all that is committed now is settled, or cannot be: then it is marked as provisional still, and
        the next settle takes it up."""
        ticket: Future[None] = Future()
        with self._turn:
            self._waiting.append(ticket)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="settler", daemon=True)
                self._thread.start()
            self._turn.notify()
        return ticket

    def _run(self) -> None:
        while True:
            served = self._take(None)
            try:
                # Kept open while there is work: SQLite copies its whole log over whenever the last connection closes
                # (measured: 16 of 50 milliseconds a message).
                with open_database(self._db) as db:
                    while served:
                        settle(db)
                        _tell(served)
                        served = self._take(IDLE_SECONDS)
            except RelaywatchError as error:
                LOG.warning("Incidents are provisional: %s", error)
            except Exception:
                LOG.exception("Settling failed; incidents are provisional.")
            _tell(served)

    def _take(self, patience: float | None) -> list[Future[None]]:
        """Whoever waits, as soon as anybody does; nobody when the patience is at its end."""
        with self._turn:
            self._turn.wait_for(lambda: bool(self._waiting), patience)
            served, self._waiting = self._waiting, []
            return served


def _tell(served: list[Future[None]]) -> None:
    for ticket in served:
        if not ticket.done():
            ticket.set_result(None)
