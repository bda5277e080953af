"""Posting against a real server on loopback: to the named address alone, and nothing is taken for granted."""

import socket
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from collectors.web import Web
from tests.collectors.scripted_site import answer, scripted_site
from tests.collectors.test_web import NOW, QUICK, moved


@pytest.fixture
def site():
    with scripted_site() as found:
        yield found


def post(url: str, body: bytes = b'{"a":1}', resolve=lambda host, port: ["127.0.0.1"], **changes):
    client = Web(replace(QUICK, **changes), lambda: NOW, resolve, time.sleep)
    return client.post(url, body, {"Content-Type": "application/json"})


def test_a_body_arrives_whole_with_its_type_and_length(site):
    site.answers["/hook?a=b"] = answer(204)
    body = b"x" * 70_000
    assert post(site.url("/hook?a=b"), body).reason is None
    _, fields = site.asked[0]
    assert site.posted == [body] and fields["content-length"] == "70000"
    assert fields["content-type"] == "application/json" and fields["user-agent"].startswith("Relaywatch")


def test_an_empty_body_is_a_post_all_the_same(site):
    site.answers["/"] = answer(200)
    assert post(site.url(), b"").status == 200 and site.posted == [b""]


@pytest.mark.parametrize("status", [301, 307, 400, 404, 410, 500])
def test_all_but_2xx_is_a_failure_and_no_redirect_is_followed(site, status):
    site.answers = {"/": moved("/b", status), "/b": answer(200)}
    found = post(site.url(), web_attempts=3)
    assert found.status == status and f"({status})" in found.reason and site.paths() == ["/"]


def test_a_server_that_has_had_enough_says_when_to_come_again(site):
    site.answers["/"] = answer(429, retry_after="120")
    assert post(site.url()).retry_at == NOW + timedelta(seconds=120)


def test_private_addresses_and_plain_http_are_refused_unless_the_host_is_allowed(site):
    refused = post("https://inside.example/hook", resolve=lambda host, port: ["10.0.0.7"])
    assert refused.status is None and "not on a public address" in refused.reason
    assert "Nothing is posted to hooks.example without TLS" in post("http://hooks.example/").reason
    assert not site.asked


def test_the_answer_s_body_is_not_waited_for(site):
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        connection.recv(1)

    site.answers["/"] = drip
    assert post(site.url()).reason is None


def test_a_silent_server_is_a_failure_in_our_words(site):
    site.answers["/"] = lambda connection: time.sleep(3)
    assert post(site.url(), web_read_seconds=0.2).reason == "127.0.0.1 did not answer in time."
