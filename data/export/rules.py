"""Filter rules for mail servers: confirmed exposures by account and by domain, never a whole platform.

The words of a rule file are ours, the values are `Door`s: nothing that a stranger wrote can become rule syntax. Rules
mark or score; they reject nothing. Each file says what it rests on and when it runs out.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from data.catalogue.loader import Catalogue
from data.export.doors import Doors, Exposure, RuleSet, doors_of
from data.export.rules_by_score import rspamd, spamassassin
from data.export.rules_by_tag import exchange, postfix, sieve
from data.plain import counted
from data.tlp import DEFAULT, Tlp

SCORE = 4.0
"""Added to a message's score: below the usual thresholds of rejection (rspamd 15, SpamAssassin 5), so that a rule
alone loses no mail."""
EXPIRES_AFTER = timedelta(days=14)


WRITERS: dict[str, Callable[[RuleSet], Iterator[str]]] = {
    "rspamd": rspamd,
    "postfix": postfix,
    "sieve": sieve,
    "spamassassin": spamassassin,
    "exchange": exchange,
}
"""The lines of each format's file; in all of them a line that begins with # says something to people only."""


def to_rules(
    form: str,
    exposures: Iterable[Exposure],
    catalogue: Catalogue,
    made_at: datetime,
    *,
    score: float = SCORE,
    expires_after: timedelta = EXPIRES_AFTER,
    tlp: Tlp = DEFAULT,
) -> bytes:
    """The rule file of a format for confirmed exposures, in ASCII."""
    found = doors_of(exposures, catalogue)
    expires_at = made_at + expires_after
    preface = (f"# {line}".rstrip() for line in _preface(form, found, made_at, expires_at, tlp))
    lines = WRITERS[form](RuleSet(found.doors, expires_at, score))
    return "\n".join([*preface, *lines, ""]).encode("ascii")


def _preface(form: str, found: Doors, made_at: datetime, expires_at: datetime, tlp: Tlp) -> Iterator[str]:
    yield f"TLP:{tlp}"
    yield f"Relaywatch rules for {form}, made {made_at:%Y-%m-%d %H:%M} UTC out of confirmed exposures."
    yield f"They run out on {expires_at:%Y-%m-%d}: replace this file before that day, or remove it."
    yield "These senders are abused, not guilty: their mail is genuine, and so is some of what these rules mark."
    yield f"{counted(len(found.doors), 'rule')}." + (
        f" {found.unwritable} more confirmed exposures have no mark of their own and are left out."
        if found.unwritable
        else ""
    )
    yield ""
