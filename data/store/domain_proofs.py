"""Proof that a domain is somebody's: a challenge that he puts into its DNS as a TXT record.

The asker alone gets a secret; the record holds its digest, so that reading the DNS opens nothing. The secret carries
its own end and a keyed hash, so nothing is kept of a challenge that nobody answers. The one name that is looked up is
_relaywatch. in front of the domain that was asked for.
"""

import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from data.domains import clean_host, registrable_domain
from data.errors import ChangeRefused
from data.keys import Keys
from data.store.database import Database
from data.store.journal import Journal
from data.store.values import moment, seconds

LABEL, PREFIX = "_relaywatch", "relaywatch="
CHALLENGE_LIFE = timedelta(days=7)
PROOF_LIFE = timedelta(days=30)
LookUp = Callable[[str], Sequence[str]]
"""The TXT records at a name; empty where there are none. Raises OSError where nobody answers."""
State = Literal["proven", "missing", "unanswered", "expired"]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the asker gets: the secret that opens the details later, and the record he has to make."""

    domain: str
    secret: str
    name: str
    record: str
    expires_at: datetime


def challenge(keys: Keys, text: str, now: datetime) -> Challenge:
    """A challenge for a domain. Raises ChangeRefused for what nobody can have registered."""
    host = clean_host(text.strip())
    domain = registrable_domain(host) if host else None
    if domain is None or domain != host:
        raise ChangeRefused("Write the domain as it is registered, such as acme.example.")
    ends = seconds(now + CHALLENGE_LIFE)
    drawn = f"{ends:x}-{secrets.token_hex(16)}"
    secret = f"{drawn}-{_seal(keys, domain, drawn)}"
    return Challenge(domain, secret, f"{LABEL}.{domain}", record_of(secret), moment(ends))


def record_of(secret: str) -> str:
    """The text of the TXT record."""
    return PREFIX + _digest(secret).hex()


def check_proof(db: Database, keys: Keys, domain: str, secret: str, look_up: LookUp, now: datetime) -> State:
    """Asks the DNS for the record of a challenge; what is proven stays so for 30 days. No transaction is open while
    the DNS is asked, and it is asked for nothing that we did not ask ourselves to be made."""
    if proven_domain(db, secret, now) == domain:
        return "proven"
    if not _is_ours(keys, domain, secret, now):
        return "expired"
    try:
        found = look_up(f"{LABEL}.{domain}")
    except OSError:
        return "unanswered"
    if record_of(secret) not in {text.strip() for text in found}:
        return "missing"
    with db.writing() as connection:
        connection.execute("delete from domain_proofs where expires_at <= ?", (seconds(now),))
        connection.execute(
            "insert or ignore into domain_proofs (domain, digest, proven_at, expires_at) values (?, ?, ?, ?)",
            (domain, _digest(secret), seconds(now), seconds(now + PROOF_LIFE)),
        )
        Journal(connection, seconds(now)).note("domain-proven", domain, actor=domain)
    return "proven"


def proven_domain(db: Database, secret: str, now: datetime) -> str | None:
    """The domain that a secret opens; None where it opens none, or no more."""
    found: str | None = db.value(
        "select domain from domain_proofs where digest = ? and expires_at > ?", (_digest(secret), seconds(now))
    )
    return found


def _is_ours(keys: Keys, domain: str, secret: str, now: datetime) -> bool:
    """Whether we drew this secret for this domain, and it has not ended."""
    drawn, _, seal = secret.rpartition("-")
    if not hmac.compare_digest(seal.encode("utf-8", "replace"), _seal(keys, domain, drawn).encode()):
        return False
    return seconds(now) < int(drawn.partition("-")[0], 16)


def _seal(keys: Keys, domain: str, drawn: str) -> str:
    return keys.digest("fingerprint", f"domain proof {domain} {drawn}").hex()


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
