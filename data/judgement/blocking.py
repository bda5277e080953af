"""What one person can block without losing anybody's mail but that of the abused system. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

from data.domains import clean_host
from data.model import Reading
from data.vocabulary import ABUSE_VERDICTS

_ACCOUNT = re.compile(r"[0-9A-Za-z_-]{4,64}")
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class MailRule:
    """One condition that a mail program understands: the header field, how to compare, the value."""

    field: str
    test: Literal["contains", "is"]
    value: str


def mail_rules(reading: Reading) -> tuple[MailRule, ...]:
    """Rules that catch repeats by the abused party and nobody else's mail; none where only the platform could be
    named, or the verdict gives no reason to block.

    The domain is one that the identity holds for the abused party's own (never a platform or a shared one), and
    stands in the field that the rule looks at. The account stands in a field of its own, by the kept header.
    """
    # Not mail of other abuse: its sender is often forged, and a rule would then hit whoever was forged.
    if reading.verdict.verdict not in ABUSE_VERDICTS:
        return ()
    return tuple(rule for rule in (_by_domain(reading), _by_account(reading)) if rule)


def _by_domain(reading: Reading) -> MailRule | None:
    domain = clean_host(reading.identity.abused_domain or "")
    if domain is None:
        return None
    sender = (reading.kept.sender_address or "").rpartition("@")[2]
    for field, host in (("From", sender), ("Reply-To", reading.kept.reply_to_domain or "")):
        name = clean_host(host)
        if name and (name == domain or name.endswith(f".{domain}")):
            return MailRule(field, "contains", name)
    return None


def _by_account(reading: Reading) -> MailRule | None:
    account = reading.identity.account_id
    if not account or not _ACCOUNT.fullmatch(account):
        return None
    for kept in reading.kept.headers:
        if kept.value == account and _FIELD.fullmatch(kept.name):
            return MailRule(kept.name, "is", account)
    return None
