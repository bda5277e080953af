from hypothesis import given
from hypothesis import strategies as st

from collectors.headers import parse_message
from data.model import RawMessage
from data.settings import Settings


def read(raw: str | bytes, **limits: int) -> tuple[str, tuple[str, ...]]:
    data = raw.encode() if isinstance(raw, str) else raw
    message = parse_message(RawMessage("test", b"From: a@example.com\n" + data), Settings(**limits))
    return message.text, message.links


def multipart(kind: str, *parts: str) -> str:
    sections = "".join(f"--x\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary=x\n\n{sections}--x--\n"


PLAIN = "Content-Type: text/plain\n\nThe plain words of it."
HTML = "Content-Type: text/html\n\n<p>The marked words.</p><a href='https://shop.example/x'>x</a>"


def test_of_alternatives_the_plain_one_is_read_and_links_of_both():
    assert read(multipart("alternative", HTML, PLAIN)) == ("The plain words of it.", ("https://shop.example/x",))


def test_html_is_read_where_it_shows_an_address_that_the_plain_alternative_does_not():
    echo = "Content-Type: text/html\n\n<p>You have won, see https://evil.example/x now</p>"
    plain = "Content-Type: text/plain\n\nClick to confirm: https://shop.example/c"
    assert read(multipart("alternative", plain, echo))[0] == "You have won, see https://evil.example/x now"
    both = plain.replace("Click", "https://evil.example/x Click")
    assert (
        read(multipart("alternative", both, echo))[0]
        == "https://evil.example/x Click to confirm: https://shop.example/c"
    )


def test_a_plain_alternative_that_says_nothing_gives_way_to_html():
    assert read(multipart("alternative", "\nno HTML", HTML))[0] == "The marked words.\nx"


def test_mixed_texts_are_read_one_after_the_other_without_attachments():
    attached = "Content-Type: text/plain\nContent-Disposition: attachment\n\nsecret"
    assert read(multipart("mixed", PLAIN, attached, "\nfooter"))[0] == "The plain words of it.\n\nfooter"


def test_a_message_of_attachments_only_is_read_all_the_same():
    assert (
        read(multipart("mixed", "Content-Type: text/plain\nContent-Disposition: attachment\n\nwords"))[0] == "words"
    )


def test_html_without_or_under_a_wrong_type_is_read_as_html():
    assert read("\n<!DOCTYPE html><p>hi</p>")[0] == "hi"
    assert read("Content-Type: text/plain\n\n<html><b>hi</b></html>")[0] == "hi"


def test_charsets_come_from_the_part_the_markup_or_the_bytes():
    assert read(b"Content-Type: text/plain; charset=koi8-r\n\n" + b"\xd0\xc9")[0] == "пи"
    assert read(b"Content-Type: text/html\n\n<meta charset='koi8-r'>\xd0\xc9")[0] == "пи"
    assert read(b"Content-Type: text/plain; charset=none-such\n\n\xe9")[0] == "é"
    assert read(b"Content-Type: text/plain; charset=us-ascii\n\n\xc3\xa9")[0] == "é"
    assert read(b"Content-Type: text/plain; charset=utf-16\n\n" + "é".encode("utf-16"))[0] == "é"


def test_a_charset_that_does_not_exist_is_told_of_where_it_matters():
    def warned(body: bytes) -> tuple[str, ...]:
        raw = b"From: a@b.example\nDate: 2 Mar 2026 1:02\nContent-Type: text/plain; charset=klingon\n\n" + body
        return parse_message(RawMessage("test", raw), Settings()).warnings

    assert warned(b"\xe9") == ("The body names a charset that does not exist; its letters were guessed.",)
    assert warned(b"e") == ()


def test_flowed_lines_are_joined():
    assert read("Content-Type: text/plain; format=flowed\n\none \ntwo\n-- \nme")[0] == "one two\n--\nme"


def test_letters_that_take_no_room_are_gone():
    assert read("\nZen\u200bdesk\u00ad \ufeff\x00\x07x\u2028y")[0] == "Zendesk x\ny"


def test_spaces_and_empty_lines_are_single():
    assert read("\na  b\t\tc \n\n\n\n d\u00a0e")[0] == "a b c\n\nd e"


def test_urls_of_the_text_are_links_without_their_punctuation():
    assert read("\nsee (https://shop.example/a?b=c), <http://x.example>.")[1] == (
        "https://shop.example/a?b=c",
        "http://x.example",
    )


def test_targets_that_lead_nowhere_are_no_links():
    markup = (
        "<a href='javascript:x()'>a</a><a href='cid:pic1'>b</a><a href='#top'>c</a><a href='mailto:a@b.example'>d</a>"
    )
    assert read(f"Content-Type: text/html\n\n{markup}")[1] == ("mailto:a@b.example",)


def test_text_is_cut_at_its_limit():
    assert read("\n" + "x" * 900, text_limit=100)[0] == "x" * 100


def test_a_message_wrapped_in_another_is_read_unless_it_is_attached():
    inner = "Content-Type: message/rfc822\n{}\nFrom: b@example.com\n\ninner words"
    assert read(multipart("mixed", inner.format(""), "\nfooter"))[0] == "inner words\n\nfooter"
    assert read(multipart("mixed", inner.format("Content-Disposition: attachment\n"), "\nfooter"))[0] == "footer"


@given(
    st.binary(max_size=500),
    st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=x", "text"]),
    st.sampled_from(["", "base64", "quoted-printable"]),
)
def test_any_body_is_read(body, kind, encoding):
    text, links = read(
        f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n".encode() + body, text_limit=50
    )
    assert len(text) <= 50
    assert all(links)
