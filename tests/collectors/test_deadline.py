"""The time that reading one message may take."""

import threading

import pytest

from collectors.deadline import check_time, within
from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.errors import SubmissionRefused
from data.keys import passing_keys
from data.model import Refusal
from data.settings import Settings
from tests.collectors.test_reading import ACKNOWLEDGEMENT

AT_ONCE = 1e-9


def test_a_message_that_takes_too_long_is_refused_with_what_to_do():
    (item,) = Reader(Settings(seconds_limit=AT_ONCE), passing_keys(), load_catalogue())(ACKNOWLEDGEMENT, "mail.eml")
    assert isinstance(item, Refusal)
    assert item.reason.startswith("Reading it took longer than 1e-09 seconds; hand in its header alone")


def test_a_deadline_ends_with_its_block_and_the_outer_one_holds_again():
    with within(60.0):
        with pytest.raises(SubmissionRefused), within(AT_ONCE):
            check_time()
        check_time()


def test_a_deadline_is_that_of_one_thread():
    passed = []
    with within(AT_ONCE):
        thread = threading.Thread(target=lambda: passed.append(check_time()))
        thread.start()
        thread.join()
    assert passed == [None]
