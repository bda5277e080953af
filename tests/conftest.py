"""A real server and a real browser for the tests that ask for them, and databases to look at."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.store.database import open_database
from data.store.intake import take_in
from tests.data.readings import burst, reading, submission

ROOT = Path(__file__).parents[1]
MAIN = sys.modules["__main__"]
STARTS_WITHIN_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(db: Path, log: Path) -> Iterator[str]:
    """The app on a free port over a database; yields its address and ends the server afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), f"--server.port={port}"]
    with running([*command, "--server.fileWatcherType=none"], port, log, {"RELAYWATCH_DB": str(db)}) as address:
        yield address


@contextmanager
def running(command: list[str], port: int, log: Path, environment: dict[str, str]) -> Iterator[str]:
    """A command that serves on a port; yields its address and ends it afterwards."""
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output)
        try:
            wait_for(f"{address}/api/health", server, log)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"The server did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture(autouse=True)
def the_main_module_stays() -> Iterator[None]:
    """AppTest leaves its script behind as `__main__`, and a process started later would run it."""
    yield
    sys.modules["__main__"] = MAIN


@pytest.fixture
def serve(tmp_path) -> Iterator[Callable[[Path], str]]:
    """Starts a server of one's own over a database and gives its address."""
    opened = []

    def start(db: Path) -> str:
        context = serving(db, tmp_path / f"server{len(opened)}.log")
        opened.append(context)
        return context.__enter__()

    yield start
    for context in opened:
        context.__exit__(None, None, None)


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("empty")
    with serving(folder / "relaywatch.db", folder / "server.log") as address:
        yield address


@pytest.fixture(scope="session")
def filled_db(tmp_path_factory) -> Path:
    """A wave that ended an hour ago at five companies, an older one, and ordinary mail, all up to now."""
    path = tmp_path_factory.mktemp("filled") / "relaywatch.db"
    now = datetime.now(UTC)
    fill(path, now, [*burst(5, 8, start=now - timedelta(hours=3)), *burst(3, 4, start=now - timedelta(days=6))])
    return path


@pytest.fixture(scope="session")
def filled_server(filled_db) -> Iterator[str]:
    with serving(filled_db, filled_db.with_suffix(".log")) as address:
        yield address


def fill(path: Path, now: datetime, readings: list) -> None:
    ordinary = reading(
        "Your order has been sent", domain="shop.example.com", verdict="ordinary", score=-3.0, sent_at=now
    )
    with open_database(path) as db:
        take_in(db, submission(at=now), [*readings, ordinary])


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Chromium: RELAYWATCH_CHROMIUM, else the one of the system. One a module: while Playwright is up its event loop
    counts as running, and no other test of the process could start one."""
    required = os.environ.get("RELAYWATCH_REQUIRE_BROWSER") == "1"
    give_up = pytest.fail if required else pytest.skip
    found = os.environ.get("RELAYWATCH_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found is None:
        give_up("No browser: install chromium, or name one in RELAYWATCH_CHROMIUM.")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        give_up("No playwright: pip install 'relaywatch[test]'.")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        launched = playwright.chromium.launch(executable_path=found, args=arguments)
        yield launched
        launched.close()
