"""Reports out of a mailbox or drop folder into the database: who reports, whom to believe, each message once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from collectors.authentication import read_authentication
from collectors.enclosures import unwrap_report
from collectors.headers import parse_message
from collectors.mailbox import open_mailbox
from collectors.messages import read_messages
from collectors.reading import Reader
from collectors.received import read_hops
from collectors.verification import verifier_for
from data.catalogue.loader import load_catalogue
from data.domains import registrable_domain
from data.errors import MailboxError, SubmissionRefused
from data.keys import Keys, open_keys
from data.model import RawMessage, Reading, Refusal
from data.settings import Settings
from data.store.collected import is_collected
from data.store.database import Database, open_database
from data.store.intake import take_in
from data.store.reads import known_domains
from data.store.settle import settle
from data.submissions import Channel, Receipt, Submission


@dataclass(slots=True)
class Collected:
    """What became of the messages of a mailbox or folder. `again` were stored by a run that was stopped before it
    could move them."""

    messages: int = 0
    stored: int = 0
    duplicates: int = 0
    again: int = 0
    failed: list[Refusal] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "messages": self.messages,
            "stored": self.stored,
            "duplicates": self.duplicates,
            "again": self.again,
            "failed": [{"source": item.source, "reason": item.reason} for item in self.failed],
        }

    def sentence(self) -> str:
        return (
            f"{self.messages:,} messages collected: {self.stored:,} observations stored, {self.duplicates:,} known "
            f"already, {len(self.failed):,} refused."
        )


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who handed in a message. Without a believable name the report is as anonymous as one typed into a form."""

    channel: Channel
    submitter: str | None
    organisation: str | None


def collect_mailbox(settings: Settings) -> Collected:
    """Everything in the mailbox of the settings. Raises MailboxError and StoreError; what was stored stays."""
    keys = open_keys(settings.keys_path)
    done = Collected()
    with open_database(settings.db) as db, open_mailbox(settings) as mailbox:
        place = f"{settings.mailbox_host}/{settings.mailbox_user}/{settings.mailbox_folder}"
        name = keys.digest("submitter", f"mailbox:{place}")
        taker = _Taker(db, settings, keys, name, place, done)
        waiting = []
        for uid in mailbox.uids():
            if is_collected(db, Receipt(name, mailbox.validity, uid)):
                mailbox.put_away(uid, failed=False)
                done.again += 1
            else:
                waiting.append(uid)
        for letter in mailbox.letters(waiting):
            source = f"mailbox:{settings.mailbox_folder}/{letter.uid}"
            receipt = Receipt(name, letter.validity, letter.uid)
            mailbox.put_away(letter.uid, failed=not taker.take(letter.blob, source, receipt, letter.size))
        settle(db, datetime.now(UTC))
    return done


def collect_drop_folder(settings: Settings) -> Collected:
    """Every new message of the Maildir of the settings; it goes to `cur`, or to `failed`, once it is stored."""
    folder = settings.drop_folder
    if folder is None or not (folder / "new").is_dir():
        raise MailboxError(f"{folder or 'No drop folder'} is no Maildir: it has no folder named new. Make one.")
    keys = open_keys(settings.keys_path)
    done = Collected()
    name = keys.digest("submitter", f"maildir:{folder.absolute()}")
    with open_database(settings.db) as db:
        taker = _Taker(db, settings, keys, name, str(folder.absolute()), done)
        for path in _dropped(folder / "new"):
            try:
                _empty_out(path, folder, taker)
            except OSError as error:
                reason = (
                    f"It cannot be read or moved ({error.strerror}); look at the rights. The next run tries again."
                )
                done.failed.append(Refusal(str(path), reason))
        settle(db, datetime.now(UTC))
    return done


def _empty_out(path: Path, folder: Path, taker: "_Taker") -> None:
    """One file of a drop folder into the database, then out of the way. Raises OSError."""
    receipt = Receipt(taker.name, 0, _number(path.name))
    if is_collected(taker.db, receipt):
        taker.done.again += 1
        _put_away(path, folder / "cur")
        return
    size = path.stat().st_size
    blob = path.read_bytes() if size <= taker.settings.message_limit else None
    read = taker.take(blob, str(path), receipt, size)
    _put_away(path, folder / ("cur" if read else "failed"))


@dataclass(frozen=True, slots=True)
class _Taker:
    """Takes in one message after the other, and counts."""

    db: Database
    settings: Settings
    keys: Keys
    name: bytes
    place: str
    done: Collected

    def take(self, blob: bytes | None, source: str, receipt: Receipt, size: int) -> bool:
        """Whether anything of the message was stored."""
        self.done.messages += 1
        if blob is None:
            limit = self.settings.message_limit
            reason = f"It has {size:,} bytes, more than the {limit:,} of RELAYWATCH_MESSAGE_LIMIT."
            self.done.failed.append(Refusal(source, reason))
            return False
        catalogue = load_catalogue()
        known = known_domains(self.db) if self.settings.dkim_lookup else frozenset()
        verify = verifier_for(self.settings, catalogue, known)
        reader = Reader(self.settings, self.keys, catalogue, own_mailbox=True, verify=verify)
        readings = list(reader.read(_evidence(blob, source, self.settings)))
        reporter = reporter_of(blob, readings, self.settings, self.place)
        submission = Submission(
            reporter.channel,
            datetime.now(UTC),
            self.keys.digest("submitter", reporter.submitter) if reporter.submitter else None,
            organisation=reporter.organisation,
        )
        intake = take_in(self.db, submission, readings, settled=False, receipt=receipt)
        self.done.stored += intake.stored
        self.done.duplicates += intake.duplicates
        self.done.failed += intake.refused
        return bool(intake.taken)


def _evidence(blob: bytes, source: str, settings: Settings) -> Iterator[RawMessage | Refusal]:
    """The messages in one of a mailbox. What has no header at all is refused by the same words as anywhere else."""
    reported = list(unwrap_report(RawMessage(source, blob), settings))
    yield from reported if any(item.enclosed_in for item in reported) else read_messages(blob, source, settings)


def reporter_of(blob: bytes, readings: list[Reading | Refusal], settings: Settings, place: str) -> Reporter:
    """Who stands behind a message in a mailbox of ours.

    What was delivered into it is the mailbox's own evidence. What it encloses was sent by somebody: believed where
    our own server found that his DMARC passes, else as anonymous as the web form, whatever he says.
    """
    if not any(isinstance(item, Reading) and item.enclosed_in for item in readings):
        return Reporter("mailbox", f"mailbox:{place}", None)
    try:
        outer = parse_message(RawMessage("report", blob), settings)
    except SubmissionRefused:
        return Reporter("web", None, None)
    sender = outer.sender
    said = read_authentication(outer, read_hops(outer), settings.authserv_ids)
    if sender is None or said.evidence != "attested" or said.dmarc != "pass":
        return Reporter("web", f"mail:{sender.address}" if sender else None, None)
    return Reporter("mailbox", f"mail:{sender.address}", registrable_domain(sender.domain))


def _dropped(folder: Path) -> Iterator[Path]:
    """The regular files of a folder, in the order of their names; links and hidden files are nobody's mail."""
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path


def _put_away(path: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    path.rename(folder / f"{path.name.partition(':')[0]}:2,S")


def _number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogateescape"), digest_size=8).digest()) >> 1
