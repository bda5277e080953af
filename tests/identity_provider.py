"""A small OpenID provider on loopback: discovery, authorisation code with PKCE (S256 only), signed ID tokens, logout.

It refuses what a careful provider refuses: an unknown client or redirect, a code that was used or is somebody else's,
a verifier that does not fit its challenge.
"""

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.conftest import free_port

CLIENT, SECRET = "relaywatch-test", "a secret that only a test knows"


@dataclass
class Provider:
    """`people` are who can sign in: claims by name. `redirect_uri` is the only one it knows."""

    people: Mapping[str, Mapping[str, object]]
    redirect_uri: str
    issuer: str
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}, private=True))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    signed_out: int = 0

    def describe(self, _: Request) -> Response:
        return JSONResponse({
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        })  # fmt: skip

    def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def choose(self, request: Request) -> Response:
        """The page on which one says who one is."""
        query = dict(request.query_params)
        self.asked.append(query)
        if query.get("client_id") != CLIENT or query.get("redirect_uri") != self.redirect_uri:
            return self._refuse("client or redirect_uri")
        if query.get("code_challenge_method") != "S256" or not query.get("state") or not query.get("nonce"):
            return self._refuse("no PKCE, state or nonce")
        ways = "".join(
            f'<p><a href="/chosen?{escape(urlencode({**query, "who": who}))}">{escape(who)}</a></p>'
            for who in self.people
        )
        return HTMLResponse(f"<title>Who are you?</title>{ways}")

    def chosen(self, request: Request) -> Response:
        query = dict(request.query_params)
        code = secrets.token_urlsafe(24)
        self.codes[code] = query
        return RedirectResponse(f"{self.redirect_uri}?{urlencode({'code': code, 'state': query['state']})}", 302)

    async def token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if not hmac.compare_digest(request.headers.get("authorization", ""), expected):
            return self._refuse("client")
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != self.redirect_uri:
            return self._refuse("code or redirect_uri")
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return self._refuse("verifier")
        return JSONResponse({
            "access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "expires_in": 300,
            "id_token": self._id_token(asked),
        })  # fmt: skip

    def _id_token(self, asked: Mapping[str, str]) -> str:
        now = int(time.time())
        times = {"iat": now, "exp": now + 300}
        identity = {"iss": self.issuer, "aud": CLIENT, "sub": asked["who"], "nonce": asked["nonce"]}
        claims = {**times, **identity, **self.people[asked["who"]]}
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def logout(self, request: Request) -> Response:
        self.signed_out += 1
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], 302)

    def _refuse(self, why: str) -> Response:
        self.refused.append(why)
        return JSONResponse({"error": "invalid_request", "error_description": why}, 400)

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.describe),
            Route("/jwks", self.keys),
            Route("/authorize", self.choose),
            Route("/chosen", self.chosen),
            Route("/token", self.token, methods=["POST"]),
            Route("/logout", self.logout),
        ]


@contextmanager
def providing(people: Mapping[str, Mapping[str, object]], redirect_uri: str) -> Iterator[Provider]:
    """A provider on a port of its own, in a thread of this process."""
    port = free_port()
    provider = Provider(people, redirect_uri, f"http://127.0.0.1:{port}")
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=provider.routes()), "127.0.0.1", port, log_level="warning")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield provider
    server.should_exit = True
    thread.join(10)
