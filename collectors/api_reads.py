"""The API's reads: incidents, waves, vendors, tables."""

import hashlib
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from collectors.api_declared import Ask
from collectors.api_paging import cursor_of, etag, is_known, json_answer, place_of
from collectors.api_problems import Problem
from collectors.api_schema import plain
from collectors.api_shapes import (
    Health,
    IncidentDetail,
    Incidents,
    Vendor,
    Vendors,
    Waves,
    incident_shape,
    observation_shape,
    wave_shape,
)
from data.export.csv_format import to_csv
from data.export.tables import TABLES, export_rows
from data.store.database import open_for_reading
from data.store.listings import incident_page, party_page, wave_page
from data.store.markings import markings
from data.store.reads import incident, members, submissions_by_channel
from data.store.shapes import IncidentFilter
from data.tlp import beyond

CHUNK = 1 << 16
IN_MEMORY = 1 << 20
NEWEST = 100


def list_incidents(ask: Ask) -> Response:
    with open_for_reading(ask.desk.settings.db) as db:
        rows, after = incident_page(db, _where(ask), after=_after(ask), limit=ask.values["limit"], now=ask.now)
        marked = markings(db, [row.incident_id for row in rows])
    shapes = tuple(incident_shape(row, marked[row.incident_id]) for row in rows)
    return json_answer(ask.request, plain(Incidents(shapes, cursor_of(after))))


def show_incident(ask: Ask) -> Response:
    """An incident; an id that was merged away leads to the current one (308)."""
    asked: str = ask.values["incident_id"]
    with open_for_reading(ask.desk.settings.db) as db:
        row = incident(db, asked, now=ask.now)
        tlp = markings(db, [row.incident_id])[row.incident_id] if row else None
        if row is None or tlp is None or tlp in beyond(ask.caller.clearance):
            raise Problem(404, "There is no incident of that id that you may read.")
        if row.incident_id != asked:
            return RedirectResponse(f"/api/incidents/{row.incident_id}", 308)
        newest = tuple(observation_shape(found) for found in members(db, asked, limit=NEWEST))
    return json_answer(ask.request, plain(IncidentDetail(incident_shape(row, tlp), newest)))


def list_waves(ask: Ask) -> Response:
    with open_for_reading(ask.desk.settings.db) as db:
        rows, after = wave_page(db, _where(ask), after=_after(ask), limit=ask.values["limit"], now=ask.now)
    return json_answer(ask.request, plain(Waves(tuple(map(wave_shape, rows)), cursor_of(after))))


def list_vendors(ask: Ask) -> Response:
    with open_for_reading(ask.desk.settings.db) as db:
        rows, after = party_page(db, _where(ask), after=_after(ask), limit=ask.values["limit"])
    shapes = tuple(Vendor(**{name: getattr(row, name) for name in Vendor.__dataclass_fields__}) for row in rows)
    return json_answer(ask.request, plain(Vendors(shapes, cursor_of(after))))


def export_table(ask: Ask) -> Response:
    """A whole table as CSV: written to a file of one moment first, so that a slow client holds up nobody."""
    table = TABLES[ask.values["table"]]
    digest = hashlib.sha256()
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed when it was sent)
    with open_for_reading(ask.desk.settings.db) as db:
        for chunk in to_csv(export_rows(db, table, _where(ask), now=ask.now), table.columns):
            digest.update(chunk)
            file.write(chunk)
    tag = etag(digest.hexdigest())
    if is_known(ask.request, tag):
        file.close()
        return Response(status_code=304, headers={"ETag": tag})
    headers = {
        "ETag": tag,
        "Content-Length": str(file.tell()),
        "Content-Disposition": f'attachment; filename="relaywatch-{table.name}.csv"',
    }
    return StreamingResponse(_sent(file), media_type="text/csv; charset=utf-8", headers=headers)


def health(ask: Ask) -> Response:
    """Reached only where the database could be opened; what fails before is answered by the caller of this."""
    with open_for_reading(ask.desk.settings.db) as db:
        submissions_by_channel(db)
    return JSONResponse(plain(Health("ok", None)))


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _after(ask: Ask) -> Any:  # noqa: ANN401 (a Place or None)
    return place_of(ask.values["cursor"])


def _where(ask: Ask) -> IncidentFilter:
    values = ask.values
    return IncidentFilter(
        text=values.get("q") or "",
        platform=values.get("platform", ()),
        mechanism=values.get("mechanism", ()),
        verdict=values.get("verdict", ()),
        confirmation=values.get("confirmation", ()),
        wave_id=values.get("wave"),
        abused_domain=values.get("abused_domain"),
        received_since=values.get("since"),
        clearance=ask.caller.clearance,
    )
