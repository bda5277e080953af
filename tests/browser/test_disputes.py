"""Disputing on the Look-up page and deciding on the vendor's page, in a browser."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import fill
from tests.data.readings import burst

pytestmark = [pytest.mark.browser, pytest.mark.server]


def picture(reader, name: str) -> None:
    """Kept where somebody wants to look at it."""
    folder = os.environ.get("RELAYWATCH_PICTURES")
    if folder:
        reader.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_an_organisation_disputes_and_an_analyst_decides(serve, read, tmp_path):
    db = tmp_path / "relaywatch.db"
    now = datetime.now(UTC)
    fill(db, now, burst(2, 3, start=now - timedelta(hours=3)))
    reader = read(serve(db))
    page = reader.page
    reader.open("/lookup")
    page.locator(".st-key-lookup_name input").fill("tenant0.example.com")
    page.get_by_role("button", name="Look up").click()
    page.get_by_text("That is wrong: dispute it").click()
    page.locator(".st-key-dispute_who input").fill("Tenant **Zero**")
    page.locator(".st-key-dispute_why textarea").fill("It was <b>our</b> own [newsletter](https://x.example).")
    page.get_by_text("This is my domain").click()
    picture(reader, "lookup")
    page.get_by_role("button", name="Dispute", exact=True).click()
    page.get_by_text("Kept as D-0001").wait_for()
    assert reader.illegible() == []
    reader.open("/vendors")
    assert "1 dispute to decide." in reader.text()
    picture(reader, "vendors")
    reader.open("/vendors?party=tenant0.example.com")
    assert "Tenant **Zero**" in reader.text()
    assert page.locator(".st-key-card_disputes a").count() == 0
    page.get_by_label("Why").last.fill("Three recipients asked for nothing.")
    picture(reader, "vendor")
    page.get_by_role("button", name="Decide").click()
    page.get_by_text("Three recipients asked for nothing.").wait_for()
    assert reader.illegible() == []
    assert reader.faults() == []
