"""A simulated message as RFC 5322 bytes, with the header that its platform would write. All hosts of people and
companies have reserved names; only the platforms' own machinery keeps its real ones, for it is what identifies them.
"""

import base64
import html
from collections.abc import Iterable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from random import Random
from typing import BinaryIO

from simulated_rendering import Simulated
from simulated_slots import fill, phrases, ulid_at

WIDTH = 76
WORD_BYTES = 42
"""UTF-8 bytes of one encoded word: 56 characters of base64 and 12 around them stay under the 75 of RFC 2047."""


def as_message(item: Simulated) -> bytes:
    """The message with CRLF line ends; the same bytes for the same item."""
    rng = Random(repr(item))
    known = _machinery(item, rng)
    content = _content(item, rng)
    lines = [
        *_trace(item, known, rng),
        f"Date: {format_datetime(item.sent_at)}",
        f"From: {mailbox(item.sender_name, item.sender_address)}",
        f"To: {mailbox(item.recipient_name, item.recipient_address)}",
        f"Subject: {encoded(item.subject)}",
        f"Message-ID: <{fill(phrases('shells')['platforms'][item.platform]['message_id'], rng, known)}>",
        *_kind_of(item, known, rng),
        *(fill(line, rng, known) for line in _platform_headers(item)),
        "MIME-Version: 1.0",
        *content,
    ]
    return "\r\n".join(lines).encode("ascii")


def _machinery(item: Simulated, rng: Random) -> dict[str, str]:
    unix = int(item.sent_at.timestamp())
    return {
        "account": item.account_id or "",
        "company": encoded(item.company),
        "domain": item.abused_domain,
        "local": item.sender_address.partition("@")[0],
        "unix": str(unix),
        "unix_hex": f"{unix:x}",
        "ulid": ulid_at(item.sent_at, rng),
    }


def _platform_headers(item: Simulated) -> list[str]:
    row = phrases("shells")["platforms"][item.platform]
    if item.mechanism == "newsletter":
        return ["X-Mailer: Letterbox 4"]
    verifies = item.mechanism == "account-verification"
    lines: list[str] = row["verification_headers"] if verifies and "verification_headers" in row else row["headers"]
    return lines


def _kind_of(item: Simulated, known: dict[str, str], rng: Random) -> list[str]:
    if item.mechanism == "newsletter":
        leave = f"<https://help.{item.abused_domain}/leave/{fill('{x12}', rng, known)}>"
        return [f"List-Unsubscribe: {leave}", "Precedence: bulk"]
    if item.mechanism == "account-verification":
        return []
    hash_ = fill("{u11}", rng, known)
    reply = f"Reply-To: {mailbox(item.company, item.sender_address.replace('@', f'+id{hash_}@'))}"
    original = [f"In-Reply-To: <{hash_}@{item.abused_domain}>"] if item.mechanism == "agent-message" else []
    return [reply, *original]


def _trace(item: Simulated, known: dict[str, str], rng: Random) -> list[str]:
    host, domain = item.recipient_address.partition("@")[2], item.abused_domain
    first, second = f"203.0.113.{rng.randint(1, 254)}", f"198.51.100.{rng.randint(1, 254)}"
    arrived = format_datetime(item.sent_at + timedelta(seconds=rng.randint(1, 40)))
    selector = rng.choice(["s1", "mail", "k2025"])
    return [
        f"Return-Path: <bounce+{fill('{x12}', rng, known)}@{domain}>",
        f"Delivered-To: {item.recipient_address}",
        f"Received: from out{rng.randint(1, 9)}.{domain} (out.{domain} [{first}])\r\n"
        f"\tby mx.{host} with ESMTPS id {fill('{x14}', rng, known)}\r\n"
        f"\tfor <{item.recipient_address}>; {arrived}",
        f"Authentication-Results: mx.{host}; spf=pass smtp.mailfrom={domain};\r\n"
        f"\tdkim=pass header.d={domain} header.s={selector}; dmarc=pass header.from={domain}",
        f"Received: from app{rng.randint(1, 99)}.internal ({second})\r\n"
        f"\tby out.{domain} with ESMTP id {fill('{x12}', rng, known)}; {format_datetime(item.sent_at)}",
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector};\r\n"
        f"\th=from:to:subject:date:message-id:mime-version; bh={fill('{b43}=', rng, known)};\r\n"
        f"\tb={fill('{b64}', rng, known)}\r\n\t {fill('{b64}', rng, known)}",
    ]


def _content(item: Simulated, rng: Random) -> list[str]:
    """Content header fields, the blank line and the body."""
    plain = ["Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: base64", "", _base64(item.text)]
    if not item.html:
        return [*plain, ""]
    boundary = "=_part_" + fill("{h20}", rng, {})
    rich = ["Content-Type: text/html; charset=UTF-8", "Content-Transfer-Encoding: base64", "", _base64(_html(item))]
    return [
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
        f"--{boundary}",
        *plain,
        f"--{boundary}",
        *rich,
        f"--{boundary}--",
        "",
    ]


def _html(item: Simulated) -> str:
    page = html.escape(item.text)
    for link in sorted(map(html.escape, item.links), key=len, reverse=True):
        page = page.replace(link, f'<a href="{link}">{link}</a>', 1)
    return "<html><body><p>" + page.replace("\n\n", "</p><p>").replace("\n", "<br>") + "</p></body></html>"


def _base64(text: str) -> str:
    return base64.encodebytes(text.encode()).decode("ascii").rstrip("\n").replace("\n", "\r\n")


def encoded(text: str) -> str:
    """A header value: as it is where it is short ASCII, else RFC 2047 encoded words cut between characters."""
    if text.isascii() and text.isprintable() and len(text) <= WIDTH and "=?" not in text and text == text.strip():
        return text
    words, word = [], b""
    for letter in text:
        piece = letter.encode()
        if len(word) + len(piece) > WORD_BYTES:
            words.append(word)
            word = b""
        word += piece
    return "\r\n ".join(f"=?UTF-8?B?{base64.b64encode(word).decode('ascii')}?=" for word in [*words, word] if word)


def mailbox(name: str, address: str) -> str:
    """A display name, quoted or encoded as it needs, and the address."""
    if not name:
        return address
    plain = encoded(name)
    if plain == name and not name.replace(" ", "").isalnum():
        plain = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{plain}\r\n <{address}>" if len(plain) > 40 else f"{plain} <{address}>"


def write_mbox(items: Iterable[Simulated], file: BinaryIO) -> Iterator[Simulated]:
    """Append each message to an mbox file (mboxrd) and hand it on."""
    for item in items:
        body = as_message(item).replace(b"\r\n", b"\n")
        lines = [b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in body.split(b"\n")]
        file.write(f"From MAILER-DAEMON {item.sent_at:%a %b %d %H:%M:%S %Y}\n".encode())
        file.write(b"\n".join(lines) + b"\n")
        yield item
