"""The web app: Streamlit pages and a few HTTP routes in one process. Only here do collectors and pages meet.

Streamlit runs this file twice over: once as a module that holds `app`, then as the script of every session.
"""

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from streamlit import net_util, runtime
from streamlit.runtime.pages_manager import PagesManager

from collectors.api import api_routes
from collectors.guard import Guard
from collectors.links import safe_url
from collectors.logs import log_in_lines
from collectors.opml import read_opml, write_opml
from collectors.reading import Reader
from collectors.reports import read_report
from collectors.verification import verifier_for
from data.catalogue.loader import load_catalogue
from data.errors import RelaywatchError, SettingsError
from data.keys import open_keys
from data.settings import Settings, read_settings
from data.store.database import open_for_reading
from data.store.reads import known_domains
from pages.parts.layout import (
    EXPORTS,
    INCIDENTS,
    INTELLIGENCE,
    LOOKUP,
    OVERVIEW,
    SUBMIT,
    VENDORS,
    WAVES,
    dress,
    show_failure,
)
from pages.parts.shell import inline_script_hashes
from pages.parts.theme import PARTS
from pages.parts.visitor import listens_on_loopback_only
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
    show_failure(f"This page failed ({type(error).__name__}). The server's log says where. Please report it.")
    return True


def hosts() -> tuple[str, ...]:
    """The names the server answers to; the safe ones where the settings are wrong, which each page says."""
    try:
        return read_settings().hosts
    except SettingsError:
        return Settings().hosts


app = st.App(
    __file__,
    routes=[Route("/api/font/inter.woff2", font), *api_routes(listens_on_loopback_only)],
    middleware=[Middleware(Guard, hosts=hosts, script_hashes=inline_script_hashes())],
    on_script_error=report,
)


def run_page() -> None:
    """One script run of one session. Navigation comes before anything that may fail or stop."""
    page = st.navigation(
        [
            st.Page(OVERVIEW, title="Overview", default=True),
            st.Page(WAVES, title="Waves"),
            st.Page(INCIDENTS, title="Incidents"),
            st.Page(VENDORS, title="Vendors"),
            st.Page(INTELLIGENCE, title="Intelligence"),
            st.Page(EXPORTS, title="Exports"),
            st.Page(SUBMIT, title="Submit"),
            st.Page(LOOKUP, title="Look-up"),
        ],
        position="top",
    )
    # Without a page icon of our own Streamlit fetches one from another host.
    st.set_page_config(page_title=f"{page.title} · Relaywatch", page_icon="📨", layout="wide")
    dress()
    try:
        connect_pages()
        page.run()
    except RelaywatchError as error:
        show_failure(str(error))


def connect_pages() -> None:
    settings = read_settings()
    keys = open_keys(settings.keys_path)
    intelligence = Intelligence(read_report, safe_url, read_opml, write_opml)
    catalogue = load_catalogue()
    reader = Reader(settings, keys, catalogue, verify=verifier_for(settings, catalogue, _known(settings)))
    connect(Wiring(reader, keys, settings, intelligence))


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
