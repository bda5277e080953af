"""What analysts say about reports: their state, their links, whose domain a name is. All of it goes into the log."""

import re
from datetime import datetime

from data.domains import clean_host
from data.errors import SubmissionRefused
from data.store.database import Database
from data.store.filters import current_incident, current_wave
from data.store.intelligence_shapes import LinkKind, TriageState
from data.store.journal import Journal
from data.store.values import number_of, public_id, seconds, storable, storable_or_none

REASON_LIMIT = 500
_WAVE = re.compile(r"w-[0-9]+", re.IGNORECASE)
_INCIDENT = re.compile(r"rw-[0-9]+", re.IGNORECASE)


def set_triage(
    db: Database, report_id: str, state: TriageState, *, actor: str, now: datetime, reason: str | None = None
) -> None:
    """Put a report into a state; the log keeps who did it. Raises SubmissionRefused for an unknown report."""
    at, number = seconds(now), _report(db, report_id)
    with db.writing() as connection:
        changed = connection.execute(
            "insert into report_triage (report_id, state, actor, reason, at) values (?, ?, ?, ?, ?)"
            " on conflict (report_id) do update set state = excluded.state, actor = excluded.actor,"
            " reason = excluded.reason, at = excluded.at where state <> excluded.state",
            (number, state, storable(actor), _reason(reason), at),
        ).rowcount
        if changed:
            Journal(connection, at).note(
                f"report-{state}", public_id("report", number), actor=actor, reason=_reason(reason)
            )


def decide_link(
    db: Database,
    report_id: str,
    kind: LinkKind,
    target: str,
    *,
    confirmed: bool,
    actor: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Confirm, add or reject a link. A confirmed one makes the report a linked one. Raises SubmissionRefused for an
    unknown report."""
    at, number = seconds(now), _report(db, report_id)
    decision = "confirmed" if confirmed else "rejected"
    with db.writing() as connection:
        connection.execute(
            "insert into link_decisions (report_id, kind, target, decision, actor, reason, at)"
            " values (?, ?, ?, ?, ?, ?, ?) on conflict (report_id, kind, target) do update set"
            " decision = excluded.decision, actor = excluded.actor, reason = excluded.reason, at = excluded.at",
            (number, kind, storable(target), decision, storable(actor), _reason(reason), at),
        )
        Journal(connection, at).note(
            f"report-link-{decision}",
            public_id("report", number),
            {"with": target},
            actor=actor,
            reason=_reason(reason),
        )
    if confirmed:
        set_triage(db, report_id, "linked", actor=actor, now=now)


def link_target(db: Database, text: str) -> tuple[LinkKind, str]:
    """What somebody typed to link a report with: an incident, a wave, or a vendor's domain. Raises SubmissionRefused
    with what to type instead."""
    typed = text.strip()
    if _INCIDENT.fullmatch(typed):
        number = current_incident(db, typed)
        if number is not None:
            return "incident", public_id("incident", number)
        raise SubmissionRefused("There is no incident of that id.")
    if _WAVE.fullmatch(typed):
        number = current_wave(db, typed)
        if number is not None:
            return "wave", public_id("wave", number)
        raise SubmissionRefused("There is no wave of that id.")
    domain = clean_host(typed)
    if domain is None:
        raise SubmissionRefused("Type an incident (RW-0001), a wave (W-0001) or the domain of a vendor.")
    return "vendor", domain


def set_vendor_domain(db: Database, name: str, domain: str, *, actor: str, now: datetime) -> None:
    """Say whose domain a name is that no catalogue knows. Raises SubmissionRefused where it is no domain."""
    host, at = clean_host(domain), seconds(now)
    if host is None:
        raise SubmissionRefused("That is no domain; type one such as company.example.")
    with db.writing() as connection:
        connection.execute(
            "insert into vendor_names (name_key, name, domain, actor, at) values (?, ?, ?, ?, ?)"
            " on conflict (name_key) do update set domain = excluded.domain, actor = excluded.actor,"
            " at = excluded.at",
            (storable(name.casefold()), storable(name), host, storable(actor), at),
        )
        Journal(connection, at).note("vendor-name-matched", host, actor=actor)


def reports_naming(db: Database, name: str) -> list[int]:
    """The reports that name a vendor."""
    return [row[0] for row in db.rows("select report_id from mentions where kind = 'vendor' and name = ?", (name,))]


def _report(db: Database, report_id: str) -> int:
    number = number_of("report", report_id)
    if number is None or db.value("select 1 from reports where report_id = ?", (number,)) is None:
        raise SubmissionRefused("There is no report of that id.")
    return number


def _reason(reason: str | None) -> str | None:
    text = storable_or_none(reason.strip() if reason else None)
    return text[:REASON_LIMIT] if text else None
