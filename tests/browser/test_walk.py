"""The main job, in a real browser: a header in, an incident on the screen, a CSV out."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.conftest import serving

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("walk")
    with serving(folder / "relaywatch.db", folder / "server.log") as found:
        yield found


def header(now: datetime, number: int = 1, company: str = "northwind") -> str:
    """An acknowledgement as the victim pastes it; invented, with the shapes of Zendesk's mail."""
    sent = now - timedelta(minutes=3 * number)
    stamp = f"{int(sent.timestamp()):x}"
    return f"""Received: from outbyoip7.pod27.euc1.zdsys.com (outbyoip7.pod27.euc1.zdsys.com [192.0.2.7])
 by mx1.mailbox.example.net (Postfix) with ESMTPS; {format_datetime(sent + timedelta(seconds=2))}
Authentication-Results: mx1.mailbox.example.net; spf=pass; dkim=pass header.d=zendesk.com; dmarc=pass
Date: {format_datetime(sent)}
From: Northwind Outdoor <support@{company}.example>
To: maria.lopez <maria.lopez{number}@mailbox.example.net>
Message-ID: <QX7RD42MK{number}_{stamp}1c4e_8f21468c1041_sprut@zendesk.com>
In-Reply-To: <QX7RD42MK{number}@zendesk.com>
Subject: [Request received] FINAL NOTICE 4821{number} for maria.lopez: claim 2,400 USD at claims.wallet-desk.example
X-Delivery-Context: event-id-1757312709761{number}
Auto-Submitted: auto-generated
X-Mailer: Zendesk Mailer
X-Zendesk-From-Account-Id: 0a1b2c3
"""


def paste(reader, text: str) -> None:
    reader.load("/submit")
    reader.page.locator("textarea").fill(text)
    press(reader, "Check")


def press(reader, name: str) -> None:
    with reader.asking():
        reader.page.get_by_role("button", name=name).click()


def follow(reader, link) -> None:
    with reader.asking():
        link.click()


def test_a_pasted_header_becomes_an_incident_on_the_timeline_and_a_row_of_the_csv(read, address):
    reader = read(address)
    paste(reader, header(datetime.now(UTC)))
    assert "Nobody broke into your account." in reader.text()
    assert "Zendesk" in reader.text()
    assert "northwind.example" in reader.text()
    kept_form = reader.page.locator(".st-key-card_keep").inner_text()
    assert "FINAL NOTICE 48211" in kept_form
    assert "maria" not in kept_form.lower()
    other = read(address)
    other.open("/")
    assert "No observations yet" in other.text()

    press(reader, "Keep it")
    follow(reader, reader.page.get_by_role("link", name="It opened RW-0001"))
    assert reader.query() == "/incidents?id=RW-0001"
    assert "1 by 1 submitter" in reader.text()
    assert [row["Account"] for row in reader.grid("members")] == ["0a1b2c3"]
    timeline = reader.download("csv_timeline")
    assert [(row["platform"], row["observations"]) for row in timeline] == [("zendesk", "1")]

    follow(reader, reader.page.get_by_test_id("stTopNavLink").filter(has_text="Overview"))
    assert "1 observation in 24 h" in reader.text()
    assert [row["observations"] for row in reader.download("csv_timeline")] == ["1"]

    follow(reader, reader.page.get_by_test_id("stTopNavLink").filter(has_text="Incidents"))
    row = next(row for row in reader.download("save_incidents") if row["incident_id"] == "RW-0001")
    assert (row["abused_domain"], row["platform"], row["verdict"]) == ("northwind.example", "zendesk", "relay-spam")
    assert reader.faults() == []


def test_the_same_mail_is_kept_once(read, address):
    reader = read(address)
    text = header(datetime.now(UTC), company="fabrikam")
    for known in (False, True):
        paste(reader, text)
        press(reader, "Keep it")
        kept = re.search(r"Kept as (O-\d{4})", reader.text())
        assert kept
        assert ("1 was known already" in reader.text()) is known


def test_several_files_are_answered_one_by_one_and_kept_together(read, address):
    reader = read(address)
    now = datetime.now(UTC)
    good = [
        {"name": f"{number}.eml", "mimeType": "message/rfc822", "buffer": header(now, number, "contoso").encode()}
        for number in range(1, 5)
    ]
    bad = [
        {"name": "empty.eml", "mimeType": "message/rfc822", "buffer": b""},
        {"name": "picture.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(range(256))},
    ]
    reader.load("/submit")
    reader.page.locator("input[type=file]").set_input_files(good + bad)
    reader.settle()
    press(reader, "Check")
    refused = reader.download("csv_refused")
    assert [row["source"] for row in refused] == ["empty.eml", "picture.png"]
    shown = reader.page.locator(".st-key-card_refused").inner_text()
    assert all(row["reason"] in shown for row in refused)
    assert reader.row_count("found") == 4
    assert [row["verdict"] for row in reader.download("csv_found")] == ["relay-spam"] * 4
    press(reader, "Keep them (4)")
    assert re.search(r"Kept as (O-\d{4}, ){3}O-\d{4}", reader.text())
    assert reader.faults() == []


def test_nothing_handed_in_is_said_so(read, empty_server):
    reader = read(empty_server)
    reader.load("/submit")
    press(reader, "Check")
    assert "Choose a file or paste the source of a mail." in reader.text()
