"""Bytes of feeds and pages to text: unpacked under a cap, decoded by what they are before what they claim to be."""

import codecs
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from data.errors import SubmissionRefused

_LAYERS = 3
_MEMBERS = 1_000
"""Of one gzip file (RFC 1952 section 2.2); servers that join what they packed apart send some tens."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What publishers mean by these names (WHATWG Encoding, "names and labels").
_MEANT = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "iso8859-9": "cp1254", "iso8859-11": "cp874", "big5": "big5hkscs",
}  # fmt: skip
# Never believed: UTF-7 hides markup from every filter; the others are no encodings of text.
_REFUSED = frozenset(
    {"utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem"}
)
_GUESSES = (
    "cp1252", "cp932", "euc_jp", "cp949", "gb18030", "big5hkscs", "cp1251", "koi8-r", "cp1253", "cp1255", "cp1250",
)  # fmt: skip
_SAMPLE = 20_000
_HIGH = re.compile(rb"[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and the encoding it was read by."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def inflate(blob: bytes, limit: int) -> tuple[bytes, tuple[str, ...]]:
    """Gzip and zlib layers undone, at most three. A broken tail costs the tail only.

    Raises SubmissionRefused where more than `limit` bytes come out.
    """
    warnings: list[str] = []
    for _ in range(_LAYERS):
        if not _is_packed(blob):
            break
        blob, whole = unpack(blob, limit)
        if not whole:
            warnings.append("The compressed bytes end early or are damaged; what could be unpacked was read.")
    return blob, tuple(warnings)


def _is_packed(blob: bytes) -> bool:
    # RFC 1952 section 2.3.1; RFC 1950 section 2.2: method 8, and both bytes are a multiple of 31.
    return blob[:2] == b"\x1f\x8b" or (blob[:1] == b"\x78" and len(blob) > 2 and int.from_bytes(blob[:2]) % 31 == 0)


def unpack(blob: bytes, limit: int, window: int = 47) -> tuple[bytes, bool]:
    """One layer undone, and whether it was whole. `window`: zlib's wbits; 47 is gzip or zlib, told by the header.

    Raises SubmissionRefused where more than `limit` bytes come out.
    """
    found = bytearray()
    at = 0
    for _ in range(_MEMBERS):
        at, whole = _unpack_member(blob, at, found, limit, window)
        if not whole or blob[at : at + 2] != b"\x1f\x8b":
            return bytes(found), whole
    return bytes(found), False


def _unpack_member(blob: bytes, at: int, found: bytearray, limit: int, window: int) -> tuple[int, bool]:
    """Adds what one member holds to `found`; where it ends, and whether it was whole."""
    unpacker = zlib.decompressobj(wbits=window)
    while at < len(blob) and not unpacker.eof:
        try:
            found += unpacker.decompress(unpacker.unconsumed_tail or blob[at : at + 4096], limit + 1 - len(found))
        except zlib.error:
            return at, False
        if len(found) > limit:
            raise SubmissionRefused(f"It unpacks to more than {limit:,} bytes; fetch it again or raise the limit.")
        at += 0 if unpacker.unconsumed_tail else 4096
    return min(at, len(blob)) - len(unpacker.unused_data), unpacker.eof


def decode(blob: bytes, declared: Iterable[str] = ()) -> Decoded:
    """Text of bytes. A byte order mark wins, then valid UTF-8, then what is declared, then a guess by the letters."""
    for mark, encoding in _MARKS:
        if blob.startswith(mark):
            return Decoded(blob.decode(encoding, "replace").replace("\ufeff", ""), encoding)
    wide = _wide(blob)
    if wide:
        return Decoded(blob.decode(wide, "replace"), wide)
    names = [name for name in map(_known, declared) if name]
    if "iso2022_jp" in names and b"\x1b" in blob:
        return Decoded(blob.decode("iso2022_jp", "replace"), "iso2022_jp")
    try:
        return Decoded(blob.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    return _by_name(blob, names) or _nearly_utf8(blob) or _guess(blob)


def _wide(blob: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, by the zero bytes around the first `<` or `{`."""
    start = blob[:4]
    for first in (b"<", b"{"):
        for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
            if start.startswith(first.decode().encode(encoding)) and len(blob) > 4:
                return encoding
    return None


def _known(name: str) -> str | None:
    try:
        canonical = codecs.lookup(name.strip().strip("'\"")).name
    except (LookupError, ValueError):
        return None
    if canonical in _REFUSED or canonical.startswith(("utf-16", "utf-32")):
        return None
    return _MEANT.get(canonical, canonical)


def _by_name(blob: bytes, names: Iterable[str]) -> Decoded | None:
    for name in names:
        if name != "utf-8":
            try:
                return Decoded(blob.decode(name), name)
            except (UnicodeError, LookupError, ValueError):
                continue
    return None


def _nearly_utf8(blob: bytes) -> Decoded | None:
    """UTF-8 with a few broken places (a cut tail, one foreign quotation) is still UTF-8."""
    text = blob.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(letter > "\x7f" for letter in text[: 4 * _SAMPLE]) - broken
    if broken > max(20, len(blob) // 500) or (whole < 4 * broken and broken > len(blob) // 500):
        return None
    return Decoded(text, "utf-8", (f"Bytes that are not UTF-8 ({broken}) could not be read.",))


def _guess(blob: bytes) -> Decoded:
    first = _HIGH.search(blob)
    start = max(0, (first.start() if first else 0) - 200)
    sample = blob[start : start + _SAMPLE]
    scores = {name: score for name in _GUESSES if (score := _likeness(sample, name)) is not None}
    # The western encoding is the likelier one where two fit about as well.
    best = max(scores, key=lambda name: scores[name] + 0.1 * (name == "cp1252"), default="cp1252")
    said = f"It does not say its encoding rightly; by its letters it is {best}."
    return Decoded(blob.decode(best, "replace"), best, (said,))


def _likeness(sample: bytes, encoding: str) -> float | None:
    """How much a decoding looks like written language; None where the bytes cannot be that encoding."""
    text = sample.decode(encoding, "ignore")
    lost = sample.decode(encoding, "replace").count("\ufffd")
    high = [letter for letter in text if letter > "\x7f"]
    if lost > 1 + len(sample) // 1000 or not high:
        return None
    marks = Counter(_worth(before, letter) for before, letter in _pairs(text))
    return sum(worth * count for worth, count in marks.items()) / len(_HIGH.findall(sample))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    return ((before, letter) for before, letter in zip(" " + text, text, strict=False) if letter > "\x7f")


_COMMON_HAN = frozenset(
    "的一是不了人在有我他这個个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开手爱现前"
    "這們來時為說國著後會過對學麼發當沒還樣種開愛現新日本東京月今回分前者方社会信息安全邮件郵件知通報报向多用户戶使单單系统統公司客服务務"
    "点點电電网網站问問题題名量数數据據攻击擊者送收件发送表请請求账帳号號密码碼业業关關于於更被与與及其利高行进進动動机機部理政府北美经經"
)


def _worth(before: str, letter: str) -> float:
    """What one letter says for a decoding, after the letter before it. Letters of two bytes count double."""
    if "\u3041" <= letter <= "\u30fc":
        return 2.0
    if "\uff61" <= letter <= "\uff9f" or "\ue000" <= letter <= "\uf8ff":
        return -2.0
    if "\uac00" <= letter <= "\ud7a3":
        return 1.6 if not before.isalpha() or "\uac00" <= before <= "\ud7a3" else -0.4
    if letter >= "\u2e80":
        return 3.0 if letter in _COMMON_HAN or letter in "、。，！？「」（）：；“”" else 0.6
    if not letter.isalpha():
        return (
            0.6
            if letter in "¿¡–—“”‘’„«»…€·°§\xa0•№" and not before.isalpha()
            else 0.2
            if letter in "’–—“”…"
            else -0.6
        )
    if before.isalpha() and (before.islower() and letter.isupper()):
        return -1.0
    if before.isalpha() and before.isascii() and letter >= "\u0370":
        return -1.0
    if letter < "\u0250":
        return 0.7 if not before.isalpha() or before.isascii() else -0.5
    if letter.isupper() and before.isupper():
        return 0.5
    return 1.0 if before.isalpha() or letter.isupper() else 0.8
