"""The innocent companies of a simulation: each with its own words, help desk, domain and way of echoing a ticket."""

import re
import unicodedata
from dataclasses import dataclass
from random import Random
from typing import Any

from simulated_slots import fill, phrases

TITLE_LIMITS = (50, 60, 70, 80, 100, 120)
"""Titles that forms of the companies take at most; their platforms take more."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """One company and the shell it wraps tickets in. `echo` says what of a ticket its body repeats."""

    id: str
    company: str
    domain: str
    language: str
    platform: str
    account_id: str | None
    sender_name: str
    sender_address: str
    ticket: str
    title_limit: int
    subject: str
    greeting: str
    opening: str
    label: str
    middle: str
    closing: str
    echo: str
    frame: str
    html: bool
    hard: bool

    @property
    def shows_title(self) -> bool:
        return "{title}" in self.subject or self.echo in {"title", "both"}

    @property
    def shows_body(self) -> bool:
        return self.echo in {"body", "both"}

    @property
    def shows_name(self) -> bool:
        return "{name}" in self.greeting

    @property
    def portal(self) -> str:
        return f"https://help.{self.domain}"

    @property
    def acknowledges_by(self) -> str:
        return "form-receipt" if self.platform == "wordpress" else "ticket-acknowledgement"


def make_tenants(count: int, rng: Random) -> list[Tenant]:
    """`count` companies, the hard ones among them from the fourth on. Names and domains are different."""
    shells = phrases("shells")
    names = [
        f"{first} {second}" for first in shells["companies"]["first"] for second in shells["companies"]["second"]
    ]
    rng.shuffle(names)
    hard = shells["hard_tenants"] if count > 3 else []
    tenants = [_make(number, names, rng, {}) for number in range(max(0, count - len(hard)))]
    for special in hard[: count - len(tenants)]:
        tenants.append(_make(len(tenants), names, rng, special))
    return tenants


def _make(number: int, names: list[str], rng: Random, special: dict[str, str]) -> Tenant:
    shells = phrases("shells")
    company = special.get("company") or names[number % len(names)]
    if number >= len(names):
        company += f" {number // len(names) + 1}"
    language = special.get("language") or _weighted(shells["language_weights"], rng)
    platform = _weighted({name: row["weight"] for name, row in shells["platforms"].items()}, rng)
    own = shells["languages"][language]
    domain = rng.choice(["{}.example", "{}.test", "{}-shop.example", "get{}.example"]).format(slug(company))
    return Tenant(
        id=f"tenant-{number:04}",
        company=company,
        domain=domain,
        language=language,
        platform=platform,
        account_id=fill("{" + shells["platforms"][platform]["account"] + "}", rng, {})
        if _has_key(platform)
        else None,
        sender_name=rng.choice(["{0}", "{0} Support", "{0} Help", "Team {0}", "{0} via Desk", ""]).format(company),
        sender_address=f"{rng.choice(shells['companies']['locals'])}@{domain}",
        ticket=rng.choice(shells["companies"]["tickets"]),
        title_limit=rng.choice(TITLE_LIMITS),
        subject=special.get("subject") or _subject(own, rng),
        greeting=rng.choice(own["greetings"]),
        opening=special.get("opening") or rng.choice(own["openings"]),
        label=rng.choice(own["labels"]),
        middle=" ".join(rng.sample(own["middles"], rng.randint(0, 2))),
        closing=rng.choice(own["closings"]),
        echo=rng.choices(["both", "body", "title", "none"], [45, 25, 10, 20])[0],
        frame=rng.choice(["{}", "{}", "> {}", "-----\n{}\n-----", '"{}"', "| {}"]),
        html=rng.random() < 0.5,
        hard=bool(special),
    )


def _subject(own: dict[str, Any], rng: Random) -> str:
    """One of the language's subjects, at times with the company's own words around it."""
    subject: str = rng.choice(own["subjects"])
    around = rng.choice(["%"] * 6 + ["[{company}] %", "% | {company}", "({ticket}) %"])
    return subject if "{company}" in subject or "{ticket}" in subject else around.replace("%", subject)


def _has_key(platform: str) -> bool:
    return bool(phrases("shells")["platforms"][platform]["account"])


def _weighted(weights: dict[str, int], rng: Random) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def slug(company: str) -> str:
    """A company's name as a label of a host name."""
    plain = unicodedata.normalize("NFKD", company).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "", plain)
