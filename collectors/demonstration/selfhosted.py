"""Software of the demonstration that organisations run themselves: help desks, trackers, a contact form.

The shapes are those that the catalogue of platforms describes; every value in them is invented.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random

from collectors.demonstration.helpdesks import USUAL_COVERS, heading
from collectors.demonstration.messages import BASE36, BASE62, Letter, Sending, Signature, dated, hexes, hop, letters
from collectors.demonstration.words import mailbox


def _own_host(letter: Letter, rng: Random, fields: tuple[tuple[str, str], ...], boundary: str) -> Sending:
    """Software that an organisation runs itself: its own mail host sends and signs."""
    domain = letter.company.domain
    number = sum(domain.encode("ascii"))
    return Sending(
        fields=fields,
        text=letter.text,
        mail_from=letter.from_address,
        helo=f"mail.{domain}",
        address=f"192.0.2.{number % 100 + 100}",
        boundary=boundary,
        inner=(
            hop(f"app1.{domain} (localhost [127.0.0.1])", f"mail.{domain}", letters(rng, BASE36, 10), letter.sent_at),
        ),
        signatures=(Signature(domain, "mail", USUAL_COVERS),),
    )


def jira(letter: Letter, rng: Random) -> Sending:
    """Jira Service Management: the issue's number and birth stand in Message-ID and In-Reply-To."""
    milliseconds = letter.seconds * 1000 + rng.randrange(1000)
    issue = f"JIRA.{10_000 + letter.ticket}.{milliseconds - rng.randint(300, 900)}"
    fields = (
        *heading(letter),
        ("Message-ID", f"<{issue}.{rng.randint(100, 9999)}.{milliseconds}@Atlassian.JIRA>"),
        ("In-Reply-To", f"<{issue}@Atlassian.JIRA>"),
        ("References", f"<{issue}@Atlassian.JIRA>"),
        ("X-JIRA-FingerPrint", letter.company.account),
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "bulk"),
    )
    return _own_host(
        letter, rng, fields, f"----=_Part_{rng.randint(10, 9999)}_{rng.randint(10**8, 10**9)}.{milliseconds}"
    )


def osticket(letter: Letter, rng: Random) -> Sending:
    """osTicket: the code of the installation stands first in Message-ID, its own address last."""
    tag = letters(rng, BASE62, 24)
    fields = (
        *heading(letter),
        ("Message-ID", f"<{letter.company.account}-{letters(rng, BASE62, 5)}-{tag}-{letter.from_address}>"),
        *((("In-Reply-To", letter.answers), ("References", letter.answers)) if letter.answers else ()),
        ("X-Mailer", "osTicket Mailer"),
        ("Precedence", "auto_reply"),
        ("X-Autoreply", "yes"),
        ("Auto-Submitted", "auto-replied"),
        ("X-Auto-Response-Suppress", "DR, RN, OOF, AutoReply"),
    )
    return _own_host(letter, rng, fields, f"=_{hexes(rng, 32)}")


def zammad(letter: Letter, rng: Random) -> Sending:
    """Zammad: the organisation's name stands in a field of its own."""
    domain = letter.company.domain
    serial = f"{letter.sent_at:%Y%m%d%H%M%S}.{rng.randrange(10**6)}.{rng.randrange(10**5)}"
    fields = (
        *heading(letter),
        ("Message-ID", f"<{serial}@zammad.{domain}>"),
        *((("In-Reply-To", letter.answers), ("References", letter.answers)) if letter.answers else ()),
        ("X-Loop", "yes"),
        ("Precedence", "bulk"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Powered-By", "Zammad - Helpdesk/Support (https://zammad.org/)"),
        ("X-Mailer", "Zammad Mail Service"),
        ("Organization", letter.company.account),
    )
    return _own_host(letter, rng, fields, f"--==_mimepart_{letter.seconds:x}{hexes(rng, 5)}_{hexes(rng, 12)}")


def rt(letter: Letter, rng: Random) -> Sending:
    """Request Tracker: the requester's address stands in X-RT-Originator."""
    name = letter.company.account
    serial = f"rt-5.0.7-{rng.randint(100, 99999)}-{letter.seconds}-{rng.randrange(2000)}.{letter.ticket}-9-0"
    date, sender, to, subject = heading(letter)
    fields = (
        subject,
        ("From", mailbox(f"{letter.from_name} via RT", letter.from_address)) if letter.from_name else sender,
        ("Reply-To", letter.from_address),
        *((("In-Reply-To", letter.answers),) if letter.answers else ()),
        ("References", f"<RT-Ticket-{letter.ticket}@{name}>"),
        ("Message-ID", f"<{serial}@{name}>"),
        ("X-RT-Loop-Prevention", name),
        ("X-RT-Ticket", f"{name} #{letter.ticket}"),
        ("X-Managed-By", "RT 5.0.7 (https://www.bestpractical.com/rt/)"),
        ("X-RT-Originator", letter.person.address),
        ("Auto-Submitted", "auto-replied"),
        ("Precedence", "bulk"),
        to,
        date,
    )
    return _own_host(letter, rng, fields, f"----------=_{letter.seconds}-{rng.randint(100, 9999)}-0")


def wordpress(letter: Letter, rng: Random) -> Sending:
    """A contact form or a new account of WordPress: PHPMailer on a shared host, no mark that a machine wrote it."""
    sent_at = letter.sent_at - timedelta(seconds=1)
    script = "index.php" if letter.ticket else "wp-login.php"
    fields = (
        *heading(letter),
        ("Message-ID", f"<{letters(rng, BASE62, 42)}@{letter.company.domain}>"),
        ("X-Mailer", "PHPMailer 6.9.3 (https://github.com/PHPMailer/PHPMailer)"),
        *((("X-WPCF7-Content-Type", "text/plain"),) if letter.ticket else ()),
        ("X-PHP-Script", f"{letter.company.domain}/{script} for 192.0.2.9"),
    )
    return Sending(
        fields=fields,
        text=letter.text,
        mail_from=letter.from_address,
        helo="srv12.shared-hosting.example",
        address="192.0.2.212",
        boundary=f"b1_{letters(rng, BASE62, 32)}",
        inner=(
            f"by srv12.shared-hosting.example (Postfix, from userid 10042)\n\tid {letters(rng, BASE36, 10)};\n"
            f"\t{dated(sent_at)}",
        ),
        signatures=(Signature(letter.company.domain, "default", USUAL_COVERS),),
        html=False,
    )


SELF_HOSTED: dict[str, Callable[[Letter, Random], Sending]] = {
    "jira": jira,
    "osticket": osticket,
    "zammad": zammad,
    "rt": rt,
    "wordpress": wordpress,
}
