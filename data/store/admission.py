"""The door for whoever hands something in over the network: the API and the Submit page ask the same functions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from data.admission import Allowance, Counter, Ledger
from data.blocks import block_text
from data.errors import SubmissionsClosed, TooManySubmissions
from data.keys import Keys
from data.model import Reading, Refusal
from data.settings import Settings
from data.store.database import Database
from data.store.intake import take_in
from data.store.quarantine import count_held, hold, used_since
from data.submissions import Intake, Submission

LEDGER = Ledger()
"""Of this process."""
EVERYBODY = Counter("everybody", b"everybody")
HELD_WAIT = 3_600
Items = Sequence[Reading | Refusal]
Watch = Callable[[Items], Iterable[Reading | Refusal]]


@dataclass(frozen=True, slots=True)
class Admitted:
    """What the door did with a submission: taken in, or held for review under a number."""

    intake: Intake
    held_id: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody at the door: the submission he brings, what it is counted against, whether it may be held."""

    submission: Submission
    allowances: tuple[Allowance, ...]
    stranger: bool


@dataclass(frozen=True, slots=True)
class Door:
    """The limits of a server and what was used of them."""

    settings: Settings
    keys: Keys
    ledger: Ledger = LEDGER

    def stranger(self, who: str, address: str | None, now: datetime) -> Visit:
        """An anonymous visit; `who` tells submitters apart and is kept as a keyed hash only."""
        settings = self.settings
        block = self.keys.digest("block", block_text(address) or "")
        submission = self._anonymous(who, now, block)
        return Visit(
            submission,
            (
                Allowance(
                    Counter("submitter", submission.submitter_hash or b""),
                    settings.submitter_minute,
                    settings.submitter_day,
                ),
                Allowance(Counter("block", block), settings.block_minute, settings.block_day),
                Allowance(EVERYBODY, settings.everybody_minute, settings.everybody_day),
            ),
            stranger=True,
        )

    def local(self, who: str, now: datetime) -> Visit:
        """A visit from this very machine, to a server that nobody else reaches: anonymous all the same, so that it
        confirms nothing, but as free as a token, since whoever sits there has the command line too."""
        return self._vouched(self._anonymous(who, now, None))

    def holder(self, token_id: int, organisation: str | None, now: datetime) -> Visit:
        """A visit with a token; the organisation was authenticated when the token was issued."""
        digest = self.keys.digest("submitter", f"token:{token_id}")
        return self._vouched(Submission("token", now, digest, None, organisation))

    def _anonymous(self, who: str, now: datetime, block: bytes | None) -> Submission:
        return Submission("web", now, self.keys.digest("submitter", who), block)

    def _vouched(self, submission: Submission) -> Visit:
        counter = Counter("token", submission.submitter_hash or b"")
        return Visit(
            submission, (Allowance(counter, self.settings.token_minute, self.settings.token_day),), stranger=False
        )

    def knock(self, visit: Visit) -> None:
        """Before anything is read. Raises SubmissionsClosed or TooManySubmissions."""
        if visit.submission.channel == "web" and self.settings.submissions == "closed":
            raise SubmissionsClosed("Submissions are closed at present. Ask the operator for a token.")
        self.ledger.knock(visit.allowances, visit.submission.received_at)

    def hand_in(
        self, db: Database, visit: Visit, items: Items, *, settled: bool = True, through: Watch = iter
    ) -> Admitted:
        """Stores what was read, or holds it for review; `through` may watch the items on their way.

        Raises TooManySubmissions where a day is used up and StoreError where the database cannot be written; then
        nothing of it is kept.
        """
        submission = visit.submission
        readings = [item for item in items if isinstance(item, Reading)]
        self.ledger.spend(visit.allowances, len(readings), submission.received_at, partial(used_since, db))
        why = self._suspicion(visit)
        if why is None or not readings:
            return Admitted(take_in(db, submission, through(items), settled=settled))
        if count_held(db) >= self.settings.held_limit:
            raise TooManySubmissions(
                "Too many submissions wait for review; nothing of this one was kept. Try again in an hour.", HELD_WAIT
            )
        refused = tuple(item for item in items if isinstance(item, Refusal))
        return Admitted(Intake(refused=refused), hold(db, submission, readings, why))

    def _suspicion(self, visit: Visit) -> str | None:
        """Why a submission is held; None where it is not."""
        if visit.submission.channel == "web" and self.settings.submissions == "moderated":
            return "moderated"
        if not visit.stranger:
            return None
        now = visit.submission.received_at
        block = Counter("block", visit.submission.block_hash or b"")
        if self.ledger.last_hour(block, now) > self.settings.flood_block:
            return f"more than {self.settings.flood_block} messages of one address block within an hour"
        if self.ledger.last_hour(EVERYBODY, now) > self.settings.flood_everybody:
            return f"more than {self.settings.flood_everybody} anonymous messages within an hour"
        return None
