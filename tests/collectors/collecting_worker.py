"""A collector in a process of its own, forked from one that has loaded everything: a test may kill it at once."""

import multiprocessing
from multiprocessing.process import BaseProcess

from collectors.collecting import Collector, Round
from data.settings import Settings
from data.store.database import open_database

_CONTEXT = multiprocessing.get_context("forkserver")


def start(settings: Settings) -> BaseProcess:
    _CONTEXT.set_forkserver_preload([__name__, "data.intelligence.insight"])
    process = _CONTEXT.Process(target=work, args=(settings,), daemon=True)
    process.start()
    return process


def work(settings: Settings) -> None:
    with open_database(settings.db) as db:
        Collector(db, settings).feeds(Round())
