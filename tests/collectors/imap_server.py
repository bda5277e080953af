"""A real IMAP server on loopback: Debian's Dovecot 2.3, over TLS, with one mailbox of its own."""

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from imapclient import IMAPClient

from tests.conftest import free_port

PASSWORD = "correct-horse"
CONFIG = """
protocols = imap
base_dir = {folder}/run
log_path = {folder}/log
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {plain}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
  chroot =
}}
service anvil {{
  chroot =
}}
{users}
"""


@dataclass(frozen=True)
class ImapServer:
    port: int
    plain_port: int
    certificate: Path
    user: str = "abuse@desk.example"

    @contextlib.contextmanager
    def client(self) -> Iterator[IMAPClient]:
        context = ssl.create_default_context(cafile=str(self.certificate))
        with IMAPClient("localhost", port=self.port, ssl_context=context) as client:
            client.login(self.user, PASSWORD)
            yield client

    def deliver(self, *messages: bytes) -> None:
        with self.client() as client:
            for message in messages:
                client.append("INBOX", message)

    def folders(self) -> dict[str, int]:
        """How many messages lie in each folder."""
        with self.client() as client:
            names = [name for _, _, name in client.list_folders()]
            return {name: client.folder_status(name, ["MESSAGES"])[b"MESSAGES"] for name in names}

    def empty(self) -> None:
        with self.client() as client:
            for _, _, name in client.list_folders():
                client.select_folder(name)
                client.delete_messages(client.search("ALL"))
                client.expunge()


@contextlib.contextmanager
def imap_server() -> Iterator[ImapServer]:
    """Skips, or fails where RELAYWATCH_REQUIRE_BROWSER=1, on a machine without Dovecot."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        give_up = pytest.fail if os.environ.get("RELAYWATCH_REQUIRE_BROWSER") == "1" else pytest.skip
        give_up("No IMAP server: install dovecot-imapd.")
    # Not below pytest's own folder: Dovecot reads mail as a user who may not look into that of root.
    folder = Path(tempfile.mkdtemp(prefix="relaywatch-imap-"))
    folder.chmod(0o755)
    server = ImapServer(free_port(), free_port(), folder / "server.pem")
    _write(folder, server)
    process = subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.DEVNULL)
    try:
        _wait(server.port, folder / "log")
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, server: ImapServer) -> None:
    root = os.geteuid() == 0
    uid, gid = (65534, 65534) if root else (os.getuid(), os.getgid())
    users = "" if root else f"default_login_user = {os.getlogin()}\ndefault_internal_user = {os.getlogin()}"
    for name in ("mail", "home"):
        (folder / name).mkdir()
        os.chown(folder / name, uid, gid)
    _certify(folder)
    config = CONFIG.format(
        folder=folder, uid=uid, gid=gid, password=PASSWORD, port=server.port, plain=server.plain_port, users=users
    )
    (folder / "dovecot.conf").write_text(config)


def _certify(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(folder / "server.key"), "-out", str(folder / "server.pem")],
        check=True, capture_output=True,
    )  # fmt: skip


def _wait(port: int, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2):
            return
        time.sleep(0.1)
    pytest.fail(f"The IMAP server did not start:\n{log.read_text() if log.exists() else ''}")
