"""Every path of the API, declared once: the server, the OpenAPI document and the tests all read this table."""

from typing import get_args

from collectors.api_declared import Answer, Endpoint, Parameter
from collectors.api_disputes import dispute
from collectors.api_exports import STIX, export_rules, export_table, exporter
from collectors.api_problems import MEDIA_TYPE, ProblemShape
from collectors.api_reads import health, list_incidents, list_vendors, list_waves, show_incident
from collectors.api_shapes import (
    DisputeAnswer,
    DisputeRequest,
    Health,
    IncidentDetail,
    Incidents,
    RefusedSubmission,
    SubmissionAnswer,
    Vendors,
    Waves,
)
from collectors.api_submissions import FORM, MESSAGE, TEXT, submit
from data.export.formats import MEDIA_TYPES, RULE_FORMATS
from data.export.tables import TABLES
from data.store.shapes import Confirmation
from data.tlp import LEVELS
from data.vocabulary import Mechanism, VerdictName

MOST_ROWS = 500


def problem(status: int, meaning: str) -> Answer:
    return Answer(status, meaning, ProblemShape, MEDIA_TYPE)


NOT_READ = (
    problem(400, "The request is not understood: a parameter, the cursor, the body, or the Host."),
    problem(401, "A token is missing, or it is unknown, revoked or expired."),
    problem(403, "The token lacks the scope, or a page of another site asks."),
    problem(500, "A defect of the server; its log says where."),
    problem(503, "The database cannot be used at present."),
)
FILTERS = (
    Parameter("q", "Only with these words in subject, sender name, body or party."),
    Parameter("platform", "Only this platform, by its catalogue id; `other` for none.", many=True),
    Parameter("mechanism", "Only this mechanism.", many=True, choices=get_args(Mechanism)),
    Parameter("verdict", "Only this verdict.", many=True, choices=get_args(VerdictName)),
    Parameter("confirmation", "Only these.", many=True, choices=get_args(Confirmation)),
    Parameter("abused_domain", "Only this abused domain."),
    Parameter("wave", "Only this wave; an old id works.", most=40),
    Parameter(
        "since",
        "Only what something was received of or happened to since this time: for incremental reading. It goes by the "
        "time of receipt, so that old mail that comes late is not missed.",
        "time",
    ),
    Parameter("tlp", "Nothing that is marked higher than this; else all that the token may read.", choices=LEVELS),
)
PAGED = (
    *FILTERS,
    Parameter("limit", "Rows of a page.", "number", most=MOST_ROWS, default=100),
    Parameter("cursor", "The `next` of the page before.", most=100),
)
UNCHANGED = Answer(304, "Nothing changed since the ETag that If-None-Match names.")

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        "/api/disputes",
        "dispute",
        "Dispute what is reported about a domain. With a token it speaks for the token's organisation, without "
        "one it is a name that was typed. The entry leaves public view until an analyst decides.",
        "submit",
        (
            Answer(201, "Kept.", DisputeAnswer),
            problem(404, "Nothing is known by that name."),
            problem(408, "The body did not arrive in time."),
            problem(413, "The body is too large."),
            problem(415, "The body is not JSON."),
            problem(422, "A word is missing, or several disputes about it wait already."),
            problem(429, "A limit is reached; Retry-After says when to come again."),
            *NOT_READ,
        ),
        body_handler=dispute,
        accepts=("application/json",),
        takes=DisputeRequest,
    ),
    Endpoint(
        "POST",
        "/api/submissions",
        "submit",
        "Hand in one message or several: a message as it is, pasted header text, a form of files, an mbox or a zip. "
        "It is stored before it is answered. Without a token it is anonymous: it counts, and confirms nothing.",
        "submit",
        (
            Answer(200, "All of it was known already.", SubmissionAnswer),
            Answer(201, "Stored; each message is answered by itself.", SubmissionAnswer),
            Answer(202, "Stored while incidents are still being formed, or held for review.", SubmissionAnswer),
            problem(408, "The body did not arrive in time."),
            problem(413, "The body is too large."),
            problem(415, "The body is of a type that is not accepted."),
            Answer(422, "No message in it could be read; `items` says why.", RefusedSubmission, MEDIA_TYPE),
            problem(429, "A limit is reached; Retry-After says when to come again."),
            *NOT_READ,
        ),
        body_handler=submit,
        accepts=(MESSAGE, TEXT, FORM),
    ),
    Endpoint(
        "GET",
        "/api/incidents",
        "incidents",
        "Incidents, the last seen first.",
        "read",
        (Answer(200, "One page.", Incidents), UNCHANGED, *NOT_READ),
        handler=list_incidents,
        parameters=PAGED,
    ),
    Endpoint(
        "GET",
        "/api/incidents/{incident_id}",
        "incident",
        "One incident with its newest observations.",
        "read",
        (
            Answer(200, "The incident.", IncidentDetail),
            UNCHANGED,
            Answer(308, "It was merged into another one, or its id is written otherwise: see Location."),
            problem(404, "There is none of that id, or its TLP marking is beyond the token's clearance."),
            *NOT_READ,
        ),
        handler=show_incident,
        parameters=(Parameter("incident_id", "A public id such as RW-0001.", most=40, place="path"),),
    ),
    Endpoint(
        "GET",
        "/api/waves",
        "waves",
        "Waves, the last seen first.",
        "read",
        (Answer(200, "One page.", Waves), UNCHANGED, *NOT_READ),
        handler=list_waves,
        parameters=PAGED,
    ),
    Endpoint(
        "GET",
        "/api/vendors",
        "vendors",
        "Organisations whose systems were made to write, the last abused first; figures count what the filter asks.",
        "read",
        (Answer(200, "One page.", Vendors), UNCHANGED, *NOT_READ),
        handler=list_vendors,
        parameters=PAGED,
    ),
    Endpoint(
        "GET",
        "/api/export/{table}.csv",
        "export",
        "A whole table as CSV (RFC 4180, UTF-8), by the columns and guards of `relaywatch export`.",
        "read",
        (
            Answer(200, "The table.", media_type="text/csv"),
            UNCHANGED,
            problem(404, "There is no table of that name."),
            *NOT_READ,
        ),
        handler=export_table,
        parameters=(
            Parameter("table", f"One of: {', '.join(TABLES)}.", choices=tuple(TABLES), place="path"),
            *FILTERS,
        ),
    ),
    Endpoint(
        "GET",
        "/api/rules/{format}",
        "rules",
        "Filter rules for mail servers: confirmed exposures that nobody closed, by account and domain. They mark or "
        "score, and run out. Never TLP:CLEAR.",
        "read",
        (
            Answer(200, "The rule file.", media_type="text/plain"),
            UNCHANGED,
            problem(404, "There is no format of that name."),
            *NOT_READ,
        ),
        handler=export_rules,
        parameters=(
            Parameter("format", f"One of: {', '.join(RULE_FORMATS)}.", choices=RULE_FORMATS, place="path"),
            Parameter("score", "What a match adds to a message's score; 4 where none is named.", "number", most=100),
            Parameter("expires_days", "Days they are good for; 14 where none is named.", "number", most=366),
            *FILTERS,
        ),
    ),
    *(
        Endpoint(
            "GET",
            path,
            name,
            meaning,
            "read",
            (Answer(200, "The document.", media_type=media_type.partition(";")[0]), UNCHANGED, *NOT_READ),
            handler=exporter(name, form, media_type),
            parameters=FILTERS,
        )
        for path, name, form, media_type, meaning in (
            ("/api/feed.atom", "atom", "xml", MEDIA_TYPES["xml"], "Incidents and waves as Atom, the last first."),
            ("/api/stix", "stix", "json", STIX, "Incidents and waves as one STIX 2.1 bundle."),
            ("/api/misp", "misp", "json", "application/json", "Incidents and waves as MISP events."),
            (
                "/api/briefing.html",
                "briefing",
                "html",
                MEDIA_TYPES["html"],
                "One page to print, on a wave or all.",
            ),
        )
    ),
    Endpoint(
        "GET",
        "/api/health",
        "health",
        "Whether the server can read its database.",
        None,
        (
            Answer(200, "It can.", Health),
            Answer(503, "It cannot; `reason` says why.", Health),
            problem(400, "The Host is not one of this server's, or a parameter was given."),
        ),
        handler=health,
    ),
)
