"""A real server under several people: how soon its first page stands, how long a click takes, how much memory it has.

    python -m tests.benchmarks.measure_sessions DB [--sessions 20] [--every 5] [--seconds 60] [--json FILE]

Each session is a web socket that speaks Streamlit's own protocol, as a browser does, and clicks from page to page;
what the browser needs to draw is not counted. The server's processor time, which a busy machine hardly changes,
stands beside the times of the clock. Memory is what the server's process holds (VmRSS and its highest, VmHWM).
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from tests.benchmarks.measure_pages import View, views
from tests.conftest import free_port

ROOT = Path(__file__).parents[2]
FIRST = View("overview", "overview", {})
DONE = ForwardMsg.FINISHED_SUCCESSFULLY


@dataclass
class Seen:
    """Seconds of each click by its view, and what went wrong."""

    clicks: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)

    @property
    def times(self) -> list[float]:
        return sorted(took for found in self.clicks.values() for took in found)


def status(server: int, name: str) -> float:
    """Megabytes of a line of /proc/PID/status."""
    lines = Path(f"/proc/{server}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def spent(server: int) -> float:
    """Seconds of the processor so far."""
    fields = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def click(socket: ClientConnection, view: View) -> float:
    """Opens a view and waits for the last message of its script run; seconds."""
    state = ClientState(query_string=urlencode(view.query), page_name="" if view.page == FIRST.page else view.page)
    state.context_info.timezone, state.context_info.locale = "Europe/Berlin", "en-GB"
    began = time.perf_counter()
    await socket.send(BackMsg(rerun_script=state).SerializeToString())
    while True:
        message = ForwardMsg.FromString(await socket.recv())
        if message.WhichOneof("type") == "script_finished" and message.script_finished == DONE:
            return time.perf_counter() - began
        if message.WhichOneof("type") == "delta" and message.delta.new_element.HasField("exception"):
            raise RuntimeError(message.delta.new_element.exception.message)


async def session(address: str, shown: list[View], seen: Seen, seconds: float, every: float, chance: random.Random):
    async with connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        await click(socket, FIRST)
        end = time.monotonic() + seconds
        await asyncio.sleep(every * chance.random())
        while time.monotonic() < end:
            began = time.monotonic()
            view = chance.choice(shown)
            try:
                seen.clicks[view.name].append(await click(socket, view))
            except RuntimeError as error:
                seen.failures.append(f"{view.name}: {error}")
            await asyncio.sleep(max(0.0, every - (time.monotonic() - began)))


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=5):
                return
        except OSError:
            time.sleep(0.02)
    raise SystemExit("The server did not start.")


async def measure(db: Path, server: subprocess.Popen[bytes], port: int, began: float, chosen) -> dict[str, object]:
    wait_for(f"http://127.0.0.1:{port}", server)
    health = time.perf_counter() - began
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        await click(socket, FIRST)
    first = {"answers_s": health, "first_page_s": time.perf_counter() - began, "first_page_cpu_s": spent(server.pid)}
    alone, seen, cpu = status(server.pid, "VmRSS"), Seen(), spent(server.pid)
    await asyncio.gather(
        *(
            session(address, views(db), seen, chosen.seconds, chosen.every, random.Random(number))
            for number in range(chosen.sessions)
        )
    )
    times = seen.times
    return first | {
        "sessions": chosen.sessions,
        "clicks": len(times),
        "median_s": statistics.median(times),
        "p95_s": times[int(len(times) * 0.95)],
        "cpu_s_a_click": (spent(server.pid) - cpu) / (len(times) + chosen.sessions),
        "memory_first_mb": alone,
        "memory_mb": status(server.pid, "VmRSS"),
        "memory_highest_mb": status(server.pid, "VmHWM"),
        "slowest_views_s": dict(
            sorted(((name, statistics.median(found)) for name, found in seen.clicks.items()), key=lambda x: -x[1])[:5]
        ),
        "failures": seen.failures,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("db", type=Path)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "collectors.cli",
        "serve",
        "--db",
        str(chosen.db.absolute()),
        "--port",
        str(port),
    ]
    with TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        began = time.perf_counter()
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            found = asyncio.run(measure(chosen.db, server, port, began, chosen))
        finally:
            server.terminate()
            server.wait(timeout=20)
    text = json.dumps(found, indent=1)
    print(text)
    if chosen.json:
        chosen.json.write_text(text)


if __name__ == "__main__":
    main()
