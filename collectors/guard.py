"""What every answer of the server passes: the Host it was asked by, closed doors, headers that keep a browser safe.

Pure ASGI around the whole app, so that pages, the API, uploads and the websocket are all behind it.
"""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from collectors.api_problems import Problem

CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
"""Figures about sessions, and an interface that runs pages for programs: nobody here needs them."""
LASTING = ("/static/", "/api/font/")
"""Files of the program itself; everything else may hold data and is never stored by a browser or proxy."""


DOWNLOADED = "/media/"
"""Where a pressed download button leaves its file for the browser, to be fetched outside any session."""


class Guard:
    """`may_fetch` says who may have the file of a download; `hosts` are the names the server answers to, in
    Host's own writing without a port; `script_hashes` allow the scripts that stand in the pages' own HTML (CSP source
    expressions)."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: Callable[[], Sequence[str]],
        script_hashes: Sequence[str],
        may_fetch: Callable[[Scope], bool],
    ) -> None:
        self._app = app
        self._may_fetch = may_fetch
        self._hosts = hosts
        self._script_hashes = tuple(script_hashes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        if not _is_known(host, self._hosts()):
            await _turn_away(400, "This server does not answer to that Host.", scope, receive, send)
        elif scope["path"].rstrip("/").startswith(CLOSED):
            await _turn_away(404, "There is nothing here.", scope, receive, send)
        elif scope["path"].startswith(DOWNLOADED) and not self._may_fetch(scope):
            await _turn_away(403, "This file is for those who may export. Sign in first.", scope, receive, send)
        else:
            await self._app(scope, receive, self._dressed(send, scope, host))

    def _dressed(self, send: Send, scope: Scope, host: str) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), scope["path"], self._policy(scope["path"], host))
            await send(message)

        return sending

    def _policy(self, path: str, host: str) -> str:
        if path.startswith("/api/"):
            return "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        return content_policy(host, self._script_hashes)


def content_policy(host: str, script_hashes: Sequence[str]) -> str:
    """The Content-Security-Policy under which the pages work: nothing from other hosts, no script that is not the
    program's own. Styles must be allowed inline, since Streamlit's are made in the browser."""
    scripts = " ".join(f"'{found}'" for found in script_hashes)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {scripts}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self'",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            # Older browsers do not count a websocket as 'self'.
            f"connect-src 'self' ws://{host} wss://{host}",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "object-src 'none'",
        )
    )


def _is_known(host: str, hosts: Sequence[str]) -> bool:
    """Whether a Host header, with a port or without, names one of the hosts."""
    try:
        parts = urlsplit(f"//{host}")
        name, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if name is None or parts.netloc != host or "@" in host or any(sign in host for sign in " ;,'\"\\"):
        return False
    return name.rstrip(".") in {known.strip("[]").rstrip(".").lower() for known in hosts}


def _dress(headers: MutableHeaders, path: str, policy: str) -> None:
    headers["Content-Security-Policy"] = policy
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    # Streamlit allows its own routes to localhost pages of other ports.
    for name in [name for name in headers if name.startswith("access-control-")]:
        del headers[name]
    if not path.startswith(LASTING):
        headers["Cache-Control"] = "no-store"


async def _turn_away(status: int, sentence: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        # Refused before it is accepted: the client gets 403.
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    await Problem(status, sentence, headers=headers).response()(scope, receive, send)
