"""What kind of mail it is, by the platform's fields, by words in many languages, by form."""

import pytest

from tests.collectors.judged import judged, written


def mechanism(*lines: str, body: str = "Hello.\n") -> str:
    return judged(
        written("From: Desk <desk@example.com>", "Message-ID: <1@example.com>", *lines, body=body)
    ).identity.mechanism


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("We have received your request", "ticket-acknowledgement"),
        ("Hemos recibido tu solicitud", "ticket-acknowledgement"),
        ("Recebemos sua solicitação", "ticket-acknowledgement"),
        ("Ihre Anfrage ist eingegangen", "ticket-acknowledgement"),
        ("Nous avons bien reçu votre demande", "ticket-acknowledgement"),
        ("Abbiamo ricevuto la tua richiesta", "ticket-acknowledgement"),
        ("We hebben je verzoek ontvangen", "ticket-acknowledgement"),
        ("Мы получили ваш запрос", "ticket-acknowledgement"),
        ("お問い合わせを受け付けました", "ticket-acknowledgement"),
        ("Verify your email", "account-verification"),
        ("Cree una contraseña para Lamps", "account-verification"),
        ("Confirm your Lamps account", "account-verification"),
        ("Nur noch ein Klick", "list-confirmation"),
        ("Transcript of your conversation", "chat-transcript"),
        ("Sam invited you to Lamps", "invitation"),
        ("お問い合わせ内容の控えになります", "form-receipt"),
    ],
)
def test_words_of_the_subject_tell_the_kind(subject, kind):
    assert mechanism(f"Subject: {subject}") == kind


def test_a_delivery_report_is_a_bounce_by_its_form():
    assert mechanism("Content-Type: multipart/report; report-type=delivery-status; boundary=x") == "bounce"


def test_a_read_receipt_is_no_bounce():
    kind = 'Content-Type: multipart/report; report-type=disposition-notification; boundary="x"'
    assert mechanism(kind, "Subject: Read: hello") != "bounce"


def test_list_mail_and_mailings_are_newsletters():
    assert mechanism("List-Id: <lamps.example.org>", "Subject: Re: dim") == "newsletter"
    assert mechanism("Subject: Spring lamps", body="New lamps.\n\nUnsubscribe here.\n") == "newsletter"


def test_a_person_answers_or_writes_with_a_mail_program():
    assert mechanism("Subject: dim", "In-Reply-To: <2@example.net>") == "personal"
    assert mechanism("Subject: dim", "User-Agent: Mutt/2.2") == "personal"


def test_an_automatic_mail_without_words_is_a_notification():
    assert mechanism("Subject: dim", "Auto-Submitted: auto-generated") == "notification"


def test_nothing_known_is_other():
    assert mechanism("Subject: dim") == "other"
