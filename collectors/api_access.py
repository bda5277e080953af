"""Who asks the API, and what he may.

A bearer token (RFC 6750) has its scopes and its clearance. Without one:

- On a server that listens on loopback only, and as long as no token is valid, whoever asks from this machine may
  read everything, as he may on the pages (local mode). The first token ends it.
- Everybody may submit, anonymously and within limits, unless the operator closed it.

A web page in the analyst's browser can reach loopback too. Browsers say where a request comes from (Origin,
Sec-Fetch-Site), so requests of other sites are refused whatever they carry, and no CORS header is ever sent.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request

from collectors.api_problems import Problem
from data.blocks import is_at_this_machine
from data.store.database import Database
from data.store.tokens import Scope, Token, has_tokens, token_of
from data.tlp import Tlp

SAFE_SITES = ("same-origin", "none")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks. `address` is where from; `token` None for strangers and in local mode."""

    scopes: tuple[Scope, ...]
    clearance: Tlp
    token: Token | None
    address: str | None
    local: bool = False


def refuse_other_sites(headers: Headers) -> None:
    """Raises Problem 403 where a browser says that another site's page makes the request."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in SAFE_SITES:
        raise Problem(403, "Pages of other sites may not use this API. Call it from a program, with a token.")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host", ""):
        raise Problem(403, "Pages of other sites may not use this API. Call it from a program, with a token.")


def identify_caller(db: Database, request: Request, now: datetime, *, loopback_bound: bool) -> Caller:
    """Raises Problem 401 for a token that is not valid, 403 for requests of other sites' pages."""
    refuse_other_sites(request.headers)
    address = request.client.host if request.client else None
    given = request.headers.get("authorization")
    if given is not None:
        token = token_of(db, _secret(given), now)
        if token is None:
            raise _unauthorised("This token is not valid: unknown, revoked or expired.", "invalid_token")
        return Caller(token.scopes, token.clearance, token, address)
    if loopback_bound and is_at_this_machine(address, request.headers) and not has_tokens(db, now):
        return Caller(("read", "submit"), "RED", None, address, local=True)
    return Caller(("submit",), "CLEAR", None, address)


def require(caller: Caller, scope: Scope | None) -> None:
    """Raises Problem 401 for a stranger, 403 for a token without the scope."""
    if scope is None or scope in caller.scopes:
        return
    if caller.token is None:
        raise _unauthorised("This needs a token: ask the operator, who runs `relaywatch token create`.", None)
    raise Problem(
        403,
        f"This token lacks the scope {scope!r}.",
        headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
    )


def _secret(given: str) -> str:
    scheme, _, secret = given.partition(" ")
    if scheme.lower() != "bearer":
        raise _unauthorised("This API takes bearer tokens only: Authorization: Bearer TOKEN.", "invalid_request")
    return secret.strip()


def _unauthorised(sentence: str, error: str | None) -> Problem:
    challenge = f'Bearer realm="relaywatch", error="{error}"' if error else 'Bearer realm="relaywatch"'
    return Problem(401, sentence, headers={"WWW-Authenticate": challenge})
