"""Bytes and encoded words of strangers to text: never an error, never a codec that is not a charset."""

import binascii
import codecs
import encodings.aliases
import re

from data.letters import remembering

_WIDER = {
    "ascii": "cp1252",
    "iso8859_1": "cp1252",
    "iso8859_9": "cp1254",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}
"""Charsets that mailers name where they mean the wider one (WHATWG Encoding Standard, section 4.2)."""
_NO_CHARSETS = {"base64_codec", "bz2_codec", "hex_codec", "mbcs", "quopri_codec", "rot_13", "uu_codec", "zlib_codec"}
# Only names that Python lists are looked up: the codec registry remembers every name it was ever asked for.
_KNOWN = set(encodings.aliases.aliases) | set(encodings.aliases.aliases.values()) | {"utf_8_sig"}
_SEVEN_BIT = ("iso2022", "hz", "utf_7", "utf_16", "utf_32")
"""Codecs whose bytes are ASCII and whose text is not."""

_WORD = re.compile(r"=\?([^?]{1,80})\?([bBqQ])\?(.*?)\?=", re.DOTALL)
_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_OUTSIDE_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_JIS_ESCAPE = b"\x1b$"


@remembering(500, longest=100)
def python_charset(name: str) -> str | None:
    """The Python codec of a MIME charset name, or None where there is none; wider ones stand in for narrow ones."""
    first = name.partition("*")[0].strip(" \t\r\n\"'").split() or [""]
    plain = encodings.normalize_encoding(first[0]).lower().removeprefix("x_").removeprefix("cs")
    if plain not in _KNOWN or encodings.aliases.aliases.get(plain, plain) in _NO_CHARSETS:
        return None
    try:
        codec = codecs.lookup(plain).name.replace("-", "_")
    except LookupError:
        return None
    return _WIDER.get(codec, codec)


def decode_guessing(data: bytes, hint: str | None = None) -> str:
    """Text of bytes whose charset is not told: UTF-8 where they are (nearly) that, else the hinted charset, else
    Windows-1252. A character cut off at the end is dropped."""
    if _JIS_ESCAPE in data and data.isascii():
        return data.decode("iso2022_jp", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and not data[: error.start].isascii():
            return data[: error.start].decode("utf-8")
    text = data.decode("utf-8", "replace")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    if text.count("\ufffd") * 20 <= beyond:
        return text
    return data.decode(hint or "cp1252", "replace")


def decode_charset(data: bytes, charset: str | None) -> str:
    """Text of bytes in a named charset; guessed where the name is unknown or the bytes are plainly UTF-8."""
    codec = python_charset(charset) if charset else None
    if data.isascii() and not (codec or "").startswith(_SEVEN_BIT):
        return data.decode("ascii")
    if codec is None or codec in {"utf_8", "cp1252"}:
        return decode_guessing(data)
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return decode_guessing(data)


def decode_base64(data: bytes) -> bytes:
    """Bytes of base64 with noise, line breaks, wrong or missing padding; what cannot be read is left out."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
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
    run: list[bytes] = []
    run_charset: str | None = None
    position = 0
    # Up to the last "?=" every opening finds its end, so the search stays linear.
    for word in _WORD.finditer(text, 0, end):
        between, charset = text[position : word.start()], word[1].lower()
        touching = run_charset is not None and not between.strip()
        if not touching or charset != run_charset:
            done.append(decode_charset(b"".join(run), run_charset))
            run = []
        if not touching:
            done.append(between)
        run.append(_word_bytes(word[2], word[3]))
        run_charset = charset
        position = word.end()
    done.append(decode_charset(b"".join(run), run_charset))
    return "".join(done) + text[position:]


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    if encoding in "bB":
        return decode_base64(data)
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data.replace(b"_", b" "))
