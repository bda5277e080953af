"""Who plays in the demonstration and when, read out of script.toml beside this file. All of it is invented."""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from random import Random
from typing import Any, Literal

from data.errors import CatalogueError

SCRIPT = "script.toml"
SEED = "relaywatch demonstration 1"
PEOPLE = 190

WaveKind = Literal["ticket", "verification", "list", "attacker", "compromised", "phish"]
Curve = Literal["surge", "fading", "rising", "steady"]


@dataclass(frozen=True, slots=True)
class Language:
    """What help desks, shops and lists say in one language; `{slots}` are filled for each message."""

    above: str
    service: str
    verify: str
    verify_text: str
    activate: str
    activate_text: str
    confirm: str
    confirm_text: str
    everyday: tuple[str, ...]
    everyday_text: str
    answer_text: str
    letter: tuple[str, ...]
    letter_text: str
    order: tuple[str, ...]
    order_text: str


@dataclass(frozen=True, slots=True)
class Company:
    """An organisation whose system sends mail. `account` is the key by which the platform's mail shows the tenant.

    `subject` and `opening` are its own words around what was typed into its form. `signs`: its own domain signs.
    `twins`: a ticket also makes a mail that asks for a password. `host` is where its help centre stands.
    """

    key: str
    name: str
    domain: str
    language: str
    platform: str
    account: str
    role: str
    subject: str = ""
    opening: str = ""
    closing: str = ""
    login_subject: str = ""
    login_text: str = ""
    signs: bool = False
    twins: bool = False
    tenant: str | None = None

    @property
    def address(self) -> str:
        return f"{self.role}@{self.domain}"

    @property
    def host(self) -> str:
        return self.domain if self.tenant else f"support.{self.domain}"


@dataclass(frozen=True, slots=True)
class Provider:
    """Where mail arrives: its mail exchanger, how it writes results, how many seconds its clock is off."""

    domain: str
    mx: str
    address: str
    style: Literal["postfix", "exchange", "rspamd"]
    desk: str
    clock_seconds: int
    share: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a mailbox. `submitter` is set for the few who report mail themselves."""

    given: str
    family: str
    address: str
    provider: Provider
    submitter: str | None

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass(frozen=True, slots=True)
class Payload:
    """What an attacker types into forms: `{slot}` and `[one|another]` are filled for each message.

    `named`: the title is typed into the name field too, so that it stands as the recipient's display name.
    `site`: where its `{link}` leads.
    """

    key: str
    title: str
    text: str
    decorations: tuple[str, ...] = ("plain",)
    site: str = ""
    named: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Wave:
    """One burst: `begins_days` before the end of the story, `lasts_hours` long, `messages` at scale 1.

    `stops`: after how many hours a company's stream ends. `templates`: weight of each payload. `largest_burst`: how
    many messages one victim gets at once.
    """

    name: str
    kind: WaveKind
    begins_days: float
    lasts_hours: float
    messages: int
    shape: Curve
    largest_burst: int = 20
    companies: tuple[str, ...] = ()
    templates: Mapping[str, int] = field(default_factory=dict)
    stops: Mapping[str, float] = field(default_factory=dict)
    lure: str = ""
    tenant: str | None = None
    account: str = ""


@dataclass(frozen=True, slots=True)
class Background:
    """Mail that nobody abused, from `begins_days` before the end on; `weights` is how often each sort comes."""

    begins_days: float
    messages: int
    weights: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reacting:
    """What somebody does about his door: (status, days before the end, what shows it), in order. `who` is the key of
    a company, or a party that is none."""

    who: str
    mechanism: str
    steps: tuple[tuple[str, float, str], ...]
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody and everything in the story."""

    languages: Mapping[str, Language]
    companies: Mapping[str, Company]
    lists: tuple[Company, ...]
    code: Company
    payloads: Mapping[str, Payload]
    lures: Mapping[str, Payload]
    waves: tuple[Wave, ...]
    reactions: tuple[Reacting, ...]
    background: Background
    providers: tuple[Provider, ...]
    people: tuple[Person, ...]
    agents: tuple[str, ...]
    chat: tuple[tuple[str, str], ...]


def stream(name: str) -> Random:
    """Numbers that look random and are the same in every run, apart for each name."""
    return Random(f"{SEED}/{name}")  # noqa: S311 - the story must be the same every time; nothing is kept secret


@lru_cache(maxsize=1)
def read_cast() -> Cast:
    """The cast and the calendar. Raises CatalogueError where the file names what it does not describe."""
    text = resources.files("collectors.demonstration").joinpath(SCRIPT).read_text(encoding="utf-8")
    try:
        cast = _cast(tomllib.loads(text))
    except (KeyError, TypeError, ValueError) as error:
        raise CatalogueError(f"{SCRIPT} cannot be read: {error}. Compare the entry with its neighbours.") from error
    check_cast(cast)
    return cast


def _cast(found: Mapping[str, Any]) -> Cast:
    providers = tuple(Provider(**item) for item in found["provider"])
    return Cast(
        languages={key: Language(**_tuples(item)) for key, item in found["language"].items()},
        companies={item["key"]: Company(**item) for item in found["company"]},
        lists=tuple(Company(key=item["domain"], role="list", **item) for item in found["list"]),
        code=Company(**found["code"]),
        payloads={item["key"]: Payload(**_tuples(item)) for item in found["template"]},
        lures={item["key"]: Payload(**_tuples(item)) for item in found["lure"]},
        waves=tuple(Wave(**_tuples(item)) for item in found["wave"]),
        reactions=tuple(Reacting(**_tuples(item)) for item in found["reaction"]),
        background=Background(**found["background"]),
        providers=providers,
        people=_people(found["people"], providers),
        agents=tuple(found["people"]["agents"]),
        chat=tuple((subject, text) for subject, text in found["people"]["chat"]),
    )


def _tuples(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}


def _people(names: Mapping[str, Any], providers: tuple[Provider, ...]) -> tuple[Person, ...]:
    rng = stream("people")
    pairs = [(given, family) for given in names["given"] for family in names["family"]]
    shares = [provider.share for provider in providers]
    people: list[Person] = []
    for number, (given, family) in enumerate(rng.sample(pairs, PEOPLE)):
        provider = rng.choices(providers, shares)[0]
        local = rng.choice(["{g}.{f}", "{g}.{f}", "{g}{f}", "{i}.{f}", "{f}.{g}", "{g}.{f}{n}"]).format(
            g=_plain(given), f=_plain(family), i=_plain(given)[0], n=rng.randint(2, 99)
        )
        submitter = f"reader-{number:03d}" if rng.random() < 0.12 else None
        people.append(Person(given, family, f"{local}@{provider.domain}", provider, submitter))
    return tuple(people)


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    return folded.lower()


def check_cast(cast: Cast) -> None:
    """Raises CatalogueError where a wave or a company names what the file does not describe."""
    for wave in cast.waves:
        unknown = {*wave.companies, *wave.stops} - set(cast.companies) | set(wave.templates) - set(cast.payloads)
        unknown |= {wave.lure} - set(cast.lures) if wave.lure else set()
        if unknown:
            names = ", ".join(sorted(unknown))
            raise CatalogueError(f"{SCRIPT}: the wave {wave.name!r} names {names}, which the file does not describe.")
    for company in (*cast.companies.values(), *cast.lists):
        if company.language not in cast.languages:
            raise CatalogueError(f"{SCRIPT}: {company.name} speaks {company.language!r}, which has no words there.")
