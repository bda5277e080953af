"""One planned event becomes one message: the tenant's shell around what was typed into its form, with the truth."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

from simulated_mutations import Hand, choose, mutate
from simulated_slots import MAKERS, fill, person, phrases
from simulated_tenants import Tenant
from simulated_timeline import Event

HOSTS_OF_A_WAVE = 4


@dataclass(frozen=True, slots=True)
class Simulated:
    """One message as its recipient sees it, and (from `template` on) the truth about it.

    `links` are the URLs of the text. `mode` is the field of the form that the payload was typed into (both, subject,
    body, name, or none), `mutated_by` the operators that were drawn, `hard` a name where the payload or the tenant
    is a difficult case on purpose. See simulated_waves.py for what template, wave and incident mean.
    """

    subject: str
    sender_name: str
    sender_address: str
    recipient_name: str
    recipient_address: str
    text: str
    html: bool
    links: tuple[str, ...]
    platform: str
    account_id: str | None
    abused_domain: str
    mechanism: str
    language: str
    company: str
    sent_at: datetime
    template: str
    wave: str | None
    incident: str | None
    is_attack: bool
    tenant: str
    mode: str
    in_header: bool
    mutated_by: tuple[str, ...]
    hard: str | None


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody put into the form."""

    title: str
    body: str
    name: str


class Writer:
    """Writes the messages of one simulation; each depends on the seed, its number and its event alone."""

    def __init__(self, seed: int, mutations: int, tenants: list[Tenant]) -> None:
        self.seed, self.mutations, self.tenants = seed, mutations, tenants
        self.by_kind = {
            "payload": self._payload,
            "companion": self._activation,
            "flood": self._activation,
            "ticket": self._ticket,
            "follow-up": self._follow_up,
            "newsletter": self._newsletter,
        }

    def write(self, number: int, event: Event) -> Simulated:
        """The message of an event."""
        rng = Random(f"{self.seed} {number}")
        tenant = self.tenants[event.tenant]
        name, address = person(Random(f"{self.seed} victim {event.victim}"))
        blank = Simulated(
            subject="",
            sender_name=tenant.sender_name,
            sender_address=tenant.sender_address,
            recipient_name=name,
            recipient_address=address,
            text="",
            html=tenant.html,
            links=(),
            platform=tenant.platform,
            account_id=tenant.account_id,
            abused_domain=tenant.domain,
            mechanism=tenant.acknowledges_by,
            language=tenant.language,
            company=tenant.company,
            sent_at=event.sent_at,
            template=f"shell:{tenant.id}:{tenant.acknowledges_by}",
            wave=event.stretch if event.wave else None,
            incident=None,
            is_attack=event.stretch != "",
            tenant=tenant.id,
            mode=event.mode,
            in_header=False,
            mutated_by=(),
            hard="words-of-a-payload" if tenant.hard else None,
        )
        item = self.by_kind[event.kind](blank, event, tenant, rng)
        incident = f"{item.template}|{tenant.id}|{event.stretch}" if item.is_attack else None
        return replace(item, links=_links(item.text), incident=incident)

    def _payload(self, blank: Simulated, event: Event, tenant: Tenant, rng: Random) -> Simulated:
        payload = phrases("phrases")["payloads"][event.payload]
        typed, names = self._lure(payload, blank.recipient_name, event, tenant, rng)
        item = _in_shell(blank, tenant, typed, rng)
        return replace(
            item,
            recipient_name=typed.name,
            template=f"payload:{payload['id']}",
            in_header=event.mode == "name" or (event.mode != "body" and "{title}" in tenant.subject),
            mutated_by=names,
            hard=payload.get("hard") or item.hard,
        )

    def _lure(
        self, payload: dict[str, Any], victim: str, event: Event, tenant: Tenant, rng: Random
    ) -> tuple[Typed, tuple[str, ...]]:
        """The payload as typed, its slots filled alike in title and body, then mutated."""
        known = {"name": victim, "url": self._url(payload.get("url", ""), event, rng)}
        for slot in sorted(set(re.findall(r"\{([a-z]+)\}", payload["title"] + payload["body"])) - known.keys()):
            known[slot] = MAKERS[slot](rng)
        names = choose(self.mutations, rng)
        hand = Hand(rng, payload["language"], tenant.title_limit)
        title = mutate(fill(payload["title"], rng, known), names, hand)
        body = mutate(fill(payload["body"], rng, known), tuple(n for n in names if n != "truncation"), hand)
        chance = Random(f"{self.seed} bland {event.wave.id if event.wave else event.victim}")
        bland = chance.choice(phrases("phrases")["bland"][payload["language"]])
        whole = body if payload["body"].startswith(payload["title"]) else f"{title}\n\n{body}"
        typed = {
            "both": Typed(title, body, victim),
            "subject": Typed(title, "", victim),
            "body": Typed(bland, whole, victim),
            "name": Typed(bland, "", title),
        }
        return typed[event.mode], names

    def _url(self, shape: str, event: Event, rng: Random) -> str:
        """A URL of the payload's shape. A wave has a few hosts; what follows the host is each message's own."""
        line = event.wave.id if event.wave else str(event.victim)
        host_rng = Random(f"{self.seed} host {line} {rng.randrange(HOSTS_OF_A_WAVE)}")
        host, slash, path = shape.removeprefix("https://").partition("/")
        return f"https://{fill(host, host_rng, {})}{slash}{fill(path, rng, {})}" if shape else ""

    def _activation(self, blank: Simulated, event: Event, tenant: Tenant, rng: Random) -> Simulated:
        words = phrases("shells")["verification"][event.line]
        language = tenant.language if tenant.language in words else "en"
        subject, text = words[language]
        known = {"company": tenant.company, "link": f"{tenant.portal}/{fill('enter/{b32}', rng, {})}"}
        return replace(
            blank,
            subject=fill(subject, rng, known),
            text=fill(text, rng, known),
            mechanism="account-verification",
            language=language,
            template=f"shell:verification:{event.line}:{language}",
            mode="none",
        )

    def _ticket(self, blank: Simulated, event: Event, tenant: Tenant, rng: Random) -> Simulated:
        own = phrases("tickets")[tenant.language]
        lists = {"product": "products", "place": "places", "when": "when", "since": "since"}
        known = {slot: rng.choice(own[name]) for slot, name in lists.items()} | {"name": blank.recipient_name}
        known["order"] = MAKERS["order"](rng)
        title = fill(rng.choice(own["titles"]), rng, known)
        body = " ".join(fill(words, rng, known) for words in rng.sample(own["bodies"], rng.randint(1, 2)))
        return _in_shell(blank, tenant, Typed(title[0].upper() + title[1:], body, blank.recipient_name), rng)

    def _follow_up(self, blank: Simulated, event: Event, tenant: Tenant, rng: Random) -> Simulated:
        ticket = self._ticket(blank, event, tenant, rng)
        agent = rng.choice(phrases("phrases")["people"]["first"])
        answer = " ".join(rng.sample(phrases("tickets")["answers"]["texts"], rng.randint(1, 2)))
        quoted = "\n".join(f"> {line}" for line in ticket.text.splitlines())
        return replace(
            ticket,
            subject=ticket.subject if ticket.subject.startswith("Re: ") else f"Re: {ticket.subject}",
            sender_name=f"{agent} ({tenant.company})",
            text=f"Hi {blank.recipient_name},\n\n{answer}\n\n{agent}\n{tenant.company}\n\n{quoted}",
            mechanism="agent-message",
            template=f"shell:{tenant.id}:agent-message",
        )

    def _newsletter(self, blank: Simulated, event: Event, tenant: Tenant, rng: Random) -> Simulated:
        """All readers of one company get the same letter in one month."""
        letter = Random(f"{self.seed} letter {tenant.id} {event.sent_at:%Y-%m}")
        own = phrases("tickets")["news"]
        known = {
            "company": tenant.company,
            "thing": letter.choice(own["things"]),
            "season": own["seasons"][(event.sent_at.month - 3) // 3 % 4],
        }
        subject, text = letter.choice(own["subjects"]), letter.choice(own["texts"])
        leave = f"{tenant.portal}/letters/{fill('{x10}', rng, {})}"
        return replace(
            blank,
            subject=fill(subject, letter, known),
            text=f"{fill(text, letter, known)}\n\n{leave}",
            mechanism="newsletter",
            template=f"shell:{tenant.id}:newsletter",
        )


def _links(text: str) -> tuple[str, ...]:
    found = (link.rstrip(".,;:!?)]}>*~|\"'=-…】»") for link in re.findall(r"https://\S+", text))
    return tuple(dict.fromkeys(found))


def _in_shell(blank: Simulated, tenant: Tenant, typed: Typed, rng: Random) -> Simulated:
    """The acknowledgement: what was typed, in the tenant's own words."""
    known = {
        "title": typed.title,
        "name": typed.name,
        "ticket": fill(tenant.ticket, rng, {}),
        "company": tenant.company,
        "portal": tenant.portal,
    }
    echoed = [typed.title] if tenant.echo in {"title", "both"} else []
    echoed += [typed.body] if tenant.echo in {"body", "both"} and typed.body else []
    echo = f"{tenant.label}\n{tenant.frame.replace('{}', chr(10).join(echoed))}" if echoed else ""
    shell = [fill(part, rng, known) for part in (tenant.greeting, tenant.opening)]
    after = [fill(part, rng, known) for part in (tenant.middle, tenant.closing)]
    return replace(
        blank,
        subject=fill(tenant.subject, rng, known),
        text="\n\n".join(part for part in [*shell, echo, *after] if part),
    )
