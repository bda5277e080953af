"""The demonstration: invented mail of a year of waves, handed in like anybody's, and what each message is meant as.

The story ends at a given instant, with a wave going on. It is the same every time: for one `ends_at` and `scale` the
bytes are identical.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from collectors.demonstration.cast import read_cast, stream
from collectors.demonstration.enclosures import bounce, enclose
from collectors.demonstration.helpdesks import HOSTED
from collectors.demonstration.messages import write
from collectors.demonstration.selfhosted import SELF_HOSTED
from collectors.demonstration.senders import SENDERS
from collectors.demonstration.story import Plan, plans
from data.domains import registrable_domain
from data.vocabulary import Enclosure, Mechanism, VerdictName

SHAPES = HOSTED | SELF_HOSTED | SENDERS
PLATFORMS = {"zendesk_verify": "zendesk"}
NO_PLATFORM = frozenset({"ses", "personal", "forger", "bounce"})
WITHOUT_ACCOUNT = frozenset({"mailman", "rt", "servicenow", "wordpress", "zammad"})
ACCOUNT_NOT_TOLD = WITHOUT_ACCOUNT | {"mailchimp", "hubspot", "github"}


@dataclass(frozen=True, slots=True)
class Told:
    """What the story means one message to be; None where it does not say.

    `source` starts with the submitter. `recipient` is the address that it arrived at, `company` the organisation
    whose system sent it, `template` the key of the attacker's words, or of the system's where there are none.
    `repeats` is the source of the same message handed in before.
    """

    source: str
    submitter: str
    handed_in_at: datetime
    sent_at: datetime
    recipient: str
    subject: str
    platform: str | None
    account_id: str | None
    tenant: str | None
    abused_domain: str | None
    company: str | None
    mechanism: Mechanism
    verdict: VerdictName
    wave: str | None
    template: str | None
    enclosed_in: Enclosure | None
    repeats: str | None


def demonstration_messages(ends_at: datetime, *, scale: float = 1.0) -> Iterator[tuple[str, bytes, datetime]]:
    """(source, message, instant of hand-in) in order of hand-in, about 5,000 at scale 1, none after `ends_at`.

    `source` is `submitter/number.eml`. Raises ValueError where `ends_at` has no zone.
    """
    for source, plan, _ in _numbered(ends_at, scale):
        yield source, _written(plan), plan.handed_in_at


def demonstration_truth(ends_at: datetime, *, scale: float = 1.0) -> Iterator[Told]:
    """What each message of `demonstration_messages` is meant to be, in the same order."""
    for source, plan, repeats in _numbered(ends_at, scale):
        yield _told(source, plan, repeats)


def _numbered(ends_at: datetime, scale: float) -> Iterator[tuple[str, Plan, str | None]]:
    if ends_at.tzinfo is None:
        raise ValueError(f"The demonstration ends at {ends_at}, which has no zone; give an aware datetime.")
    first: dict[int, str] = {}
    for number, plan in enumerate(plans(read_cast(), ends_at.astimezone(UTC).replace(microsecond=0), scale), 1):
        source = f"{plan.submitter}/{number:06d}.eml"
        yield source, plan, first.get(plan.serial)
        first.setdefault(plan.serial, source)


def _written(plan: Plan) -> bytes:
    rng = stream(f"message/{plan.serial}")
    if plan.shape == "bounce":
        return bounce(f"nobody{rng.randint(10, 99)}@{plan.letter.company.domain}", plan.letter, rng)
    raw = write(plan.letter, SHAPES[plan.shape](plan.letter, rng), rng)
    if plan.enclosed_in is None:
        return raw
    return enclose(raw, plan.letter, plan.enclosed_in, plan.handed_in_at, rng)


def _told(source: str, plan: Plan, repeats: str | None) -> Told:
    company = plan.letter.company
    platform = None if plan.shape in NO_PLATFORM else PLATFORMS.get(plan.shape, plan.shape)
    has_account = platform is not None and plan.shape not in ACCOUNT_NOT_TOLD
    own = plan.shape not in {"github", "forger", "bounce"} and plan.mechanism != "personal"
    return Told(
        source=source,
        submitter=plan.submitter,
        handed_in_at=plan.handed_in_at,
        sent_at=plan.letter.sent_at,
        recipient=plan.letter.person.address,
        subject=plan.letter.subject,
        platform=platform,
        account_id=company.account if has_account else None,
        tenant=company.account if plan.shape == "rt" else company.tenant,
        abused_domain=(company.domain if company.tenant else registrable_domain(company.domain)) if own else None,
        company=company.name if own else None,
        mechanism=plan.mechanism,
        verdict=plan.verdict,
        wave=plan.wave,
        template=plan.template,
        enclosed_in=plan.enclosed_in,
        repeats=repeats,
    )
