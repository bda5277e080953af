"""Submit as a frightened person uses it: many files, quoted headers, rubbish, a phone; and what must not happen."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.browser.reader import PATIENCE
from tests.browser.test_hostile import EVIL, MADE_ALIVE
from tests.browser.test_walk import header, paste
from tests.conftest import serving

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A server that keeps what the tests of this module hand in."""
    folder = tmp_path_factory.mktemp("desk")
    with serving(folder / "relaywatch.db", folder / "server.log") as address:
        yield address


def mail(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "message/rfc822", "buffer": content}


def hand_in(reader, files: list[dict] | Path) -> None:
    reader.load("/submit")
    reader.page.locator("input[type=file]").set_input_files(files)
    reader.settle()
    press(reader, "Check")


def press(reader, name: str) -> None:
    with reader.asking():
        reader.page.get_by_role("button", name=name).click()


def choose(reader, label: str, place: int) -> None:
    """By keyboard, from the first one: opening the list steps to the second."""
    reader.page.get_by_label(label).focus()
    reader.page.keyboard.press("ArrowDown")
    reader.page.get_by_role("option").first.wait_for()
    for _ in range(place - 2):
        reader.page.keyboard.press("ArrowDown")
    with reader.asking():
        reader.page.keyboard.press("Enter")


def await_text(reader, text: str) -> None:
    """Keeping many takes its time on a busy machine."""
    reader.page.get_by_text(text).first.wait_for(timeout=PATIENCE)
    reader.settle()


def test_ten_files_are_a_flood_whose_every_mail_can_be_looked_at(read, desk):
    reader = read(desk, width=800)
    now = datetime.now(UTC)
    files = [mail(f"{n}.eml", header(now, n, f"company{n % 4}").encode()) for n in range(1, 11)]
    hand_in(reader, files)
    assert "10 mails from 4 companies within 27 min, at most 1 a minute." in reader.text()
    assert "Look closely before you delete." in reader.text()
    assert reader.row_count("kept") == 10
    choose(reader, "Show mail", 7)
    assert "FINAL NOTICE 48217" in reader.page.locator(".st-key-facts_kept_subject").inner_text()
    choose(reader, "Answer for", 3)
    assert "company3.example" in reader.page.locator(".st-key-card_facts").inner_text()
    assert "maria" not in reader.text().lower()
    press(reader, "Keep them (10)")
    await_text(reader, "Kept as O-")
    assert "What was kept" in reader.text()
    assert re.search(r"Kept as (O-\d{4}, ){4}O-\d{4} and 5 more", reader.text())
    assert "Nobody else has reported it here yet." in reader.text()
    assert "Reports by others" not in reader.text()
    assert reader.faults() == []
    assert reader.illegible() == []


def test_a_quoted_header_and_a_large_mailbox_are_read(read, desk):
    reader = read(desk)
    now = datetime.now(UTC)
    paste(reader, "\n".join(f"> {line}" for line in header(now).splitlines()))
    assert "Nobody broke into your account." in reader.text()
    assert "northwind.example" in reader.page.locator(".st-key-rules").inner_text()
    many = "".join(
        f"From x@y.example Tue Nov 24 10:00:00 2026\n{header(now - timedelta(seconds=n), n)}\nHello\n\n"
        for n in range(1, 201)
    )
    hand_in(reader, [mail("flood.mbox", many.encode())])
    assert "200 mails from 1 company" in reader.text()
    assert reader.row_count("found") == 200
    press(reader, "Keep them (200)")
    await_text(reader, "Kept as")
    assert "and 195 more" in reader.text()
    assert reader.faults() == []


def test_rubbish_is_told_with_its_reason_and_a_file_too_large_with_what_to_do(read, empty_server, tmp_path):
    large = tmp_path / "all.mbox"
    large.write_bytes(b"x" * 27_000_000)
    reader = read(empty_server)
    paste(reader, "hello, is this a mail?")
    assert "None of this could be read as mail." in reader.text()
    assert "No mail header was found in it" in reader.text()
    assert reader.page.get_by_role("button", name="Keep").count() == 0
    hand_in(reader, large)
    assert "A file that stands in red above is larger than 25 MB" in reader.text()
    assert reader.faults() == []


def test_a_phone_at_its_width_by_keyboard_becomes_a_claim(read, desk):
    reader = read(desk, width=390, theme="dark")
    reader.open("/incidents")
    counted = reader.page.locator(".st-key-head").inner_text()
    reader.load("/submit?way=phone")
    reader.page.get_by_label("Subject").focus()
    reader.page.keyboard.type("[Request received] Your wallet will be closed")
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.type("Northwind Support")
    with reader.asking():
        reader.page.keyboard.press("Enter")
    assert "The subject alone does not prove anything." in reader.text()
    assert reader.illegible() == []
    reader.page.get_by_role("button", name="Keep it").focus()
    reader.page.keyboard.press("Enter")
    await_text(reader, "Kept as claim C-")
    reader.open("/incidents?view=claims")
    assert "Northwind Support" in [row["sender"] for row in reader.download("csv_claims")]
    reader.open("/incidents")
    assert reader.page.locator(".st-key-head").inner_text() == counted
    assert reader.faults() == []


def test_the_keyboard_reaches_everything_that_a_victim_needs(read, empty_server):
    reader = read(empty_server)
    paste(reader, header(datetime.now(UTC)))
    reader.page.locator("textarea").focus()
    reached = []
    for _ in range(14):
        reader.page.keyboard.press("Tab")
        reached.append(reader.page.evaluate("document.activeElement.innerText || ''"))
    wanted = ["Check", "I clicked something", "Text", "Header fields", "Keep it"]
    assert [name for name in wanted if not any(name in words for words in reached)] == []


@pytest.mark.parametrize("way", ["files", "phone"])
def test_what_hostile_files_and_claims_say_stays_text(read, desk, way):
    reader = read(desk)
    if way == "files":
        fields = [f"{name}: {text}" for name in ("From", "Subject", "Reply-To") for text in EVIL[:6]]
        source = "Received: from a.example by b.example; Tue, 20 Jan 2026 09:15:44 +0000\n"
        files = [
            mail(f"{EVIL[0].replace('/', '')} {n}.eml", (source + fields[n] + f"\n{fields[n + 6]}\n\n").encode())
            for n in range(10)
        ]
        hand_in(reader, [*files, mail("<img src=x onerror='window.pwned=1'>.png", b"\x89PNG\r\n\x1a\n")])
        reader.page.get_by_label("Show mail").click()
    else:
        reader.load("/submit?way=phone")
        reader.page.get_by_label("Subject").fill(" ".join(EVIL[:6])[:480])
        reader.page.get_by_label("Sender, as shown").fill(EVIL[1])
        press(reader, "Check")
        press(reader, "Keep it")
        await_text(reader, "Kept as claim")
        assert reader.page.evaluate(MADE_ALIVE) == []
        reader.open("/incidents?view=claims")
    assert reader.page.evaluate(MADE_ALIVE) == []
    assert reader.faults() == []


def test_a_reader_of_german_or_spanish_is_answered_so(read, empty_server):
    reader = read(empty_server, width=390)
    reader.load("/submit?lang=es")
    reader.page.locator("textarea").fill(header(datetime.now(UTC)))
    press(reader, "Comprobar")
    assert "Nadie ha entrado en su cuenta." in reader.text()
    with reader.asking():
        reader.page.get_by_role("radio", name="Deutsch").click()
    assert "Niemand ist in Ihr Konto eingedrungen." in reader.text()
    assert reader.illegible() == []
    assert reader.faults() == []
