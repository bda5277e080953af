"""A server that nobody has used yet, asked over its websocket for each page by name: only app.py answers.

Until a session has called st.navigation, Streamlit would take pages/ for its automatic pages and run a file of it
without app.py. So each test has a server of its own, and its question is the first.
"""

import socket

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

pytestmark = pytest.mark.server

PAGES = ["overview", "incidents", "intelligence", "submit"]
UNKNOWN = ["words", "parts", "__init__", "app", "secret", "../app", "parts/layout"]


def ask(address: str, name: str) -> list[ForwardMsg]:
    """Everything the server sends until its script run for a page of that name is over."""
    question = BackMsg()
    question.rerun_script.page_name = name
    received = []
    url = address.replace("http", "ws") + "/_stcore/stream"
    with connect(url, subprotocols=["streamlit"], origin=address, max_size=None) as socket:
        socket.send(question.SerializeToString())
        while not received or received[-1].WhichOneof("type") != "script_finished":
            received.append(ForwardMsg.FromString(socket.recv(timeout=60)))
    return received


def kinds(messages: list[ForwardMsg]) -> list[str]:
    return [message.WhichOneof("type") for message in messages]


def elements(messages: list[ForwardMsg]) -> list[str]:
    return [
        message.delta.new_element.WhichOneof("type")
        for message in messages
        if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element"
    ]


@pytest.mark.parametrize("name", PAGES + UNKNOWN)
def test_the_first_question_to_a_server_goes_through_navigation(serve, tmp_path, name):
    messages = ask(serve(tmp_path / "relaywatch.db"), name)
    assert kinds(messages).index("navigation") < kinds(messages).index("delta")
    assert "exception" not in elements(messages)
    paths = {
        page.url_pathname
        for page in next(m for m in messages if m.WhichOneof("type") == "navigation").navigation.app_pages
    }
    assert paths == {"", "waves", "incidents", "intelligence", "submit"}
    assert ("page_not_found" in kinds(messages)) is (name not in {"waves", "incidents", "intelligence", "submit"})


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
