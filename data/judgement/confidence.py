"""How sure one message makes us of its verdict, from 0 to 1. Pure."""

from data.judgement.signals import Signals
from data.vocabulary import ABUSE_VERDICTS, VerdictName

_UNRECOGNISED = 0.3
_DOUBTFUL_BELOW = 0.5


def confidence(verdict: VerdictName, score: float, signals: Signals) -> float:
    """For abuse it grows with the score; for the rest it falls with it. Broken inner checks halve it."""
    if verdict in ABUSE_VERDICTS:
        sure = 0.25 + 0.06 * score
    elif verdict == "unrecognised":
        sure = _UNRECOGNISED
    else:
        sure = 0.9 - 0.08 * score if verdict == "ordinary" else 0.4 + 0.05 * score
    if signals.broken_checks:
        sure /= 2
    if signals.authenticated is None:
        sure -= 0.1
    return round(min(0.95, max(0.05, sure)), 2)


def is_sure(confidence: float) -> bool:
    """Whether a person may be told the verdict without a word of doubt."""
    return confidence >= _DOUBTFUL_BELOW
