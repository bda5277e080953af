"""A chart is saved by the browser itself, under the Content-Security-Policy, as SVG or PNG."""

from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.server]


def saved(reader) -> bytes:
    chart = reader.page.locator(".st-key-card_chart .js-plotly-plot")
    chart.hover()
    with reader.page.expect_download() as waiting:
        chart.locator(".modebar-btn").first.click()
    return Path(waiting.value.path()).read_bytes()


def test_a_chart_is_saved_as_svg_and_once_chosen_as_png(read, filled_server):
    reader = read(filled_server, fresh=True)
    reader.open("/")
    assert saved(reader).startswith(b"<svg")
    reader.open("/exports")
    with reader.asking():
        reader.page.get_by_role("radio", name="PNG").click()
    reader.open("/")
    assert saved(reader).startswith(b"\x89PNG\r\n\x1a\n")
    assert reader.faults() == []
