"""Settings: every name, its default, what it does. Read once from the environment; nothing else reads it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from data.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits and places. The environment variable of `text_limit` is RELAYWATCH_TEXT_LIMIT, and so on."""

    db: Path = Path("relaywatch.db")
    """The database file."""
    keys: Path | None = None
    """The file of the keyed-hash keys, mode 0600; default: beside the database, with the ending .keys."""
    message_limit: int = 25_000_000
    """Bytes of one message; a larger one is refused."""
    messages_limit: int = 1_000_000
    """Messages of one container (mbox, folder, zip)."""
    header_limit: int = 1_000_000
    """Bytes of one header block; what lies beyond is not read."""
    fields_limit: int = 2_000
    """Header fields of one message; what lies beyond is not read."""
    nesting_limit: int = 10
    """Messages within messages, parts within parts."""
    inflated_limit: int = 1_000_000_000
    """Bytes that an archive may hold when unpacked."""
    inflated_ratio: int = 200
    """How much larger than itself an archive member may unpack."""
    text_limit: int = 16_000
    """Characters of readable body that are kept, redacted."""
    seconds_limit: float = 10.0
    """Seconds that reading one message may take."""
    authserv_ids: tuple[str, ...] = ()
    """authserv-ids whose Authentication-Results count as attested in a mailbox of ours, separated by commas."""
    dkim_lookup: bool = False
    """Whether DKIM keys may be looked up in the DNS, for domains of the catalogue only."""

    quiet_days: int = 14
    """Days without a trusted observation after a fix until *verified quiet* is proposed and may be set."""
    lookups_limit: int = 20
    """Look-ups of "is my domain abused?" that one session of a browser may make in an hour."""

    @property
    def keys_path(self) -> Path:
        return self.keys or self.db.with_name(self.db.name + ".keys")


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from RELAYWATCH_* variables. Raises SettingsError with the variable, its value and what it accepts."""
    given: dict[str, object] = {}
    for item in fields(Settings):
        name = f"RELAYWATCH_{item.name.upper()}"
        text = environment.get(name, "").strip()
        if text:
            given[item.name] = _value(name, text, item.default)
    return Settings(**given)  # type: ignore[arg-type]


def _value(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in {"1", "0", "true", "false", "yes", "no"}:
            raise SettingsError(f"{name} is {text!r}; write yes or no.")
        return text.lower() in {"1", "true", "yes"}
    if isinstance(default, tuple):
        return tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if isinstance(default, int | float):
        try:
            number = type(default)(text)
        except ValueError as error:
            raise SettingsError(f"{name} is {text!r}; write a number such as {default}.") from error
        if number <= 0:
            raise SettingsError(f"{name} is {text!r}; write a number above 0.")
        return number
    return Path(text).expanduser()
