"""Slots of the simulated phrases: what stands in braces is filled with a plausible value, the same for one seed."""

import re
import string
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALPHABETS = {
    "d": string.digits,
    "u": string.ascii_uppercase,
    "x": string.ascii_lowercase + string.digits,
    "h": "0123456789abcdef",
    "b": string.ascii_letters + string.digits,
    "c": CROCKFORD,
}
RESERVED = (".example", ".test", ".invalid")
"""Top-level names that nobody can own (RFC 2606)."""


@lru_cache
def phrases(name: str) -> dict[str, Any]:
    """The tables of simulated_<name>.toml."""
    return tomllib.loads(Path(__file__).with_name(f"simulated_{name}.toml").read_text(encoding="utf-8"))


def _amount(rng: Random) -> str:
    value = rng.choice([rng.randint(50, 999), rng.randint(10, 99) * 100, rng.randint(2, 90) * 1000])
    form = rng.choice(["${}", "{} USD", "€{}", "{} EUR", "£{}", "{} €"])
    return form.format(rng.choice([f"{value:,}", f"{value}", f"{value}.{rng.randint(0, 99):02}"]))


def _small_amount(rng: Random) -> str:
    return rng.choice(["€{}", "{} EUR", "${}", "{} €"]).format(f"{rng.randint(1, 6)}.{rng.randint(10, 99)}")


def _date(rng: Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.choice([2025, 2026])
    return rng.choice([f"{day:02}.{month:02}.{year}", f"{year}-{month:02}-{day:02}", f"{day:02}/{month:02}/{year}"])


def _coins(rng: Random) -> str:
    return rng.choice([f"{rng.randint(1, 40) * 50}", f"{rng.uniform(0.1, 9):.2f}", f"{rng.uniform(0.01, 2):.3f}"])


def _phone(rng: Random) -> str:
    # 555-0100 to 555-0199 belong to nobody (ATIS-0300115); +44 20 7946 0xxx is Ofcom's for drama.
    area, end = rng.randint(800, 889), rng.randint(100, 199)
    return rng.choice([f"+1 ({area}) 555-0{end}", f"+1-{area}-555-0{end}", f"+44 20 7946 0{rng.randint(100, 999)}"])


def _code(rng: Random) -> str:
    form = rng.choice(["{u2}-{d5}", "{d8}", "{u3}{d4}", "#{d6}", "{b8}"])
    return fill(form, rng, {})


def _email(rng: Random) -> str:
    return fill(rng.choice(["{word}.{digits}@mail.test", "{word}{digits}@lawyer.example"]), rng, {})


MAKERS: dict[str, Callable[[Random], str]] = {
    "amount": _amount,
    "smallamount": _small_amount,
    "date": _date,
    "coins": _coins,
    "phone": _phone,
    "code": _code,
    "email": _email,
    "coin": lambda rng: rng.choice(phrases("phrases")["words"]["coins"]),
    "hours": lambda rng: rng.choice(["12", "24", "36", "48", "72"]),
    "number": lambda rng: str(rng.randint(2, 99)),
    "digits": lambda rng: str(rng.randint(10, 9999)),
    "order": lambda rng: fill(rng.choice(["{d6}", "#{d5}", "{u2}{d5}", "W-{d7}"]), rng, {}),
    "wallet": lambda rng: "bc1q" + fill("{x30}", rng, {}),
    "token": lambda rng: fill("{b8}", rng, {}),
    "word": lambda rng: rng.choice(phrases("phrases")["words"]["lure"]),
    "tld": lambda rng: rng.choice(phrases("phrases")["tlds"]),
    "ulid": lambda rng: "01" + fill("{c24}", rng, {}),
}


def fill(pattern: str, rng: Random, known: Mapping[str, str]) -> str:
    """The pattern with its slots filled: by `known` first, then by a maker; `{d5}` is five characters of digits.

    Raises KeyError for a slot that nobody can fill.
    """
    return re.sub(r"\{([a-z_]+)(\d*)\}", lambda match: _value(match[1], match[2], rng, known), pattern)


def _value(name: str, length: str, rng: Random, known: Mapping[str, str]) -> str:
    if length:
        return "".join(rng.choices(ALPHABETS[name], k=int(length)))
    return known[name] if name in known else MAKERS[name](rng)


def ulid_at(moment: datetime, rng: Random) -> str:
    """A 26-character ULID whose first ten characters are the time in milliseconds."""
    left, digits = int(moment.timestamp() * 1000), ""
    for _ in range(10):
        left, digit = divmod(left, 32)
        digits = CROCKFORD[digit] + digits
    return digits + fill("{c16}", rng, {})


def person(rng: Random) -> tuple[str, str]:
    """A name and an address of somebody invented."""
    people = phrases("phrases")["people"]
    first, last = rng.choice(people["first"]), rng.choice(people["last"])
    local = f"{first}.{last}{rng.randint(1, 9999)}".lower().encode("ascii", "ignore").decode()
    return rng.choice([f"{first} {last}", first, f"{first} {last[0]}."]), f"{local}@{rng.choice(people['hosts'])}"


def moment(text: str) -> datetime:
    """A day such as 2025-01-06 as its first second, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
