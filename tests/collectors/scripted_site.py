"""A web server on loopback that answers by a script: bytes as they are, or a function that gets the connection."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Script = bytes | Callable[[socket.socket], None]


@dataclass
class Site:
    """`answers` by path; a list is used up one by one, its last one stays. `asked` are (path, header fields),
    `posted` the bodies of posts."""

    port: int
    answers: dict[str, Script | list[Script]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    posted: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/", scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def answer(status: int = 200, body: bytes = b"", **fields: str) -> bytes:
    """An HTTP answer; `content_type="text/html"` becomes a header field, the length is right unless given."""
    given = {"content_length": str(len(body)), **fields}
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in given.items()]
    return f"HTTP/1.1 {status} Said\r\n{''.join(lines)}\r\n".encode("latin-1") + body


@contextmanager
def scripted_site(context: ssl.SSLContext | None = None) -> Iterator[Site]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        site = Site(listener.getsockname()[1])
        threading.Thread(target=_listen, args=(listener, site, context), daemon=True).start()
        yield site
        listener.shutdown(socket.SHUT_RDWR)


def _listen(listener: socket.socket, site: Site, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, site, context), daemon=True).start()


def _serve(connection: socket.socket, site: Site, context: ssl.SSLContext | None) -> None:
    with suppress(OSError, IndexError), connection:
        spoken = context.wrap_socket(connection, server_side=True) if context else connection
        with spoken:
            spoken.settimeout(5)
            path, fields, body = _request(spoken)
            site.asked.append((path, fields))
            if body is not None:
                site.posted.append(body)
            script = site.answers.get(path, answer(404))
            if isinstance(script, list):
                script = script.pop(0) if len(script) > 1 else script[0]
            if callable(script):
                script(spoken)
            else:
                spoken.sendall(script)


def _request(connection: socket.socket) -> tuple[str, dict[str, str], bytes | None]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(4096) or b"\r\n\r\n"
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines if ": " in line)}
    length = int(fields.get("content-length", 0))
    while len(body) < length and (more := connection.recv(4096)):
        body += more
    return first.split()[1], fields, body if first.startswith("POST ") else None
