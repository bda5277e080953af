"""A reader in front of the browser: goes to pages, waits until they stand still, and notes what must not happen."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT_DONE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
HEAD = ".st-key-head, .st-key-failure"
WAITING = '[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]'
PATIENCE = 60_000
ILLEGIBLE = Path(__file__).with_name("illegible.js").read_text(encoding="utf-8")
OWN_WAY = ("/_stcore/health", "/_stcore/host-config")
"""At a deep link Streamlit first looks for its server under the page's own path: two 404 that are no fault."""


@dataclass
class Reader:
    """One browser page. `strangers` are requests to other hosts, `errors` lines of the console."""

    page: object
    address: str
    strangers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._note_request)
        self.page.on("response", self._note_response)
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)
        self.settle()

    def settle(self) -> None:
        """Until the script has run and everything that it sent is drawn."""
        self.page.wait_for_timeout(250)
        self.page.wait_for_selector(HEAD, timeout=PATIENCE)
        self.page.wait_for_selector(SCRIPT_DONE, timeout=PATIENCE)
        self.page.wait_for_selector(WAITING, state="detached", timeout=PATIENCE)
        self.page.wait_for_timeout(250)

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

    def grid(self, name: str) -> list[dict[str, str]]:
        """The rows of a table that are in sight, by heading, as a screen reader is told them."""
        self.page.wait_for_selector(f".st-key-rows_{name} canvas table tr:nth-child(1)", state="attached")
        cells = "rows => rows.map(row => [...row.children].map(cell => cell.textContent))"
        rows = self.page.locator(f".st-key-rows_{name} canvas table tr").evaluate_all(cells)
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    def row_count(self, name: str) -> int:
        """All rows of a table, those out of sight too."""
        return int(self.page.locator(f".st-key-rows_{name} canvas table").get_attribute("aria-rowcount")) - 1

    def download(self, key: str) -> list[dict[str, str]]:
        """The CSV behind a button, by its key."""
        with self.page.expect_download() as waiting:
            self.page.locator(f".st-key-{key} button:visible").first.click()
        text = Path(waiting.value.path()).read_bytes().decode("utf-8")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def illegible(self) -> list[str]:
        """Text without contrast, labels that are cut off, a page wider than its window."""
        return self.page.evaluate(ILLEGIBLE)

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
