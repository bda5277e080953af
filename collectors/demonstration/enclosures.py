"""Messages of the demonstration inside others: feedback reports (RFC 5965), bounces (RFC 3464), forwards."""

from datetime import datetime
from random import Random

from collectors.demonstration.messages import Letter, dated, hexes
from data.vocabulary import Enclosure

INTAKE = "report@intake.example.org"


def enclose(raw: bytes, letter: Letter, how: Enclosure, at: datetime, rng: Random) -> bytes:
    """The message as a part of a feedback report, of a bounce or of a mail that forwards it, dated `at`."""
    enclosed = raw.decode("utf-8").replace("\r\n", "\n")
    boundary = f"=_{hexes(rng, 24)}"
    if how == "feedback-report":
        head, parts = _feedback_report(letter, at)
    elif how == "bounce":
        head, parts = _bounce(letter.from_address, letter.person.address, letter.company.domain, at)
    else:
        head, parts = _forward(letter)
    host = dict(head)["From"].rpartition("@")[2].rstrip(">")
    head += [("Date", dated(at)), ("Message-ID", f"<{hexes(rng, 20)}@{host}>")]
    return _multipart(head, boundary, [*parts, ("message/rfc822", enclosed)], how)


def bounce(writer: str, letter: Letter, rng: Random) -> bytes:
    """A bounce that encloses nothing, for a mail that the person never sent: the address was forged."""
    head, parts = _bounce(letter.person.address, writer, letter.company.domain, letter.sent_at)
    head += [("Date", dated(letter.sent_at)), ("Message-ID", f"<{hexes(rng, 20)}@mail.{letter.company.domain}>")]
    return _multipart(head, f"=_{hexes(rng, 24)}", parts, "bounce")


def _multipart(head: list[tuple[str, str]], boundary: str, parts: list[tuple[str, str]], how: Enclosure) -> bytes:
    kind = {
        "feedback-report": "multipart/report; report-type=feedback-report",
        "bounce": "multipart/report; report-type=delivery-status",
        "forward": "multipart/mixed",
    }[how]
    lines = [f"{name}: {value}" for name, value in head]
    lines += ["MIME-Version: 1.0", f'Content-Type: {kind};\n\tboundary="{boundary}"', ""]
    for content_type, content in parts:
        lines += [f"--{boundary}", f"Content-Type: {content_type}", "", content]
    return "\n".join([*lines, f"--{boundary}--", ""]).encode("utf-8")


def _feedback_report(letter: Letter, at: datetime) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    provider = letter.person.provider
    head = [
        ("From", f"abuse desk <feedback@{provider.domain}>"),
        ("To", INTAKE),
        ("Subject", "Abuse report"),
    ]
    note = f"This is an abuse report for a message received on {dated(letter.sent_at)}.\nThe message is enclosed.\n"
    facts = (
        "Feedback-Type: abuse\nUser-Agent: DemoFBL/1.0\nVersion: 1\n"
        f"Arrival-Date: {dated(letter.sent_at)}\nReported-Domain: {letter.from_address.rpartition('@')[2]}\n"
        f"Reporting-MTA: dns; {provider.mx}\nReceived-Date: {dated(at)}\n"
    )
    return head, [("text/plain; charset=us-ascii", note), ("message/feedback-report", facts)]


def _bounce(to: str, lost: str, host: str, at: datetime) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    head = [
        ("Return-Path", "<>"),
        ("From", f"MAILER-DAEMON@mail.{host}"),
        ("To", to),
        ("Subject", "Undelivered Mail Returned to Sender"),
        ("Auto-Submitted", "auto-replied"),
    ]
    note = (
        f"This is the mail system at host mail.{host}.\n\nYour message could not be delivered to one\n"
        f"or more recipients.\n\n<{lost}>: 550 5.1.1 User unknown\n"
    )
    status = (
        f"Reporting-MTA: dns; mail.{host}\nArrival-Date: {dated(at)}\n\n"
        f"Final-Recipient: rfc822; {lost}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n"
    )
    return head, [("text/plain; charset=us-ascii", note), ("message/delivery-status", status)]


def _forward(letter: Letter) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    person = letter.person
    head = [("From", f"<{person.address}>"), ("To", INTAKE), ("Subject", "Fwd: what is this?")]
    note = "I never wrote to these people. The message is attached.\n"
    return head, [("text/plain; charset=us-ascii", note)]
