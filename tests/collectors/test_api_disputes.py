"""Disputes by the API: by whom, about what, and what is answered."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from data.store.database import open_database, open_for_reading
from data.store.disputes import waiting_disputes
from data.store.intake import take_in
from data.store.tokens import create_token
from tests.collectors.api_server import ask, started
from tests.data.readings import burst, submission

pytestmark = pytest.mark.server
SAID = {
    "about": "tenant0.example.com",
    "organisation": "Tenant Zero",
    "statement": "That was our own newsletter.",
    "contact": "",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("disputes") / "relaywatch.db"
    now = datetime.now(UTC)
    with open_database(path) as db:
        take_in(db, submission(at=now), burst(2, 3, start=now - timedelta(hours=2)))
    return path


@pytest.fixture(scope="module")
def server(database):
    with started(database, database.with_suffix(".log")) as (address, _):
        yield address


def posted(server, said, **fields):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return ask(server, "/api/disputes", method="POST", body=body, **{"content_type": "application/json", **fields})


def test_a_stranger_disputes_by_the_name_that_he_types_and_a_token_by_its_own(server, database):
    with open_database(database) as db:
        secret, _ = create_token(
            db, "desk", ("submit",), organisation="CERT Example", clearance="AMBER", expires_at=None,
            now=datetime.now(UTC),
        )  # fmt: skip
    typed = posted(server, SAID, x_forwarded_for="203.0.113.7")
    vouched = posted(server, SAID, authorization=f"Bearer {secret}")
    assert (typed.status, vouched.status) == (201, 201)
    assert typed.json["hides"] is True
    with open_for_reading(database) as db:
        said = [(item.organisation, item.standing) for item in waiting_disputes(db)]
        origins = [row["origin"] for row in db.rows("select origin from events where kind = 'entry-disputed'")]
    assert said == [("Tenant Zero", "named"), ("CERT Example", "token")]
    assert origins[0] != origins[1]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (SAID | {"about": "nobody.example"}, 404),
        (SAID | {"statement": " "}, 422),
        (SAID | {"more": "x"}, 400),
        (SAID | {"about": 7}, 400),
        (b"[" * 15_000, 400),
        (b"\xff", 400),
        (SAID | {"statement": "x" * 30_000}, 413),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_status_of_its_own(server, said, status):
    assert posted(server, said).status == status


def test_a_page_of_another_site_disputes_nothing(server):
    assert posted(server, SAID, origin="https://elsewhere.example").status == 403
    assert posted(server, SAID, content_type="text/plain").status == 415


def test_disputes_are_counted_as_submissions_are(server):
    statuses = {posted(server, b"x", x_forwarded_for="198.51.100.9").status for _ in range(31)}
    assert statuses == {400, 429}
