"""The reasons of a verdict, each weighed, in words an analyst would use. Pure."""

from data.judgement.signals import BORROWED, Signals
from data.model import Reason

ECHOES = frozenset(
    {"ticket-acknowledgement", "form-receipt", "list-confirmation", "account-verification", "invitation"}
)
"""Kinds of mail that repeat what somebody typed into a form."""
_ODDITY = 0.5
_FORGED = 2.0
_FILTERED = {"likely": 1.0, "certain": 3.0}


def reasons_of(signals: Signals) -> tuple[Reason, ...]:
    """Every reason that speaks for or against abuse, the origin first."""
    return (*_origin(signals), *_words(signals), *_form(signals), *_against(signals))


def bait(signals: Signals) -> float:
    """How much of the message is what attackers write, and not who carried it.

    On a platform the form of the header is the platform's own, so that only words count there; a subdomain at
    random makes them worse, and is nothing by itself.
    """
    weight = sum(lure.weight for lure in signals.lures)
    weight += 2.0 * bool(signals.borrowed_brand) + 2.0 * bool(signals.disguised) + 1.5 * bool(signals.payload)
    weight += 2.0 * signals.renamed + 1.0 * signals.sent_on + 0.5 * signals.pointed_link
    weight += 1.0 * signals.many_recipients
    if signals.platform is None:
        weight += _of_stranger(signals)
    elif weight or signals.shouted:
        weight += 1.0 * (signals.recipient_named and signals.mechanism in ECHOES) + 1.0 * signals.shouted
        weight += 2.0 * signals.random_tenant + 1.0 * signals.other_tenant
        weight += 0.5 * (signals.filtered is not None)
    if signals.conversation == "foreign":
        weight -= 2.0
    elif signals.listed:
        weight -= 0.5
    return weight


def _of_stranger(signals: Signals) -> float:
    weight = 1.0 * (signals.authenticated is False) + 1.0 * signals.spoofed
    weight += _FILTERED[signals.filtered] if signals.filtered else 0.0
    return weight + sum(_odd(oddity) for oddity in signals.oddities)


def _odd(oddity: str) -> float:
    return _FORGED if oddity.endswith(BORROWED) else _ODDITY


def _origin(signals: Signals) -> list[Reason]:
    found = []
    sender = f"From: {signals.sender_domain}"
    if signals.platform:
        found.append(Reason(f"sent by {signals.label}", 2.0, "; ".join(signals.platform_lines[:3])))
        if signals.conversation != "foreign":
            line = "no In-Reply-To" if signals.conversation == "none" else f"In-Reply-To: an id of {signals.label}"
            found.append(Reason("answers no message of the recipient", 2.0, line))
    if signals.automatic:
        found.append(Reason("written by a machine", 1.0, "Auto-Submitted, X-Auto-Response-Suppress or Precedence"))
    if signals.authenticated:
        found.append(Reason("passes authentication for its own domain", 1.0, sender))
    if signals.help_desk and signals.mechanism == "account-verification":
        found.append(Reason("verification mail of a help desk", 2.0, "Subject"))
    if signals.random_tenant:
        found.append(Reason("the customer's subdomain is letters at random", 2.0, sender))
    if signals.other_tenant:
        found.append(Reason("the body belongs to another customer than From", 1.0, sender))
    if signals.sent_on:
        found.append(Reason(f"mail of {signals.label}, sent on by {signals.transport}", 1.0, "Received"))
    return found


def _words(signals: Signals) -> list[Reason]:
    found = [Reason(f"words of {lure.label}", lure.weight, ", ".join(lure.places)) for lure in signals.lures]
    found += [Reason(f"a stranger's sentence with a link in {place}", 3.0, place) for place in signals.payload]
    if signals.pointed_link:
        found.append(Reason("an arrow points at a stranger's link", 0.5, "body"))
    found += [Reason("letters made to look like others", 2.0, place) for place in signals.disguised]
    if signals.borrowed_brand:
        says = f"the display name says {signals.borrowed_brand}, the domain is another's"
        found.append(Reason(says, 1.0, f"From: {signals.sender_domain}"))
    if signals.renamed:
        found.append(Reason("the sender's name was changed; Reply-To still bears the old one", 2.0, "From, Reply-To"))
    if signals.recipient_named:
        found.append(Reason("the recipient's name or mailbox stands in Subject", 1.0, "Subject"))
    if signals.shouted:
        found.append(Reason("Subject in capitals or with several pictures", 1.0, "Subject"))
    if signals.unusual_subject:
        found.append(Reason(f"no template of {signals.label} has this Subject", 2.0, "Subject"))
    return found


def _form(signals: Signals) -> list[Reason]:
    found = []
    if signals.many_recipients:
        found.append(Reason("sent to many strangers at once", 1.0, "To, Cc"))
    if signals.filtered and not signals.platform:
        says = "the receiving provider's filter called it spam"
        found.append(Reason(says, _FILTERED[signals.filtered], "X-MS-Exchange-Organization-SCL or X-Spam-Flag"))
    if not signals.platform:
        found += [Reason(oddity, _odd(oddity), "header") for oddity in signals.oddities]
    found += [Reason(f"edited or made up: {check} does not hold", -1.0, check) for check in signals.broken_checks]
    return found


def _against(signals: Signals) -> list[Reason]:
    found = []
    if signals.conversation == "foreign":
        found.append(Reason("answers a message of somebody else", -4.0, "In-Reply-To or References"))
    if signals.listed:
        found.append(Reason("came over a mailing list", -3.0, "List-Id"))
    elif signals.bulk and signals.mechanism == "newsletter":
        found.append(Reason("can be unsubscribed from", -1.0, "List-Unsubscribe"))
    if signals.mechanism == "bounce":
        found.append(Reason("a delivery report", -3.0, "Content-Type or From"))
    if signals.spoofed:
        found.append(Reason("the domain in From did not send it", -2.0, f"From: {signals.sender_domain}"))
    if signals.warning_words:
        found.append(Reason("warns of fraud in its own words", -3.0, "body"))
    return found
