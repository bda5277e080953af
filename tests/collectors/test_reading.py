"""The corridor's first half, from a message to everything that is kept of it."""

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
