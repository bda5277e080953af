"""The real server as `relaywatch serve` starts it, and a client that shows every byte of an answer."""

import asyncio
import http.client
import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette

from collectors.api import api_routes
from collectors.commands.serve import server_command
from data.settings import Settings
from tests.conftest import ROOT, free_port, wait_for

STARTED = datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@contextmanager
def started(db: Path, log: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A server over a database; `settings` are RELAYWATCH_ variables in small letters."""
    port = free_port()
    environment = {f"RELAYWATCH_{name.upper()}": value for name, value in settings.items()}
    with log.open("ab") as output:
        server = subprocess.Popen(
            server_command(port, Settings().hosts),
            cwd=ROOT,
            env={**os.environ, "RELAYWATCH_DB": str(db), **environment},
            stdout=output,
            stderr=output,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api/health", server, log)
            yield f"http://127.0.0.1:{port}", server
        finally:
            server.terminate()
            server.wait(timeout=20)


def ask(address: str, path: str, *, method: str = "GET", body: bytes | None = None, **fields: str) -> Answer:
    """One request; header fields are given with underscores."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        headers = {name.replace("_", "-"): value for name, value in fields.items()}
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def hand_in(address: str, message: bytes, **fields: str) -> Answer:
    return ask(
        address, "/api/submissions", method="POST", body=message, **{"content_type": "message/rfc822", **fields}
    )


def acknowledgement(
    number: int,
    *,
    company: str = "northwind",
    account: str = "0a1b2c3",
    words: str = "claim 2,400 USD",
    who: str = "ann",
) -> bytes:
    """What the victim of number `number` got; invented, with the shapes of Zendesk's mail."""
    sent = STARTED - timedelta(minutes=30, seconds=number % 600)
    return f"""Received: from outbyoip7.pod27.euc1.zdsys.com (outbyoip7.pod27.euc1.zdsys.com [192.0.2.7])
 by mx1.mailbox.example.net (Postfix) with ESMTPS; {format_datetime(sent)}
Date: {format_datetime(sent)}
From: Support <support@{company}.example>
To: {who}{number} <{who}{number}@mailbox.example.net>
Message-ID: <QX7RD42MK{number}_{int(sent.timestamp()):x}1c4e_8f21468c1041_sprut@zendesk.com>
In-Reply-To: <QX7RD42MK{number}@zendesk.com>
Subject: [Request received] FINAL NOTICE for {who}{number}: {words} at claims.wallet-desk.example
Auto-Submitted: auto-generated
X-Mailer: Zendesk Mailer
X-Zendesk-From-Account-Id: {account}

Hello, we have received your request.
""".encode()


def called(path: str) -> Answer:
    """The answer to a GET without a server: the routes themselves, as a caller at this machine gets it."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def serve() -> None:
        await Starlette(routes=api_routes(lambda: True))(scope, receive, send)

    # In a thread of its own: a browser of other tests may have left a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, serve()).result()
    headers = http.client.HTTPMessage()
    for name, value in sent[0]["headers"]:
        headers[name.decode()] = value.decode()
    return Answer(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))
