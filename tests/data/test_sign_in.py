"""The file that says how people sign in, and who they are then."""

import pytest

from data.errors import SettingsError
from data.sign_in import check_host, read_sign_in, sign_in_file

GOOD = {
    "redirect_uri": "https://relaywatch.example.org/oauth2callback",
    "cookie_secret": "0123456789abcdef0123456789abcdef",
    "client_id": "relaywatch",
    "client_secret": "secret",
    "server_metadata_url": "https://id.example.org/.well-known/openid-configuration",
}


def written(path, **changes):
    lines = [f'{name} = "{value}"' for name, value in {**GOOD, **changes}.items() if value is not None]
    path.write_text("\n".join(["[auth]", *lines]), encoding="utf-8")
    path.chmod(0o600)
    return path


def test_a_complete_file_is_taken(tmp_path):
    found = read_sign_in(written(tmp_path / "auth.toml"))
    assert (found.redirect_uri, found.server_metadata_url) == (GOOD["redirect_uri"], GOOD["server_metadata_url"])
    check_host(found, ("relaywatch.example.org",), tmp_path)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"client_id": None}, "lacks client_id"),
        ({"client_secret": " "}, "lacks client_secret"),
        ({"cookie_secret": "short"}, "too short"),
        ({"redirect_uri": "http://relaywatch.example.org/oauth2callback"}, "must begin with https://"),
        ({"redirect_uri": "https://relaywatch.example.org/"}, "/oauth2callback at its end"),
        ({"server_metadata_url": "http://id.example.org/"}, "must begin with https://"),
    ],
)
def test_what_is_wrong_or_unsafe_is_told(tmp_path, changes, sentence):
    with pytest.raises(SettingsError, match=sentence):
        read_sign_in(written(tmp_path / "auth.toml", **changes))


def test_secrets_that_others_can_read_are_refused_with_what_to_do(tmp_path):
    path = written(tmp_path / "auth.toml")
    path.chmod(0o644)
    with pytest.raises(SettingsError, match=f"chmod 600 {path}"):
        read_sign_in(path)


def test_a_file_that_is_no_toml_or_says_nothing_of_signing_in(tmp_path):
    path = tmp_path / "auth.toml"
    path.write_text("auth = [")
    with pytest.raises(SettingsError, match="cannot be read as TOML"):
        read_sign_in(path)
    path.write_text("[database]\n")
    assert read_sign_in(path) is None


def test_the_name_that_people_come_back_to_must_be_one_of_the_server(tmp_path):
    found = read_sign_in(written(tmp_path / "auth.toml"))
    with pytest.raises(SettingsError, match="RELAYWATCH_HOSTS"):
        check_host(found, ("localhost",), tmp_path)


def test_a_file_that_the_settings_name_must_be_there(tmp_path):
    with pytest.raises(SettingsError, match="is no file"):
        sign_in_file(tmp_path / "missing.toml")
