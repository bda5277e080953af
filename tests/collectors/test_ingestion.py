"""Many messages: how they are dealt out to reading processes, and what becomes of those when their parent dies."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from collectors.reading_processes import CHUNK, CHUNK_BYTES, chunks
from data.model import RawMessage, Refusal

ROOT = Path(__file__).parents[2]
ACKNOWLEDGEMENT = (ROOT / "tests" / "samples" / "acknowledgement.eml").read_bytes()
WAITS_SECONDS = 60


def test_a_chunk_ends_at_its_number_or_its_bytes():
    small, large, refused = RawMessage("a", b"x"), RawMessage("b", b"x" * CHUNK_BYTES), Refusal("c", "broken")
    assert [len(chunk) for chunk in chunks([small] * (CHUNK + 1))] == [CHUNK, 1]
    assert list(chunks([small, large, refused, large])) == [[small, large], [refused, large]]
    assert list(chunks([])) == []


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are read from /proc")
def test_readers_end_when_their_parent_is_killed(tmp_path):
    command = [sys.executable, "-m", "collectors.cli", "ingest", "-", "--workers", "2"]
    parent = subprocess.Popen([*command, "--db", str(tmp_path / "watch.db")], cwd=ROOT, stdin=subprocess.PIPE)
    assert parent.stdin
    letter = b"From help@northwind.example Mon Nov 23 14:31:09 2026\n" + ACKNOWLEDGEMENT + b"\n"
    parent.stdin.write(letter * 400)
    parent.stdin.flush()
    wait_until(lambda: len(readers(parent.pid)) == 2)
    orphans = readers(parent.pid)
    parent.kill()
    parent.wait()
    wait_until(lambda: not any(map(is_alive, orphans)))
    parent.stdin.close()


def readers(parent: int) -> list[int]:
    """The processes that read; the one that tracks shared resources ends by itself."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(holds) -> None:
    deadline = time.monotonic() + WAITS_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
