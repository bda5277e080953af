"""The network client against a real server on loopback."""

import gzip
import socket
import ssl
import struct
import threading
import time
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.web import PAGES, Web
from data.errors import SettingsError
from data.settings import Settings
from tests.collectors.scripted_site import Site, answer, scripted_site

SAMPLES = Path(__file__).parents[1] / "samples" / "web"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
QUICK = Settings(
    allowed_hosts=("127.0.0.1", "wire.example", "other.example"),
    web_connect_seconds=2.0,
    web_read_seconds=4.0,
    web_total_seconds=20.0,
    web_pace_seconds=0.001,
    web_attempts=1,
    web_backoff_seconds=0.001,
    web_wire_limit=100_000,
    web_body_limit=200_000,
)


@pytest.fixture
def site():
    with scripted_site() as found:
        yield found


def web(*, clock=lambda: NOW, resolve=lambda host, port: ["127.0.0.1"], pause=time.sleep, **changes) -> Web:
    return Web(replace(QUICK, **changes), clock, resolve, pause)


def moved(to: str, status: int = 301) -> bytes:
    return answer(status, location=to)


def short(found) -> tuple:
    return found.outcome, found.status, found.reason


def test_a_page_comes_with_its_type_validators_and_cost(site):
    site.answers["/"] = answer(
        200, b"hello", content_type="Text/HTML; Charset=UTF-8", etag='"v1"',
        last_modified="Mon, 23 Nov 2026 08:00:00 GMT",
    )  # fmt: skip
    found = web().fetch(site.url(), accept=PAGES)
    assert (found.outcome, found.status, found.reason, found.body) == ("fetched", 200, None, b"hello")
    assert (found.media_type, found.charset, found.etag) == ("text/html", "utf-8", '"v1"')
    assert found.last_modified == "Mon, 23 Nov 2026 08:00:00 GMT" and found.at == NOW
    assert found.bytes_on_wire > 100 and found.seconds > 0
    assert found.url == found.final_url == found.permanent_url == site.url()


def test_we_say_who_we_are_and_send_no_secrets(site, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    site.answers["/"] = answer(200, set_cookie="a=b")
    client = web(contact="abuse@example.org\r\nX: y")
    client.fetch(site.url())
    client.fetch(site.url())
    _, fields = site.asked[1]
    assert fields["user-agent"].startswith("Relaywatch") and "+abuse@example.orgX: y" in fields["user-agent"]
    assert fields["host"] == f"127.0.0.1:{site.port}"
    assert fields.keys() == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_validators_are_sent_and_304_is_unchanged(site):
    site.answers["/"] = answer(304, etag='"v2"')
    found = web().fetch(site.url(), etag='W/"v1"', last_modified="Mon, 23 Nov 2026 08:00:00 GMT")
    assert (*short(found), found.body, found.etag) == ("unchanged", 304, None, b"", '"v2"')
    assert found.last_modified == "Mon, 23 Nov 2026 08:00:00 GMT"
    assert site.asked[0][1]["if-none-match"] == 'W/"v1"'


def test_validators_go_back_as_they_came(site):
    site.answers["/"] = answer(200, etag='"\xe9 1"')
    etag = web().fetch(site.url()).etag
    web().fetch(site.url(), etag=etag)
    assert site.asked[1][1]["if-none-match"] == etag == '"\xe9 1"'


def test_304_that_nobody_asked_for_is_a_failure(site):
    site.answers["/"] = answer(304)
    assert web().fetch(site.url(), etag="bad\r\nX: y").outcome == "failed"
    assert "if-none-match" not in site.asked[0][1]


@pytest.mark.parametrize(
    ("status", "outcome", "said"),
    [(410, "gone", "gone for good"), (404, "failed", "does not know"), (403, "failed", "forbids"),
     (204, "failed", "anything to read"), (206, "failed", "anything to read"), (500, "failed", "out of order"),
     (418, "failed", "turned the request down"), (300, "failed", "anything to read")],
)  # fmt: skip
def test_a_status_is_said_in_a_sentence(site, status, outcome, said):
    site.answers["/"] = answer(status)
    found = web().fetch(site.url())
    assert found.outcome == outcome and said in found.reason and f"({status})" in found.reason


def test_permanent_redirects_are_remembered_up_to_the_first_passing_one(site):
    site.answers = {"/a": moved("/b"), "/b": moved("c", 308), "/c": moved("/d", 302), "/d": moved("/e")}
    site.answers["/e"] = answer(200, b"x")
    found = web().fetch(site.url("/a"))
    assert (found.outcome, found.final_url, found.permanent_url) == ("fetched", site.url("/e"), site.url("/c"))


def test_a_permanent_redirect_to_a_failure_is_not_remembered(site):
    site.answers = {"/a": moved("/b"), "/b": answer(404)}
    found = web().fetch(site.url("/a"))
    assert (found.status, found.final_url, found.permanent_url) == (404, site.url("/b"), site.url("/a"))


def test_redirects_in_a_circle_end(site):
    site.answers = {"/a": moved("/b"), "/b": moved("/a#again")}
    assert short(web().fetch(site.url("/a"))) == (
        "failed", 301, "The redirects of 127.0.0.1 lead in a circle."
    )  # fmt: skip
    assert site.paths() == ["/a", "/b"]


def test_a_long_chain_of_redirects_ends(site):
    site.answers = {f"/{n}": moved(f"/{n + 1}") for n in range(20)}
    assert "More than 5 redirects" in web().fetch(site.url("/0")).reason
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    ("to", "said"),
    [("http://10.0.0.1/", "not on a public address"), ("http://[::1]/", "not on a public address"),
     ("http://169.254.169.254/latest", "not on a public address"), ("file:///etc/passwd", "Only http and https"),
     ("http://u:p@127.0.0.1/", "user name"), ("http://example.org:22/", "Port 22"), ("http://[", "cannot be read"),
     ("https:///", "no host")],
)  # fmt: skip
def test_a_redirect_to_what_we_do_not_ask_is_refused(site, to, said):
    site.answers["/"] = moved(to)
    found = web(resolve=lambda host, port: [host]).fetch(site.url())
    assert found.outcome == "refused" and said in found.reason and len(site.asked) == 1


def test_a_redirect_that_leads_nowhere_fails(site):
    site.answers["/"] = answer(302)
    assert "leads nowhere" in web().fetch(site.url()).reason


def test_a_name_is_resolved_once_a_request_and_the_checked_address_is_asked(site):
    site.answers["/"] = answer(200, b"x")
    asked = []

    def resolve(host, port):
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    found = web(resolve=resolve).fetch(site.url(host="wire.example"))
    assert found.body == b"x" and asked == [("wire.example", site.port)]
    assert site.asked[0][1]["host"] == f"wire.example:{site.port}"


def test_a_name_that_turns_private_at_the_second_look_is_refused(site):
    """Allowed at one port only: the second address of the same name is checked anew."""
    site.answers["/"] = moved("http://wire.example/")
    found = web(allowed_hosts=(f"wire.example:{site.port}",)).fetch(site.url(host="wire.example"))
    assert found.outcome == "refused" and "wire.example is not on a public address" in found.reason


def test_a_private_address_is_refused_before_anything_is_sent(site):
    found = web(allowed_hosts=()).fetch("http://wire.example/")
    assert short(found) == (
        "refused", None,
        "wire.example is not on a public address; if it is yours, name it in RELAYWATCH_ALLOWED_HOSTS.",
    )  # fmt: skip


def test_private_addresses_among_public_ones_are_left_out(site):
    """192.0.2.1 is for documentation; what is left is the loopback, and that is not asked either."""
    found = web(allowed_hosts=(), resolve=lambda host, port: ["192.0.2.1", "127.0.0.1"]).fetch("http://a.example/")
    assert found.outcome == "refused" and not site.asked


def test_a_name_without_addresses_fails():
    def resolve(host, port):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    assert short(web(resolve=resolve).fetch("http://none.example/")) == (
        "failed", None, "The name none.example cannot be resolved."
    )  # fmt: skip


def test_a_closed_port_fails(site):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert web().fetch(f"http://127.0.0.1:{port}/").reason == "127.0.0.1 refuses connections."


@pytest.mark.parametrize("value", ["120", "Tue, 24 Nov 2026 09:02:00 GMT"])
def test_too_many_requests_closes_the_host_for_as_long_as_it_says(site, value):
    site.answers = {"/": answer(429, retry_after=value), "/other": answer(200)}
    client = web()
    found = client.fetch(site.url())
    assert (found.outcome, found.status, found.retry_at) == ("later", 429, NOW + timedelta(minutes=2))
    assert "wants to be asked again after 2026-11-24 09:02:00 UTC" in found.reason
    again = client.fetch(site.url("/other"))
    assert (again.outcome, again.status, again.retry_at) == ("later", None, NOW + timedelta(minutes=2))
    assert site.paths() == ["/"]


def test_a_closed_host_is_asked_again_when_its_time_has_come(site):
    site.answers["/"] = [answer(503, retry_after="60"), answer(200, b"back")]
    times = [NOW]
    client = web(clock=lambda: times[-1])
    assert client.fetch(site.url()).outcome == "later"
    times.append(NOW + timedelta(seconds=61))
    assert client.fetch(site.url()).body == b"back"


def test_a_server_cannot_send_us_away_for_ever(site):
    site.answers["/"] = answer(429, retry_after="99999999999999999999")
    assert web(web_retry_limit=3600).fetch(site.url()).retry_at == NOW + timedelta(hours=1)


def test_passing_failures_are_asked_again_with_growing_jittered_pauses(site):
    site.answers["/"] = [answer(502), answer(500), answer(200, b"x")]
    pauses = []
    found = web(web_attempts=3, web_pace_seconds=1e-9, web_backoff_seconds=4.0, pause=pauses.append).fetch(site.url())
    first, second = (pause for pause in pauses if pause > 1)
    assert found.body == b"x" and 2 <= first <= 6 and 4 <= second <= 12


def test_attempts_are_few(site):
    site.answers["/"] = answer(503)
    assert short(web(web_attempts=3).fetch(site.url())) == ("failed", 503, "127.0.0.1 is out of order (503).")
    assert len(site.asked) == 3


def test_requests_to_a_host_keep_their_distance(site):
    site.answers["/"] = answer(200)
    pauses = []
    client = web(web_pace_seconds=50.0, pause=pauses.append)
    for _ in range(3):
        client.fetch(site.url())
    assert [round(pause, -1) for pause in pauses] == [50, 100]


def test_a_silent_server_is_left(site):
    site.answers["/"] = lambda connection: time.sleep(1)
    found = web(web_read_seconds=0.05).fetch(site.url())
    assert short(found) == ("failed", None, "127.0.0.1 did not answer in time.")


@pytest.mark.parametrize("begin", [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_body_or_header_that_drips_ends_at_the_total_time(site, begin):
    def drip(connection):
        connection.sendall(begin)
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.05)

    site.answers["/"] = drip
    assert "RELAYWATCH_WEB_TOTAL_SECONDS" in web(web_total_seconds=0.3).fetch(site.url()).reason


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "raw", "gzip, deflate", "identity"])
def test_packed_bodies_are_unpacked(site, coding):
    raw = zlib.compressobj(wbits=-15)
    bodies = {
        "deflate": zlib.compress(b"words"), "raw": raw.compress(b"words") + raw.flush(), "identity": b"words",
        "gzip, deflate": zlib.compress(gzip.compress(b"words", mtime=0)),
    }  # fmt: skip
    body = bodies.get(coding, gzip.compress(b"wo", mtime=0) + gzip.compress(b"rds"))
    site.answers["/"] = answer(200, body, content_encoding="deflate" if coding == "raw" else coding)
    assert web().fetch(site.url()).body == b"words"


@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_is_not_unpacked(site, layers):
    body = gzip.compress(bytes(50_000_000))
    for _ in range(layers - 1):
        body = gzip.compress(body, mtime=0)
    site.answers["/"] = answer(200, body, content_encoding=", ".join(["gzip"] * layers))
    found = web().fetch(site.url())
    assert found.reason == "The answer of 127.0.0.1 unpacks to more than 200,000 bytes and was not read."
    assert (found.outcome, found.body) == ("failed", b"")


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"words" * 100, mtime=0)[:-9]),
        ("gzip", b"words"),
        ("br", b"words"),
        ("gzip, gzip, gzip", b"x"),
    ],
)
def test_a_body_that_cannot_be_unpacked_fails(site, coding, body):
    site.answers["/"] = answer(200, body, content_encoding=coding)
    found = web().fetch(site.url())
    assert found.outcome == "failed" and "packed" in found.reason


def test_a_length_over_the_limit_is_refused_before_it_is_read(site):
    site.answers["/"] = answer(200, b"x", content_length="100001")
    found = web().fetch(site.url())
    assert "larger than 100,000 bytes" in found.reason and found.bytes_on_wire < 200


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]
)
def test_an_endless_body_ends_at_the_limit(site, head):
    def pour(connection):
        connection.sendall(head)
        while True:
            connection.sendall(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")

    site.answers["/"] = pour
    found = web().fetch(site.url())
    assert "larger than 100,000 bytes" in found.reason and found.bytes_on_wire < 150_000


def test_a_body_shorter_than_its_length_fails(site):
    site.answers["/"] = answer(200, b"half", content_length="8")
    assert short(web().fetch(site.url())) == ("failed", None, "127.0.0.1 ended its answer early.")


def test_a_body_longer_than_its_length_is_read_as_announced(site):
    site.answers["/"] = answer(200, b"half and more", content_length="4")
    assert web().fetch(site.url()).body == b"half"


def test_a_body_without_a_length_ends_with_the_connection(site):
    site.answers["/"] = b"HTTP/1.0 200 OK\r\n\r\nall of it"
    assert web().fetch(site.url()).body == b"all of it"


def test_a_chunked_body_is_put_together(site):
    site.answers["/"] = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nall\r\n6;x=y\r\n of it\r\n0\r\n\r\n"
    )
    assert web().fetch(site.url()).body == b"all of it"


def test_a_chunked_body_that_ends_early_fails(site):
    site.answers["/"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf"
    assert web().fetch(site.url()).reason == "127.0.0.1 ended its answer early."


@pytest.mark.parametrize(
    "length", ["-1", "4, 5", "1e3", "9" * 30, "4\r\nContent-Length: 5"]
)  # fmt: skip
def test_a_length_that_makes_no_sense_is_not_http(site, length):
    site.answers["/"] = answer(200, b"half", content_length=length)
    assert web().fetch(site.url()).reason == "What 127.0.0.1 answered is not HTTP."


@pytest.mark.parametrize("head", [b"X: " + b"y" * 200_000, b"X: y\r\n" * 40_000], ids=["long", "many"])
def test_a_huge_header_is_not_read(site, head):
    site.answers["/"] = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n"
    found = web(web_wire_limit=10_000_000).fetch(site.url())
    assert "header" in found.reason and "larger than 65,536" in found.reason and found.bytes_on_wire < 100_000


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-server\r\n\r\n", b"\x16\x03\x01\x00\x00", b"\x00" * 9_000, b"<html>\r\n\r\n"]
)
def test_what_is_no_http_is_said_so(site, said):
    site.answers["/"] = said
    assert web().fetch(site.url()).reason in (
        "What 127.0.0.1 answered is not HTTP.", "127.0.0.1 ended its answer early."
    )  # fmt: skip


def test_a_server_that_hangs_up_is_asked_again(site):
    site.answers["/"] = [b"", answer(200, b"x")]
    assert web(web_attempts=2).fetch(site.url()).body == b"x"
    site.answers["/"] = b""
    assert web().fetch(site.url()).reason == "127.0.0.1 hung up without an answer."


def test_a_reset_connection_fails(site):
    def reset(connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    site.answers["/"] = reset
    assert short(web().fetch(site.url())) == ("failed", None, "127.0.0.1 broke the connection off.")


def test_endless_informational_answers_end_at_the_limit(site):
    def hint(connection):
        while True:
            connection.sendall(b"HTTP/1.1 103 Hints\r\n\r\n" * 100)

    site.answers = {"/": hint, "/robots.txt": hint}
    for obey_robots in (False, True):
        assert "larger than" in web(web_total_seconds=60.0).fetch(site.url(), obey_robots=obey_robots).reason


@pytest.fixture
def secure_site():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(SAMPLES / "wire_certificate.pem", SAMPLES / "wire_test_key.pem")
    with scripted_site(context) as found:
        found.answers["/"] = answer(200, b"secret")
        yield found


def test_tls_is_verified_for_the_name_at_the_checked_address(secure_site: Site):
    trusting = web(web_ca_file=SAMPLES / "wire_certificate.pem")
    assert trusting.fetch(secure_site.url("/", "https", "wire.example")).body == b"secret"
    found = trusting.fetch(secure_site.url("/", "https", "other.example"))
    assert found.outcome == "failed" and "certificate of other.example is not to be trusted" in found.reason


def test_an_unknown_authority_is_not_trusted(secure_site: Site):
    found = web().fetch(secure_site.url("/", "https", "wire.example"))
    assert (
        short(found)[:2] == ("failed", None) and "self-signed certificate" in found.reason and not secure_site.asked
    )


def test_a_server_without_tls_is_said_so(site):
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def speak():
            connection, _ = plain.accept()
            connection.sendall(b"HTTP/1.1 400 Bad\r\n\r\n")
            connection.close()

        threading.Thread(target=speak, daemon=True).start()
        found = web().fetch(f"https://127.0.0.1:{plain.getsockname()[1]}/")
    assert found.reason == "127.0.0.1 does not speak TLS that we understand."


def test_a_file_of_authorities_that_is_none_is_said_at_once(tmp_path):
    with pytest.raises(SettingsError, match="RELAYWATCH_WEB_CA_FILE"):
        web(web_ca_file=tmp_path / "none.pem")


ROBOTS = b"User-agent: *\nDisallow: /private\n"


def test_robots_are_asked_once_and_obeyed_for_pages(site):
    site.answers = {"/robots.txt": answer(200, ROBOTS), "/private": answer(200, b"x"), "/open": answer(200, b"y")}
    client = web()
    found = client.fetch(site.url("/private"), obey_robots=True)
    assert short(found) == ("refused", None, "robots.txt of 127.0.0.1 asks not to fetch this page.")
    assert client.fetch(site.url("/open"), obey_robots=True).body == b"y"
    assert client.fetch(site.url("/private")).body == b"x"
    assert site.paths() == ["/robots.txt", "/open", "/private"]


def test_robots_are_obeyed_behind_a_redirect(site):
    site.answers = {"/robots.txt": answer(200, ROBOTS), "/open": moved("/private/page")}
    assert "asks not to fetch" in web().fetch(site.url("/open"), obey_robots=True).reason


def test_a_site_without_robots_is_open(site):
    site.answers = {"/robots.txt": answer(403), "/": answer(200, b"x")}
    assert web().fetch(site.url(), obey_robots=True).body == b"x"


def test_robots_that_redirect_in_a_circle_are_none(site):
    site.answers = {"/robots.txt": moved("/robots.txt"), "/": answer(200, b"x")}
    assert web().fetch(site.url(), obey_robots=True).body == b"x"


def test_a_site_whose_robots_are_out_of_order_is_left_alone_for_a_while(site):
    site.answers = {"/robots.txt": [answer(500), answer(200, ROBOTS)], "/": answer(200, b"x")}
    times = [NOW]
    client = web(clock=lambda: times[-1])
    found = client.fetch(site.url(), obey_robots=True)
    assert (found.outcome, found.retry_at) == ("later", NOW + timedelta(minutes=15))
    assert client.fetch(site.url(), obey_robots=True).outcome == "later" and site.paths() == ["/robots.txt"]
    times.append(NOW + timedelta(minutes=16))
    assert client.fetch(site.url(), obey_robots=True).body == b"x"


def test_of_huge_robots_the_beginning_is_read(site):
    body = gzip.compress(ROBOTS + b"# padding\n" * 200_000, mtime=0)
    site.answers = {"/robots.txt": answer(200, body, content_encoding="gzip"), "/private": answer(200, b"x")}
    assert web().fetch(site.url("/private"), obey_robots=True).outcome == "refused"


@settings(max_examples=60)
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 301 M\r\nLocation: ", b"HTTP"])
)
def test_any_bytes_are_an_outcome(fuzzed_site, said, begin):
    fuzzed_site.answers["/"] = begin + said
    found = web(web_read_seconds=0.05, web_redirects=1).fetch(fuzzed_site.url())
    assert found.outcome in {"fetched", "failed", "refused"} and (found.reason is None) == (
        found.outcome == "fetched"
    )


@pytest.fixture(scope="module")
def fuzzed_site():
    with scripted_site() as found:
        yield found
