"""Other senders of the demonstration: lists, newsletters, shops, a code host, people, and a forger.

The shapes are those that the catalogue of platforms describes; every value in them is invented.
"""

from collections.abc import Callable
from random import Random

from collectors.demonstration.helpdesks import USUAL_COVERS, heading
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


def mailchimp_signup(letter: Letter, rng: Random) -> Sending:
    """The confirmation that a hosted sign-up form sends: the account's number stands in several fields."""
    account, host = letter.company.account, f"mail{rng.randint(10, 29)}.mcsignup.com"
    token, moment = hexes(rng, 32), f"{letter.sent_at:%Y%m%d%H%M%S}"
    sender, subject = ("From", mailbox(letter.from_name, letter.from_address)), ("Subject", encoded(letter.subject))
    fields = (
        sender,
        subject,
        ("X-Accounttype", "pd"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("Auto-Submitted", "auto-generated"),
        ("To", letter.person.address),
        ("X-Report-Abuse", f"Please forward a copy of this message to abuse@mandrill.com. id={account}.{token}"),
        ("X-Mandrill-User", f"md_{account}"),
        ("Feedback-ID", f"{account}:{account}.{letter.sent_at:%Y%m%d}:md"),
        ("Message-Id", f"<{account}.{moment}.{hexes(rng, 14)}.{rng.randrange(10**8):08d}@{host}>"),
        ("Date", dated(letter.sent_at)),
    )
    covers = "from:subject:to:feedback-id:message-id:date:mime-version:content-type"
    return Sending(
        fields=fields,
        text=letter.text,
        mail_from=f"bounce-md_{account}.{letter.seconds:x}.v1-{token}@mandrillapp.com",
        helo=host,
        address=f"203.0.113.{rng.randint(100, 119)}",
        boundary=f"_av-{letters(rng, BASE62, 22)}",
        inner=(hop("localhost (localhost [127.0.0.1])", host, letters(rng, BASE62, 16), letter.sent_at),),
        signatures=(Signature("mcsignup.com", "mte1", covers), Signature("send.mailchimpapp.com", "mte1", covers)),
    )


def mailman(letter: Letter, rng: Random) -> Sending:
    """The confirmation of a Mailman list; the subject is the token that would confirm."""
    name, host = letter.company.account, f"lists.{letter.company.domain}"
    fields = (
        ("Subject", f"confirm {hexes(rng, 40)}"),
        ("From", f"{name}-request@{host}"),
        ("To", letter.person.address),
        ("Date", dated(letter.sent_at)),
        ("Message-ID", f"<mailman.{rng.randint(1, 99)}.{letter.seconds}.{rng.randint(100, 9999)}.{name}@{host}>"),
        ("Precedence", "bulk"),
        ("X-BeenThere", f"{name}@{host}"),
        ("X-Mailman-Version", "2.1.39"),
        ("List-Id", f"<{name}.{host}>"),
        ("X-List-Administrivia", "yes"),
        ("Errors-To", f"{name}-bounces@{host}"),
        ("Sender", f"{name}-bounces@{host}"),
    )
    return Sending(
        fields=fields,
        text=letter.text,
        mail_from=f"{name}-bounces@{host}",
        helo=host,
        address=f"192.0.2.{len(host) + 60}",
        boundary="",
        inner=(hop(f"{host} (localhost [127.0.0.1])", host, letters(rng, BASE36, 10), letter.sent_at),),
        signatures=(Signature(letter.company.domain, "list", USUAL_COVERS),),
        html=False,
    )


def mailchimp(letter: Letter, rng: Random) -> Sending:
    """A newsletter: account and list stand in X-MC-User and List-Id."""
    number = 30_000_000 + sum(letter.company.domain.encode("ascii"))
    account = f"0de1{number:021x}"
    host, campaign = f"mail{rng.randint(10, 240)}.atl11.rsgsv.net", letters(rng, "0123456789abcdef", 10)
    fields = (
        *heading(letter),
        ("Reply-To", letter.from_address),
        (
            "Message-ID",
            f"<{account}.{campaign}.{letter.sent_at:%Y%m%d%H%M%S}.{hexes(rng, 10)}.{hexes(rng, 8)}@{host}>",
        ),
        ("X-Mailer", f"Mailchimp Mailer - **CID{campaign}{hexes(rng, 10)}**"),
        ("X-Campaign", f"mailchimp{account}.{campaign}"),
        (
            "X-Report-Abuse",
            f"Report abuse: https://mailchimp.com/contact/abuse/?u={account}&id={campaign}&e={hexes(rng, 10)}",
        ),
        ("X-MC-User", account),
        ("Feedback-ID", f"{number}:{number}.{rng.randint(10**5, 10**7)}:us7:mc"),
        ("List-ID", f"{account}mc list <{account}.{number}.list-id.mcsv.net>"),
        ("List-Unsubscribe", f"<https://{letter.company.domain}/unsubscribe?e={hexes(rng, 10)}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )
    return Sending(
        fields=fields,
        text=letter.text,
        mail_from=f"bounce-mc.us7_{number}.{rng.randint(10**5, 10**7)}-{hexes(rng, 10)}@{host}",
        helo=host,
        address=f"203.0.113.{rng.randint(120, 139)}",
        boundary=f"_----------=_MCPart_{rng.randint(10**8, 10**9)}",
        signatures=(Signature(letter.company.domain, "k2", f"{USUAL_COVERS}:list-id:list-unsubscribe"),),
    )


def hubspot(letter: Letter, rng: Random) -> Sending:
    """A newsletter through HubSpot: the portal's number stands in the selector of the organisation's signature."""
    portal = 29_000_000 + sum(letter.company.domain.encode("ascii"))
    token, milliseconds = letters(rng, LOWER36, 38), letter.seconds * 1000 + rng.randrange(1000)
    pool = "bf07x.hubspotemail.net"
    covers = "from:to:subject:reply-to:list-unsubscribe:feedback-id"
    fields = (
        ("X-HS-Cid", letters(rng, LOWER36, 38)),
        ("List-Unsubscribe", f"<mailto:{token}@{pool}?subject=unsubscribe>"),
        *heading(letter),
        ("Reply-To", letter.from_address),
        ("Message-ID", f"<{milliseconds}.{uuid(rng)}@{pool}>"),
        ("Feedback-ID", f"{hexes(rng, 8)}:{portal}:HubSpot"),
        ("X-Report-Abuse-To", "abuse@hubspot.com (see https://policy.hubspot.com/abuse-complaints)"),
    )
    return Sending(
        fields=fields,
        text=letter.text,
        mail_from=f"{token}@{pool}",
        helo=f"bid{rng.randint(10, 60)}nf.{pool}",
        address=f"203.0.113.{rng.randint(140, 149)}",
        boundary=f"----=_Part_{rng.randint(10**6, 10**7)}_{rng.randint(10**9, 10**10)}.{milliseconds}",
        signatures=(Signature(pool, "hs2", covers), Signature(letter.company.domain, f"hs2-{portal}", covers)),
    )


def ses(letter: Letter, rng: Random) -> Sending:
    """A shop's own mail through Amazon SES, which is a transport and no platform."""
    region, address = "eu-west-1", f"203.0.113.{rng.randint(150, 159)}"
    host = f"a7-{rng.randint(1, 60)}.smtp-out.{region}.amazonses.com"
    serial = f"{hexes(rng, 16)}-{uuid(rng)}-000000@{region}.amazonses.com"
    fields = (
        *heading(letter),
        ("Message-ID", f"<{serial}>"),
        ("Feedback-ID", f"::1.{region}.{letters(rng, BASE62, 43)}=:AmazonSES"),
        ("X-SES-Outgoing", f"{letter.sent_at:%Y.%m.%d}-{address}"),
    )
    return Sending(
        fields=fields,
        text=letter.text,
        mail_from=serial.replace(f"@{region}.amazonses.com", f"@bounces.{letter.company.domain}"),
        helo=host,
        address=address,
        boundary=f"----=_Part_{rng.randint(10**6, 10**7)}_{rng.randint(10**9, 10**10)}.{letter.seconds * 1000}",
        signatures=(
            Signature(letter.company.domain, letters(rng, LOWER36, 32), USUAL_COVERS),
            Signature("amazonses.com", letters(rng, LOWER36, 32), f"{USUAL_COVERS}:feedback-id"),
        ),
    )


def github(letter: Letter, rng: Random) -> Sending:
    """A notification of a code host that sends for everybody from its own domain."""
    owner, _, repository = letter.company.account.partition("/")
    fields = (
        *heading(letter),
        ("Reply-To", f"{letter.company.account} <reply+{letters(rng, BASE36, 38)}@reply.github.com>"),
        ("Message-ID", f"<{letter.company.account}/issues/{letter.ticket}/{rng.randint(10**9, 10**10)}@github.com>"),
        ("In-Reply-To", f"<{letter.company.account}/issues/{letter.ticket}@github.com>"),
        ("References", f"<{letter.company.account}/issues/{letter.ticket}@github.com>"),
        ("Precedence", "list"),
        ("X-GitHub-Sender", "milo-auricia"),
        ("X-GitHub-Recipient", letter.person.family.lower()),
        ("X-GitHub-Reason", "subscribed"),
        ("List-ID", f"{letter.company.account} <{repository}.{owner}.github.com>"),
        ("List-Unsubscribe", f"<mailto:unsub+{letters(rng, BASE36, 38)}@reply.github.com>"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-GitHub-Recipient-Address", letter.person.address),
    )
    return Sending(
        fields=fields,
        text=letter.text,
        mail_from="noreply@github.com",
        helo=f"out-{rng.randint(10, 29)}.smtp.github.com",
        address=f"203.0.113.{rng.randint(160, 169)}",
        boundary=f"--==_mimepart_{letter.seconds:x}{hexes(rng, 5)}_{hexes(rng, 12)}",
        signatures=(Signature("github.com", "pf2023", "date:from:reply-to:to:subject:list-id:list-unsubscribe"),),
    )


def personal(letter: Letter, rng: Random) -> Sending:
    """A mail that a person wrote in a mail program."""
    domain = letter.from_address.rpartition("@")[2]
    fields = (
        *heading(letter),
        ("Message-ID", f"<{uuid(rng)}@{domain}>"),
        *((("In-Reply-To", letter.answers), ("References", letter.answers)) if letter.answers else ()),
        ("User-Agent", "Mozilla Thunderbird"),
        ("Content-Language", letter.company.language),
    )
    return Sending(
        fields=fields,
        text=letter.text,
        mail_from=letter.from_address,
        helo=f"out.{domain}",
        address="192.0.2.60",
        boundary="",
        inner=(hop("[127.0.0.1]", f"out.{domain}", letters(rng, BASE36, 10), letter.sent_at, "ESMTPSA"),),
        signatures=(Signature(domain, "s1", USUAL_COVERS),),
        html=False,
    )


def forger(letter: Letter, rng: Random) -> Sending:
    """Ordinary phishing: the help desk's marks typed by hand, sent from a machine that may not send for it."""
    fields = (
        *heading(letter),
        ("Message-ID", f"<{hexes(rng, 20)}@{letter.company.domain}>"),
        ("X-Mailer", "Zendesk Mailer" if rng.random() < 0.4 else "Microsoft Outlook 16.0"),
        ("X-Priority", "1"),
    )
    return Sending(
        fields=fields,
        text=letter.text,
        mail_from=letter.from_address,
        helo=f"vps-{rng.randint(1000, 9999)}.cheap-hosting.example",
        address=f"198.51.100.{rng.randint(220, 250)}",
        boundary=f"=_{hexes(rng, 32)}",
        forged=True,
    )


SENDERS: dict[str, Callable[[Letter, Random], Sending]] = {
    "mailchimp_signup": mailchimp_signup,
    "mailman": mailman,
    "mailchimp": mailchimp,
    "hubspot": hubspot,
    "ses": ses,
    "github": github,
    "personal": personal,
    "forger": forger,
}
