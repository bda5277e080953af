"""Settings from the environment."""

import pytest

from data.errors import SettingsError
from data.settings import Settings, read_settings


def test_what_is_not_set_has_its_default():
    assert read_settings({"RELAYWATCH_CONTACT": "  "}) == Settings()


def test_texts_lists_numbers_and_files_are_read():
    found = read_settings({
        "RELAYWATCH_CONTACT": "Abuse Desk, abuse@example.org",
        "RELAYWATCH_ALLOWED_HOSTS": "Feeds.example:8080, [::1],",
        "RELAYWATCH_WEB_TOTAL_SECONDS": "1.5",
        "RELAYWATCH_WEB_CA_FILE": "ours.pem",
    })  # fmt: skip
    assert (found.contact, found.allowed_hosts) == ("Abuse Desk, abuse@example.org", ("feeds.example:8080", "[::1]"))
    assert (found.web_total_seconds, str(found.web_ca_file)) == (1.5, "ours.pem")


def test_a_number_that_is_none_is_said():
    with pytest.raises(SettingsError, match="RELAYWATCH_WEB_ATTEMPTS is 'many'; write a number such as 3"):
        read_settings({"RELAYWATCH_WEB_ATTEMPTS": "many"})


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf"])
def test_a_number_that_limits_nothing_is_refused(text):
    with pytest.raises(SettingsError, match=r"write a number above 0\."):
        read_settings({"RELAYWATCH_SUBMISSION_SECONDS": text})
