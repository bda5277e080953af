"""A real SMTP server on loopback (aiosmtpd), with TLS and a login."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

SAMPLES = Path(__file__).parents[1] / "samples" / "alerts"
CERTIFICATE = SAMPLES / "loopback_certificate.pem"
USER, PASSWORD = "desk", "correct-horse-battery"


@dataclass
class Post:
    """Keeps what is sent; `answers` are given one by one before messages are taken, `unknown` recipients refused."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd's name)
        if address in self.unknown:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd's name)
        if self.answers:
            return self.answers.pop(0)
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 taken"


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, SAMPLES / "loopback_test_key.pem")
    return context


def _login(server, session, envelope, mechanism, data) -> AuthResult:
    # handled=False: the server itself answers what is refused.
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def smtp_server(*, tls: str = "starttls") -> Iterator[Post]:
    """`tls`: starttls, at once, or none. (aiosmtpd's own Controller gives its server a second to answer.)"""
    post = Post()
    loop = asyncio.new_event_loop()

    def speak() -> SMTP:
        context = _context() if tls == "starttls" else None
        return SMTP(post, tls_context=context, authenticator=_login, auth_require_tls=tls == "starttls", loop=loop)

    started = loop.create_server(speak, "127.0.0.1", 0, ssl=_context() if tls == "at once" else None)
    server = loop.run_until_complete(started)
    post.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield post
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
