"""A disk that fills up: a small tmpfs where mounting is allowed, else a limit on the size of files in a process of
its own, which is what a quota does to a writer."""

import multiprocessing
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

MEGABYTE = 1_000_000
SMALL = 4 * MEGABYTE
NOBODY = 65_534
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.faults.phases"])


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Makes a folder a disk of SMALL bytes; whether that worked."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def elsewhere(work: Callable[[Path], object], folder: Path, *, limited: bool = False, nobody: bool = False) -> object:
    """What a piece of work says in a process of its own: with files limited to SMALL bytes, or as a user without
    rights."""
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_work, args=(work, folder, theirs, limited, nobody))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        process.join()


def _work(work: Callable[[Path], object], folder: Path, pipe: Connection, limited: bool, nobody: bool) -> None:
    if limited:
        resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL))
    if nobody and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    pipe.send(work(folder))
