"""Who sits in front of the page, and what he may: every page and every download asks here."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.types import Scope
from streamlit.auth_util import get_cookie_with_chunks, get_origin_from_redirect_uri, get_secrets_auth_section
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from data.blocks import LOOPBACK, is_at_this_machine, is_loopback
from data.errors import AccessRefused
from data.judgement.access import DOWNLOADS, GIVEN, PAGES, Right, Standing, has_right, signed_in
from data.settings import Settings, read_settings

LOCAL = Standing("local", "analyst")
STRANGER = Standing("stranger", "stranger", "This needs an account. Sign in.")
NO_ACCOUNTS = Standing(
    "stranger",
    "stranger",
    "This server can be reached from other machines, or you came through a proxy, and it has no identity provider: "
    "nobody may read or change anything here but the public pages. Its operator names one in the section [auth] of "
    "RELAYWATCH_AUTH_FILE, or opens it at the machine itself by the name localhost.",
)
PUBLIC_ONLY = Standing("stranger", "stranger", "This server shows the public pages only.")

_KNOWN: ContextVar[Standing | None] = ContextVar("known", default=None)


def listens_on_loopback_only() -> bool:
    """Whether nobody but this machine reaches the server."""
    address = st.get_option("server.address")
    return address == "localhost" or is_loopback(address)


def has_provider() -> bool:
    """Whether an identity provider is configured: then everybody needs an account, also at this machine."""
    return bool(get_secrets_auth_section())


def is_local_mode() -> bool:
    """Whether whoever sits at this machine may do everything, without an account."""
    return listens_on_loopback_only() and not has_provider() and not read_settings().public


def address_of_visitor() -> str | None:
    """Where the visitor comes from; None for this machine, whose visitors Streamlit gives no address."""
    return st.context.ip_address


def is_local_visitor() -> bool:
    """Whether the visitor sits at this machine, and nobody else can be a visitor."""
    address = address_of_visitor() or LOOPBACK
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    # Without a Host nobody is connected: the guard lets no such request in.
    return is_local_mode() and (not headers or is_at_this_machine(address, headers))


@contextmanager
def seen_once() -> Iterator[None]:
    """Within, it is asked once who the visitor is: a page asks for every button (measured: a tenth of its time).
    Raises SettingsError where the settings are wrong."""
    token = _KNOWN.set(visitor())
    try:
        yield
    finally:
        _KNOWN.reset(token)


def visitor() -> Standing:
    """The standing of whoever this script run is for, or who pressed the button that asks."""
    known = _KNOWN.get()
    if known is not None:
        return known
    settings = read_settings()
    return _standing(settings, st.user.to_dict(), is_local=is_local_visitor())


def may(right: Right) -> bool:
    return has_right(visitor().role, right)


def may_write() -> bool:
    """Whether the visitor may decide, mark and correct."""
    return may("write")


def is_signed_in() -> bool:
    """Whether the provider signed the visitor in, with a role here or without."""
    return st.user.to_dict().get("is_logged_in") is True


def has_account() -> bool:
    """Whether the visitor is known by his account, so that he need not say who he is."""
    return visitor().role in GIVEN


def author(typed: str = "") -> str:
    """Who the log says did something: the account, or at the machine itself the name that was typed."""
    standing = visitor()
    return typed.strip() or standing.name if standing.role == "local" else standing.name


def enter(page: str) -> None:
    """The first line of every page, by the name of its file. Raises AccessRefused with what is missing."""
    require(PAGES[page])


def require(right: Right) -> None:
    """Raises AccessRefused with what the visitor lacks."""
    standing = visitor()
    if not has_right(standing.role, right):
        raise AccessRefused(standing.why or f"Your role here is {standing.role}, which does not go so far.")


def guarded(write: Callable[[], bytes]) -> Callable[[], bytes]:
    """What a download button hands out: asked again when it is pressed, since a page may stand open for days.
    Streamlit calls it outside the script run, so it remembers who saw the button. Raises AccessRefused."""
    standing = visitor()

    def checked() -> bytes:
        over = standing.until is not None and datetime.now(UTC) >= standing.until
        if over or not has_right(standing.role, DOWNLOADS):
            raise AccessRefused("Your session is over. Sign in again.")
        token = _KNOWN.set(standing)
        try:
            return write()
        finally:
            _KNOWN.reset(token)

    return checked


def may_fetch(scope: Scope) -> bool:
    """Whether a request for the file of a download may have it: a request outside any session, which brings its
    cookies only."""
    connection = HTTPConnection(scope)
    address = connection.client.host if connection.client else None
    is_local = is_local_mode() and is_at_this_machine(address, dict(connection.headers))
    standing = _standing(read_settings(), _cookie_claims(connection.cookies), is_local=is_local)
    return has_right(standing.role, DOWNLOADS)


def _standing(settings: Settings, claims: Mapping[str, object], *, is_local: bool) -> Standing:
    if settings.public:
        return PUBLIC_ONLY
    if is_local:
        return LOCAL
    if not has_provider():
        return NO_ACCOUNTS
    return signed_in(claims, settings, datetime.now(UTC)) if claims.get("is_logged_in") is True else STRANGER


def _cookie_claims(cookies: Mapping[str, str]) -> dict[str, object]:
    """The claims of Streamlit's signed cookie; empty where there is none, or one that was not made here."""
    secret = get_cookie_secret()

    def signed(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(secret, name, value.encode("latin-1", "replace")) if value else None

    try:
        blob = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
        claims = json.loads(blob) if blob else {}
    except ValueError:
        return {}
    if not isinstance(claims, dict) or claims.get("origin") != get_origin_from_redirect_uri():
        return {}
    return claims
