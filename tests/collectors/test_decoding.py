import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.decoding import decode_base64, decode_charset, decode_guessing, decode_words, python_charset


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?Q?caf=C3=A9?=", "café"),
        ("=?UTF-8?B?Y2Fmw6k=?= =?UTF-8?B?w6k=?=", "caféé"),
        ("=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC?=", "€"),
        ("=?utf-8?B?4oI?=\n =?utf-8?B?rA?=", "€"),
        ("a=?utf-8?Q?_b?=c", "a bc"),
        ("=?utf-8?Q?one?= and =?utf-8?Q?two?=", "one and two"),
        ("=?iso-8859-1?Q?=80?=", "€"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?utf-8*en?Q?hi?=", "hi"),
        ("=?no-such-charset?Q?=C3=A9?=", "é"),
        ("=?utf-8\n <div?Q?=C3=A9?=", "é"),
        ("=?utf-8?Q?What? Yes?=", "What? Yes"),
        ("=?utf-8?Q?cut off", "=?utf-8?Q?cut off"),
        ("=?utf-8?B?not base64 at all!?=", decode_charset(decode_base64(b"not base64 at all!"), "utf-8")),
        ("plain", "plain"),
    ],
)
def test_encoded_words_are_read_leniently(value, text):
    assert decode_words(value) == text


@pytest.mark.parametrize(
    "name", ["base64", "zip", "rot13", "hex", "undefined", "idna", "punycode", "x" * 500, "", "\0"]
)
def test_a_codec_that_is_no_charset_is_not_used(name):
    assert python_charset(name) is None


@pytest.mark.parametrize(("name", "codec"), [("ks_c_5601-1987", "cp949"), ("X-SJIS", "cp932"), ('"UTF-8"', "utf_8")])
def test_charsets_are_known_by_the_names_mailers_give_them(name, codec):
    assert python_charset(name) == codec


def test_bytes_without_a_charset_are_utf8_or_western():
    assert decode_guessing("é€".encode()) == "é€"
    assert decode_guessing(b"caf\xe9 \x80") == "café €"
    assert decode_guessing(b"\xd0\xc9", "koi8_r") == "пи"


def test_the_last_letter_of_western_text_is_no_character_cut_off():
    assert [decode_guessing(word.encode("latin-1")) for word in ("café", "été", "très cliché")] == [
        "café",
        "été",
        "très cliché",
    ]


def test_a_character_cut_off_at_the_end_is_dropped():
    assert decode_guessing("größe €".encode()[:-1]) == "größe "


def test_mostly_utf8_stays_utf8():
    assert decode_guessing("é".encode() * 40 + b"\xff") == "é" * 40 + "\ufffd"


def test_base64_is_read_with_noise_and_without_padding():
    assert decode_base64(b"aGVs\r\nbG8") == b"hello"
    assert decode_base64(b"aGVsbG8=") == b"hello"
    assert decode_base64(b"aGVsb") == b"hel"


@given(st.text())
def test_any_text_decodes(value):
    assert isinstance(decode_words(value), str)


@given(st.binary(), st.text(max_size=30) | st.sampled_from(["utf-16", "hz", "utf-7", "iso-2022-jp", "gb18030"]))
def test_any_bytes_decode_in_any_charset(data, charset):
    assert isinstance(decode_charset(data, charset), str)


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=4))
def test_what_was_encoded_comes_back(words):
    from email.header import Header

    text = "".join(words)
    encoded = Header(text, "utf-8", maxlinelen=40).encode(linesep="\n")
    assert "".join(decode_words(encoded).split()) == "".join(text.split())


@given(st.binary())
def test_any_bytes_are_read_as_base64(data):
    assert isinstance(decode_base64(data), bytes)
