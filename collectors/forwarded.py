"""What a person forwards inline: the lines a mail program writes above the forwarded text, and the text."""

import re

from collectors.addresses import bare_addresses, read_mailboxes
from collectors.fields import ByName, cut_header
from collectors.text import read_text
from data.settings import Settings

OWN_WORDS_LIMIT = 2_000
"""Characters a person may write above a forwarded message."""
_BLOCK_LINES = 12

_NAMES = {
    "From": "from von de da van från fra od от lähettäjä kimden gönderen feladó 差出人 发件人 寄件者 보낸사람",
    "Date": "date sent datum gesendet fecha enviado data envoyé inviato verzonden skickat dato sendt дата отправлено "
    "tarih päivä wysłano 日期 日時 发送时间",
    "To": "to an à para a aan till til do кому kime címzett vastaanottaja 宛先 收件人",
    "Subject": "subject betreff objet asunto assunto oggetto onderwerp ämne emne temat тема aihe konu tárgy 件名",
    "Cc": "cc kopie copie копия",
    "Reply-To": "reply-to",
}
"""Names of header lines in the languages of mail programs."""
_ENGLISH = {word: name for name, words in _NAMES.items() for word in words.split()}
_LINE = re.compile(r"[>\s*_]*([^\W\d_]{1,15}(?:-[^\W\d_]{1,10})?)\s?[*_]*\s?[:：][*_]*\s*(\S.*)")
_MAILTO = re.compile(r"\[mailto:([^\]\s]{3,300})\]|<mailto:([^>\s]{3,300})>", re.IGNORECASE)
_QUOTE = re.compile(r"^> ?", re.MULTILINE)


def read_inline(raw: bytes, fields: ByName, settings: Settings) -> bytes | None:
    """A message made of the lines that a forward quotes and the text below them, or None.

    Needed are From, Subject, Date and To lines next to each other, few words above them, and that the forwarder is
    the recipient they name: else the lines are part of what a stranger wrote.
    """
    _, body = cut_header(raw, settings.header_limit)
    lines = read_text(raw, body, fields, settings).text.split("\n")
    found = _find_block(lines)
    if found is None:
        return None
    block, below = found
    if not _is_recipient(fields, block["To"]):
        return None
    inner = "\n".join(lines[below:]).strip("\n")
    if inner.startswith(">"):
        inner = _QUOTE.sub("", inner)
    header = [f"{name}: {_MAILTO.sub(_bracketed, value)}" for name, value in block.items()]
    mime = ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    return "\n".join([*header, *mime, "", inner]).encode("utf-8", "replace")


def _bracketed(found: re.Match[str]) -> str:
    return f"<{found[1] or found[2]}>"


def _find_block(lines: list[str]) -> tuple[dict[str, str], int] | None:
    """(header lines in English names, number of the first line below them) of the first block."""
    words = 0
    for number, line in enumerate(lines):
        if words > OWN_WORDS_LIMIT:
            return None
        found = _LINE.match(line)
        if found and found[1].lower() in _ENGLISH:
            block, below = _block(lines, number)
            if {"From", "Date", "To", "Subject"} <= set(block):
                return block, below
        words += len(line)
    return None


def _block(lines: list[str], start: int) -> tuple[dict[str, str], int]:
    block: dict[str, str] = {}
    last = ""
    number = start
    for number in range(start, min(len(lines), start + _BLOCK_LINES)):
        line = lines[number].strip(" >")
        found = _LINE.match(line)
        name = _ENGLISH.get(found[1].lower()) if found else None
        if name and found and name not in block:
            block[name] = found[2].strip(" *_")
            last = name
        elif not line and len(block) >= 4:
            return block, number + 1
        elif line and last and len(block) < 4:
            block[last] += " " + line
    return block, number + 1


def _is_recipient(fields: ByName, recipients: str) -> bool:
    forwarder = next(iter(read_mailboxes(fields.get("from", ("",))[0])), None)
    if forwarder is None:
        return False
    named = bare_addresses(recipients)
    if named:
        return forwarder.address in named
    return bool(forwarder.name) and forwarder.name.lower() in recipients.lower()
