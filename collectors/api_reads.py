"""The API's reads: incidents, waves, vendors."""

from dataclasses import fields, replace
from typing import Any, TypeVar

from starlette.responses import JSONResponse, RedirectResponse, Response

from collectors.api_declared import Ask
from collectors.api_paging import cursor_of, json_answer, place_of
from collectors.api_problems import Problem
from collectors.api_schema import plain
from collectors.api_shapes import (
    Health,
    Incident,
    IncidentDetail,
    Incidents,
    Observation,
    Vendor,
    Vendors,
    Wave,
    Waves,
    incident_shape,
    observation_shape,
    vendor_shape,
    wave_shape,
)
from data.export.audience import public_value
from data.store.database import open_for_reading
from data.store.freshness import freshness
from data.store.listings import incident_page, vendor_page, wave_page
from data.store.markings import markings, may_read
from data.store.reads import incident, members
from data.store.shapes import IncidentFilter
from data.tlp import DEFAULT, Tlp, lower

NEWEST = 100
Shape = TypeVar("Shape", Incident, Observation, Wave, Vendor)


def list_incidents(ask: Ask) -> Response:
    where = asked_for(ask)
    with open_for_reading(ask.desk.settings.db) as db:
        rows, after = incident_page(db, where, after=_after(ask), limit=ask.values["limit"], now=ask.now)
        marked = markings(db, [row.incident_id for row in rows])
    shapes = tuple(_for(where.clearance, incident_shape(row, marked[row.incident_id])) for row in rows)
    return json_answer(ask.request, plain(Incidents(shapes, cursor_of(after))))


def show_incident(ask: Ask) -> Response:
    """An incident; an id that was merged away leads to the current one (308)."""
    asked: str = ask.values["incident_id"]
    clearance = ask.caller.clearance
    with open_for_reading(ask.desk.settings.db) as db:
        row = incident(db, asked, now=ask.now)
        tlp = markings(db, [row.incident_id])[row.incident_id] if row else DEFAULT
        if row is None or not may_read(clearance, tlp, confirmed=row.confirmation == "confirmed"):
            raise Problem(404, "There is no incident of that id that you may read.")
        if row.incident_id != asked:
            return RedirectResponse(f"/api/incidents/{row.incident_id}", 308)
        newest = tuple(_for(clearance, observation_shape(found)) for found in members(db, asked, limit=NEWEST))
    return json_answer(ask.request, plain(IncidentDetail(_for(clearance, incident_shape(row, tlp)), newest)))


def list_waves(ask: Ask) -> Response:
    where = asked_for(ask)
    with open_for_reading(ask.desk.settings.db) as db:
        rows, after = wave_page(db, where, after=_after(ask), limit=ask.values["limit"], now=ask.now)
    shapes = tuple(_for(where.clearance, wave_shape(row)) for row in rows)
    return json_answer(ask.request, plain(Waves(shapes, cursor_of(after))))


def list_vendors(ask: Ask) -> Response:
    where = asked_for(ask)
    with open_for_reading(ask.desk.settings.db) as db:
        rows, after = vendor_page(db, where, after=_after(ask), limit=ask.values["limit"])
    shapes = tuple(_for(where.clearance, vendor_shape(row, domains)) for row, domains in rows)
    return json_answer(ask.request, plain(Vendors(shapes, cursor_of(after))))


def _for(clearance: Tlp, shape: Shape) -> Shape:
    """A shape as a clearance lets it be read."""
    if clearance != "CLEAR":
        return shape
    return replace(shape, **{item.name: public_value(item.name, getattr(shape, item.name)) for item in fields(shape)})


def health(ask: Ask) -> Response:
    """Reached only where the database could be opened; what fails before is answered by the caller of this."""
    with open_for_reading(ask.desk.settings.db) as db:
        freshness(db)
    return JSONResponse(plain(Health("ok", None)))


def _after(ask: Ask) -> Any:  # noqa: ANN401 (a Place or None)
    return place_of(ask.values["cursor"])


def asked_for(ask: Ask) -> IncidentFilter:
    """The filter of a request, within what the caller may read."""
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
        clearance=lower(ask.caller.clearance, values.get("tlp") or ask.caller.clearance),
    )
