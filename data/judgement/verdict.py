"""What one message is: signals in, a verdict with scored reasons out. Pure.

The scale is that of the facts: 7 and more is likely abuse, 4 to 6 wants a person's eye, below 4 is ordinary. One
message never proves a wave; what needs several (bursts, twins, the same template at other organisations) is judged
with the incident.
"""

from data.judgement.confidence import confidence
from data.judgement.signals import Signals
from data.model import ABUSE_VERDICTS, Reason, Verdict, VerdictName

LIKELY, REVIEW = 7.0, 4.0
_LURED = 3.0


def judge(signals: Signals) -> Verdict:
    """The verdict on one message. The score is the sum of the reasons' weights, never below 0."""
    reasons = (*_origin(signals), *_content(signals), *_against(signals))
    score = max(0.0, round(sum(reason.weight for reason in reasons), 1))
    verdict = _name(signals, score)
    if verdict in ABUSE_VERDICTS:
        score = max(score, REVIEW)
    elif verdict == "ordinary":
        score = min(score, LIKELY - 0.1)
    return Verdict(verdict, score, reasons, confidence(verdict, score, signals))


def _name(signals: Signals, score: float) -> VerdictName:
    if signals.mechanism == "bounce":
        return "ordinary"
    if signals.warning_words and not signals.payload:
        return "ordinary"
    if signals.payload and not signals.spoofed and signals.conversation != "foreign":
        named = _with_payload(signals)
        if named:
            return named
    if _is_lured(signals):
        return _lured(signals)
    return _quiet(signals, score)


def _with_payload(signals: Signals) -> VerdictName | None:
    """A sentence with a link in a place that a form fills: somebody else's words in this sender's mail."""
    if "the recipient's name in To" in signals.payload or "the greeting" in signals.payload:
        return "relay-spam"
    if signals.writer == "visitor" or signals.mechanism in _ECHOES:
        return "relay-spam" if not _is_taken_over(signals) else None
    return None


_ECHOES = {
    "ticket-acknowledgement", "form-receipt", "account-verification", "list-confirmation", "invitation",
}  # fmt: skip


def _lured(signals: Signals) -> VerdictName:
    if signals.platform is None:
        return "unrelated-abuse"
    if signals.help_desk and signals.mechanism == "account-verification":
        return "verification-flood"
    if signals.writer == "visitor" and not signals.own_domain:
        return _at_subdomain(signals)
    if signals.writer == "visitor":
        return "compromised-tenant" if _is_taken_over(signals) or signals.mechanism == "agent-message" else "relay-spam"
    if signals.own_domain:
        return "compromised-tenant" if _is_strong(signals) else "unrelated-abuse"
    return "attacker-tenant"


def _at_subdomain(signals: Signals) -> VerdictName:
    if signals.shared_sender:
        return "relay-spam"
    if signals.random_tenant:
        return "compromised-tenant" if signals.other_tenant else "attacker-tenant"
    return "compromised-tenant" if _is_taken_over(signals) else "relay-spam"


def _is_taken_over(signals: Signals) -> bool:
    """The sender's own name or the whole text is the lure: no ticket form can change those."""
    return signals.borrowed_brand is not None or any("From" in lure.places for lure in signals.lures)


def _quiet(signals: Signals, score: float) -> VerdictName:
    if signals.help_desk and signals.mechanism == "account-verification" and signals.conversation != "foreign":
        return "verification-flood"
    if signals.unusual_subject and signals.writer == "tenant":
        return "attacker-tenant"
    if signals.mechanism == "chat-transcript" and signals.shared_sender:
        return "attacker-tenant" if signals.payload or signals.lures else "ordinary"
    if signals.mechanism == "ticket-acknowledgement" and signals.conversation == "foreign":
        return "backscatter"
    if signals.platform is None and signals.spoofed and score >= REVIEW:
        return "unrecognised"
    return "ordinary"


def _is_lured(signals: Signals) -> bool:
    return _lure_weight(signals) >= _LURED


def _is_strong(signals: Signals) -> bool:
    return signals.borrowed_brand is not None or any(lure.label.startswith("crypto") for lure in signals.lures)


def _lure_weight(signals: Signals) -> float:
    weight = sum(lure.weight for lure in signals.lures)
    weight += 2.0 * bool(signals.borrowed_brand) + 2.0 * bool(signals.disguised) + 1.0 * signals.spoofed
    weight += 1.0 * bool(signals.payload)
    if signals.listed or signals.conversation == "foreign":
        weight -= 2.0
    return weight


def _origin(signals: Signals) -> list[Reason]:
    found = []
    if signals.platform:
        lines = "; ".join(signals.platform_lines[:3])
        found.append(Reason(f"sent by {signals.label}, by independent header lines", 2.0, lines))
    if signals.automatic:
        found.append(Reason("written by a machine", 1.0, "Auto-Submitted, X-Auto-Response-Suppress or Precedence"))
    if signals.authenticated:
        found.append(Reason("passes authentication for its own domain", 1.0, f"From: {signals.sender_domain}"))
    if signals.conversation != "foreign" and signals.platform:
        found.append(Reason("answers no message of the recipient", 2.0, "In-Reply-To"))
    if signals.mechanism == "account-verification" and signals.help_desk:
        found.append(Reason("verification mail of a help desk", 2.0, "X-Zendesk-Priority-Mail or Subject"))
    if signals.random_tenant:
        found.append(Reason("the customer's subdomain is letters at random", 2.0, f"From: {signals.sender_domain}"))
    if signals.other_tenant:
        found.append(Reason("the body belongs to another customer than From", 1.0, f"From: {signals.sender_domain}"))
    return found


def _content(signals: Signals) -> list[Reason]:
    found = [Reason(f"words of {lure.label}", lure.weight, ", ".join(lure.places)) for lure in signals.lures]
    found += [Reason(f"a stranger's sentence with a link in {place}", 3.0, place) for place in signals.payload]
    found += [Reason(f"disguised text: {what}", 2.0, what.rpartition(" ")[2]) for what in signals.disguised]
    if signals.borrowed_brand:
        says = f"the display name is {signals.borrowed_brand}, the domain is not"
        found.append(Reason(says, 1.0, f"From: {signals.sender_domain}"))
    if signals.recipient_named:
        found.append(Reason("the recipient's address stands in Subject", 1.0, "Subject"))
    if signals.unusual_subject:
        found.append(Reason(f"no template of {signals.label} has this Subject", 2.0, "Subject"))
    if signals.many_recipients:
        found.append(Reason("sent to many strangers at once", 1.0, "To, Cc"))
    found += [Reason(f"edited or invented: {check} does not hold", -1.0, check) for check in signals.broken_checks]
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
        found.append(Reason("a delivery report", -3.0, "Content-Type or Return-Path"))
    if signals.spoofed:
        found.append(Reason("the domain in From did not send it", -2.0, f"From: {signals.sender_domain}"))
    if signals.warning_words:
        found.append(Reason("warns of fraud in its own words", -3.0, "body"))
    return found
