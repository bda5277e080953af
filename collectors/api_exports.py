"""The API's exports: tables, filter rules, feeds and sharing formats, up to the caller's clearance."""

import hashlib
import tempfile
from collections.abc import Iterator
from typing import IO

from starlette.responses import Response, StreamingResponse

from collectors.api_declared import Ask, Handler
from collectors.api_paging import etag, is_known
from collectors.api_problems import Problem
from collectors.api_reads import asked_for
from data.export.formats import MEDIA_TYPES, file_name_of
from data.export.sharing import share
from data.store.database import open_for_reading

CHUNK = 1 << 16
IN_MEMORY = 1 << 20
PLAIN = "text/plain; charset=us-ascii"
STIX = "application/stix+json;version=2.1"


def export_table(ask: Ask) -> Response:
    """A whole table as CSV."""
    return _export(ask, ask.values["table"], "csv", MEDIA_TYPES["csv"])


def export_rules(ask: Ask) -> Response:
    """Filter rules in the format that the path names."""
    if asked_for(ask).clearance == "CLEAR":
        raise Problem(403, "Rules list doors that are open and are never TLP:CLEAR; they take a higher clearance.")
    return _export(ask, "rules", ask.values["format"], PLAIN)


def exporter(what: str, form: str, media_type: str) -> Handler:
    """The handler of one export that has one format."""
    return lambda ask: _export(ask, what, form, media_type)


def _export(ask: Ask, what: str, form: str, media_type: str) -> Response:
    """Written to a file of one moment first, so that a slow client holds up nobody."""
    where = asked_for(ask)
    options = {name: ask.values.get(name) for name in ("score", "expires_days")}
    digest = hashlib.sha256()
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed when it was sent)
    with open_for_reading(ask.desk.settings.db) as db:
        for chunk in share(db, what, form, where, ask.now, where.clearance, options).chunks:
            digest.update(chunk)
            file.write(chunk)
    tag = etag(digest.hexdigest())
    if is_known(ask.request, tag):
        file.close()
        return Response(status_code=304, headers={"ETag": tag})
    headers = {
        "ETag": tag,
        "Content-Length": str(file.tell()),
        "Content-Disposition": f'attachment; filename="{file_name_of(what, form)}"',
    }
    return StreamingResponse(_sent(file), media_type=media_type, headers=headers)


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk
