"""Settles in the background what many submitters hand in at once: one settle serves all who wait."""

import logging
from concurrent.futures import Future
from pathlib import Path
from threading import Condition, Thread

from data.errors import RelaywatchError
from data.store.database import open_database
from data.store.settle import settle

LOG = logging.getLogger(__name__)


class Settler:
    """One thread over one database, started when it is first needed."""

    def __init__(self, db: Path) -> None:
        self._db = db
        self._waiting: list[Future[None]] = []
        self._turn = Condition()
        self._thread: Thread | None = None

    def soon(self) -> Future[None]:
        """Done when all that is committed now is settled."""
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
            with self._turn:
                while not self._waiting:
                    self._turn.wait()
                served, self._waiting = self._waiting, []
            try:
                with open_database(self._db) as db:
                    settle(db)
            except RelaywatchError as error:
                # What is stored stays marked as provisional, so that the next settle takes it up.
                LOG.warning("Incidents are provisional: %s", error)
            except Exception:
                LOG.exception("Settling failed; incidents are provisional.")
            for ticket in served:
                ticket.set_result(None)
