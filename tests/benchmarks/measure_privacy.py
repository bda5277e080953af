"""Whether what is kept of a folder of real mail shows an address it should not, and what was masked too much.

    python tests/benchmarks/measure_privacy.py FOLDER [--show N] [--words]

The scan shares no code with the redaction: it decodes every token of the raw message by brute force, takes each
address it finds and looks for it, in every encoding listed, in every string of the reading. An address is allowed
where it is a role of the sending organisation and no recipient. --words lists what was masked most often.
"""

import argparse
import base64
import binascii
import codecs
import dataclasses
import difflib
import email
import quopri
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

sys.path.insert(0, str(Path(__file__).parents[2]))

from collectors.headers import parse_message
from collectors.messages import read_messages
from collectors.reading import read_message
from collectors.redaction import leaks
from data.catalogue.loader import load_catalogue
from data.catalogue.redaction import redaction_rules
from data.domains import registrable_domain
from data.errors import RelaywatchError
from data.keys import passing_keys
from data.model import ParsedMessage, RawMessage, Reading, Refusal
from data.settings import Settings

ADDRESS = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{0,120}[A-Za-z0-9_-])?@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}"
    r"(?![A-Za-z0-9-]|[.][A-Za-z0-9])"
)
BOUNCE = re.compile(r"([A-Za-z0-9._]{1,64})=((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24})@")
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHORTEST = 9


def decoded(token: str) -> Iterator[str]:
    yield token
    yield unquote(token)
    yield quopri.decodestring(token.encode("utf-8", "replace")).decode("utf-8", "replace")
    for piece in {token, *re.split(r"[^A-Za-z0-9+/=]+", token), *re.split(r"[^A-Za-z0-9_=-]+", token)}:
        plain = piece.replace("-", "+").replace("_", "/").rstrip("=")
        for start in range(4) if len(plain) >= 8 else ():
            data = plain[start:]
            data = data[: len(data) - (len(data) % 4 == 1)]
            try:
                yield base64.b64decode(data + "=" * (-len(data) % 4)).decode("latin-1")
            except (binascii.Error, ValueError):
                continue
        if len(piece) >= 12 and re.fullmatch(r"[0-9a-fA-F]+", piece):
            yield bytes.fromhex(piece[: len(piece) // 2 * 2]).decode("latin-1")


def texts_of(raw: bytes) -> Iterator[str]:
    message = email.message_from_bytes(raw)
    yield raw.decode("utf-8", "replace")
    for part in message.walk():
        body = part.get_payload(decode=True)
        if isinstance(body, bytes) and part.get_content_maintype() in {"text", "message"}:
            yield body.decode("utf-8", "replace")


def addresses_in(raw: bytes) -> set[str]:
    found: set[str] = set()
    for text in texts_of(raw):
        unfolded = re.sub(r"\r?\n[ \t]+", "", text)
        for token in set(re.split(r"[\s<>\"'(),;]+", text)) | set(re.split(r"[\s<>\"'(),;]+", unfolded)):
            if len(token) >= 6:
                for reading in decoded(token[:4000]):
                    found.update(match.lower() for match in ADDRESS.findall(reading))
                    found.update(f"{local}@{domain}".lower() for local, domain in BOUNCE.findall(reading))
    return found


def encodings(address: str, shifted: bool) -> Iterator[tuple[str, str, bool]]:
    """(name, text, whether case counts) of each way to write an address."""
    local, _, domain = address.rpartition("@")
    yield "plain", address, False
    if len(address) < SHORTEST:
        return
    for name, separator in (("=", "="), ("-at-", "-at-"), ("+", "+"), ("_at_", "_at_"), ("none", ""), ("=40", "=40")):
        yield f"local{name}domain", f"{local}{separator}{domain}", False
    yield "percent", quote(address, safe=""), False
    yield "rot13", codecs.encode(address, "rot13"), False
    yield "hex", address.encode().hex(), False
    for offset in range(3):
        data = base64.b64encode(b"\0" * offset + address.encode()).decode()
        core = data[(0, 2, 3)[offset] :].rstrip("=")[:-1]
        yield f"base64+{offset}", core, True
        yield f"base64url+{offset}", core.replace("+", "-").replace("/", "_"), True
    for shift in range(1, len(ALPHABET)) if shifted else ():
        table = str.maketrans(ALPHABET, ALPHABET[shift:] + ALPHABET[:shift])
        yield f"shift {shift}", (local + domain).translate(table), True


def strings_of(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif dataclasses.is_dataclass(value):
        for item in dataclasses.fields(value):
            yield from strings_of(getattr(value, item.name), f"{place}.{item.name}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from strings_of(item, f"{place}[{index}]")


def allowed(address: str, message: ParsedMessage, reading: Reading) -> bool:
    local, _, domain = address.rpartition("@")
    hosts = [box.domain for box in ((message.sender,) if message.sender else ()) + message.reply_to]
    hosts += re.findall(r"@([\w.-]+)", message.first("sender") or "")
    own = {registrable_domain(host) for host in [*hosts, reading.identity.abused_domain or ""]}
    pieces = re.findall(r"[a-z]+", local.partition("+")[0])
    roles = redaction_rules().roles
    role = (
        any(len(piece) > 2 and piece in roles for piece in pieces)
        or "".join(pieces) in roles
        or "".join(pieces) in domain
    )
    return role and registrable_domain(domain) in own and address not in {box.address for box in message.recipients}


def scan(raw: RawMessage, message: ParsedMessage, reading: Reading) -> list[str]:
    strings = [(place, text) for place, text in strings_of(reading, "") if place != ".source"]
    haystack = "\n".join(text for _, text in strings)
    lower = haystack.lower()
    recipients = {box.address for box in message.recipients if len(box.address) >= 6}
    faults: list[str] = []
    for address in addresses_in(raw.raw) | recipients:
        if allowed(address, message, reading):
            continue
        for name, text, exact in encodings(address, address in recipients):
            bounded = rf"(?<![a-z0-9._-]){re.escape(text.lower())}" if name == "plain" else None
            if (
                text
                and (text in haystack if exact else text.lower() in lower)
                and not (bounded and not re.search(bounded, lower))
            ):
                where = next((p for p, t in strings if text.lower() in t.lower()), "across places")
                faults.append(f"{reading.source}: {name} of {address} in {where}")
    return faults


def masked_words(message: ParsedMessage, reading: Reading) -> tuple[int, Counter[str]]:
    """(words of the text, what each placeholder stands for)."""
    before, after = re.findall(r"\S+", message.text), re.findall(r"\[link token\]|\S+", reading.kept.text)
    lost: Counter[str] = Counter()
    for kind, a0, a1, b0, b1 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        shown = " ".join(after[b0:b1])
        if kind == "replace" and re.search(r"\[(?:name|address|token|link token)\]", shown):
            label = re.findall(r"\[(name|address|link token|token)\]", shown)[0]
            lost.update(f"[{label}] {word}" for word in before[a0:a1] if word not in after[b0:b1])
    return len(before), lost


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=40)
    parser.add_argument("--words", action="store_true")
    options = parser.parse_args()
    settings, keys, catalogue = Settings(), passing_keys(), load_catalogue()
    counts: Counter[str] = Counter()
    faults: list[str] = []
    own: list[str] = []
    lost: Counter[str] = Counter()
    slowest = (0.0, "")
    for path in sorted(path for path in options.folder.rglob("*") if path.is_file() and path.suffix != ".csv"):
        source = path.relative_to(options.folder).as_posix()
        for raw in read_messages(path.read_bytes(), source, settings):
            if isinstance(raw, Refusal):
                counts["refused"] += 1
                continue
            started = time.process_time()
            try:
                message = parse_message(raw, settings)
                reading = read_message(raw, settings, keys, catalogue)
            except RelaywatchError:
                counts["refused"] += 1
                continue
            slowest = max(slowest, (time.process_time() - started, source))
            counts["messages"] += 1
            counts["placeholders"] += reading.kept.masked
            faults += scan(raw, message, reading)
            own += [f"{source}: {place}" for place in leaks(reading.kept, message, reading.identity)]
            if options.words:
                words, here = masked_words(message, reading)
                counts["words"] += words
                counts["words masked"] += sum(here.values())
                counts["names masked"] += sum(count for word, count in here.items() if word.startswith("[name]"))
                lost.update(here)
    print(dict(counts), f"slowest {slowest[0]:.2f} s {slowest[1]}")
    print(f"leaks by the independent scan: {len(faults)}; by redaction's own: {len(own)}")
    for line in [*faults[: options.show], *own[: options.show]]:
        print("  ", line)
    for label in ("[name]", "[address]", "[token]", "[link token]") if options.words else ():
        print(
            label,
            [
                (word.removeprefix(label + " ")[:40], count)
                for word, count in lost.most_common()
                if word.startswith(label + " ")
            ][:60],
        )
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
