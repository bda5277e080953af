"""What one message is: signals in, a verdict with scored reasons out. Pure.

The scale is that of the facts: 7 and more is likely abuse, 4 to 6 wants a person's eye, below 4 is ordinary. One
message never proves a wave; what needs several (bursts, twins, the same template at other organisations) is judged
with the incident.
"""

from data.judgement.confidence import confidence
from data.judgement.reasons import ECHOES, bait, reasons_of
from data.judgement.signals import Signals
from data.model import Verdict
from data.vocabulary import ABUSE_VERDICTS, VerdictName

LIKELY, REVIEW = 7.0, 4.0
_BAITED = 3.0
_BAITED_FIRST_CONTACT = 2.0
"""A help desk that writes to somebody who never wrote to it: less bait is enough."""
_BAITED_AT_HAND = 1.25
"""Where anybody gets a sender's address of the platform's own for the asking, still less."""


def judge(signals: Signals) -> Verdict:
    """The verdict on one message. The score is the sum of the reasons' weights, never below 0.

    A verdict of abuse has at least the score that wants a person's eye; ordinary mail stays below likely abuse.
    """
    reasons = reasons_of(signals)
    score = max(0.0, round(sum(reason.weight for reason in reasons), 1))
    verdict = _name(signals)
    if verdict in ABUSE_VERDICTS:
        score = max(score, REVIEW)
    elif verdict in {"ordinary", "backscatter"}:
        score = min(score, LIKELY - 0.1)
    return Verdict(verdict, score, reasons, confidence(verdict, score, signals))


def _name(signals: Signals) -> VerdictName:
    if signals.warning_words and not signals.payload:
        return "ordinary"
    if signals.mechanism == "bounce":
        return "unrelated-abuse" if signals.filtered == "certain" and bait(signals) >= LIKELY else "ordinary"
    if _is_relayed(signals):
        return "relay-spam"
    if bait(signals) >= _bar(signals):
        return _baited(signals)
    return _quiet(signals)


def _bar(signals: Signals) -> float:
    if signals.platform is None:
        return _BAITED
    if signals.shared_sender or (signals.writer == "tenant" and not signals.own_domain):
        return _BAITED_AT_HAND
    echoes = signals.help_desk or (signals.writer == "visitor" and signals.mechanism in ECHOES)
    first = echoes and signals.conversation != "foreign"
    return _BAITED_FIRST_CONTACT if first else _BAITED


def _is_relayed(signals: Signals) -> bool:
    """A stranger's sentence stands where a form fills, in mail that its sender really sent."""
    if not signals.payload or signals.spoofed or signals.conversation == "foreign" or _is_taken_over(signals):
        return False
    if "the recipient's name in To" in signals.payload or "the greeting" in signals.payload:
        return True
    return not signals.shared_sender and (signals.writer == "visitor" or signals.mechanism in ECHOES)


def _baited(signals: Signals) -> VerdictName:
    """Attackers' words: whose they are depends on who writes on this platform, and from which domain."""
    if signals.platform is None:
        return "unrelated-abuse"
    if signals.writer == "visitor" and signals.mechanism == "account-verification":
        return "verification-flood"
    if signals.shared_sender:
        return "relay-spam" if signals.writer == "visitor" else "attacker-tenant"
    if signals.writer == "tenant":
        return _by_customer(signals)
    if signals.random_tenant and not signals.other_tenant:
        return "attacker-tenant"
    if _is_taken_over(signals) or signals.other_tenant or signals.sent_on:
        return "compromised-tenant"
    by_agent = signals.mechanism == "agent-message" and not signals.many_recipients
    return "compromised-tenant" if by_agent else "relay-spam"


def _by_customer(signals: Signals) -> VerdictName:
    """A customer's mailing: from a domain of its own it was taken over, or it is a spammer's own."""
    if not signals.own_domain or signals.spoofed or signals.authenticated is False:
        return "attacker-tenant"
    stolen = _is_taken_over(signals) or any(lure.id == "crypto" for lure in signals.lures)
    return "compromised-tenant" if stolen else "unrelated-abuse"


def _is_misdirected(signals: Signals) -> bool:
    """An answer to many people, or an automatic one to somebody who did not ask: they read what another asked."""
    if signals.many_recipients:
        return True
    return signals.mechanism == "ticket-acknowledgement" and (signals.listed or not signals.answers_recipient)


def _is_taken_over(signals: Signals) -> bool:
    """The sender's own name is the lure, or the subdomain is made up: no ticket form can change those."""
    if signals.borrowed_brand or signals.renamed or signals.random_tenant:
        return signals.platform is not None
    return signals.platform is not None and any("From" in lure.places for lure in signals.lures)


def _quiet(signals: Signals) -> VerdictName:
    foreign = signals.conversation == "foreign"
    if signals.writer == "visitor" and signals.mechanism == "account-verification" and not foreign:
        return "verification-flood"
    if signals.platform and signals.mechanism == "list-confirmation" and not foreign:
        return "list-bomb"
    if signals.unusual_subject and signals.writer == "tenant":
        return "attacker-tenant"
    if foreign and signals.help_desk and _is_misdirected(signals):
        return "backscatter"
    if signals.platform is None and signals.spoofed:
        return "unrecognised"
    return "ordinary"
