"""The corridor, first half: one message as handed in, read into what is shown of it, or into all that is kept of it.

The second half, `data.store.intake.take_in`, stores readings; between the two lies nothing but values. What is only
looked at is never made into what is kept: that takes as long as everything before it.
"""

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from collectors.authentication import read_authentication
from collectors.deadline import check_time, within
from collectors.fingerprint import fingerprint
from collectors.headers import parse_message
from collectors.identity import identify
from collectors.messages import read_messages
from collectors.received import read_hops
from collectors.redaction import (
    Mask,
    clean_authentication,
    clean_hops,
    clean_identity,
    clean_subject,
    clean_verdict,
    look_over,
    masker,
    redact,
)  # fmt: skip
from collectors.signals import read_signals
from collectors.verification import Verifier
from data.catalogue.loader import Catalogue
from data.clustering.keys import subject_parts, take_features
from data.errors import SubmissionRefused
from data.judgement.verdict import judge
from data.keys import Keys
from data.model import (
    Authentication,
    Hop,
    Identity,
    ParsedMessage,
    RawMessage,
    Reading,
    Refusal,
    TemplatePart,
    Verdict,
)
from data.settings import Settings
from data.vocabulary import Enclosure

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Examined:
    """One message as it was judged, with the mask for whatever is shown or kept of it. Nothing is hidden yet."""

    message: ParsedMessage
    hops: tuple[Hop, ...]
    authentication: Authentication
    identity: Identity
    verdict: Verdict
    mask: Mask
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """What is shown of one message that is not kept: the subject and the template redacted unless asked otherwise,
    everything else redacted in any case."""

    source: str
    enclosed_in: Enclosure | None
    sent_at: datetime | None
    subject: str | None
    template: tuple[TemplatePart, ...]
    hops: tuple[Hop, ...]
    authentication: Authentication
    identity: Identity
    verdict: Verdict
    warnings: tuple[str, ...]


def examine(
    raw: RawMessage,
    settings: Settings,
    catalogue: Catalogue,
    *,
    own_mailbox: bool = False,
    verify: Verifier | None = None,
) -> Examined:
    """Parse, verify, identify, judge. Raises SubmissionRefused where no header can be read, or the time is up.

    Only what was delivered into a mailbox of ours can be attested; anybody can write an Authentication-Results into
    what he hands in, or encloses in a report to us.
    """
    message = parse_message(raw, settings)
    hops = read_hops(message)
    delivered = own_mailbox and not raw.enclosed_in
    said = read_authentication(message, hops, settings.authserv_ids if delivered else ())
    authentication = verify(message, said) if verify else said
    check_time()
    identity = identify(message, hops, authentication, catalogue)
    check_time()
    verdict = judge(read_signals(message, identity, authentication, hops, catalogue))
    check_time()
    told = authentication.warnings[len(said.warnings) :]
    mask = masker(message, identity)
    return Examined(message, hops, authentication, identity, verdict, mask, (*message.warnings, *told))


def glance(examined: Examined, *, hide: bool = True) -> Glance:
    """What is shown of a message and never kept. With `hide=False` subject and template stay as they are."""
    message, mask = examined.message, examined.mask
    look_over(message.subject, examined.identity, examined.verdict, examined.warnings, mask)
    return Glance(
        source=message.source,
        enclosed_in=message.enclosed_in,
        sent_at=message.sent_at,
        subject=clean_subject(message.subject, mask) if hide else message.subject,
        template=subject_parts(message.subject, message.recipients, mask.clean if hide else str),
        hops=clean_hops(examined.hops, mask),
        authentication=clean_authentication(examined.authentication, mask),
        identity=clean_identity(examined.identity, mask),
        verdict=clean_verdict(examined.verdict, mask),
        warnings=mask.clean_all(examined.warnings),
    )


def keep(examined: Examined, keys: Keys, catalogue: Catalogue) -> Reading:
    """Take features, redact: everything that is kept of a message."""
    message, mask, identity = examined.message, examined.mask, examined.identity
    look_over(message.subject, identity, examined.verdict, examined.warnings, mask)
    check_time()
    # Features before redaction: the payload may sit in the recipient's display name.
    features = take_features(
        subject=message.subject,
        sender_name=message.sender.name if message.sender else None,
        text=message.text,
        links=message.links,
        field_names=tuple(field.name for field in message.fields),
        mechanism=identity.mechanism,
        platform=identity.platform,
        abused_domain=identity.abused_domain,
        recipients=message.recipients,
        show=mask.clean,
    )
    identifiers = fingerprint(message, keys)
    return Reading(
        source=message.source,
        enclosed_in=message.enclosed_in,
        headers_only=message.headers_only,
        fingerprint=identifiers[0],
        message_hash=identifiers[1],
        recipient_hash=identifiers[2],
        sent_at=message.sent_at,
        dated_by=message.dated_by,
        kept=redact(message, identity, mask),
        hops=clean_hops(examined.hops, mask),
        authentication=clean_authentication(examined.authentication, mask),
        identity=clean_identity(identity, mask),
        verdict=clean_verdict(examined.verdict, mask),
        features=features,
        warnings=mask.clean_all(examined.warnings),
        catalogue_version=catalogue.version,
    )


def read_message(
    raw: RawMessage, settings: Settings, keys: Keys, catalogue: Catalogue, *, own_mailbox: bool = False
) -> Reading:
    """One message, examined and kept. Raises SubmissionRefused where no header can be read, or the time is up."""
    with within(settings.seconds_limit):
        return keep(examine(raw, settings, catalogue, own_mailbox=own_mailbox), keys, catalogue)


@dataclass(frozen=True, slots=True)
class Reader:
    """The reading half bound to its settings, keys and catalogue; it is a data.model.ReadMessages."""

    settings: Settings
    keys: Keys
    catalogue: Catalogue
    own_mailbox: bool = False
    verify: Verifier | None = None

    def __call__(self, blob: bytes, source: str) -> Iterator[Reading | Refusal]:
        """Readings of whatever was handed in; one broken item is a Refusal among the others."""
        return self.read(read_messages(blob, source, self.settings))

    def read(self, items: Iterable[RawMessage | Refusal]) -> Iterator[Reading | Refusal]:
        """Readings, each with all that is kept of its message."""
        return each(items, lambda raw: keep(self._examine(raw), self.keys, self.catalogue), self.settings)

    def glances(self, items: Iterable[RawMessage | Refusal], *, hide: bool = True) -> Iterator[Glance | Refusal]:
        """What there is to see of messages, for looking only."""
        return each(items, lambda raw: glance(self._examine(raw), hide=hide), self.settings)

    def _examine(self, raw: RawMessage) -> Examined:
        return examine(raw, self.settings, self.catalogue, own_mailbox=self.own_mailbox, verify=self.verify)


def each(
    items: Iterable[RawMessage | Refusal], make: Callable[[RawMessage], Made], settings: Settings
) -> Iterator[Made | Refusal]:
    """What is made of each message; one that cannot be read, or not in time, is a Refusal among the others."""
    for item in items:
        yield item if isinstance(item, Refusal) else _made(item, make, settings.seconds_limit)


def _made(item: RawMessage, make: Callable[[RawMessage], Made], seconds: float) -> Made | Refusal:
    try:
        with within(seconds):
            return make(item)
    except SubmissionRefused as refusal:
        return Refusal(item.source, str(refusal))
    except Exception as error:  # noqa: BLE001 (a defect of ours on a stranger's bytes must not sink the batch)
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
        return Refusal(item.source, f"Relaywatch failed on this message ({where}); please report it.")
