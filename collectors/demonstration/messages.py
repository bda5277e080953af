"""A letter of the demonstration written out as the message that arrived: its way, its results, its parts."""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from random import Random

from collectors.demonstration.cast import Company, Person, Provider
from data.domains import same_organisation

_LINK = re.compile(r"https://[^\s<>]+")
_CENTRAL = timezone(timedelta(hours=1))
BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LOWER36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Letter:
    """What somebody's system says to one person at one instant.

    `to_name` is the name that was typed into the form. `answers` is the Message-ID of a mail that the person wrote.
    """

    company: Company
    person: Person
    sent_at: datetime
    subject: str
    text: str
    from_name: str
    from_address: str
    to_name: str = ""
    ticket: int = 0
    answers: str | None = None

    @property
    def seconds(self) -> int:
        return int(self.sent_at.timestamp())


@dataclass(frozen=True, slots=True)
class Signature:
    """A DKIM signature: the domain that signs, its selector, the fields it covers (colons between)."""

    domain: str
    selector: str
    covers: str


@dataclass(frozen=True, slots=True)
class Sending:
    """How a platform sends a letter.

    `fields` are the header fields in the platform's order, `inner` the Received values from before the handover
    (the last first), `helo` and `address` the host that hands over. `html`: there is an HTML part too.
    `forged`: somebody else's server sends it, and the results say so.
    """

    fields: tuple[tuple[str, str], ...]
    text: str
    mail_from: str
    helo: str
    address: str
    boundary: str
    inner: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    html: bool = True
    forged: bool = False


def hexes(rng: Random, length: int) -> str:
    """That many hexadecimal digits in lower case."""
    return f"{rng.getrandbits(4 * length):0{length}x}"


def letters(rng: Random, alphabet: str, length: int) -> str:
    """That many letters of an alphabet."""
    return "".join(rng.choices(alphabet, k=length))


def uuid(rng: Random) -> str:
    """Thirty-two hexadecimal digits in the usual groups."""
    digits = hexes(rng, 32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def dated(at: datetime, zone: timezone | None = None) -> str:
    """An instant as a header field writes it (RFC 5322 section 3.3)."""
    return format_datetime(at.astimezone(zone) if zone else at)


def hop(origin: str, by: str, queue_id: str, at: datetime, protocol: str = "ESMTP") -> str:
    """The value of a Received field that a host of the sender writes."""
    return f"from {origin}\n\tby {by} (Postfix) with {protocol} id {queue_id};\n\t{dated(at)}"


def write(letter: Letter, sending: Sending, rng: Random) -> bytes:
    """The whole message as it lay in the person's mailbox, lines ended by CR LF where the provider keeps them so."""
    provider = letter.person.provider
    arrived_at = letter.sent_at + timedelta(seconds=rng.choice([1, 1, 2, 2, 3, 5, 9, 301]))
    lines = [f"Return-Path: <{sending.mail_from}>"]
    lines += [f"{name}: {value}" for name, value in _arrival(letter, sending, arrived_at, rng)]
    lines += [_signature(signature, letter, rng) for signature in sending.signatures]
    lines += [f"Received: {value}" for value in sending.inner]
    lines += [f"{name}: {value}" for name, value in sending.fields]
    lines += ["MIME-Version: 1.0", *_body(letter, sending)]
    end = "\n" if provider.style == "rspamd" else "\r\n"
    return ("\n".join(lines) + "\n").replace("\n", end).encode("utf-8")


def _arrival(letter: Letter, sending: Sending, at: datetime, rng: Random) -> Iterator[tuple[str, str]]:
    person, provider = letter.person, letter.person.provider
    at += timedelta(seconds=provider.clock_seconds)
    if provider.style != "exchange":
        yield "Delivered-To", person.address
        yield "Received", _delivery(person, at, rng)
    yield "Authentication-Results", _results(letter, sending, provider, rng)
    if provider.style == "exchange":
        yield "Received-SPF", _received_spf(sending, provider)
    yield "Received", _handover(sending, person, provider, at, rng)


def _delivery(person: Person, at: datetime, rng: Random) -> str:
    provider = person.provider
    return (
        f"from {provider.mx} ([{provider.address}])\n\tby store{rng.randint(1, 4)}.{provider.domain} with LMTP\n"
        f"\tid {letters(rng, BASE62, 18)}\n\tfor <{person.address}>; {dated(at + timedelta(seconds=1), _CENTRAL)}"
    )


def _handover(sending: Sending, person: Person, provider: Provider, at: datetime, rng: Random) -> str:
    if provider.style == "exchange":
        return (
            f"from {sending.helo} ({sending.address}) by\n {provider.mx} ({provider.address}) with Microsoft SMTP\n"
            f" Server (version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.{rng.randint(8000, 9600)}.4;\n"
            f" {dated(at)}"
        )
    return (
        f"from {sending.helo} ({sending.helo} [{sending.address}])\n\t"
        "(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n\t"
        f"by {provider.mx} (Postfix) with ESMTPS id {letters(rng, BASE62, 14)}\n\t"
        f"for <{person.address}>; {dated(at, _CENTRAL)}"
    )


def _results(letter: Letter, sending: Sending, provider: Provider, rng: Random) -> str:
    sender = letter.from_address.rpartition("@")[2]
    mail_from = sending.mail_from
    envelope = mail_from.rpartition("@")[2]
    signers = [signature.domain for signature in sending.signatures]
    aligned = any(same_organisation(sender, domain) for domain in (*signers, envelope))
    spf = "fail" if sending.forged else "pass"
    dmarc = "fail" if sending.forged else "pass" if aligned else "none"
    both = "fail reason=001" if sending.forged else "pass reason=100"
    if provider.style == "exchange":
        dkim = "".join(f" dkim=pass\n (signature was verified) header.d={domain};" for domain in signers)
        return (
            f"spf={spf} (sender IP is {sending.address})\n smtp.mailfrom={envelope};{dkim or ' dkim=none;'}\n"
            f" dmarc={dmarc} action=none header.from={sender};compauth={both}"
        )
    dkim = "".join(
        f"\n\tdkim=pass header.d={item.domain} header.s={item.selector} header.b={letters(rng, BASE62, 8)};"
        for item in sending.signatures
    )
    permitted = "does not designate" if sending.forged else "designates"
    spf_text = (
        f"\n\tspf={spf} ({provider.mx}: domain of {mail_from} {permitted} {sending.address} as permitted sender)"
        f" smtp.mailfrom={mail_from};"
    )
    results = (
        (dkim or "\n\tdkim=none;", spf_text) if provider.style == "postfix" else (spf_text, dkim or "\n\tdkim=none;")
    )
    return f"{provider.mx};{results[0]}{results[1]}\n\tdmarc={dmarc} (p=none) header.from={sender}"


def _received_spf(sending: Sending, provider: Provider) -> str:
    domain = sending.mail_from.rpartition("@")[2]
    word, permitted = ("Fail", "does not designate") if sending.forged else ("Pass", "designates")
    return (
        f"{word} ({provider.domain}: domain of {domain}\n {permitted} {sending.address} as permitted sender)\n"
        f" receiver={provider.domain}; client-ip={sending.address};\n helo={sending.helo}; pr=C"
    )


def _signature(signature: Signature, letter: Letter, rng: Random) -> str:
    digest = base64.b64encode(rng.randbytes(32)).decode("ascii")
    value = base64.b64encode(rng.randbytes(256)).decode("ascii")
    folded = "\n ".join(value[start : start + 72] for start in range(0, len(value), 72))
    return (
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={signature.domain};\n q=dns/txt;"
        f" s={signature.selector}; t={letter.seconds};\n bh={digest};\n h={signature.covers};\n b={folded}"
    )


def _body(letter: Letter, sending: Sending) -> Iterator[str]:
    plain = _quoted(sending.text)
    if not sending.html:
        yield from (
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "",
            plain,
        )
        return
    yield f'Content-Type: multipart/alternative;\n boundary="{sending.boundary}";\n charset=utf-8'
    yield "Content-Transfer-Encoding: 7bit\n"
    for subtype, content in (("plain", plain), ("html", _quoted(_html(letter, sending.text)))):
        yield f"--{sending.boundary}\nContent-Type: text/{subtype};\n charset=utf-8"
        yield f"Content-Transfer-Encoding: quoted-printable\n\n{content}"
    yield f"--{sending.boundary}--"


def _html(letter: Letter, text: str) -> str:
    paragraphs = (
        _LINK.sub(lambda match: f'<a href="{match.group()}">{match.group()}</a>', html.escape(part, quote=False))
        for part in text.split("\n\n")
    )
    inner = "\n".join(f'<p dir="auto">{part.replace(chr(10), "<br>")}</p>' for part in paragraphs if part.strip())
    return f'<html lang="{letter.company.language}"><body style="margin: 0; padding: 10px">\n{inner}\n</body></html>'


def _quoted(text: str) -> str:
    return binascii.b2a_qp(text.encode("utf-8")).decode("ascii")
