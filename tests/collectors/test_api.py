"""The API on a real server: what it takes, what it tells, to whom."""

import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.specs.openapi.checks import positive_data_acceptance
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from data.store.database import open_database
from data.store.intake import take_in
from data.store.markings import set_marking
from data.store.tokens import create_token, revoke_token, tokens
from tests.collectors.api_server import acknowledgement, ask, called, hand_in, started
from tests.data.readings import burst, reading, submission

pytestmark = pytest.mark.server

STRANGER = {"x_forwarded_for": "203.0.113.7"}
OTHER_STRANGER = {"x_forwarded_for": "198.51.100.9"}


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """A server without tokens over an empty database."""
    folder = tmp_path_factory.mktemp("local")
    with started(folder / "relaywatch.db", folder / "log", submission_limit="2000000") as (address, _):
        yield address


@pytest.fixture(scope="module")
def guarded_db(tmp_path_factory) -> Path:
    """Incidents at several companies, one of them TLP:RED, and RW-0900 merged into RW-0001."""
    path = tmp_path_factory.mktemp("guarded") / "relaywatch.db"
    now = datetime.now(UTC)
    with open_database(path) as db:
        lone = [reading(f"Prize {n} is waiting for you now", domain=f"lone{n}.example.org") for n in range(9)]
        take_in(db, submission(at=now), [*burst(4, 3, start=now - timedelta(hours=5)), *lone])
        set_marking(db, "RW-0002", "RED", actor="test", reason="asked", now=now)
        with db.writing() as connection:
            connection.execute("insert into incident_aliases (old_id, incident_id) values (900, 1)")
    return path


@pytest.fixture(scope="module")
def secrets(guarded_db) -> dict[str, str]:
    """Tokens by what they may do."""
    now = datetime.now(UTC)
    wanted = {
        "read": (("read",), "AMBER", None),
        "read red": (("read",), "RED", None),
        "read clear": (("read",), "CLEAR", None),
        "submit": (("submit",), "AMBER", None),
        "expired": (("read",), "AMBER", now - timedelta(minutes=1)),
        "revoked": (("read",), "AMBER", None),
    }
    with open_database(guarded_db) as db:
        made = {
            name: create_token(
                db, name, scopes, organisation="CERT Example", clearance=clearance, expires_at=until, now=now
            )
            for name, (scopes, clearance, until) in wanted.items()
        }
        revoke_token(db, made["revoked"][1].token_id, now)
    return {name: secret for name, (secret, _) in made.items()}


@pytest.fixture(scope="module")
def guarded(guarded_db, secrets):
    """A server with tokens."""
    with started(guarded_db, guarded_db.with_suffix(".log")) as (address, _):
        yield address


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_a_message_is_stored_before_it_is_answered_and_the_same_again_is_known(local):
    first, again = (hand_in(local, acknowledgement(1)) for _ in range(2))
    assert (first.status, first.json["stored"], again.status, again.json["known"]) == (201, 1, 200, 1)
    item = first.json["items"][0]
    assert again.json["items"][0]["observation_id"] == item["observation_id"]
    found = ask(local, f"/api/incidents/{item['incident_id']}").json
    assert found["incident"]["party"] == "northwind.example"
    assert item["observation_id"] in [row["observation_id"] for row in found["newest"]]


def test_every_part_of_a_form_is_answered_by_itself(local):
    parts = [("good.eml", acknowledgement(2)), ("bad.eml", b"hello"), ("empty.eml", b"")]
    body = b"".join(
        b'--cut\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n' % (name.encode(), blob)
        for name, blob in parts
    )
    answer = hand_in(local, body + b"--cut--\r\n", content_type="multipart/form-data; boundary=cut")
    assert [(item["source"], item["status"]) for item in answer.json["items"]] == [
        ("good.eml", "stored"),
        ("bad.eml", "refused"),
    ]


BAD_BODIES = [
    (b"", "message/rfc822", 400),
    (b"  \n", "text/plain", 400),
    (b"hello", "text/plain", 422),
    (b"hello", "text/html", 415),
    (b"hello", "multipart/form-data; boundary=cut", 400),
    (b"hello", "multipart/form-data", 400),
    (b"\x00" * 100_000, "message/rfc822", 422),
    (b"x" * 2_000_001, "message/rfc822", 413),
]


@pytest.mark.parametrize(("body", "content_type", "status"), BAD_BODIES)
def test_a_body_that_cannot_be_taken_is_a_problem_with_a_sentence(local, body, content_type, status):
    answer = hand_in(local, body, content_type=content_type)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert answer.json["detail"]


def test_a_body_without_an_end_is_cut_off_at_the_limit(local):
    with socket.create_connection((urlsplit(local).hostname, urlsplit(local).port), timeout=30) as line:
        line.sendall(
            b"POST /api/submissions HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        for _ in range(30):
            line.sendall(b"186a0\r\n" + b"x" * 100_000 + b"\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/incidents/RW-0001/x", "/api/export/x.csv"])
def test_an_unknown_path_is_a_problem_and_no_page(local, path):
    answer = ask(local, path)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")


def test_other_methods_are_told_which_there_are(local):
    answer = ask(local, "/api/incidents", method="DELETE")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    head = ask(local, "/api/incidents", method="HEAD")
    assert (head.status, head.body, head.headers["content-type"]) == (200, b"", "application/json")


QUESTIONS = [
    "limit=0",
    "limit=501",
    "limit=x",
    "since=yesterday",
    "since=2026-01-01T00:00:00",
    "cursor=!",
    "x=1",
    "verdict=x",
    "wave=a&wave=b",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_that_is_not_understood_is_no_empty_answer(local, question):
    answer = ask(local, f"/api/incidents?{question}")
    assert answer.status == 400
    assert question.partition("=")[0] in answer.json["detail"]


HOSTILE_PAGES = [
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
]


@pytest.mark.parametrize("fields", HOSTILE_PAGES)
def test_a_page_of_another_site_neither_reads_nor_submits(local, fields):
    assert ask(local, "/api/incidents", **fields).status == 403
    answer = hand_in(local, acknowledgement(3), content_type="text/plain", **fields)
    assert answer.status == 403
    assert [name for name in answer.headers if name.lower().startswith("access-control")] == []


@pytest.mark.parametrize("path", ["/", "/submit", "/api/health", "/api/incidents", "/_stcore/health", "/static/x.js"])
def test_another_host_name_is_turned_away_everywhere(local, path):
    for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:80", "", "localhost@evil.example"):
        assert ask(local, path, host=host).status == 400


def test_another_host_name_gets_no_websocket(local):
    port = urlsplit(local).port
    line = socket.create_connection(("127.0.0.1", port))
    url = f"ws://evil.example:{port}/_stcore/stream"
    with line, pytest.raises(InvalidStatus, match="403"), connect(url, sock=line):
        pass


def test_the_headers_keep_a_browser_safe(local):
    page, data = ask(local, "/").headers, ask(local, "/api/incidents").headers
    for headers in (page, data):
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    policy = page["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/agent/openapi.json"])
def test_doors_that_nobody_needs_are_closed(local, path):
    assert ask(local, path).status == 404


def test_the_document_is_openapi_and_names_every_path(local):
    document = ask(local, "/api/openapi.json").json
    OpenAPIV31SpecValidator(document).validate()
    assert set(document["paths"]) == {
        "/api/submissions",
        "/api/incidents",
        "/api/incidents/{incident_id}",
        "/api/waves",
        "/api/vendors",
        "/api/export/{table}.csv",
        "/api/rules/{format}",
        "/api/feed.atom",
        "/api/stix",
        "/api/misp",
        "/api/briefing.html",
        "/api/health",
    }


@pytest.fixture(scope="module")
def declared(local):
    return schemathesis.openapi.from_url(f"{local}/api/openapi.json")


NOT_PROMISED = [positive_data_acceptance]  # a cursor or a message may be well-formed and not ours


def test_every_answer_is_one_that_was_declared(declared):
    for operation in declared.get_all_operations():
        answers_as_declared(operation.ok())


def answers_as_declared(operation):
    for mode in schemathesis.GenerationMode:

        @given(operation.as_strategy(generation_mode=mode))
        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def answers(case):
            case.call_and_validate(excluded_checks=NOT_PROMISED)

        # Without a parameter there is nothing that could be wrong.
        with suppress(Unsatisfiable):
            answers()


def test_strangers_may_submit_and_not_read(guarded):
    for fields in (STRANGER, {}):
        answer = ask(guarded, "/api/incidents", **fields)
        assert (answer.status, answer.headers["www-authenticate"]) == (401, 'Bearer realm="relaywatch"')
    assert hand_in(guarded, acknowledgement(1), **OTHER_STRANGER).status == 201


def test_whoever_comes_through_a_proxy_is_no_local_reader(local):
    assert ask(local, "/api/incidents").status == 200
    for field in ("forwarded", "via", "x_real_ip", "x_forwarded_for"):
        assert ask(local, "/api/incidents", **{field: "127.0.0.1"}).status == 401


@pytest.mark.parametrize(
    ("name", "status"), [("read", 200), ("read red", 200), ("submit", 403), ("expired", 401), ("revoked", 401)]
)
def test_a_token_opens_what_its_scopes_say(guarded, secrets, name, status):
    assert ask(guarded, "/api/incidents", **bearer(secrets[name])).status == status
    assert ask(guarded, "/api/export/observations.csv", **bearer(secrets[name])).status == status


@pytest.mark.parametrize("given", ["Bearer", "Bearer rw_x", "Basic YTpi", "rw_x", "Bearer é"])
def test_what_is_no_token_opens_nothing(guarded, given):
    assert ask(guarded, "/api/incidents", authorization=given).status == 401


def test_a_token_is_used_on_a_day_and_its_organisation_stands_behind_it(guarded, guarded_db, secrets):
    assert hand_in(guarded, acknowledgement(77), **bearer(secrets["submit"])).status == 201
    with open_database(guarded_db) as db:
        found = {item.name: item for item in tokens(db)}["submit"]
        assert db.rows("select channel, organisation from submissions order by submission_id desc limit 1")[0][:] == (
            "token",
            "CERT Example",
        )
    assert found.last_used_day == datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def test_no_secret_stands_in_the_database(guarded_db, secrets):
    with open_database(guarded_db) as db:
        written = "\n".join(db.connection.iterdump())
    assert not any(secret in written or secret[3:] in written for secret in secrets.values())


def test_pages_of_a_list_hold_every_row_once(guarded, secrets):
    whole = ask(guarded, "/api/incidents", **bearer(secrets["read"])).json["incidents"]
    found, cursor = [], ""
    while cursor is not None:
        page = ask(guarded, f"/api/incidents?limit=2{cursor and f'&cursor={cursor}'}", **bearer(secrets["read"])).json
        found += page["incidents"]
        cursor = page["next"]
    assert found == whole
    assert len(whole) > 10


def test_nothing_is_loaded_twice_that_did_not_change(guarded, secrets):
    for path in ("/api/incidents/RW-0003", "/api/vendors", "/api/export/timeline.csv", "/api/openapi.json"):
        tag = ask(guarded, path, **bearer(secrets["read"])).headers["etag"]
        again = ask(guarded, path, if_none_match=tag, **bearer(secrets["read"]))
        assert (again.status, again.body) == (304, b"")


def test_incremental_reading_goes_by_the_time_of_receipt(guarded, secrets):
    now = datetime.now(UTC) + timedelta(hours=1)
    empty = ask(guarded, f"/api/incidents?since={now:%Y-%m-%dT%H:%M:%SZ}", **bearer(secrets["read"])).json
    assert empty["incidents"] == []
    since = now - timedelta(days=2)
    late = ask(guarded, f"/api/incidents?since={since:%Y-%m-%dT%H:%M:%SZ}&limit=500", **bearer(secrets["read"])).json
    assert "lone3.example.org" in {row["party"] for row in late["incidents"]}


def test_an_old_id_leads_to_the_current_one(guarded, secrets):
    answer = ask(guarded, "/api/incidents/RW-0900", **bearer(secrets["read"]))
    assert (answer.status, answer.headers["location"]) == (308, "/api/incidents/RW-0001")


def test_what_is_marked_higher_than_the_clearance_is_not_there(guarded, secrets):
    for name, seen in (("read", False), ("read red", True)):
        assert (ask(guarded, "/api/incidents/RW-0002", **bearer(secrets[name])).status == 200) is seen
        rows = ask(guarded, "/api/incidents?limit=500", **bearer(secrets[name])).json["incidents"]
        assert ("RW-0002" in {row["incident_id"] for row in rows}) is seen
        for table in ("incidents", "observations", "timeline"):
            exported = ask(guarded, f"/api/export/{table}.csv", **bearer(secrets[name])).body
            assert (b"RW-0002" in exported) is seen
        waves = {row["wave_id"] for row in ask(guarded, "/api/waves", **bearer(secrets[name])).json["waves"]}
        assert ("W-0001" in waves) is seen
    assert ask(guarded, "/api/incidents", **bearer(secrets["read clear"])).json["incidents"] == []


def test_an_export_is_the_one_of_the_command_line(guarded, guarded_db, secrets):
    from click.testing import CliRunner

    from collectors.cli import main

    here = CliRunner().invoke(main, ["export", "waves", "--tlp", "red", "--db", str(guarded_db)])
    there = ask(guarded, "/api/export/waves.csv", **bearer(secrets["read red"]))
    assert there.body == here.stdout_bytes
    assert there.headers["content-type"] == "text/csv; charset=utf-8"


EXPORTS = ("rules/rspamd", "feed.atom", "stix", "misp", "briefing.html")


@pytest.mark.parametrize("path", EXPORTS)
def test_an_export_takes_a_token_that_may_read(guarded, secrets, path):
    assert ask(guarded, f"/api/{path}", **STRANGER).status == 401
    assert ask(guarded, f"/api/{path}", **bearer(secrets["submit"])).status == 403
    answer = ask(guarded, f"/api/{path}", **bearer(secrets["read"]))
    assert (answer.status, b"TLP:AMBER" in answer.body or b"tlp:amber" in answer.body) == (200, True)
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("path", EXPORTS[1:])
def test_an_export_obeys_the_clearance_and_what_is_asked_below_it(guarded, secrets, path):
    red = [
        b"tenant1.example.com" in ask(guarded, f"/api/{path}{query}", **bearer(secrets[name])).body
        for name, query in (("read", ""), ("read", "?tlp=RED"), ("read red", ""), ("read red", "?tlp=AMBER"))
    ]
    assert red == [False, False, True, False]


def test_rules_are_never_for_everybody(guarded, secrets):
    assert ask(guarded, "/api/rules/sieve", **bearer(secrets["read clear"])).status == 403
    assert ask(guarded, "/api/rules/sieve?tlp=CLEAR", **bearer(secrets["read"])).status == 403
    assert ask(guarded, "/api/rules/procmail", **bearer(secrets["read"])).status == 404


def test_vendors_are_those_of_the_export(guarded, secrets):
    rows, cursor = [], ""
    while cursor is not None:
        page = ask(guarded, f"/api/vendors?limit=3{cursor and f'&cursor={cursor}'}", **bearer(secrets["read"])).json
        rows += page["vendors"]
        cursor = page["next"]
    exported = ask(guarded, "/api/export/vendors.csv", **bearer(secrets["read"])).body.decode().splitlines()
    assert len(rows) == len({row["party_key"] for row in rows}) == len(exported) - 1
    assert {row["status"] for row in rows} == {"unreviewed"}
    assert "tenant1.example.com" not in {row["party"] for row in rows}


def test_a_stranger_who_asks_too_often_is_told_when_to_come_again(guarded, secrets):
    answers = [hand_in(guarded, b"x", **STRANGER) for _ in range(31)]
    assert {answer.status for answer in answers[:30]} == {422}
    assert answers[30].status == 429
    assert 1 <= int(answers[30].headers["retry-after"]) <= 60
    assert hand_in(guarded, acknowledgement(5), **bearer(secrets["submit"])).status in (200, 201)


def test_health_says_ok(local):
    assert ask(local, "/api/health").json == {"status": "ok", "reason": None}


def test_health_says_why_not(tmp_path, monkeypatch):
    broken = tmp_path / "relaywatch.db"
    broken.write_bytes(b"no database at all" * 100)
    monkeypatch.setenv("RELAYWATCH_DB", str(broken))
    answer = called("/api/health")
    assert answer.status == 503
    assert "this is not a database" in answer.json["reason"]
    assert str(tmp_path) not in called("/api/incidents").json["detail"]
