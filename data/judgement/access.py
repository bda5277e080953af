"""Who may do what: one table of roles and rights, and the role that an identity provider's claims give. Pure.

Nobody has a role because he could sign in: his address or a claim has to be named in the settings. An address counts
only where the provider says that it verified it, since with some providers everybody may enter any address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from data.settings import Settings

Role = Literal["stranger", "viewer", "analyst", "admin", "local"]
Right = Literal["submit", "look-up", "read", "export", "write", "audit"]

ROLES: tuple[Role, ...] = get_args(Role)
"""From the least; `local` is whoever sits at the machine of a server that nobody else reaches."""
ALL_RIGHTS: tuple[Right, ...] = get_args(Right)
_PUBLIC: frozenset[Right] = frozenset({"submit", "look-up"})
_VIEWER: frozenset[Right] = _PUBLIC | {"read", "export"}
RIGHTS: Mapping[Role, frozenset[Right]] = {
    "stranger": _PUBLIC,
    "viewer": _VIEWER,
    "analyst": _VIEWER | {"write"},
    "admin": frozenset(ALL_RIGHTS),
    "local": frozenset(ALL_RIGHTS),
}
GIVEN: tuple[Role, ...] = ("admin", "analyst", "viewer")
"""Roles that settings and claims give, the highest first."""
PAGES: Mapping[str, Right] = {
    "overview": "read",
    "waves": "read",
    "incidents": "read",
    "vendors": "read",
    "intelligence": "read",
    "exports": "export",
    "submit": "submit",
    "lookup": "look-up",
    "published": "look-up",
    "account": "look-up",
    "log": "audit",
}
"""Every page by its file's name, and the right that it asks for."""
DOWNLOADS: Right = "export"
"""What every download asks for: the button, the moment it is pressed, and the address of the file that it makes."""
WRITES: Right = "write"
"""What every button asks for that changes something."""
CLAIM_PREFIX = "relaywatch-"
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is here. `name` is how the event log names him; `why` says in a sentence what he lacks;
    `until` is when his session ends, None where it does not."""

    role: Role
    name: str
    why: str | None = None
    until: datetime | None = None


def has_right(role: Role, right: Right) -> bool:
    return right in RIGHTS[role]


def signed_in(claims: Mapping[str, object], settings: Settings, now: datetime) -> Standing:
    """The standing of somebody whom the provider signed in, by the claims of his ID token."""
    name = _text(claims.get("email")) or _text(claims.get("sub")) or "unnamed"
    until = session_end(claims, settings)
    if until is None or not now < until or _issued(claims, now) is None:
        return Standing("stranger", name, "Your session is over. Sign in again.")
    role = _highest(_claimed_roles(claims, settings.roles_claim)) or _listed_role(claims, settings)
    if role:
        return Standing(role, name, until=until)
    return Standing("stranger", name, _why_nobody(claims, settings), until)


def session_end(claims: Mapping[str, object], settings: Settings) -> datetime | None:
    """When a session ends, counted from the time that the provider issued its token; None without such a time."""
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float) or not 0 <= issued < 1 << 40:
        return None
    return datetime.fromtimestamp(issued, UTC) + timedelta(hours=settings.session_hours)


def _issued(claims: Mapping[str, object], now: datetime) -> datetime | None:
    """When the token was issued; None for one of the future."""
    issued = datetime.fromtimestamp(float(str(claims["iat"])), UTC)
    return issued if issued <= now + CLOCK_SKEW else None


def _claimed_roles(claims: Mapping[str, object], name: str) -> list[Role]:
    """Roles that a claim names, as `analyst` or `relaywatch-analyst`; other groups in it are none of ours."""
    found = _claim(claims, name) if name else None
    values = found if isinstance(found, list | tuple) else [found]
    named = {value.strip().casefold().removeprefix(CLAIM_PREFIX) for value in values if isinstance(value, str)}
    return [role for role in GIVEN if role in named]


def _claim(claims: Mapping[str, object], name: str) -> object:
    """A claim by its name, or by a path into a nested one, such as realm_access.roles."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _listed_role(claims: Mapping[str, object], settings: Settings) -> Role | None:
    address = _text(claims.get("email")).casefold()
    if not address or not _is_verified(claims, settings):
        return None
    lists = {"admin": settings.admins, "analyst": settings.analysts, "viewer": settings.viewers}
    return _highest([role for role in GIVEN if _names(lists[role], address)])


def _names(entries: Iterable[str], address: str) -> bool:
    """Whether an address is in a list, by itself or by its domain, which is written @example.org."""
    person, _, host = address.partition("@")
    return bool(person and host) and "@" not in host and any(entry in (address, f"@{host}") for entry in entries)


def _is_verified(claims: Mapping[str, object], settings: Settings) -> bool:
    # Some providers write the word.
    return settings.trust_addresses or claims.get("email_verified") in (True, "true")


def _highest(roles: Iterable[Role]) -> Role | None:
    return max(roles, key=ROLES.index, default=None)


def _why_nobody(claims: Mapping[str, object], settings: Settings) -> str:
    if _text(claims.get("email")) and not _is_verified(claims, settings):
        return (
            "Your identity provider does not say that it verified your address, so it counts for nothing here. "
            "The operator finds in the documentation what to do: a claim with roles, or RELAYWATCH_TRUST_ADDRESSES."
        )
    return "You are signed in, and nobody gave you a role here. Ask the operator for one."


def _text(value: object) -> str:
    return " ".join(value.split())[:200] if isinstance(value, str) else ""
