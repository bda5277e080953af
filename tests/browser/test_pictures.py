"""The README's pictures, out of the demonstration: taken where RELAYWATCH_PICTURES names a folder for them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from data.store.database import open_for_reading
from data.store.reads import waves
from tests.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.server]

MOST_BYTES = 300_000
MAIN = "document.querySelector('[data-testid=stMain]').scrollHeight"


def picture(reader, path: str, file: Path, height: int) -> None:
    """What a window of 1,280 pixels shows of a page, down to a height."""
    reader.open(path)
    reader.page.set_viewport_size({"width": 1280, "height": min(height, reader.page.evaluate(MAIN))})
    reader.settle()
    reader.page.screenshot(path=file)


@pytest.mark.skipif("RELAYWATCH_PICTURES" not in os.environ, reason="No folder for pictures is named.")
def test_the_pictures_of_the_readme(serve, read, tmp_path):
    folder, db = Path(os.environ["RELAYWATCH_PICTURES"]), tmp_path / "demo.db"
    told = [sys.executable, "-m", "collectors.cli", "demo", "--db", str(db)]
    subprocess.run(told, cwd=ROOT, check=True, timeout=900)
    with open_for_reading(db) as store:
        latest = waves(store, limit=1)[0].wave_id
    reader = read(serve(db))
    picture(reader, "/", folder / "overview.png", 1_340)
    picture(reader, f"/waves?id={latest}", folder / "wave.png", 1_080)
    assert {file.name for file in folder.glob("*.png") if file.stat().st_size > MOST_BYTES} == set()
    assert reader.faults() == []
