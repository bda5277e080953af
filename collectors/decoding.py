"""Bytes and encoded words of strangers to text: never an error, never a codec that is not a charset."""

import binascii
import codecs
import encodings.aliases
import re
from functools import lru_cache

_WIDER = {
    "ascii": "cp1252",
    "iso8859_1": "cp1252",
    "latin_1": "cp1252",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "iso8859_9": "cp1254",
}
"""Charsets that mailers name where they mean the wider one (WHATWG Encoding Standard, section 4.2)."""
_NO_CHARSETS = {"base64_codec", "bz2_codec", "hex_codec", "mbcs", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
# Only names that Python lists are looked up: the codec registry remembers every name it was ever asked for.
_KNOWN = (set(encodings.aliases.aliases) | set(encodings.aliases.aliases.values())) - _NO_CHARSETS
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?(.*?)\?=", re.DOTALL)
_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_OUTSIDE_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


@lru_cache(maxsize=500)
def python_charset(name: str) -> str | None:
    """The Python codec of a MIME charset name, or None where there is none; wider ones stand in for narrow ones."""
    plain = encodings.normalize_encoding(name.partition("*")[0].strip().strip("\"'")).lower()
    plain = plain.removeprefix("x_").removeprefix("cs")
    if plain not in _KNOWN or encodings.aliases.aliases.get(plain, plain) in _NO_CHARSETS:
        return None
    try:
        codec = codecs.lookup(plain).name.replace("-", "_")
    except LookupError:
        return None
    return _WIDER.get(codec, codec)


def decode_guessing(data: bytes) -> str:
    """Text of bytes whose charset is not told: UTF-8 where they are valid UTF-8, else Windows-1252."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def decode_charset(data: bytes, charset: str | None) -> str:
    """Text of bytes in a named charset; guessed where the name is unknown or plainly wrong."""
    if data.isascii() and not (charset and charset[:5].lower() in {"iso-2", "hz-gb", "utf-7", "utf-1", "utf-3"}):
        return data.decode("ascii")
    codec = python_charset(charset) if charset else None
    if codec is None or codec == "cp1252":
        return decode_guessing(data)
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return data.decode(codec, "replace") if codec != "utf_8" else decode_guessing(data)


def decode_base64(data: bytes) -> bytes:
    """Bytes of base64 with noise, line breaks, wrong or missing padding; what cannot be read is left out."""
    plain = _OUTSIDE_BASE64.sub(b"", data)
    plain = plain[:-1] if len(plain) % 4 == 1 else plain
    return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4))


def decode_words(text: str) -> str:
    """A header value with its encoded words (RFC 2047) decoded, also where they sit inside other words.

    Neighbours of one charset are joined before they are decoded, for mailers that cut a character in two.
    """
    end = text.rfind("?=") + 2
    if end < 2 or "=?" not in text:
        return text
    done: list[str] = []
    position = 0
    run, run_charset = b"", ""
    # Up to the last "?=" every opening finds its end, so the search stays linear.
    for word in _WORD.finditer(text, 0, end):
        between = text[position : word.start()]
        charset = word[1].lower()
        if run_charset and (between.strip() or charset != run_charset):
            done.append(decode_charset(run, run_charset))
            run = b""
        if between.strip() or not run_charset:
            done.append(between)
        run, run_charset = run + _word_bytes(word[2], word[3]), charset
        position = word.end()
    if run_charset:
        done.append(decode_charset(run, run_charset))
    return "".join(done) + text[position:]


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    if encoding in "bB":
        return decode_base64(data)
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data.replace(b"_", b" "))
