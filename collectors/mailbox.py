"""The only IMAP client: an abuse mailbox, each message taken once, moved away only when it is stored."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from collectors.secret_file import read_secret
from data.errors import MailboxError
from data.settings import Settings

SECONDS_TO_WAIT = 30.0
SIZES_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in the mailbox; `blob` is None where it is larger than it may be."""

    validity: int
    uid: int
    size: int
    blob: bytes | None


class OpenMailbox:
    """The folder that reports arrive in, open. Every method raises MailboxError where the server fails."""

    def __init__(self, client: IMAPClient, settings: Settings) -> None:
        self._client = client
        self._settings = settings
        selected = client.select_folder(settings.mailbox_folder)
        self.validity = int(selected[b"UIDVALIDITY"])
        for folder in (settings.mailbox_done, settings.mailbox_failed):
            if not client.folder_exists(folder):
                client.create_folder(folder)

    def uids(self) -> list[int]:
        """What lies in the folder, the oldest first."""
        with _explained(self._settings):
            return sorted(self._client.search("UNDELETED"))

    def letters(self, uids: list[int]) -> Iterator[Letter]:
        """The messages of these uids, fetched one by one; what is gone in the meantime is left out."""
        sizes: dict[int, int] = {}
        for start in range(0, len(uids), SIZES_AT_A_TIME):
            with _explained(self._settings):
                found = self._client.fetch(uids[start : start + SIZES_AT_A_TIME], ["RFC822.SIZE"])
            sizes |= {uid: int(row[b"RFC822.SIZE"]) for uid, row in found.items()}
        for uid, size in sorted(sizes.items()):
            if size > self._settings.message_limit:
                yield Letter(self.validity, uid, size, None)
                continue
            with _explained(self._settings):
                # PEEK leaves the message unseen: the folder it lies in says what became of it, not a flag.
                row = self._client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {})
            if b"BODY[]" in row:
                yield Letter(self.validity, uid, size, bytes(row[b"BODY[]"] or b""))

    def put_away(self, uid: int, *, failed: bool) -> None:
        """Move a message to the folder of what is done, or of what could not be read."""
        folder = self._settings.mailbox_failed if failed else self._settings.mailbox_done
        with _explained(self._settings):
            if self._client.has_capability("MOVE"):
                self._client.move([uid], folder)
                return
            self._client.copy([uid], folder)
            self._client.delete_messages([uid], silent=True)
            # Without UIDPLUS an EXPUNGE would also remove what others have marked; the mark alone hides it from us.
            if self._client.has_capability("UIDPLUS"):
                self._client.uid_expunge([uid])


@contextmanager
def open_mailbox(settings: Settings) -> Iterator[OpenMailbox]:
    """The mailbox of the settings, over TLS only. Raises MailboxError with what to do."""
    password = _password(settings)
    context = _trust(settings.mailbox_ca_file)
    with _explained(settings):
        client = IMAPClient(
            settings.mailbox_host,
            port=settings.mailbox_port,
            ssl=not settings.mailbox_starttls,
            ssl_context=context if not settings.mailbox_starttls else None,
            timeout=SECONDS_TO_WAIT,
        )
    try:
        with _explained(settings):
            if settings.mailbox_starttls:
                client.starttls(context)
            client.login(settings.mailbox_user, password)
            mailbox = OpenMailbox(client, settings)
        yield mailbox
        # All is done; a server that does not say good-bye takes nothing back.
        with suppress(OSError, IMAPClientError):
            client.logout()
    finally:
        with suppress(OSError, IMAPClientError):
            client.shutdown()


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as error:
        raise MailboxError(f"RELAYWATCH_MAILBOX_CA_FILE is {str(ca_file)!r}; name a PEM file.") from error


def _password(settings: Settings) -> str:
    path: Path | None = settings.mailbox_password_file
    if not (settings.mailbox_host and settings.mailbox_user and path):
        raise MailboxError(
            "No mailbox is configured. Set RELAYWATCH_MAILBOX_HOST, RELAYWATCH_MAILBOX_USER and "
            "RELAYWATCH_MAILBOX_PASSWORD_FILE."
        )
    return read_secret(path, MailboxError).value


@contextmanager
def _explained(settings: Settings) -> Iterator[None]:
    where = f"{settings.mailbox_user} at {settings.mailbox_host}:{settings.mailbox_port}"
    try:
        yield
    except LoginError as error:
        raise MailboxError(
            f"The mailbox of {where} refused user or password. Check both; nothing was taken."
        ) from error
    except ssl.SSLError as error:
        raise MailboxError(
            f"The mailbox of {where} cannot be reached over TLS ({error.reason or error}). Check port, certificate "
            "and RELAYWATCH_MAILBOX_CA_FILE."
        ) from error
    except (OSError, IMAPClientError, KeyError, ValueError) as error:
        raise MailboxError(
            f"The mailbox of {where} failed ({type(error).__name__}). What was stored stays; the next run goes on."
        ) from error
