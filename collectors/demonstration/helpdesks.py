"""Hosted help desks of the demonstration: how each platform writes the mail of a ticket or of an account.

The shapes are those that the catalogue of platforms describes; every value in them is invented.
"""

from collections.abc import Callable
from random import Random

from collectors.demonstration.messages import (
    BASE36,
    BASE62,
    LOWER36,
    Letter,
    Sending,
    Signature,
    dated,
    hexes,
    hop,
    letters,
    uuid,
)
from collectors.demonstration.words import encoded, mailbox

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ZENDESK_COVERS = (
    "date:from:reply-to:to:message-id:in-reply-to:subject:mime-version:content-type:content-transfer-encoding"
)
ZENDESK_VERIFY_COVERS = "date:from:to:message-id:subject:mime-version:content-type:content-transfer-encoding"
USUAL_COVERS = "from:to:subject:date:message-id:mime-version:content-type"


def heading(letter: Letter) -> tuple[tuple[str, str], ...]:
    """Date, From, To and Subject, which every platform writes."""
    return (
        ("Date", dated(letter.sent_at)),
        ("From", mailbox(letter.from_name, letter.from_address)),
        ("To", mailbox(letter.to_name, letter.person.address)),
        ("Subject", encoded(letter.subject)),
    )


def ulid(rng: Random, milliseconds: int) -> str:
    """Ten letters of time and sixteen of chance, in Crockford's base 32."""
    time = "".join(CROCKFORD[milliseconds >> shift & 31] for shift in range(45, -5, -5))
    return time + letters(rng, CROCKFORD, 16)


def _pod(account: str) -> tuple[int, str]:
    number = int(account[-4:], 16)
    return number % 18 + 11, ("euw1", "use1", "usw2")[number % 3]


def _zendesk(letter: Letter, rng: Random, fields: tuple[tuple[str, str], ...], text: str, covers: str) -> Sending:
    company = letter.company
    pod, region = _pod(company.account)
    inner = (
        f"from zendesk.com (unknown [127.0.0.6])\n\tby mta-out{rng.randint(1, 20)}.pod{pod}.{region}.zdsys.com"
        f" (Zendesk) with ESMTP\n\tid {uuid(rng)}\n\tfor <{letter.person.address}>;\n\t{dated(letter.sent_at)} (UTC)"
    )
    outer = rng.randint(1, 9)
    return Sending(
        fields=fields,
        text=text,
        mail_from=letter.from_address,
        helo=f"mta-out{outer}.pod{pod}.{region}.zdsys.com",
        address=f"203.0.113.{pod + outer}",
        boundary=f"--==_mimepart_{letter.seconds:x}{hexes(rng, 5)}_{hexes(rng, 12)}",
        inner=(inner,),
        signatures=(
            Signature(company.domain if company.signs else "zendesk.com", f"zendesk{rng.randint(1, 2)}", covers),
        ),
    )


def zendesk(letter: Letter, rng: Random) -> Sending:
    """The mail of a ticket: its hash stands in Message-ID, In-Reply-To, Reply-To and at the end of the text."""
    ticket = letters(rng, BASE36, 11)
    token = f"{ticket[:6]}-{ticket[6:]}"
    local, _, domain = letter.from_address.partition("@")
    date, sender, to, subject = heading(letter)
    fields = (
        date,
        sender,
        ("Reply-To", mailbox(letter.from_name, f"{local}+id{token}@{domain}")),
        to,
        (
            "Message-ID",
            f"<{ticket}_{letter.seconds:x}{rng.randrange(1_000_000):05x}_{hexes(rng, 14)}_sprut@zendesk.com>",
        ),
        ("In-Reply-To", f"<{ticket}@zendesk.com>"),
        subject,
        ("X-Delivery-Context", f"event-id-{rng.randint(40, 60)}{rng.randrange(10**12):012d}"),
        *_zendesk_marks(letter),
        ("X-Zendesk-Email-Id", ulid(rng, letter.seconds * 1000 + rng.randrange(900))),
    )
    return _zendesk(letter, rng, fields, f"{letter.text}\n\n\n\n\n\n\n\n\n\n[{token}]", ZENDESK_COVERS)


def zendesk_verify(letter: Letter, rng: Random) -> Sending:
    """The mail that asks for a password: no ticket, no Reply-To, a name of its own in X-Delivery-Context."""
    date, sender, to, subject = heading(letter)
    fields = (
        date,
        sender,
        to,
        ("Message-ID", f"<{letter.seconds:x}{rng.randrange(1_000_000):05x}_{hexes(rng, 12)}_sprut@zendesk.com>"),
        subject,
        ("X-Delivery-Context", f"verify-email-{rng.randint(40, 60)}{rng.randrange(10**12):012d}"),
        ("X-Zendesk-Priority-Mail", "Verification Email"),
        *_zendesk_marks(letter),
    )
    return _zendesk(letter, rng, fields, letter.text, ZENDESK_VERIFY_COVERS)


def _zendesk_marks(letter: Letter) -> tuple[tuple[str, str], ...]:
    return (
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Mailer", "Zendesk Mailer"),
        ("X-Zendesk-From-Account-Id", letter.company.account),
    )


def freshdesk(letter: Letter, rng: Random) -> Sending:
    """Freshdesk: the account's number stands in the envelope sender."""
    company, person = letter.company, letter.person
    date, sender, to, subject = heading(letter)
    host = f"sidekiq-frequent-fd-poduseast1-main{rng.randint(1, 4)}-blue-{hexes(rng, 10)}-{letters(rng, LOWER36, 5)}"
    received = (
        f"from ip-10-0-{rng.randint(1, 250)}-{rng.randint(1, 250)}.ec2.internal (EHLO freshdesk.com)\n by smtpout"
        f".freshdesk.com (Freshworks SMTP Server) with ESMTPA ID {hexes(rng, 8)}.;\n {dated(letter.sent_at)} (UTC)"
    )
    fields = (
        ("X-Received", received),
        date,
        sender,
        ("Reply-To", mailbox(letter.from_name, letter.from_address)),
        to,
        ("Message-ID", f"<{letter.seconds:x}{hexes(rng, 5)}_{hexes(rng, 22)}.{host}@notification.freshdesk.com>"),
        *((("In-Reply-To", letter.answers), ("References", letter.answers)) if letter.answers else ()),
        subject,
        ("sent-on", f"{letter.sent_at:%Y-%m-%d %H:%M:%S} +0000"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "DR, RN, OOF, AutoReply"),
        ("X-FUP-PRIORITY", str(rng.randint(1, 4))),
        ("X-MESSAGEID", f"{letters(rng, BASE62, 66)}=="),
    )
    back = person.address.replace("@", "=")
    signer = ("l6" + company.account[-3:], company.domain) if company.signs else ("fdusmail", "freshdesk.com")
    return Sending(
        fields=fields,
        text=letter.text,
        mail_from=f"bounces+us.3.{company.account}.{rng.randint(10**6, 10**7)}-{back}@emailus.freshdesk.com",
        helo=f"mail-usn{rng.randint(10, 96)}.freshemail.io",
        address=f"198.51.100.{rng.randint(60, 79)}",
        boundary=f"--==_mimepart_{letter.seconds:x}{hexes(rng, 5)}_{hexes(rng, 16)}",
        signatures=(
            Signature(signer[1], signer[0], "mime-version:date:from:reply-to:to:message-id:subject:content-type"),
        ),
    )


def servicenow(letter: Letter, rng: Random) -> Sending:
    """ServiceNow: the id of the notification that wrote it stands in X-ServiceNow-Source."""
    app = f"app{rng.randint(130_000, 139_999)}.ycg201.service-now.com"
    milliseconds = letter.seconds * 1000 + rng.randrange(1000)
    outbound = f"outbound{rng.randint(20, 29)}.service-now.com"
    fields = (
        *heading(letter),
        ("Message-ID", f"<{rng.randint(10**7, 10**9)}.{rng.randint(1000, 99999)}.{milliseconds}@{app}>"),
        ("X-ServiceNow-Source", f"Notification-{letter.company.account}"),
        ("X-ServiceNow-SysEmail-Version", "2"),
        ("Precedence", "bulk"),
        ("Auto-Submitted", "auto-generated"),
        ("X-ServiceNow-Generated", "true"),
    )
    return Sending(
        fields=fields,
        text=f"{letter.text}\n\nRef:MSG{letter.ticket + 7_000_000}_{letters(rng, BASE62, 20)}",
        mail_from=letter.from_address,
        helo=outbound,
        address=f"203.0.113.{rng.randint(200, 209)}",
        boundary=f"----=_Part_{rng.randint(10, 9999)}_{rng.randint(10**7, 10**9)}.{milliseconds}",
        inner=(hop(f"{app} (unknown [127.0.0.1])", outbound, hexes(rng, 12), letter.sent_at),),
        signatures=(Signature(letter.company.domain, "snow", USUAL_COVERS),),
    )


def salesforce(letter: Letter, rng: Random) -> Sending:
    """Salesforce: organisation and case stand in X-SFDC-LK and X-SFDC-EntityId, and as a reference in the text."""
    company = letter.company
    case = f"5000de{letter.ticket:06d}DEMO"[:15]
    reference = f"ref:_{company.account[:5]}{company.account[-4:]}._{case[:5]}{case[-4:]}:ref"
    token, host = letters(rng, LOWER36, 16), f"{letters(rng, LOWER36, 12)}.0de.na156.bnc.salesforce.com"
    date, sender, to, _ = heading(letter)
    serial = f"{letters(rng, BASE62, 5)}{'0' * 44}SP{letters(rng, BASE36, 6)}00{letters(rng, BASE62, 22)}"
    fields = (
        date,
        sender,
        to,
        ("Message-ID", f"<{serial}@sfdc.net>"),
        ("Subject", encoded(f"{letter.subject} [ {reference} ]")),
        ("X-SFDC-LK", company.account),
        ("X-SFDC-User", "0050de1a16DEMOu"),
        ("X-Sender", "postmaster@salesforce.com"),
        ("X-mail_abuse_inquiries", "https://www.salesforce.com/company/abuse.jsp"),
        ("X-SFDC-TLS-NoRelay", "1"),
        ("X-SFDC-Binding", letters(rng, BASE62, 16)),
        ("X-SFDC-EmailCategory", "workflowActionAlert"),
        ("X-SFDC-EntityId", case),
        ("X-SFDC-Interface", "internal"),
    )
    return Sending(
        fields=fields,
        text=f"{letter.text}\n\n{reference}",
        mail_from=f"{company.role}={company.domain}__{token}@{host}",
        helo=f"smtp{rng.randint(10, 19)}-ia5-sp3.mta.salesforce.com",
        address=f"198.51.100.{rng.randint(200, 209)}",
        boundary=f"----=_Part_{rng.randint(10, 99999)}_{rng.randint(10**8, 10**9)}.{letter.seconds * 1000}",
        signatures=(Signature(company.domain, "sf2", "Date:From:To:Subject:MIME-Version:Content-Type"),),
    )


HOSTED: dict[str, Callable[[Letter, Random], Sending]] = {
    "zendesk": zendesk,
    "zendesk_verify": zendesk_verify,
    "freshdesk": freshdesk,
    "servicenow": servicenow,
    "salesforce": salesforce,
}
