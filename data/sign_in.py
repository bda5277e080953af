"""The file that says how people sign in: the section [auth] of Streamlit, checked before a server starts."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from data.blocks import is_loopback
from data.errors import SettingsError

CALLBACK = "/oauth2callback"
FEWEST_LETTERS = 32
USUAL = (Path(".streamlit/secrets.toml"), Path("~/.streamlit/secrets.toml"))
NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where people come back to after they signed in, and where the provider describes itself."""

    redirect_uri: str
    server_metadata_url: str


def sign_in_file(given: Path | None) -> Path | None:
    """The file that counts: the one of the settings, else the first of Streamlit's places; None where there is none.

    Raises SettingsError where the settings name one that is not there.
    """
    if given is not None:
        if not given.is_file():
            raise SettingsError(
                f"RELAYWATCH_AUTH_FILE names {given}, which is no file. Write it, or unset the variable."
            )
        return given
    return next((place for place in (found.expanduser() for found in USUAL) if place.is_file()), None)


def read_sign_in(path: Path) -> SignIn | None:
    """What a file says about signing in; None where it has no section [auth].

    Raises SettingsError where others can read its secrets, where one is missing or too weak, or where what is sent
    could be read on the way.
    """
    try:
        section = tomllib.loads(path.read_text(encoding="utf-8")).get("auth")
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read as TOML ({error}). Correct it.") from error
    if not section:
        return None
    if not isinstance(section, Mapping):
        raise SettingsError(f"{path}: auth must be a section, [auth].")
    if path.stat().st_mode & 0o077:
        raise SettingsError(f"{path} holds secrets and can be read by others; run: chmod 600 {path}")
    missing = [name for name in NEEDED if not isinstance(section.get(name), str) or not section[name].strip()]
    if missing:
        raise SettingsError(f"{path}: [auth] lacks {', '.join(missing)}. Your identity provider tells them.")
    if len(section["cookie_secret"]) < FEWEST_LETTERS:
        raise SettingsError(
            f"{path}: cookie_secret is too short to be safe. Write what `openssl rand -hex 32` gives."
        )
    found = SignIn(section["redirect_uri"], section["server_metadata_url"])
    _check_address(path, "redirect_uri", found.redirect_uri)
    _check_address(path, "server_metadata_url", found.server_metadata_url)
    if urlsplit(found.redirect_uri).path != CALLBACK:
        raise SettingsError(f"{path}: redirect_uri must be this server's address with {CALLBACK} at its end.")
    return found


def check_host(found: SignIn, hosts: Sequence[str], path: Path) -> None:
    """Raises SettingsError where the server does not answer to the name that people come back to."""
    name = urlsplit(found.redirect_uri).hostname or ""
    if name not in {host.strip("[]") for host in hosts}:
        raise SettingsError(
            f"{path}: redirect_uri leads to {name}, which this server does not answer to. Add it to RELAYWATCH_HOSTS."
        )


def _check_address(path: Path, name: str, address: str) -> None:
    parts = urlsplit(address)
    host = parts.hostname or ""
    local = host == "localhost" or is_loopback(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise SettingsError(f"{path}: {name} must begin with https://, or passwords could be read on the way.")
