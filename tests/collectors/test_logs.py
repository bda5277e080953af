"""The log is made of JSON lines, and tells nothing that a stranger wrote."""

import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from collectors.logs import LONGEST, log_in_lines, without_persons

ROOT = Path(__file__).parents[2]


@pytest.fixture
def written():
    """Logs through a handler with Python's own formatter, which would print a traceback; gives what it wrote."""
    before = logging.getLogRecordFactory()
    stream = io.StringIO()
    handler, logger = logging.StreamHandler(stream), logging.getLogger("some.library")
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    log_in_lines()
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.captureWarnings(False)
    logging.setLogRecordFactory(before)
    logger.removeHandler(handler)


def test_a_line_says_when_how_bad_who_and_what(written):
    logging.getLogger("some.library").warning("%d of %s", 3, "them")
    (line,) = written()
    assert line.pop("at").endswith("Z")
    assert line == {"level": "warning", "logger": "some.library", "message": "3 of them"}


def test_an_error_is_told_by_kind_and_place_without_its_words(written):
    try:
        {}["maria.lopez@mailbox.example.net"]
    except KeyError:
        logging.getLogger("some.library").exception("Uncaught")
    (line,) = written()
    assert (line["message"], line["error"]) == ("Uncaught", "KeyError")
    assert line["where"][-1].startswith("tests/collectors/test_logs.py:")
    assert "maria" not in json.dumps(line)


def test_a_failure_that_ends_an_unattended_command_is_a_line():
    ending = "from collectors.logs import log_failures; log_failures(); {}['maria.lopez@mailbox.example.net']"
    told = subprocess.run([sys.executable, "-c", ending], cwd=ROOT, capture_output=True, text=True, check=False)
    line = json.loads(told.stderr)
    assert (told.returncode, line["level"], line["error"]) == (1, "critical", "KeyError")
    assert "maria" not in told.stderr


def test_a_line_break_in_a_message_starts_no_line(written):
    logging.getLogger("some.library").error('one\n{"level": "forged"}\x1b[2J')
    assert len(written()) == 1


def test_values_that_do_not_fit_lose_no_line(written):
    logging.getLogger("some.library").error("%d", "many")
    assert written()[0]["message"] == "%d"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("192.0.2.7:51 asked for /?q=<a.b@example.org>", "[host]:51 asked for /?q=<[address]>"),
        ("2001:db8::1 is gone", "[host] is gone"),
        ("streamlit 1.67.0 at 12:30", "streamlit 1.67.0 at 12:30"),
        ("x" * 5_000, "x" * LONGEST),
    ],
)
def test_addresses_of_people_and_machines_are_taken_out(said, kept):
    assert without_persons(said) == kept
