"""The corridor's first half, from a message to everything that is kept of it."""

import gc
from pathlib import Path

import pytest

from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.keys import passing_keys
from data.settings import Settings

ACKNOWLEDGEMENT = (Path(__file__).parents[1] / "samples" / "acknowledgement.eml").read_bytes()
SETTINGS = Settings(authserv_ids=("mx1.mailbox.example.net",))


@pytest.mark.parametrize(("own_mailbox", "evidence"), [(False, "claimed"), (True, "attested")])
def test_only_a_mailbox_of_ours_attests_what_its_server_wrote(own_mailbox, evidence):
    reader = Reader(SETTINGS, passing_keys(), load_catalogue(), own_mailbox=own_mailbox)
    (reading,) = reader(ACKNOWLEDGEMENT, "-")
    assert reading.authentication.evidence == evidence


def test_a_message_that_was_read_is_let_go_at_once():
    reader = Reader(Settings(), passing_keys(), load_catalogue())
    list(reader(ACKNOWLEDGEMENT, "mail.eml"))
    gc.collect()
    gc.disable()
    try:
        list(reader(ACKNOWLEDGEMENT, "mail.eml"))
        assert gc.collect() == 0
    finally:
        gc.enable()
