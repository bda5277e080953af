"""Settings: every name, its default, what it does. Read once from the environment; nothing else reads it."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
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
    """Header fields of one message; beyond them only the main ones are read."""
    nesting_limit: int = 10
    """Messages within messages, parts within parts."""
    inflated_limit: int = 1_000_000_000
    """Bytes that an archive may hold when unpacked."""
    inflated_ratio: int = 200
    """How much larger than itself an archive member may unpack."""
    text_limit: int = 16_000
    """Characters of readable body that are kept, redacted."""
    seconds_limit: float = 10.0
    """Seconds of computing that reading one message may take; one that takes longer is refused."""
    authserv_ids: tuple[str, ...] = ()
    """authserv-ids whose Authentication-Results count as attested in a mailbox of ours, separated by commas."""
    dkim_lookup: bool = False
    """Whether DKIM keys may be looked up in the DNS, only for domains of the catalogue and those known as abused."""
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    """Names that the server answers to; a request with another Host gets 400 (DNS rebinding)."""
    submissions: str = "open"
    """Whether strangers may submit: open, moderated (each is held until an operator accepts it) or closed."""
    submission_limit: int = 25_000_000
    """Bytes of one submission over HTTP; the rest of a larger one is not read."""
    submission_seconds: float = 60.0
    """Seconds in which a submission over HTTP must have arrived."""
    submission_messages: int = 1_000
    """Messages of one submission over HTTP."""
    submitter_minute: int = 30
    """Submissions a minute of one anonymous submitter."""
    block_minute: int = 60
    """Submissions a minute of one address block (/24, /48), anonymous ones."""
    everybody_minute: int = 600
    """Submissions a minute of all anonymous submitters together."""
    token_minute: int = 6_000
    """Submissions a minute of one token."""
    submitter_day: int = 1_000
    """Messages a day of one anonymous submitter."""
    block_day: int = 2_000
    """Messages a day of one address block, anonymous ones."""
    everybody_day: int = 20_000
    """Messages a day of all anonymous submitters together."""
    token_day: int = 1_000_000
    """Messages a day of one token."""
    flood_block: int = 50
    """Anonymous messages of one address block within an hour; what comes beyond is held for review."""
    flood_everybody: int = 500
    """Anonymous messages of all within an hour; what comes beyond is held for review."""
    held_limit: int = 10_000
    """Submissions that wait for review; beyond, strangers are asked to come again later."""
    retention_days: int = 3_650
    """Days that evidence (bodies, header fields, links, ways) is kept; `relaywatch forget --expired` applies it."""
    contact: str = ""
    """Where operators of web sites reach you (an address or a page); it is sent to them in the User-Agent."""
    allowed_hosts: tuple[str, ...] = ()
    """Hosts of your own network that may be fetched from, `host` (any port) or `host:port`, separated by commas. All
    others must be on public addresses and on port 80 or 443."""
    web_ca_file: Path | None = None
    """A PEM file of certificate authorities that web servers may have, beside those of the system."""
    feed_minutes: int = 30
    """Minutes from one request for a feed to the next, where `collect --every` says nothing else; a feed that fails
    is asked less and less often."""
    feed_reports: int = 5_000
    """Reports of one feed that are kept; beyond that the oldest ones that nobody decided on are forgotten."""
    web_connect_seconds: float = 10.0
    """Seconds that connecting to a web server, TLS included, may take."""
    web_read_seconds: float = 20.0
    """Seconds that a web server may stay silent."""
    web_total_seconds: float = 60.0
    """Seconds on the network that one fetch may take, redirects and repeats included."""
    web_pace_seconds: float = 1.0
    """Seconds from one request to a host to the next."""
    web_attempts: int = 3
    """How often one address is asked where the network or the server fails."""
    web_backoff_seconds: float = 2.0
    """Seconds before the second attempt, doubled before each further one, give or take a half."""
    web_retry_limit: int = 86_400
    """Seconds that a server may send us away (Retry-After)."""
    web_redirects: int = 5
    """Redirects that one fetch follows."""
    web_wire_limit: int = 10_000_000
    """Bytes of one answer as sent, headers included."""
    web_body_limit: int = 10_000_000
    """Bytes of one answer when unpacked."""

    mailbox_host: str = ""
    """The IMAP server of the abuse mailbox; empty: none is collected."""
    mailbox_port: int = 993
    """Its port: 993 for TLS from the start, 143 with STARTTLS. Mail is never fetched without TLS."""
    mailbox_starttls: bool = False
    """Whether TLS starts after the greeting (STARTTLS)."""
    mailbox_user: str = ""
    """Whose mailbox."""
    mailbox_password_file: Path | None = None
    """A file that holds the password and nothing else, mode 0600."""
    mailbox_ca_file: Path | None = None
    """Certificates to trust in place of the system's, for a server with a private authority."""
    mailbox_folder: str = "INBOX"
    """The folder that reports arrive in."""
    mailbox_done: str = "Relaywatch done"
    """Where a message goes once it is stored."""
    mailbox_failed: str = "Relaywatch failed"
    """Where a message goes of which nothing could be read."""
    drop_folder: Path | None = None
    """A Maildir whose new messages are collected as those of the mailbox are."""

    alert_webhook_url: str = field(default="", repr=False)
    """Where alerts are posted, https only unless `allowed_hosts` names the host; empty: nowhere. Kept out of every
    message of ours: with some receivers whoever knows the address may post."""
    alert_webhook_secret_file: Path | None = None
    """A file that holds the secret that posts are signed with and nothing else, mode 0600: 24 characters or more, or
    `whsec_` and base64 as in Standard Webhooks."""
    alert_smtp_host: str = ""
    """The SMTP server that alerts are mailed through; empty: none are mailed. Never without TLS."""
    alert_smtp_port: int = 587
    """Its port: 587 with STARTTLS, 465 for TLS from the start."""
    alert_smtp_starttls: bool = True
    """Whether TLS starts after the greeting (STARTTLS)."""
    alert_smtp_user: str = ""
    """Whom to log in as; empty: no login."""
    alert_smtp_password_file: Path | None = None
    """A file that holds the password and nothing else, mode 0600."""
    alert_smtp_ca_file: Path | None = None
    """Certificates to trust in place of the system's, for a server with a private authority."""
    alert_from: str = ""
    """The address that alerts are mailed from."""
    alert_to: tuple[str, ...] = ()
    """The addresses that alerts are mailed to, separated by commas; nobody else is ever mailed."""
    alert_kinds: tuple[str, ...] = ()
    """Which alerts are wanted, separated by commas: new-wave, recurrence, new-vendor, exposure-recurred, feed-down;
    empty: all."""
    alert_limit_a_day: int = 20
    """Alerts of one UTC day; what is beyond comes in one summary after midnight."""
    alert_pause_minutes: int = 60
    """Minutes after an alert about a wave before it is told that it reached more organisations."""
    alert_fresh_days: int = 30
    """Days after which a wave or recurrence is history and deserves no alert: importing an archive is quiet."""
    alert_attempts: int = 24
    """How often one alert is tried on one channel: after 1, 2, 4 ... minutes, then every hour."""
    alert_link: str = ""
    """The address of your dashboard, to be linked in alerts; empty: no link."""

    quiet_days: int = 14
    """Days without a trusted observation after a fix until *verified quiet* is proposed and may be set."""
    lookups_limit: int = 20
    """Look-ups of "is my domain abused?" that one session of a browser may make in an hour."""

    auth_file: Path | None = None
    """A TOML file with the section [auth] for signing in by OpenID Connect, mode 0600; default: Streamlit's places,
    .streamlit/secrets.toml here or at home."""
    roles_claim: str = ""
    """The claim of the ID token that names roles (viewer, analyst, admin), such as groups or realm_access.roles."""
    viewers: tuple[str, ...] = ()
    """Addresses of those who may read and export, separated by commas; @example.org for a whole domain."""
    analysts: tuple[str, ...] = ()
    """Those who may also decide, write and mark."""
    admins: tuple[str, ...] = ()
    """Those who may also read the log of who did what from where."""
    trust_addresses: bool = False
    """Whether addresses count that the provider does not call verified: only where it lets nobody enter his own."""
    session_hours: float = 12.0
    """Hours after signing in at which one has to sign in again."""
    public: bool = False
    """Whether this server shows the public pages only, to everybody: `relaywatch serve --public`."""

    @property
    def keys_path(self) -> Path:
        return self.keys or self.db.with_name(self.db.name + ".keys")


CHOICES = {"RELAYWATCH_SUBMISSIONS": ("open", "moderated", "closed")}


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
    if name in CHOICES:
        if text.lower() not in CHOICES[name]:
            raise SettingsError(f"{name} is {text!r}; write one of {', '.join(CHOICES[name])}.")
        return text.lower()
    if isinstance(default, tuple):
        return tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if isinstance(default, int | float):
        try:
            number = type(default)(text)
        except ValueError as error:
            raise SettingsError(f"{name} is {text!r}; write a number such as {default}.") from error
        if not (number > 0 and math.isfinite(number)):
            raise SettingsError(f"{name} is {text!r}; write a number above 0.")
        return number
    if isinstance(default, str):
        return text
    return Path(text).expanduser()
