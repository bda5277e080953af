from collections.abc import Callable, Iterator

import pytest

from tests.browser.reader import Reader


@pytest.fixture(scope="module")
def contexts(browser) -> Iterator[dict]:
    """Browser contexts by what they look like: shared, so that scripts and fonts are loaded once."""
    opened: dict = {}
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def read(browser, contexts) -> Iterator[Callable[..., Reader]]:
    """A reader of a server: zone Berlin, 1280 wide, light, unless said otherwise."""
    pages = []

    def start(address: str, *, width: int = 1280, theme: str = "light", zone: str = "Europe/Berlin") -> Reader:
        look = (width, theme, zone)
        if look not in contexts:
            contexts[look] = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=theme, timezone_id=zone
            )
        pages.append(contexts[look].new_page())
        return Reader(pages[-1], address)

    yield start
    for page in pages:
        page.close()
