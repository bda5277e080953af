"""The web app: Streamlit pages and a few HTTP routes in one process. Only here do collectors and pages meet.

Streamlit runs this file twice over: once as a module that holds `app`, then as the script of every session.
"""

from collections.abc import Iterator
from functools import partial

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit import net_util, runtime
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.pages_manager import PagesManager

from collectors.api import api_routes
from collectors.api_declared import Endpoint
from collectors.api_table import ENDPOINTS
from collectors.domain_lookup import look_up_texts
from collectors.guard import Guard
from collectors.links import safe_url
from collectors.logs import log_in_lines
from collectors.memory import keep_what_stands
from collectors.opml import read_opml, write_opml
from data.catalogue.loader import load_catalogue
from data.errors import AccessRefused, RelaywatchError, SettingsError
from data.intelligence.model import Report
from data.judgement.access import PAGES, Role, has_right
from data.keys import Keys, open_keys
from data.model import Reading, Refusal
from data.settings import Settings, read_settings
from data.store.database import open_for_reading
from data.store.reads import known_domains
from pages.parts.invented import show_demonstration
from pages.parts.layout import dress, show_failure
from pages.parts.shell import inline_script_hashes
from pages.parts.sign_in import show_refusal
from pages.parts.theme import PARTS
from pages.parts.visitor import STRANGER, has_provider, is_local_mode, may_fetch, seen_once, visitor
from pages.parts.wiring import Intelligence, Wiring, connect

# Until a session has called st.navigation, Streamlit would run pages/NAME.py for whoever asks for NAME, without this
# file (seen in 1.67); this switches its automatic pages off before the first session.
PagesManager.uses_pages_directory = False

# To tell a foreign Origin from its own, Streamlit asks another host for the external address of this one (seen in
# 1.67), and no option prevents it. The server listens on this machine only, so that is its address.
net_util._external_ip = "127.0.0.1"

YEAR_SECONDS = 31_536_000

log_in_lines()


def font(_request: Request) -> Response:
    """The one font, so that the theme needs no folder of static files beside this file, and no other host."""
    return FileResponse(
        PARTS / "fonts" / "inter-latin-wght-normal.woff2",
        media_type="font/woff2",
        headers={"Cache-Control": f"public, max-age={YEAR_SECONDS}"},
    )


def report(error: Exception) -> bool:
    """In place of Streamlit's box for an error of ours, which links to other hosts; the log says where it arose."""
    if isinstance(error, AccessRefused):
        show_refusal(str(error))
        return True
    show_failure(f"This page failed ({type(error).__name__}). The server's log says where. Please report it.")
    return True


def hosts() -> tuple[str, ...]:
    """The names the server answers to; the safe ones where the settings are wrong, which each page says."""
    try:
        return read_settings().hosts
    except SettingsError:
        return Settings().hosts


def is_public() -> bool:
    """Whether this server shows the public pages only; the safe answer where the settings are wrong."""
    try:
        return read_settings().public
    except SettingsError:
        return True


def endpoints() -> tuple[Endpoint, ...]:
    """What the API has: on a public server nothing to read."""
    return tuple(found for found in ENDPOINTS if found.scope != "read") if is_public() else ENDPOINTS


def first_page() -> str:
    """Where whoever comes without an address stands: an analyst before the state of things, a stranger at help."""
    return "submit" if is_public() else "overview"


def to_first_page(request: Request) -> Response:
    """Streamlit gives its first page no address but "/", and calls the page's own name "not found" (seen in 1.67)."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/", 307)


app = st.App(
    __file__,
    routes=[
        Route("/api/font/inter.woff2", font),
        Route(f"/{first_page()}", to_first_page),
        *api_routes(is_local_mode, endpoints()),
    ],
    middleware=[Middleware(Guard, hosts=hosts, script_hashes=inline_script_hashes(), may_fetch=may_fetch)],
    on_script_error=report,
)

TITLES = {
    "overview": "Overview",
    "waves": "Waves",
    "incidents": "Incidents",
    "vendors": "Vendors",
    "intelligence": "Intelligence",
    "exports": "Exports",
    "submit": "Submit",
    "lookup": "Look-up",
    "published": "Published",
    "log": "Log",
    "account": "Account",
}


def page_of(name: str, role: Role) -> StreamlitPage:
    """A page for the navigation. What the visitor may not see stands in no menu, and says so itself: an address that
    somebody was sent leads there, and on once he has signed in."""
    return st.Page(
        f"pages/{name}.py",
        title=TITLES[name],
        default=name == first_page(),
        visibility="visible" if is_listed(name, role) else "hidden",
    )


def is_listed(name: str, role: Role) -> bool:
    if name == "account":
        return has_provider() and not is_public()
    if name == "published":
        # Whoever may read sees all of it elsewhere, and has enough in his menu.
        return not has_right(role, "read")
    return has_right(role, PAGES[name])


def role_in_menus() -> Role:
    """The visitor's role; a stranger's where the settings are wrong, which each page says."""
    try:
        return visitor().role
    except RelaywatchError:
        return STRANGER.role


def run_page() -> None:
    """One script run of one session. Navigation comes before anything that may fail or stop."""
    role = role_in_menus()
    page = st.navigation([page_of(name, role) for name in TITLES], position="top")
    # Without a page icon of our own Streamlit fetches one from another host.
    st.set_page_config(page_title=f"{page.title} · Relaywatch", page_icon="📨", layout="wide")
    dress()
    try:
        with seen_once():
            connect_pages()
            show_demonstration()
            page.run()
        keep_what_stands()
    except AccessRefused as refusal:
        show_refusal(str(refusal))
    except RelaywatchError as error:
        show_failure(str(error))


def connect_pages() -> None:
    settings = read_settings()
    keys = open_keys(settings.keys_path)
    intelligence = Intelligence(read_page, safe_url, read_opml, write_opml)
    connect(Wiring(partial(read_mail, settings, keys), keys, settings, intelligence, look_up_texts))


def read_mail(settings: Settings, keys: Keys, blob: bytes, source: str) -> Iterator[Reading | Refusal]:
    """What somebody submits. Its readers are imported then: the first page of a start needs none of them."""
    from collectors.reading import Reader
    from collectors.verification import verifier_for

    catalogue = load_catalogue()
    verify = verifier_for(settings, catalogue, _known(settings))
    return Reader(settings, keys, catalogue, verify=verify)(blob, source)


def read_page(raw: bytes, source: str, url: str | None) -> Report:
    """A page that somebody uploads; its readers are imported then, too."""
    from collectors.reports import read_report

    return read_report(raw, source, url)


def _known(settings: Settings) -> frozenset[str]:
    """Domains whose keys may be looked up beside the catalogue's; nothing is read where look-ups are off."""
    if not settings.dkim_lookup:
        return frozenset()
    with open_for_reading(settings.db) as db:
        return known_domains(db)


if runtime.exists():
    run_page()
elif __name__ == "__main__":
    app.run()
