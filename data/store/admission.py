"""The door for whoever hands something in over the network: the API and the Submit page ask the same functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from data.admission import Allowance, Counter, Ledger
from data.blocks import block_text
from data.errors import SubmissionsClosed, TooManySubmissions
from data.keys import Keys
from data.model import Intake, Reading, Refusal, Submission
from data.settings import Settings
from data.store.database import Database
from data.store.intake import take_in
from data.store.quarantine import count_held, hold, used_since

LEDGER = Ledger()
"""Of this process."""
EVERYBODY = Counter("everybody", b"everybody")
HELD_WAIT = 3_600


@dataclass(frozen=True, slots=True)
class Admitted:
    """What the door did with a submission: taken in, or held for review under a number."""

    intake: Intake
    held_id: int | None = None
    messages_held: int = 0


@dataclass(frozen=True, slots=True)
class Door:
    """The limits of a server and what was used of them."""

    settings: Settings
    keys: Keys
    ledger: Ledger = LEDGER

    def stranger(self, who: str, address: str | None, now: datetime) -> Submission:
        """An anonymous submission; `who` tells submitters apart and is kept as a keyed hash only."""
        block = block_text(address)
        return Submission(
            "web",
            now,
            submitter_hash=self.keys.digest("submitter", who),
            block_hash=self.keys.digest("block", block) if block else None,
        )

    def holder(self, token_id: int, organisation: str | None, now: datetime) -> Submission:
        """A submission with a token; the organisation was authenticated when the token was issued."""
        return Submission("token", now, self.keys.digest("submitter", f"token:{token_id}"), None, organisation)

    def knock(self, submission: Submission) -> None:
        """Before anything is read. Raises SubmissionsClosed or TooManySubmissions."""
        if submission.channel == "web" and self.settings.submissions == "closed":
            raise SubmissionsClosed("Submissions are closed at present. Ask the operator for a token.")
        self.ledger.knock(self._allowances(submission), submission.received_at)

    def hand_in(
        self, db: Database, submission: Submission, items: Sequence[Reading | Refusal], *, settled: bool = True
    ) -> Admitted:
        """Stores what was read, or holds it for review. Raises TooManySubmissions where a day is used up and
        StoreError where the database cannot be written; then nothing of it is kept."""
        readings = [item for item in items if isinstance(item, Reading)]
        allowances = self._allowances(submission)
        now = submission.received_at
        self.ledger.spend(allowances, len(readings), now, lambda counter, since: used_since(db, counter, since))
        why = self._suspicion(submission, now)
        if why is None or not readings:
            return Admitted(take_in(db, submission, items, settled=settled))
        if count_held(db) >= self.settings.held_limit:
            raise TooManySubmissions(
                "Too many submissions wait for review; nothing of this one was kept. Try again in an hour.", HELD_WAIT
            )
        refused = tuple(item for item in items if isinstance(item, Refusal))
        return Admitted(Intake(refused=refused), hold(db, submission, readings, why), len(readings))

    def _suspicion(self, submission: Submission, now: datetime) -> str | None:
        """Why a stranger's submission is held; None where it is not."""
        if submission.channel != "web":
            return None
        if self.settings.submissions == "moderated":
            return "moderated"
        block = Counter("block", submission.block_hash or b"")
        if self.ledger.last_hour(block, now) > self.settings.flood_block:
            return f"more than {self.settings.flood_block} messages of one address block within an hour"
        if self.ledger.last_hour(EVERYBODY, now) > self.settings.flood_everybody:
            return f"more than {self.settings.flood_everybody} anonymous messages within an hour"
        return None

    def _allowances(self, submission: Submission) -> tuple[Allowance, ...]:
        settings, submitter = self.settings, submission.submitter_hash or b""
        if submission.channel != "web":
            return (Allowance(Counter("token", submitter), settings.token_minute, settings.token_day),)
        block = Counter("block", submission.block_hash or b"")
        return (
            Allowance(Counter("submitter", submitter), settings.submitter_minute, settings.submitter_day),
            Allowance(block, settings.block_minute, settings.block_day),
            Allowance(EVERYBODY, settings.everybody_minute, settings.everybody_day),
        )
