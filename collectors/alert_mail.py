"""The only SMTP client: alerts to configured addresses, over TLS or not at all."""

import re
import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from collectors.alert_webhook import Letter
from collectors.secret_file import Secret, read_secret
from data.errors import SettingsError
from data.settings import Settings
from data.tlp import DEFAULT

SECONDS_TO_WAIT = 30.0
SECONDS_IN_ALL = 120.0
"""After which a server that drips is cut off; smtplib counts its time limit anew at every read."""
_SHUT_BOTH_WAYS = 2  # SHUT_RDWR
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")


@dataclass(frozen=True, slots=True)
class MailRoute:
    """Checked settings of the way that alerts are mailed."""

    settings: Settings
    password: Secret | None
    trust: ssl.SSLContext


@dataclass(frozen=True, slots=True)
class Mailed:
    """What came of mailing an alert: `taken` by the server for at least one address; `reason` says what failed."""

    taken: bool
    reason: str | None = None


def mail_route(settings: Settings) -> MailRoute:
    """The way of the settings. Raises SettingsError with what to write where something is missing or wrong."""
    for name, addresses in (("FROM", (settings.alert_from,)), ("TO", settings.alert_to)):
        if not addresses or not all(map(_ADDRESS.fullmatch, addresses)):
            raise SettingsError(f"RELAYWATCH_ALERT_{name} must be addresses like abuse@example.org, nothing else.")
    password = None
    if settings.alert_smtp_user:
        if settings.alert_smtp_password_file is None:
            raise SettingsError("RELAYWATCH_ALERT_SMTP_USER needs RELAYWATCH_ALERT_SMTP_PASSWORD_FILE.")
        password = read_secret(settings.alert_smtp_password_file, SettingsError)
    ca_file = settings.alert_smtp_ca_file
    try:
        trust = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as error:
        raise SettingsError(f"RELAYWATCH_ALERT_SMTP_CA_FILE is {str(ca_file)!r}; name a PEM file.") from error
    return MailRoute(settings, password, trust)


def mail_alert(route: MailRoute, letter: Letter, link: str, at: datetime) -> Mailed:
    """Hands one message to the server, for all addresses; whatever the server does is an outcome.

    The Message-ID is the same in every attempt.
    """
    settings = route.settings
    where = f"{settings.alert_smtp_host}:{settings.alert_smtp_port}"
    try:
        with _session(route) as client:
            refused = client.send_message(message_of(settings, letter, link, at), to_addrs=list(settings.alert_to))
    except smtplib.SMTPAuthenticationError as error:
        return Mailed(False, f"{where} refused user or password ({error.smtp_code}).")
    except smtplib.SMTPRecipientsRefused:
        return Mailed(False, f"{where} refuses every address of RELAYWATCH_ALERT_TO.")
    except smtplib.SMTPResponseException as error:
        return Mailed(False, f"{where} refused the message ({error.smtp_code}).")
    except smtplib.SMTPNotSupportedError:
        return Mailed(False, f"{where} offers no TLS or no login that we understand; nothing was sent in the clear.")
    except ssl.SSLCertVerificationError as error:
        return Mailed(False, f"The certificate of {where} is not to be trusted: {error.verify_message}.")
    except (TimeoutError, smtplib.SMTPServerDisconnected):
        # smtplib makes one of the other.
        return Mailed(False, f"{where} did not answer in time, or broke the connection off.")
    except (OSError, smtplib.SMTPException, ValueError) as error:
        # Of SMTPException and ValueError the kind only: their words may be the server's.
        return Mailed(False, f"{where} cannot be used ({getattr(error, 'strerror', None) or type(error).__name__}).")
    if refused:
        return Mailed(True, f"{where} refused {len(refused)} of {len(settings.alert_to)} addresses.")
    return Mailed(True)


def message_of(settings: Settings, letter: Letter, link: str, at: datetime) -> EmailMessage:
    """One alert as a message; marked as automatic, so that nobody's absence note answers it (RFC 3834)."""
    news = letter.news
    message = EmailMessage()
    message["Subject"] = f"[Relaywatch] {news.kind} {news.subject}"
    message["From"] = settings.alert_from
    message["To"] = ", ".join(settings.alert_to)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.key}@{settings.alert_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    figures = "".join(f"{name}: {value}\n" for name, value in news.figures.items())
    message.set_content("\n".join(part for part in (f"{news.text}\n", figures, link, f"TLP:{DEFAULT}") if part))
    return message


@contextmanager
def _session(route: MailRoute) -> Iterator[smtplib.SMTP]:
    """Connected, over TLS, logged in where a user is set."""
    settings = route.settings
    host, port = settings.alert_smtp_host, settings.alert_smtp_port
    client = (
        smtplib.SMTP(host, port, timeout=SECONDS_TO_WAIT)
        if settings.alert_smtp_starttls
        else smtplib.SMTP_SSL(host, port, timeout=SECONDS_TO_WAIT, context=route.trust)
    )
    watch = threading.Timer(SECONDS_IN_ALL, _cut_off, (client,))
    watch.daemon = True
    watch.start()
    try:
        if settings.alert_smtp_starttls:
            client.starttls(context=route.trust)
        if route.password is not None:
            client.login(settings.alert_smtp_user, route.password.value)
        yield client
        # The message is taken; a server that does not say good-bye takes nothing back.
        with suppress(OSError, smtplib.SMTPException):
            client.quit()
    finally:
        watch.cancel()
        client.close()


def _cut_off(client: smtplib.SMTP) -> None:
    with suppress(OSError, AttributeError):
        client.sock.shutdown(_SHUT_BOTH_WAYS)  # type: ignore[union-attr]
