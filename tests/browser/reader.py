"""A reader in front of the browser: goes to pages, waits until they stand still, and notes what must not happen."""

import csv
import io
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.parts.inert import inert

SCRIPT_DONE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
HEAD = ".st-key-head, .st-key-failure"
WAITING = '[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]'
PATIENCE = 60_000
ILLEGIBLE = Path(__file__).with_name("illegible.js").read_text(encoding="utf-8")
OWN_WAY = ("/_stcore/health", "/_stcore/host-config")
"""At a deep link Streamlit first looks for its server under the page's own path: two 404 that are no fault."""
GO = "path => { history.pushState({}, '', path); window.dispatchEvent(new PopStateEvent('popstate')) }"
"""As the browser's own arrows go: Streamlit runs the page of the address without loading everything anew."""
NEXT_FRAME = (
    "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0, true))))"
)
DRAWN = """() => [['stPlotlyChart', '.main-svg'], ['stDataFrame', 'canvas']].every(([kind, inner]) =>
    [...document.querySelectorAll(`[data-testid="${kind}"]`)].every(
        item => !item.checkVisibility() || item.querySelector(inner)))"""
GRID_LAG = 0.25
"""A table tells screen readers of its new rows so many seconds after it drew them (200 ms seen)."""


@dataclass
class Reader:
    """One browser page. `strangers` are requests to other hosts, `errors` lines of the console."""

    page: object
    address: str
    strangers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    asked: int = 0
    waits: bool = False
    runs: bool = False
    settled_at: float = 0.0

    def __post_init__(self) -> None:
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_response)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", self._note_socket)

    def load(self, path: str = "/") -> None:
        """A page as somebody gets it who was sent its address."""
        self.asked = 0
        self.page.goto(self.address + path)
        self._wait(lambda: self.asked > 0)
        self.settle()

    def open(self, path: str = "/") -> None:
        """A page, within the session where there is one; half the time of loading it."""
        if not self.page.url.startswith(self.address):
            self.load(path)
            return
        with self.asking():
            self.page.evaluate(GO, path)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around something that makes the page ask its server, at once or a little later (a table waits for a second
        click): until the answer is drawn."""
        before = self.asked
        yield
        self._wait(lambda: self.asked > before)
        self.settle()

    def settle(self) -> None:
        """Until every run that was asked for is over, and everything that it sent is drawn."""
        self.page.wait_for_function(NEXT_FRAME)
        self._wait(self._is_answered)
        self.page.wait_for_selector(HEAD, timeout=PATIENCE)
        self.page.wait_for_selector(SCRIPT_DONE, timeout=PATIENCE)
        self.page.wait_for_selector(WAITING, state="detached", timeout=PATIENCE)
        self.page.wait_for_function(DRAWN, timeout=PATIENCE)
        self.page.wait_for_function(NEXT_FRAME)
        self._wait(self._is_answered)
        self.settled_at = time.monotonic()

    def _wait(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE / 1_000
        while not ready():
            assert time.monotonic() < deadline, f"{self.page.url} did not answer"
            self.page.wait_for_timeout(10)

    def _is_answered(self) -> bool:
        """No question was sent since the last run began, and that run is over."""
        return not self.waits and not self.runs

    def click_row(self, name: str, row: int = 1, *, at: int = 40) -> None:
        """A click into a row of a table, `at` pixels from its left: rows are 30 or 34 pixels high."""
        table = self.page.locator(f".st-key-rows_{name} [data-testid=stDataFrame]")
        with self.asking():
            table.click(position={"x": at, "y": 18 + 32 * row})

    def text(self) -> str:
        return self.page.locator('[data-testid="stMain"]').inner_text()

    def has_failed(self) -> bool:
        return self.page.locator('[data-testid="stException"], .st-key-failure').count() > 0

    def query(self) -> str:
        return self.page.url.removeprefix(self.address)

    def faults(self) -> list[str]:
        """What went wrong in the eyes of the browser."""
        found = [f"asks {url}" for url in self.strangers] + [f"misses {url}" for url in self.missing]
        found += self.errors
        return found + (["shows an exception"] if self.has_failed() else [])

    def walk(self, paths: Iterable[str]) -> dict[str, list[str]]:
        """What is wrong with each of some pages, opened one after the other; nothing where all is well."""
        found: dict[str, list[str]] = {}
        for path in paths:
            self.forget()
            self.open(path)
            found[path] = self.faults() + self.illegible()
        return {path: troubles for path, troubles in found.items() if troubles}

    def unfold(self) -> None:
        """Open what is folded."""
        for fold in self.page.locator('[data-testid="stExpander"] summary').all():
            fold.click()
        self.settle()

    def grid(self, name: str) -> list[dict[str, str]]:
        """The rows of a table that are in sight, by heading, as a screen reader is told them."""
        self._wait(lambda: time.monotonic() > self.settled_at + GRID_LAG)
        self.page.wait_for_selector(f".st-key-rows_{name} canvas table tr:nth-child(1)", state="attached")
        cells = "rows => rows.map(row => [...row.children].map(cell => cell.textContent))"
        rows = self.page.locator(f".st-key-rows_{name} canvas table tr").evaluate_all(cells)
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    def row_count(self, name: str) -> int:
        """All rows of a table, those out of sight too."""
        self._wait(lambda: time.monotonic() > self.settled_at + GRID_LAG)
        return int(self.page.locator(f".st-key-rows_{name} canvas table").get_attribute("aria-rowcount")) - 1

    def download(self, key: str) -> list[dict[str, str]]:
        """The CSV behind a button, by its key."""
        with self.page.expect_download() as waiting:
            self.page.locator(f".st-key-{key} button:visible").first.click()
        text = Path(waiting.value.path()).read_bytes().decode("utf-8")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def csv_differs(self, key: str, columns: dict[str, str]) -> list[str]:
        """Where the CSV behind a button (csv_NAME, save_NAME) is not what the table NAME shows in some columns, given
        as heading on the screen and in the file. Its links are not defanged."""
        name = key.partition("_")[2]
        shown, written = self.grid(name), self.download(key)
        found = [] if len(written) == self.row_count(name) else [f"{len(written)} rows"]
        for row, line in zip(shown, written, strict=False):
            found += [
                f"{row[head]} is written {line[field]}"
                for head, field in columns.items()
                if row[head] != inert(line[field])
            ]
        return found

    def illegible(self) -> list[str]:
        """Text without contrast, labels that are cut off, a page wider than its window."""
        return self.page.evaluate(ILLEGIBLE)

    def forget(self) -> None:
        """What was noted so far is another test's."""
        for noted in (self.strangers, self.errors, self.missing):
            noted.clear()

    def _note_socket(self, socket: object) -> None:
        """Runs that were asked for, begun and over, out of Streamlit's own messages."""
        self.asked, self.waits, self.runs = 0, False, False
        socket.on("framesent", self._note_sent)
        socket.on("framereceived", self._note_received)

    def _note_sent(self, message: bytes | str) -> None:
        found = BackMsg.FromString(message)
        if found.WhichOneof("type") == "rerun_script":
            # A fragment's own timer asks too; that is nobody's click.
            self.asked += not found.rerun_script.fragment_id
            self.waits = True

    def _note_received(self, message: bytes | str) -> None:
        found = ForwardMsg.FromString(message)
        match found.WhichOneof("type"):
            case "new_session":
                self.waits, self.runs = False, True
            case "script_finished":
                self.runs = found.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def _note_request(self, request: object) -> None:
        if not request.url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.strangers.append(request.url)

    def _note_response(self, response: object) -> None:
        if response.status >= 400 and not response.url.endswith(OWN_WAY):
            self.missing.append(f"{response.url} ({response.status})")

    def _note_console(self, message: object) -> None:
        known = "Failed to load resource" in message.text and message.location.get("url", "").endswith(OWN_WAY)
        if message.type == "error" and not known:
            self.errors.append(message.text)
