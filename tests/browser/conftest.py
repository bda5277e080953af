from collections.abc import Callable, Iterator

import pytest

from tests.browser.reader import Reader

PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.stash[PASSED] = report.passed
    return report


@pytest.fixture(scope="module")
def contexts(browser) -> Iterator[dict]:
    """Browser contexts by what they look like: shared, so that scripts and fonts are loaded once."""
    opened: dict = {}
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture(scope="module")
def waiting() -> dict:
    """Readers that no test uses now, by server and look: a page that is there already is opened in half the time."""
    return {}


@pytest.fixture
def read(browser, contexts, waiting, request) -> Iterator[Callable[..., Reader]]:
    """A reader of a server: zone Berlin, 1280 wide, light, unless said otherwise. One a test, though its session may
    have been another's before; `fresh` gives one that nobody used."""
    used = []

    def start(
        address: str, *, width: int = 1280, theme: str = "light", zone: str = "Europe/Berlin", fresh: bool = False
    ) -> Reader:
        look = (width, theme, zone)
        if look not in contexts:
            contexts[look] = browser.new_context(
                viewport={"width": width, "height": 800},
                color_scheme=theme,
                timezone_id=zone,
                reduced_motion="reduce",
            )
        idle = waiting.setdefault((address, look), [])
        reader = idle.pop() if idle and not fresh else Reader(contexts[look].new_page(), address)
        reader.forget()
        used.append((idle, reader))
        return reader

    yield start
    for idle, reader in used:
        if request.node.stash.get(PASSED, False) and "serve" not in request.fixturenames:
            idle.append(reader)
        else:
            reader.page.close()
