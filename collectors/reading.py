"""The corridor, first half: one message as handed in, read into everything that is kept of it.

The second half, `data.store.intake.take_in`, stores readings; between the two lies nothing but values.
"""

import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from collectors.authentication import read_authentication
from collectors.fingerprint import fingerprint
from collectors.headers import parse_message
from collectors.identity import identify
from collectors.messages import read_messages, read_paths
from collectors.received import read_hops
from collectors.redaction import clean_hops, clean_identity, clean_verdict, masker, redact
from collectors.signals import read_signals
from data.catalogue.loader import Catalogue
from data.clustering.keys import take_features
from data.errors import SubmissionRefused
from data.judgement.verdict import judge
from data.keys import Keys
from data.model import RawMessage, Reading, Refusal
from data.settings import Settings


def read_message(
    raw: RawMessage,
    settings: Settings,
    keys: Keys,
    catalogue: Catalogue,
    *,
    hide: bool = True,
    own_mailbox: bool = False,
) -> Reading:
    """Parse, identify, judge, take features, redact. Raises SubmissionRefused where no header can be read.

    Only what was delivered into a mailbox of ours can be attested; anybody can write an Authentication-Results into
    what he hands in, or encloses in a report to us. With `hide=False` the subject and the template stay as they are:
    for looking only, never for keeping.
    """
    message = parse_message(raw, settings)
    hops = read_hops(message)
    authentication = read_authentication(
        message, hops, settings.authserv_ids if own_mailbox and not raw.enclosed_in else ()
    )
    identity = identify(message, hops, authentication, catalogue)
    verdict = judge(read_signals(message, identity, authentication, hops, catalogue))
    mask = masker(message, identity)
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
        show=mask.clean if hide else str,
    )
    identifiers = fingerprint(message, keys)
    kept = redact(message, identity, mask)
    return Reading(
        source=message.source,
        enclosed_in=message.enclosed_in,
        headers_only=message.headers_only,
        fingerprint=identifiers[0],
        message_hash=identifiers[1],
        recipient_hash=identifiers[2],
        sent_at=message.sent_at,
        dated_by=message.dated_by,
        kept=kept if hide else replace(kept, subject=message.subject),
        hops=clean_hops(hops, mask),
        authentication=authentication,
        identity=clean_identity(identity, mask),
        verdict=clean_verdict(verdict, mask),
        features=features,
        warnings=mask.clean_all(message.warnings),
        catalogue_version=catalogue.version,
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """The reading half bound to its settings, keys and catalogue; it is a data.model.ReadMessages."""

    settings: Settings
    keys: Keys
    catalogue: Catalogue
    hide: bool = True
    own_mailbox: bool = False

    def __call__(self, blob: bytes, source: str) -> Iterator[Reading | Refusal]:
        """Readings of whatever was handed in; one broken item is a Refusal among the others."""
        return self.read(read_messages(blob, source, self.settings))

    def paths(self, paths: Iterable[str], stdin: BinaryIO) -> Iterator[Reading | Refusal]:
        """Readings of files, folders (in a stable order) and `-` for standard input."""
        return self.read(read_paths(paths, self.settings, stdin))

    def read(self, items: Iterable[RawMessage | Refusal]) -> Iterator[Reading | Refusal]:
        for item in items:
            if isinstance(item, Refusal):
                yield item
                continue
            yield self._read_one(item)

    def _read_one(self, item: RawMessage) -> Reading | Refusal:
        try:
            return read_message(
                item, self.settings, self.keys, self.catalogue, hide=self.hide, own_mailbox=self.own_mailbox
            )
        except SubmissionRefused as refusal:
            return Refusal(item.source, str(refusal))
        except Exception as error:  # noqa: BLE001 (a defect of ours on a stranger's bytes must not sink the batch)
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
            return Refusal(item.source, f"Relaywatch failed on this message ({where}); please report it.")
