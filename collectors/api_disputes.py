"""POST /api/disputes: what an organisation says against what is reported about it."""

import json

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from collectors.api_bodies import received
from collectors.api_declared import Ask
from collectors.api_problems import Problem
from collectors.api_schema import plain
from collectors.api_shapes import DisputeAnswer, DisputeRequest
from collectors.api_submissions import visit_of
from data.blocks import block_text
from data.errors import ChangeRefused, PartyUnknown
from data.store.admission import Visit
from data.store.database import open_database
from data.store.disputes import Objection
from data.store.disputes import dispute as keep
from data.store.journal import written_from

MOST_BYTES = 20_000
FIELDS = ("about", "organisation", "statement", "contact")


async def dispute(ask: Ask) -> Response:
    """Counts the visit, reads, keeps, and only then answers."""
    media_type = ask.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(415, "Send application/json.", headers={"Accept-Post": "application/json"})
    visit = visit_of(ask)
    ask.desk.door.ledger.knock(visit.allowances, ask.now)
    async with received(ask.request, ask.desk.settings, media_type) as parts:
        said = _read(parts[0][1])
    return await run_in_threadpool(_keep, ask, visit, said)


def _read(blob: bytes) -> DisputeRequest:
    """The four texts of a body. Raises Problem 400 for anything else, 413 for a long one."""
    if len(blob) > MOST_BYTES:
        raise Problem(413, f"A dispute is at most {MOST_BYTES:,} bytes.")
    try:
        found = json.loads(blob)
    except (ValueError, RecursionError) as error:
        raise Problem(400, "The body is not JSON.") from error
    if not isinstance(found, dict) or sorted(found) != sorted(FIELDS) or not _are_texts(found):
        raise Problem(400, f"The body is an object of four texts: {', '.join(FIELDS)}.")
    return DisputeRequest(**found)


def _are_texts(found: dict[str, object]) -> bool:
    return all(isinstance(value, str) for value in found.values())


def _keep(ask: Ask, visit: Visit, said: DisputeRequest) -> Response:
    organisation = visit.submission.organisation
    objection = Objection(said.about, organisation or said.organisation, said.statement, said.contact)
    block = block_text(ask.caller.address)
    origin = ask.desk.door.keys.digest("block", block).hex() if block and not ask.caller.local else None
    try:
        with written_from(origin), open_database(ask.desk.settings.db) as db:
            kept = keep(db, objection, "token" if organisation else "named", now=ask.now)
    except PartyUnknown as unknown:
        raise Problem(404, str(unknown)) from unknown
    except ChangeRefused as refused:
        raise Problem(422, str(refused)) from refused
    return JSONResponse(plain(DisputeAnswer(kept.dispute_id, kept.hides, kept.made_at)), 201)
