"""Alerts from the database to a receiver on loopback: signed, repeated under one key, and never a stranger's word."""

import base64
import hmac
import json
import os
import signal
import ssl
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from collectors.alerting import Alerting, link_to
from collectors.cli import main
from collectors.secret_file import Secret
from collectors.web import Web
from data.errors import SettingsError
from data.judgement.alerts import News
from data.settings import Settings
from data.store.alert_deliveries import LEASE
from data.store.alerts import alerts
from data.store.database import open_database
from tests.collectors.scripted_site import answer, scripted_site
from tests.collectors.smtp_server import CERTIFICATE, smtp_server
from tests.data.readings import burst, taken

ROOT = Path(__file__).parents[2]
NOW = datetime.now(UTC).replace(microsecond=0)
SECRET = "0123456789abcdef0123456789abcdef"
HOSTILE = "<img src=x> @channel click http://evil.example/x"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def site():
    with scripted_site() as found:
        found.answers["/hook"] = answer(204)
        yield found


@pytest.fixture
def settings(site, tmp_path) -> Settings:
    secret = tmp_path / "secret"
    secret.touch(0o600)
    secret.write_text(SECRET + "\n")
    return Settings(
        db=tmp_path / "watch.db",
        allowed_hosts=("127.0.0.1",),
        web_pace_seconds=0.001,
        web_read_seconds=2.0,
        alert_webhook_url=site.url("/hook"),
        alert_webhook_secret_file=secret,
        alert_link="https://watch.desk.example/",
    )


@pytest.fixture
def db(settings):
    with open_database(settings.db) as found:
        taken(found, burst(5, 4, start=NOW - timedelta(hours=3), subject=HOSTILE), at=NOW)
        yield found


def alerting(settings: Settings, clock: Clock) -> Alerting:
    return Alerting(settings, Web(settings, clock), clock)


def receive(site, number: int = 0) -> dict[str, object]:
    """What a receiver does: checks the signature over the bytes, by Standard Webhooks, before it reads them."""
    _, fields = site.asked[number]
    body = site.posted[number]
    content = f"{fields['webhook-id']}.{fields['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.digest(SECRET.encode(), content, "sha256")).decode()
    assert fields["webhook-signature"] == f"v1,{digest}"
    return json.loads(body)


def test_a_wave_is_posted_once_signed_and_in_our_own_words(db, site, settings, clock):
    outcomes = alerting(settings, clock).send_all(db)
    assert [(item.channel, item.sent) for item in outcomes] == [("webhook", True)]
    told = receive(site)
    assert list(told) == ["id", "kind", "subject", "text", "tlp", "created_at", "figures", "link"]
    assert (told["kind"], told["subject"], told["figures"]["observations"]) == ("new-wave", "W-0001", 20)
    assert told["id"] == site.asked[0][1]["webhook-id"] == site.asked[0][1]["idempotency-key"]
    assert told["link"] == "https://watch.desk.example/waves?id=W-0001" and told["text"].endswith(told["link"])
    assert not any(word in site.posted[0] for word in (b"img", b"channel", b"evil", b"tenant", b"victim"))
    assert alerting(settings, clock).send_all(db) == [] and len(site.posted) == 1


def test_a_receiver_out_of_order_gets_the_same_alert_again_under_the_same_key(db, site, settings, clock):
    site.answers["/hook"] = [answer(500), answer(200)]
    first = alerting(settings, clock).send_all(db)
    assert first[0].reason == "127.0.0.1 is out of order (500)." and first[0].again_at == NOW + timedelta(minutes=1)
    assert alerting(settings, clock).send_all(db) == []
    clock.now += timedelta(minutes=1)
    assert [item.sent for item in alerting(settings, clock).send_all(db)] == [True]
    assert receive(site, 0)["id"] == receive(site, 1)["id"] and site.posted[0] == site.posted[1]
    assert [fields["webhook-timestamp"] for _, fields in site.asked] == [
        str(int(NOW.timestamp())), str(int(NOW.timestamp()) + 60),
    ]  # fmt: skip


def test_a_silent_receiver_is_tried_again_until_it_is_given_up(db, site, settings, clock):
    site.answers["/hook"] = lambda connection: time.sleep(1)
    settings = replace(settings, web_read_seconds=0.1, alert_attempts=2)
    assert alerting(settings, clock).send_all(db)[0].reason == "127.0.0.1 did not answer in time."
    clock.now += timedelta(hours=1)
    assert alerting(settings, clock).send_all(db)[0].again_at is None
    assert (alerts(db)[0].state, alerts(db)[0].attempts) == ("failed", 2)


def test_a_wrong_certificate_gets_no_alert(db, settings, clock):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATE.with_name("loopback_test_key.pem"))
    with scripted_site(context) as secure:
        secure.answers["/hook"] = answer(204)
        settings = replace(settings, alert_webhook_url=secure.url("/hook", "https"))
        assert "certificate of 127.0.0.1 is not to be trusted" in alerting(settings, clock).send_all(db)[0].reason
        assert secure.asked == []
        clock.now += timedelta(hours=1)
        trusting = replace(settings, web_ca_file=CERTIFICATE)
        assert alerting(trusting, clock).send_all(db)[0].sent


KILLED = """
import os, signal, sys
from collectors import alerting
alerting.record_sent = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from collectors.cli import main
main(["alerts", "send"])
"""


def test_killed_between_send_and_record_it_comes_again_under_the_same_key(db, site, settings, clock):
    run = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env=environment(settings), timeout=60, check=False)
    assert run.returncode == -signal.SIGKILL and len(site.posted) == 1
    assert alerting(settings, clock).send_all(db) == []
    clock.now = datetime.now(UTC) + LEASE
    assert alerting(settings, clock).send_all(db)[0].sent
    assert receive(site, 0)["id"] == receive(site, 1)["id"] and len(site.posted) == 2


def test_a_dead_webhook_does_not_hold_up_the_mail(db, site, settings, clock):
    site.answers["/hook"] = answer(500)
    with smtp_server() as post:
        both = replace(
            settings, alert_smtp_host="127.0.0.1", alert_smtp_port=post.port, alert_smtp_ca_file=CERTIFICATE,
            alert_from="watch@desk.example", alert_to=("abuse@desk.example",),
        )  # fmt: skip
        outcomes = alerting(both, clock).send_all(db)
        assert sorted((item.channel, item.sent) for item in outcomes) == [("mail", True), ("webhook", False)]
        assert post.messages[0]["Message-ID"].startswith(f"<{receive(site)['id']}@")
        assert not any(word in str(post.messages[0]) for word in ("img", "evil", "tenant", "victim"))


def environment(settings: Settings, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "RELAYWATCH_DB": str(settings.db),
        "RELAYWATCH_ALLOWED_HOSTS": "127.0.0.1",
        "RELAYWATCH_ALERT_WEBHOOK_URL": settings.alert_webhook_url,
        "RELAYWATCH_ALERT_WEBHOOK_SECRET_FILE": str(settings.alert_webhook_secret_file),
        **more,
    }


def run(settings: Settings, *arguments: str, **more: str):
    return CliRunner().invoke(main, ["alerts", *arguments], env=environment(settings, **more), catch_exceptions=False)


def test_the_commands_send_test_and_list(db, site, settings):
    assert run(settings, "list").output == "No alert yet.\n"
    sent = run(settings, "test")
    assert sent.exit_code == 0 and sent.output.startswith("Alert 1 sent by webhook: This is a test alert")
    assert run(settings, "send").output.startswith("Alert 2 sent by webhook: New wave W-0001")
    rows = [json.loads(line) for line in run(settings, "list", "--json").output.splitlines()]
    assert [(row["kind"], row["state"], row["attempts"]) for row in rows] == [
        ("new-wave", "sent", 1),
        ("test", "sent", 1),
    ]


def test_a_failed_test_is_not_repeated_and_says_why(db, site, settings):
    site.answers["/hook"] = answer(403)
    failed = run(settings, "test")
    assert failed.exit_code == 1
    assert failed.stderr == "Alert 1 by webhook: 127.0.0.1 forbids us this address (403). Given up.\n"
    run(settings, "send", "--failed", RELAYWATCH_ALERT_KINDS="feed-down")
    assert len(site.posted) == 1


def test_what_was_given_up_is_sent_on_demand(db, site, settings):
    site.answers["/hook"] = [answer(500), answer(200)]
    assert run(settings, "send", RELAYWATCH_ALERT_ATTEMPTS="1").exit_code == 1
    assert run(settings, "send", "--failed").output.startswith("Alert 1 sent by webhook")


def test_without_a_receiver_or_a_secret_it_is_said_what_to_set(db, settings):
    nobody = run(settings, "send", RELAYWATCH_ALERT_WEBHOOK_URL="")
    assert nobody.exit_code == 1 and "Nobody is to be alerted. Set RELAYWATCH_ALERT_WEBHOOK_URL" in nobody.stderr
    unsigned = run(settings, "send", RELAYWATCH_ALERT_WEBHOOK_SECRET_FILE="")
    assert "alerts are posted signed only" in unsigned.stderr and alerts(db) == []


@pytest.mark.parametrize("text", ["short", "whsec_short", "whsec_" + "?" * 60])
def test_a_secret_that_is_too_short_or_no_base64_is_refused(settings, clock, text):
    settings.alert_webhook_secret_file.write_text(text)
    with pytest.raises(SettingsError, match="holds no secret of 24 bytes") as caught:
        alerting(settings, clock)
    assert text not in str(caught.value)


def test_a_secret_in_the_form_of_standard_webhooks_is_its_base64(db, site, settings, clock):
    settings.alert_webhook_secret_file.write_text("whsec_" + base64.b64encode(SECRET.encode()).decode())
    alerting(settings, clock).send_all(db)
    assert receive(site)["kind"] == "new-wave"


def test_secrets_and_the_webhook_address_are_shown_nowhere(db, site, settings, clock):
    site.answers["/hook"] = answer(500)
    shown = repr(settings) + repr(Secret(SECRET)) + repr(vars(alerting(settings, clock)))
    sent = run(settings, "send")
    listed = run(settings, "list", "--json")
    for text in (shown, sent.output, sent.stderr, listed.output, "".join(db.connection.iterdump())):
        assert SECRET not in text and "/hook" not in text.replace("webhook", "")


def test_only_waves_have_a_page_to_link_to():
    assert link_to(News("new-vendor", "W-0001", ""), "https://a.example/w/") == "https://a.example/w/waves?id=W-0001"
    assert link_to(News("feed-down", "F-0001", ""), "https://a.example/") == "https://a.example"
    assert link_to(News("new-wave", "W-0001", ""), "") == ""
