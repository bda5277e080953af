"""One request and its answer over one connection to a checked address, within limits of time and size.

h11 reads the bytes and the socket is ours: so the connection goes to the address that was checked and nowhere else,
and every single wait ends at the deadline of the whole fetch. The connection classes of urllib3 and requests resolve
the name themselves, count their time limit anew at each read and so wait for ever on a server that drips, and read
proxies and passwords from the environment. h11 comes with Streamlit's server and is what httpx reads with.
"""

import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import certifi
import h11

from collectors.web_addresses import Target
from data.errors import SettingsError
from data.fetching import NotFetched

_HEADER_LIMIT = 65_536
_CHUNK = 16_384
_OUT_OF_TIME = "It took longer than RELAYWATCH_WEB_TOTAL_SECONDS; what had come was dropped."


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one exchange; `deadline` on the monotonic clock. `cut`: a longer body is cut, not refused."""

    connect_seconds: float
    read_seconds: float
    deadline: float
    wire_limit: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: header names in lower case (the first of each counts), the body as it was sent (read
    for 2xx to a GET only), and the bytes of all of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    bytes_on_wire: int


class _Line:
    """A connected socket that counts what it receives and never waits past its deadline."""

    def __init__(self, connection: socket.socket, host: str, bounds: Bounds) -> None:
        self.connection = connection
        self.host = host
        self.bounds = bounds
        self.received = 0
        self.ended = False

    def send(self, data: bytes) -> None:
        self.connection.settimeout(_patience(self.bounds, self.bounds.read_seconds))
        self.connection.sendall(data)

    def receive(self) -> bytes:
        self.connection.settimeout(_patience(self.bounds, self.bounds.read_seconds))
        data = self.connection.recv(_CHUNK)
        self.received += len(data)
        self.ended = not data
        return data


def exchange(
    target: Target,
    addresses: tuple[str, ...],
    headers: Mapping[str, str],
    bounds: Bounds,
    trust: ssl.SSLContext,
    posted: bytes | None = None,
) -> Answer:
    """Ask one of the addresses for a target, or post something there. Raises NotFetched where no whole answer comes
    within the bounds."""
    with closing(_connect(target, addresses, bounds, trust)) as connection:
        line = _Line(connection, target.host, bounds)
        try:
            return _converse(line, target, headers, posted)
        except NotFetched as failure:
            failure.wire = line.received
            raise
        except h11.RemoteProtocolError as error:
            raise NotFetched("failed", _misspoken(line, error), again=line.ended, wire=line.received) from error
        except OSError as error:
            raise NotFetched("failed", _broken(target.host, error, bounds), again=True, wire=line.received) from error


def _connect(target: Target, addresses: tuple[str, ...], bounds: Bounds, trust: ssl.SSLContext) -> socket.socket:
    """Connected to the first address that answers, TLS included."""
    failure: OSError | None = None
    for address in addresses:
        try:
            connection = socket.create_connection(
                (address, target.port), timeout=_patience(bounds, bounds.connect_seconds)
            )
        except OSError as error:
            failure = error
            continue
        return _secured(connection, target, bounds, trust) if target.scheme == "https" else connection
    raise NotFetched("failed", _broken(target.host, failure or OSError(), bounds), again=True) from failure


def _secured(connection: socket.socket, target: Target, bounds: Bounds, trust: ssl.SSLContext) -> ssl.SSLSocket:
    try:
        connection.settimeout(_patience(bounds, bounds.connect_seconds))
        return trust.wrap_socket(connection, server_hostname=target.host)
    except ssl.SSLCertVerificationError as error:
        connection.close()
        raise NotFetched(
            "failed", f"The certificate of {target.host} is not to be trusted: {error.verify_message}."
        ) from error
    except OSError as error:
        connection.close()
        said = f"{target.host} does not speak TLS that we understand." if isinstance(error, ssl.SSLError) else None
        raise NotFetched("failed", said or _broken(target.host, error, bounds), again=said is None) from error
    except BaseException:
        connection.close()
        raise


@lru_cache(maxsize=4)
def trusted_authorities(ca_file: Path | None) -> ssl.SSLContext:
    """The system's certificate authorities, Mozilla's (bare machines have none of their own), and the operator's.

    Raises SettingsError where the operator's file cannot be read.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"RELAYWATCH_WEB_CA_FILE is {str(ca_file)!r}; name a PEM file of certificates ({error.strerror})."
            ) from error
    return context


def _request(speaker: h11.Connection, target: Target, headers: Mapping[str, str], posted: bytes | None) -> bytes:
    fields = {"Host": target.authority, **headers, "Connection": "close"}
    if posted is not None:
        fields["Content-Length"] = str(len(posted))
    sent = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
    request = h11.Request(method="GET" if posted is None else "POST", target=target.path, headers=sent)
    events = [request, *([h11.Data(data=posted)] if posted else []), h11.EndOfMessage()]
    return b"".join(speaker.send(event) or b"" for event in events)


def _converse(line: _Line, target: Target, headers: Mapping[str, str], posted: bytes | None) -> Answer:
    bounds = line.bounds
    speaker = h11.Connection(h11.CLIENT, max_incomplete_event_size=_HEADER_LIMIT)
    line.send(_request(speaker, target, headers, posted))
    head: h11.Response | None = None
    body = bytearray()
    while True:
        event = speaker.next_event()
        if event is h11.NEED_DATA:
            speaker.receive_data(line.receive())
        elif isinstance(event, h11.Response):
            head = event
            _check_length(line, event)
        elif isinstance(event, h11.Data):
            body += event.data
        full = line.received > bounds.wire_limit
        ended = isinstance(event, h11.EndOfMessage) or (full and bounds.cut)
        if head and (ended or posted is not None or not 200 <= head.status_code < 300):
            return Answer(head.status_code, _first_of_each(head), bytes(body), line.received)
        if full:
            raise _too_large(line)


def _check_length(line: _Line, head: h11.Response) -> None:
    """Refuses an answer by its announced length, before any of it is read."""
    length = _first_of_each(head).get("content-length", "")
    if 200 <= head.status_code < 300 and not line.bounds.cut and int(length or 0) > line.bounds.wire_limit:
        raise _too_large(line)


def _too_large(line: _Line) -> NotFetched:
    return NotFetched(
        "failed",
        f"The answer of {line.host} is larger than {line.bounds.wire_limit:,} bytes and was not read; if it is worth "
        "it, raise RELAYWATCH_WEB_WIRE_LIMIT.",
    )


def _first_of_each(head: h11.Response) -> dict[str, str]:
    first: dict[str, str] = {}
    for name, value in head.headers:
        first.setdefault(name.decode("latin-1"), value.decode("latin-1"))
    return first


def _patience(bounds: Bounds, seconds: float) -> float:
    """Seconds that one wait may last. Raises NotFetched where the fetch has used up its time."""
    left = bounds.deadline - time.monotonic()
    if left <= 0:
        raise NotFetched("failed", _OUT_OF_TIME)
    return min(seconds, left)


def _misspoken(line: _Line, error: h11.RemoteProtocolError) -> str:
    """Words of ours: h11's own sentences quote the server."""
    if error.error_status_hint == 431:
        return f"The header of the answer of {line.host} is larger than {_HEADER_LIMIT:,} bytes."
    if line.ended:
        return f"{line.host} ended its answer early." if line.received else f"{line.host} hung up without an answer."
    return f"What {line.host} answered is not HTTP."


def _broken(host: str, error: OSError, bounds: Bounds) -> str:
    if isinstance(error, TimeoutError):
        return f"{host} did not answer in time." if time.monotonic() < bounds.deadline else _OUT_OF_TIME
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return f"{host} broke the connection off."
    if isinstance(error, ConnectionRefusedError):
        return f"{host} refuses connections."
    return f"{host} cannot be reached ({error.strerror or 'network error'})."
