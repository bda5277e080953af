from collectors.fields import by_name, read_fields
from collectors.recipients import read_recipients
from data.model import Mailbox


def recipients(header: str) -> tuple[Mailbox, ...]:
    return read_recipients(by_name(read_fields(header.encode(), 100)[0]))


def test_every_field_that_names_a_recipient_is_read():
    header = """\
To: Jo <jo@example.org>
Cc: kim@example.org
Bcc: lee@example.org
Resent-To: max@example.org
Delivered-To: ann@example.org
X-Original-To: ben@example.org
Envelope-To: cat@example.org
X-Envelope-To: <dan@example.org>
X-Forwarded-To: eve@example.org
X-Forwarded-For: fay@example.org gus@example.org
X-Rcpt-To: hal@example.org
Apparently-To: ida@example.org
X-Apparently-To: ike@example.org; Mon, 2 Mar 2026 10:00:00 +0000
X-GitHub-Recipient-Address: joy@example.org
Received: from x by y for <kit@example.org>; Mon, 2 Mar 2026 10:00:00 +0000
Received: by y via listexpand (ORCPT <rfc822;lou@example.org>)
 for lyn@example.org; Mon, 2 Mar 2026 10:00:00 +0000"""
    names = "jo kim lee max ann ben cat dan eve fay gus hal ida ike joy kit lyn"
    assert {box.local for box in recipients(header)} >= set(names.split())
    assert recipients(header)[0] == Mailbox("Jo", "jo@example.org")


def test_a_recipient_named_twice_stands_once_with_the_name():
    assert recipients("Delivered-To: JO@example.org\nTo: Jo <jo@example.org>") == (Mailbox("Jo", "jo@example.org"),)


def test_thousands_of_recipient_fields_are_read_only_so_far():
    assert len(recipients("".join(f"To: a{n}@example.org, b{n}@example.org\n" for n in range(90)))) == 180
