"""A server that nobody has used yet, asked over its websocket for each page by name: only app.py answers,
and whoever has no account learns nothing.

Until a session has called st.navigation, Streamlit would take pages/ for its automatic pages and run a file of it
without app.py. So each test has a server of its own, and its question is the first.
"""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from data.judgement.access import PAGES, has_right
from tests.conftest import fill, free_port
from tests.data.readings import burst
from tests.signed_in import listed, run_page, serving_accounts, texts

pytestmark = pytest.mark.server

UNKNOWN = ["__init__", "parts/layout"]


def kinds(messages: list[ForwardMsg]) -> list[str]:
    return [message.WhichOneof("type") for message in messages]


def elements(messages: list[ForwardMsg]) -> list[str]:
    return [
        message.delta.new_element.WhichOneof("type")
        for message in messages
        if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element"
    ]


@pytest.fixture
def filled(tmp_path):
    path = tmp_path / "relaywatch.db"
    now = datetime.now(UTC)
    fill(path, now, burst(2, 3, start=now - timedelta(hours=3)))
    return path


def opened(name: str, messages: list[ForwardMsg]) -> list[str]:
    """What an answer to somebody without an account gives away, or gets wrong."""
    told = texts(messages)
    wrong = {
        "no navigation first": kinds(messages).index("navigation") > kinds(messages).index("delta"),
        "an exception": "exception" in elements(messages),
        "another menu": set(listed(messages)) != {"", *PAGES} - {"overview"},
        "known": ("page_not_found" in kinds(messages)) is (name in set(PAGES) - {"overview"}),
        "open": ("## Not open to you" in told) is has_right("stranger", PAGES.get(name, "read")),
        "a party": "tenant0" in told,
        "a wave": "W-0001" in told,
    }
    return [words for words, is_so in wrong.items() if is_so]


@pytest.mark.parametrize("name", ["exports", "lookup", "parts/layout"])
def test_the_first_question_to_a_server_goes_through_navigation_and_opens_nothing(filled, name):
    with serving_accounts(filled, free_port()) as address:
        assert opened(name, run_page(address, name)) == []


def test_the_first_questions_to_a_server_all_at_once_open_nothing(filled):
    names = [*PAGES, *UNKNOWN]
    with serving_accounts(filled, free_port()) as address, ThreadPoolExecutor(len(names)) as askers:
        answers = askers.map(lambda name: run_page(address, name), names)
        assert {name: opened(name, messages) for name, messages in zip(names, answers, strict=True)} == {
            name: [] for name in names
        }


def test_a_foreign_origin_is_refused_without_a_request_to_anybody(serve, tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as outside:
        outside.setblocking(False)
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{outside.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        address = serve(tmp_path / "relaywatch.db")
        with pytest.raises(InvalidStatus):
            connect(address.replace("http", "ws") + "/_stcore/stream", origin="http://elsewhere.example", proxy=None)
        with pytest.raises(BlockingIOError):
            outside.accept()
