"""Alerts by mail against a real SMTP server on loopback: over TLS or not at all, to configured addresses only."""

import socket
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from collectors import alert_mail
from collectors.alert_mail import mail_alert, mail_route, message_of
from data.errors import SettingsError
from data.judgement.alerts import News, trial
from data.settings import Settings
from tests.collectors.smtp_server import CERTIFICATE, PASSWORD, USER, Post, smtp_server

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

WAVE = News("new-wave", "W-0003", "New wave W-0003: 40 messages.", {"observations": 40})


@dataclass(frozen=True)
class Letter:
    key: str = "0b5d1c7e-1111-4222-8333-444455556666"
    news: News = WAVE
    created_at: datetime = NOW


@pytest.fixture
def password(tmp_path):
    path = tmp_path / "password"
    path.touch(0o600)
    path.write_text(PASSWORD + "\n")
    return path


@pytest.fixture
def post():
    with smtp_server() as found:
        yield found


def settings_of(post, password, **changes) -> Settings:
    return replace(
        Settings(
            alert_smtp_host="127.0.0.1",
            alert_smtp_port=post.port,
            alert_smtp_user=USER,
            alert_smtp_password_file=password,
            alert_smtp_ca_file=CERTIFICATE,
            alert_from="relaywatch@desk.example",
            alert_to=("abuse@desk.example", "cert@desk.example"),
        ),
        **changes,
    )


def mail(settings: Settings):
    return mail_alert(mail_route(settings), Letter(), "https://watch.desk.example/waves?id=W-0003", NOW)


def test_one_message_goes_to_all_addresses_over_starttls_with_a_login(post, password):
    assert mail(settings_of(post, password)) == alert_mail.Mailed(True)
    message = post.messages[0]
    assert post.recipients == [["abuse@desk.example", "cert@desk.example"]]
    assert message["Subject"] == "[Relaywatch] new-wave W-0003"
    assert message["Message-ID"] == "<0b5d1c7e-1111-4222-8333-444455556666@desk.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().splitlines() == [
        "New wave W-0003: 40 messages.", "", "observations: 40", "",
        "https://watch.desk.example/waves?id=W-0003", "TLP:AMBER",
    ]  # fmt: skip


def test_tls_from_the_start_works_too(password):
    with smtp_server(tls="at once") as post:
        assert mail(settings_of(post, password, alert_smtp_starttls=False)).taken


def test_a_server_without_tls_gets_neither_password_nor_message(password):
    with smtp_server(tls="none") as post:
        found = mail(settings_of(post, password))
        assert (found.taken, post.messages) == (False, []) and "nothing was sent in the clear" in found.reason


def test_a_certificate_of_nobody_known_is_not_trusted(post, password):
    found = mail(settings_of(post, password, alert_smtp_ca_file=None))
    assert not found.taken and "The certificate of 127.0.0.1" in found.reason and not post.messages


def test_a_wrong_password_is_said_without_it(post, password):
    password.write_text("a-wrong-password")
    found = mail(settings_of(post, password))
    assert found.reason == f"127.0.0.1:{post.port} refused user or password (535)."


@pytest.mark.parametrize("answered", ["451 try later, <script>", "554 no @here"])
def test_a_refused_message_is_said_by_its_code_only(post, password, answered):
    post.answers.append(answered)
    found = mail(settings_of(post, password))
    assert found == alert_mail.Mailed(False, f"127.0.0.1:{post.port} refused the message ({answered[:3]}).")


def test_one_unknown_address_of_two_is_a_remark_and_both_are_a_failure(post, password):
    post.unknown.add("cert@desk.example")
    found = mail(settings_of(post, password))
    assert found.taken and found.reason.endswith("refused 1 of 2 addresses.")
    post.unknown.add("abuse@desk.example")
    assert not mail(settings_of(post, password)).taken


def test_a_closed_port_and_a_silent_server_are_failures(password, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setattr(alert_mail, "SECONDS_TO_WAIT", 0.2)
        settings = settings_of(Post(port), password)
        assert mail(settings).reason == f"127.0.0.1:{port} did not answer in time, or broke the connection off."
    assert mail(settings).reason == f"127.0.0.1:{port} cannot be used (Connection refused)."


def test_a_server_that_drips_is_cut_off(password, monkeypatch):
    monkeypatch.setattr(alert_mail, "SECONDS_IN_ALL", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_drip, args=(listener,), daemon=True).start()
        assert not mail(settings_of(Post(listener.getsockname()[1]), password)).taken


def _drip(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    connection.sendall(b"220 hello\r\n")
    while connection.recv(100):
        connection.sendall(b"2")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alert_from": ""}, "RELAYWATCH_ALERT_FROM must be addresses"),
        ({"alert_to": ()}, "RELAYWATCH_ALERT_TO must be addresses"),
        ({"alert_to": ("a@b.example\r\nBcc: c@d.example",)}, "RELAYWATCH_ALERT_TO must be addresses"),
        ({"alert_smtp_password_file": None}, "needs RELAYWATCH_ALERT_SMTP_PASSWORD_FILE"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_sent(password, changes, said):
    with pytest.raises(SettingsError, match=said):
        mail_route(settings_of(Post(9), password, **changes))


def test_a_password_file_that_others_can_read_is_refused(password):
    password.chmod(0o640)
    with pytest.raises(SettingsError, match="chmod 600"):
        mail_route(settings_of(Post(9), password))


def test_a_route_does_not_show_its_password(password):
    assert PASSWORD not in repr(mail_route(settings_of(Post(9), password)))


def test_a_message_without_figures_or_link_is_its_text():
    message = message_of(Settings(alert_from="a@b.example", alert_to=("c@d.example",)), Letter(news=trial()), "", NOW)
    assert message.get_content() == trial().text + "\n\nTLP:AMBER\n"
