"""POST /api/submissions: what is answered with 2xx is in the database, each message once."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from collectors.api_bodies import Parts, received
from collectors.api_declared import Ask
from collectors.api_desk import Desk
from collectors.api_problems import Problem
from collectors.api_schema import plain
from collectors.api_shapes import Item, SubmissionAnswer
from data.model import Reading, Refusal
from data.store.admission import Admitted, Visit
from data.store.database import open_database, open_for_reading
from data.store.intake import incidents_of
from data.store.tokens import note_use

MESSAGE, TEXT, FORM = "message/rfc822", "text/plain", "multipart/form-data"
SETTLE_SECONDS = 3.0
"""How long an answer waits for its incidents before it says that they are provisional."""
AT_ONCE = 2
"""Bodies that are read at a time: memory is bounded by this many of the largest, and whoever reads waits less for its
turn (measured beside 50 submitters: 0.25 s in 99 of 100 reads, 0.4 s with four)."""
_turns = asyncio.Semaphore(AT_ONCE)


async def submit(ask: Ask) -> Response:
    """Admits, reads, stores, and only then answers."""
    media_type = ask.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (MESSAGE, TEXT, FORM):
        raise Problem(
            415, f"Send {MESSAGE}, {TEXT} or {FORM}.", headers={"Accept-Post": ", ".join((MESSAGE, TEXT, FORM))}
        )
    visit = visit_of(ask)
    ask.desk.door.knock(visit)
    async with received(ask.request, ask.desk.settings, media_type) as parts, _turns:
        admitted, items = await run_in_threadpool(_take, ask, visit, parts)
    settled = admitted.intake.stored == 0 or await _settled(ask.desk)
    return await run_in_threadpool(_answer, ask.desk, admitted, items, settled)


def visit_of(ask: Ask) -> Visit:
    """Who brings it: a token's holder with his organisation, whoever sits at this machine, or a stranger."""
    caller, door = ask.caller, ask.desk.door
    if caller.token is not None:
        return door.holder(caller.token.token_id, caller.token.organisation, ask.now)
    who = f"address:{caller.address or ''}"
    return door.local(who, ask.now) if caller.local else door.stranger(who, caller.address, ask.now)


def _take(ask: Ask, visit: Visit, parts: Parts) -> tuple[Admitted, list[Reading | Refusal]]:
    desk = ask.desk
    items = list(_read(desk, parts))
    if not any(isinstance(item, Reading) for item in items):
        refused = tuple(
            Item(item.source, "refused", None, None, item.reason) for item in items if isinstance(item, Refusal)
        )
        raise Problem(422, "No message could be read; see `items`.", more={"items": plain(refused)})
    with open_database(desk.settings.db) as db:
        admitted = desk.door.hand_in(db, visit, items, settled=False)
        if ask.caller.token is not None and _is_another_day(ask.caller.token.last_used_day, ask.now):
            note_use(db, ask.caller.token, ask.now)
    return admitted, items


def _is_another_day(used: datetime | None, now: datetime) -> bool:
    return used is None or used.date() != now.date()


def _read(desk: Desk, parts: Parts) -> Iterator[Reading | Refusal]:
    most = desk.settings.submission_messages
    found = (item for name, blob in parts if blob.strip() for item in desk.reader(blob, name))
    yield from islice(found, most)
    if next(found, None) is not None:
        yield Refusal("the rest", f"A submission holds at most {most:,} messages; the rest was not read.")


async def _settled(desk: Desk) -> bool:
    try:
        await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(desk.settler.soon())), SETTLE_SECONDS)
    except TimeoutError:
        return False
    return True


def _answer(desk: Desk, admitted: Admitted, items: list[Reading | Refusal], settled: bool) -> Response:
    """201 for what was stored, 202 for what is held or provisional, 200 where all of it was known."""
    intake = admitted.intake
    with open_for_reading(desk.settings.db) as db:
        incidents = incidents_of(db, [item.observation_id for item in intake.taken])
    taken = tuple(
        Item(
            item.source,
            "known" if item.duplicate else "stored",
            item.observation_id,
            incidents.get(item.observation_id),
            None,
        )
        for item in intake.taken
    )
    held = tuple(
        Item(item.source, "held", None, None, "It waits for review.")
        for item in items
        if admitted.held_id is not None and isinstance(item, Reading)
    )
    refused = tuple(Item(item.source, "refused", None, None, item.reason) for item in intake.refused)
    answer = SubmissionAnswer(
        intake.stored, intake.duplicates, len(held), len(refused), not settled, taken + held + refused
    )
    status = 202 if held or not settled else 201 if intake.stored else 200
    return JSONResponse(plain(answer), status)
