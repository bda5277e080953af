"""What is said in the demonstration: the letters of tickets, accounts, lists, attackers and everyday life."""

from datetime import datetime
from random import Random

from collectors.demonstration.cast import Cast, Company, Payload, Person
from collectors.demonstration.messages import BASE62, Letter, hexes, letters
from collectors.demonstration.words import choose, dress, fill, slots_of_attack


def spoken_victim(person: Person, rng: Random) -> str:
    """How an attacker's list names somebody: by name or by the local part of the address."""
    return rng.choice([person.given, person.name, person.address.partition("@")[0]])


def ticket(
    cast: Cast, company: Company, person: Person, at: datetime, rng: Random, payload: Payload, dressing: str
) -> Letter:
    """An innocent organisation's acknowledgement with an attacker's words in it."""
    victim = spoken_victim(person, rng)
    slots = slots_of_attack(rng, at, victim)
    slots["link"] = f"https://{slots['host']}.{payload.site}.example/file/{slots['code']}"
    title = fill(dress(choose(payload.title, rng), dressing, rng), slots)
    text = fill(choose(payload.text, rng), slots)
    name = title if payload.named and company.platform == "zendesk" else victim
    return _acknowledgement(cast, company, person, at, rng, title, text, name)


def everyday_ticket(cast: Cast, company: Company, person: Person, at: datetime, rng: Random) -> Letter:
    """The acknowledgement of a request that the person really wrote."""
    words = cast.languages[company.language]
    slots = {"number": str(rng.randint(10_000, 99_999)), "date": f"{at:%d/%m/%Y}"}
    title, text = fill(rng.choice(words.everyday), slots), fill(words.everyday_text, slots)
    return _acknowledgement(cast, company, person, at, rng, title, text, person.name, answers=_own_mail(person, rng))


def loop(cast: Cast, company: Company, writer: Person, person: Person, at: datetime, rng: Random) -> Letter:
    """The acknowledgement of what somebody else wrote to a list that the help desk reads."""
    title, text = rng.choice(cast.chat)
    return _acknowledgement(
        cast, company, person, at, rng, f"[kites-discuss] {title}", text, writer.name, answers=_own_mail(writer, rng)
    )


def _own_mail(person: Person, rng: Random) -> str:
    return f"<{hexes(rng, 16)}.{hexes(rng, 8)}@{person.provider.domain}>"


def _acknowledgement(
    cast: Cast,
    company: Company,
    person: Person,
    at: datetime,
    rng: Random,
    title: str,
    text: str,
    name: str,
    answers: str | None = None,
) -> Letter:
    number = rng.randint(100_000, 899_999) if company.platform != "jira" else rng.randint(1000, 9999)
    slots = {"name": name, "ticket": str(number), "title": title, "brand": company.name}
    echo = f"{title}\n{text}"
    return Letter(
        company=company,
        person=person,
        sent_at=at,
        subject=fill(company.subject, slots),
        text=_framed(cast, company, f"{fill(company.opening, slots)}\n\n{echo}\n\n{company.closing}"),
        from_name=company.name,
        from_address=company.address,
        to_name=name,
        ticket=number,
        answers=answers,
    )


def _framed(cast: Cast, company: Company, text: str) -> str:
    if company.platform != "zendesk":
        return text
    words = cast.languages[company.language]
    service = fill(words.service, {"brand": company.name})
    return f"{words.above}\n\n{'-' * 46}\n\n{text}\n\n{'-' * 32}\n{service}"


def verification(cast: Cast, company: Company, person: Person, at: datetime, rng: Random) -> Letter:
    """The mail of a new account: nobody's words but the organisation's."""
    words = cast.languages[company.language]
    if company.platform == "zendesk":
        subject, text, path = words.verify, words.verify_text, f"verification/email/{letters(rng, BASE62, 32)}"
    elif company.platform == "freshdesk":
        subject, text, path = words.activate, words.activate_text, f"register/{hexes(rng, 40)}"
    else:
        subject, text = company.login_subject or words.activate, company.login_text or words.activate_text
        path = f"wp-login.php?action=rp&key={letters(rng, BASE62, 20)}&login={person.address.partition('@')[0]}"
    slots = {
        "brand": company.name,
        "name": spoken_victim(person, rng),
        "address": person.address,
        "link": f"https://{company.host}/{path}",
    }
    sender = "WordPress" if company.platform == "wordpress" else company.name
    return Letter(company, person, at, fill(subject, slots), fill(text, slots), sender, company.address)


def confirmation(cast: Cast, company: Company, person: Person, at: datetime, rng: Random) -> Letter:
    """A list asks whether it may write; nobody's words but the list's."""
    words = cast.languages[company.language]
    slots = {"brand": company.name, "link": f"https://{company.domain}/confirm?u={hexes(rng, 25)}&e={hexes(rng, 10)}"}
    subject, text = fill(words.confirm, slots), fill(words.confirm_text, slots)
    return Letter(company, person, at, subject, text, company.name, f"service@{company.domain}")


def lure(company: Company, person: Person, at: datetime, rng: Random, payload: Payload) -> Letter:
    """Words of an attacker who holds the tenant, under a name that is not the organisation's."""
    slots = slots_of_attack(rng, at, spoken_victim(person, rng))
    subject, text = fill(choose(payload.title, rng), slots), fill(choose(payload.text, rng), slots)
    return Letter(company, person, at, subject, text, payload.name, company.address, to_name=person.name)


def answer(cast: Cast, company: Company, person: Person, at: datetime, rng: Random) -> Letter:
    """An agent of the help desk answers what the person asked."""
    words, agent = cast.languages[company.language], rng.choice(cast.agents)
    title = fill(rng.choice(words.everyday), {"number": str(rng.randint(10_000, 99_999)), "date": f"{at:%d/%m/%Y}"})
    text = fill(words.answer_text, {"name": person.given, "agent": agent})
    return Letter(
        company=company,
        person=person,
        sent_at=at,
        subject=f"Re: {title}",
        text=_framed(cast, company, text),
        from_name=f"{agent} ({company.name})",
        from_address=company.address,
        to_name=person.name,
        ticket=rng.randint(1000, 9999),
        answers=_own_mail(person, rng),
    )


def newsletter(cast: Cast, company: Company, person: Person, at: datetime, rng: Random) -> Letter:
    """A letter that the person subscribed to."""
    words, slots = cast.languages[company.language], {"brand": company.name, "month": f"{at:%m/%Y}"}
    subject, text = fill(rng.choice(words.letter), slots), fill(words.letter_text, slots)
    return Letter(company, person, at, subject, text, company.name, f"news@{company.domain}")


def order(cast: Cast, company: Company, person: Person, at: datetime, rng: Random) -> Letter:
    """A shop tells the person of an order."""
    words = cast.languages[company.language]
    slots = {"brand": company.name, "name": person.given, "number": str(rng.randint(10_000, 99_999))}
    subject, text = fill(rng.choice(words.order), slots), fill(words.order_text, slots)
    return Letter(company, person, at, subject, text, company.name, f"orders@{company.domain}", to_name=person.name)


def issue(cast: Cast, person: Person, at: datetime, rng: Random) -> Letter:
    """A comment in a project that the person follows."""
    number = rng.randint(1, 900)
    subject = fill(cast.code.subject, {"ticket": str(number)})
    host = cast.code
    return Letter(host, person, at, subject, host.opening, host.name, host.address, person.name, number)


def chat(cast: Cast, writer: Person, person: Person, at: datetime, rng: Random) -> Letter:
    """One person writes to another."""
    subject, text = rng.choice(cast.chat)
    answers = _own_mail(person, rng) if subject.startswith("Re:") else None
    text = f"{text}\n\n{writer.given}"
    return Letter(
        cast.code, person, at, subject, text, writer.name, writer.address, to_name=person.name, answers=answers
    )
