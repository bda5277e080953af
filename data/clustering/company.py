"""What one message cannot tell, its company can: the same words at several organisations within hours.

A single acknowledgement without lure words deserves a look and no more. It becomes a candidate where its template
holds a message judged abuse, or bursts over three abused parties. Ordinary titles that many people write do not: a
template counts only where it holds words particular enough (`Evidence.particular`), and a trickle is no burst.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.clustering.nodes import RELAYING
from data.clustering.standing import ABUSE, CANDIDATE, CANDIDATE_SCORE, NEITHER, standing
from data.clustering.stretches import cut_stretches
from data.clustering.waves import WAVE_PARTIES

HOUR = 3600
RAISED = RELAYING - {"agent-message"}


@dataclass(frozen=True, slots=True)
class Companion:
    """What counts of one observation of a template."""

    observation: int
    at: int
    party: int
    trusted: bool
    automatic: bool
    mechanism: str
    verdict: str
    score: float
    machine_verdict: str = ""
    """What the machine said where somebody says otherwise."""
    ignored: bool = False

    @property
    def own(self) -> int:
        """Its standing by its verdict alone. What somebody calls no abuse stays a candidate where the machine opened
        an incident for it, until somebody says to ignore it."""
        own = standing(self.verdict, self.score)
        if own or self.machine_verdict in {"", self.verdict}:
            return own
        return CANDIDATE if standing(self.machine_verdict, self.score) else own

    @property
    def open_to_company(self) -> bool:
        return self.own == NEITHER and self.automatic and self.mechanism in RAISED and self.score >= CANDIDATE_SCORE


def raised(members: Sequence[Companion], *, wordless: bool = False) -> dict[int, str]:
    """The observations of a template that become candidates, each with the reason. Anonymous ones raise nobody. The
    words of a wordless template are the platform's, so only a burst counts there."""
    able = [member for member in members if member.open_to_company]
    if not able:
        return {}
    judged = [member for member in members if member.trusted and member.own == ABUSE]
    if judged and not wordless:
        count = f"{len(judged)} messages" if len(judged) > 1 else "a message"
        return {member.observation: f"same words as {count} judged abuse" for member in able}
    found: dict[int, str] = {}
    vouched = sorted(
        (member for member in members if member.trusted and (member.open_to_company or member.own)),
        key=lambda member: (member.at, member.observation),
    )
    for stretch in cut_stretches([member.at for member in vouched]):
        inside = vouched[stretch.start : stretch.end]
        parties = len({member.party for member in inside})
        if stretch.dense and parties >= WAVE_PARTIES:
            first, last = inside[0].at, inside[-1].at
            hours = max(1, round((last - first) / HOUR))
            reason = f"same words at {parties} organisations in {hours} hour{'s' if hours > 1 else ''}"
            found |= {member.observation: reason for member in able if first <= member.at <= last}
    return found
