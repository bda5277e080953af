"""A demonstration says on every page that it is invented, and one click takes it away."""

from datetime import UTC, datetime, timedelta

import pytest

from data.store.database import open_database
from data.store.demonstration import TELLER
from tests.data.readings import burst, taken

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_a_demonstration_is_called_invented_until_somebody_removes_it(read, serve, tmp_path):
    path, now = tmp_path / "told.db", datetime.now(UTC)
    with open_database(path) as db:
        taken(db, burst(5, 8, start=now - timedelta(hours=3)), channel=TELLER)
        taken(db, burst(1, 2, start=now - timedelta(hours=3), subject="Hello there"))
    reader = read(serve(path))
    reader.load("/submit")
    assert "is invented" in reader.text()
    reader.open("/waves")
    assert "is invented" in reader.text()
    reader.page.get_by_role("button", name="Remove it").click()
    assert "(1 submission) stays" in reader.page.locator("[data-testid=stPopoverBody]").inner_text()
    with reader.asking():
        reader.page.get_by_role("button", name="Remove the demonstration").click()
    assert ("is invented" in reader.text(), "No waves yet" in reader.text()) == (False, True)
    reader.open("/incidents")
    assert len(reader.grid("incidents")) == 1
    assert reader.faults() == []
