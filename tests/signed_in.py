"""Servers with an identity provider, and visitors of any role without a browser: a cookie as the server signs it."""

import json
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from websockets.sync.client import connect

from collectors.commands.serve import server_command
from data.settings import Settings
from tests.conftest import running
from tests.identity_provider import CLIENT, SECRET

COOKIE_SECRET = "0123456789abcdef0123456789abcdef"
LISTS = {
    "RELAYWATCH_VIEWERS": "@reader.example",
    "RELAYWATCH_ANALYSTS": "ann@cert.example",
    "RELAYWATCH_ROLES_CLAIM": "groups",
}
PEOPLE: dict[str, dict[str, object]] = {
    "viewer": {"email": "vic@reader.example", "email_verified": True},
    "analyst": {"email": "ann@cert.example", "email_verified": True},
    "admin": {"email": "root@elsewhere.example", "groups": ["staff", "relaywatch-admin"]},
    "nobody": {"email": "eve@elsewhere.example", "email_verified": True},
    "unverified": {"email": "ann@cert.example", "email_verified": False},
    "late": {"email": "ann@cert.example", "email_verified": True, "iat": int(time.time()) - 13 * 3_600},
}


def auth_file(folder: Path, port: int, issuer: str = "http://127.0.0.1:9") -> Path:
    path = folder / "auth.toml"
    path.write_text(
        f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "{COOKIE_SECRET}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
""",
        encoding="utf-8",
    )
    path.chmod(0o600)
    return path


@contextmanager
def serving_accounts(db: Path, port: int, issuer: str = "http://127.0.0.1:9", **more: str) -> Iterator[str]:
    """The server over a database, with accounts; by default its provider is not there, and nobody asks it."""
    file = auth_file(db.parent, port, issuer)
    command = server_command(port, Settings().hosts, auth_file=file)
    environment = {"RELAYWATCH_DB": str(db), **LISTS, **more}
    with running(command, port, db.with_suffix(".log"), environment) as address:
        yield address


def cookie_of(address: str, who: str, *, secret: str = COOKIE_SECRET, **claims: object) -> str:
    """The cookie that somebody has after signing in."""
    content = {
        "iat": int(time.time()), "sub": who, **PEOPLE[who], **claims,
        "origin": address, "is_logged_in": True, "provider": "default",
    }  # fmt: skip
    return f"{USER_COOKIE_NAME}={create_signed_value(secret, USER_COOKIE_NAME, json.dumps(content)).decode()}"


def run_page(address: str, name: str, cookie: str | None = None, query: str = "") -> list[ForwardMsg]:
    """Everything the server sends until its script run for a page of that name is over."""
    question = BackMsg()
    question.rerun_script.page_name = name
    question.rerun_script.query_string = query
    subprotocols, headers = ["streamlit"], {}
    if cookie:
        token = _xsrf(address)
        subprotocols.append(token)
        headers["Cookie"] = f"{cookie}; _streamlit_xsrf={token}"
    url = address.replace("http", "ws") + "/_stcore/stream"
    received: list[ForwardMsg] = []
    with connect(
        url, subprotocols=subprotocols, origin=address, max_size=None, additional_headers=headers, proxy=None
    ) as socket:
        socket.send(question.SerializeToString())
        while not received or received[-1].WhichOneof("type") != "script_finished":
            received.append(ForwardMsg.FromString(socket.recv(timeout=60)))
    return received


def _xsrf(address: str) -> str:
    with urllib.request.urlopen(f"{address}/_stcore/health") as answer:
        cookies = answer.headers.get_all("Set-Cookie") or []
    found = [part.split(";")[0].partition("=")[2] for part in cookies if part.startswith("_streamlit_xsrf=")]
    assert found, f"{urlsplit(address).netloc} sets no XSRF cookie"
    return found[0]


def texts(messages: list[ForwardMsg]) -> str:
    """What stands on the page, markup and all."""
    elements = [
        message.delta.new_element
        for message in messages
        if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element"
    ]
    return "\n".join(
        [item.markdown.body for item in elements if item.WhichOneof("type") == "markdown"]
        + [item.text.body for item in elements if item.WhichOneof("type") == "text"]
        + [item.heading.body for item in elements if item.WhichOneof("type") == "heading"]
    )


def listed(messages: list[ForwardMsg]) -> Mapping[str, bool]:
    """The pages of the navigation by their address, and whether they stand in the menu."""
    found = next(message for message in messages if message.WhichOneof("type") == "navigation").navigation
    return {page.url_pathname: not page.is_hidden for page in found.app_pages}
