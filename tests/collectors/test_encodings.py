import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.encodings import decode, inflate
from data.errors import SubmissionRefused

RUSSIAN = "Волна спама через поддержку: тысячи писем за час, жалобы пользователей"
JAPANESE = "問い合わせフォームが悪用され、大量の迷惑メールが送信された"


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
def test_undeclared_cyrillic_is_told_by_its_letters(encoding):
    assert decode(b"<rss>" + RUSSIAN.encode(encoding)).text == "<rss>" + RUSSIAN


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_undeclared_japanese_is_told_by_its_letters(encoding):
    assert decode(b"<rss>" + JAPANESE.encode(encoding)).text == "<rss>" + JAPANESE


def test_western_letters_win_where_nothing_tells_otherwise():
    assert decode("Überflutung der Postfächer".encode("cp1252")).encoding == "cp1252"


def test_valid_utf8_is_utf8_whatever_is_declared():
    assert decode("naïve ✉".encode(), ["iso-8859-1"]).text == "naïve ✉"


def test_a_byte_order_mark_wins_and_is_gone():
    assert decode(b"\xef\xbb\xbf\xef\xbb\xbfa").text == "a"
    assert decode("ü".encode("utf-16")).text == "ü"
    assert decode("ü".encode("utf-32")).text == "ü"


def test_utf16_without_a_mark_is_told_by_its_zeros():
    assert decode("<rss>ü</rss>".encode("utf-16-be")).text == "<rss>ü</rss>"


def test_utf7_is_never_believed():
    assert decode(b"+ADw-script+AD4-", ["utf-7"]).text == "+ADw-script+AD4-"


def test_an_unknown_encoding_is_no_error():
    assert decode(b"\xe9t\xe9", ["x-nonsense", "none", ""]).text == "été"


def test_a_few_broken_bytes_leave_the_rest_of_utf8_readable():
    decoded = decode("Größe, schöne Grüße überall".encode() + b"\xff")
    assert decoded.text.startswith("Größe, schöne Grüße") and decoded.warnings == (
        "Bytes that are not UTF-8 (1) could not be read.",
    )


def test_gzip_zlib_and_gzip_twice_are_unpacked():
    for packed in (gzip.compress(b"<rss/>"), zlib.compress(b"<rss/>"), gzip.compress(gzip.compress(b"<rss/>"))):
        assert inflate(packed, 100) == (b"<rss/>", ())


def test_a_cut_gzip_gives_what_could_be_unpacked():
    whole = bytes(range(256)) * 100
    blob, warnings = inflate(gzip.compress(whole)[:-8], 100_000)
    assert blob == whole and len(warnings) == 1


def test_a_bomb_is_refused():
    with pytest.raises(SubmissionRefused, match="unpacks to more than 1,000,000 bytes"):
        inflate(gzip.compress(bytes(50_000_000)), 1_000_000)


@given(st.binary(max_size=400), st.lists(st.text(max_size=20), max_size=3))
def test_any_bytes_become_text(blob, declared):
    assert isinstance(decode(blob, declared).text, str)


@given(st.binary(max_size=400))
def test_any_bytes_are_unpacked_or_left_alone(blob):
    assert isinstance(inflate(blob, 1_000)[0], bytes)
    assert isinstance(inflate(b"\x1f\x8b\x08" + blob, 100_000)[0], bytes)
