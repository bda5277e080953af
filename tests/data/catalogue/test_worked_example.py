"""The worked example of data/catalogue/README.md: an invented platform, done as it stands there."""

import json
import re
import shutil

import pytest

from data.catalogue.loader import FOLDER, Catalogue, load_catalogue
from tests.collectors.judged import judged

README = (FOLDER / "README.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"<!-- ([\w-]+) -->\n```\w*\n(.*?)\n```", README, flags=re.DOTALL))
SAMPLE = BLOCKS["sample"] + "\n"
EXPECTED = json.loads(BLOCKS["expectation"])


@pytest.fixture
def catalogue(tmp_path):
    """The catalogue with the example's entry at the end of one of its files."""
    for path in FOLDER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    with (tmp_path / "platforms_helpdesk.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{BLOCKS['entry']}\n")
    return load_catalogue(tmp_path)


def told(catalogue: Catalogue | None = None) -> dict[str, object]:
    found = judged(SAMPLE, catalogue)
    return {key: getattr(found.identity, key) for key in EXPECTED if key != "verdict"} | {
        "verdict": found.verdict.verdict
    }


def test_the_message_is_what_the_expectation_beside_it_says(catalogue):
    assert told(catalogue) == EXPECTED


def test_without_the_entry_nobody_knows_the_platform():
    assert told()["platform"] is None


def test_each_piece_of_evidence_was_seen(catalogue):
    found = judged(SAMPLE, catalogue).identity.platform_evidence
    assert {line.partition(": ")[0] for line in found} == {"X-Lampdesk-Ticket", "Received", "DKIM-Signature"}
