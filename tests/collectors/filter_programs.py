"""Rule files through the programs they are for: each function gives the names of the messages that were caught."""

import json
import os
import pwd
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conftest import free_port
from tests.programs import program

Messages = Mapping[str, bytes]


def run(*command: str, stdin: bytes = b"") -> str:
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-2000:])
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def by_postfix(rules: bytes, messages: Messages, folder: Path) -> set[str]:
    """header_checks by `postmap -h`, which reads a message as cleanup(8) does."""
    postmap = program("postmap", "postfix and postfix-pcre")
    (folder / "main.cf").write_text("compatibility_level = 3.6\n")
    (folder / "checks.pcre").write_bytes(rules)
    caught = set()
    for name, raw in messages.items():
        command = [postmap, "-c", str(folder), "-hq", "-", f"pcre:{folder / 'checks.pcre'}"]
        done = subprocess.run(
            command, input=raw.replace(b"\r\n", b"\n"), capture_output=True, timeout=120, check=False
        )
        assert not done.stderr, done.stderr
        if b"PREPEND X-Relaywatch: " in done.stdout:
            caught.add(name)
    return caught


def by_sieve(rules: bytes, messages: Messages, folder: Path) -> set[str]:
    """The script compiled by sievec and executed by sieve-test, which refuses to work for root."""
    sievec, sieve_test = program("sievec", "dovecot-sieve"), program("sieve-test", "dovecot-sieve")
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    with TemporaryDirectory() as made:
        place = Path(made)
        place.chmod(0o755)
        (place / "dovecot.conf").write_text(f"mail_uid = {user.pw_uid}\nmail_gid = {user.pw_gid}\n")
        (place / "rules.sieve").write_bytes(rules)
        run(sievec, str(place / "rules.sieve"), str(place / "rules.svbin"))
        (place / "rules.svbin").chmod(0o644)
        command = [sieve_test, "-c", str(place / "dovecot.conf"), "-l", f"maildir:{place / 'mail'}"]
        caught = set()
        for name, raw in messages.items():
            (place / "message").write_bytes(raw)
            if "$Relaywatch" in run(*command, str(place / "rules.sieve"), str(place / "message")):
                caught.add(name)
    return caught


def by_spamassassin(rules: bytes, messages: Messages, folder: Path) -> set[str]:
    """--lint, then every message of one mbox, with no rules but these."""
    spamassassin = program("spamassassin", "spamassassin")
    site = folder / "site"
    site.mkdir(exist_ok=True)
    (folder / "stock").mkdir(exist_ok=True)
    (folder / "stock" / "one.cf").write_text("body ANYTHING /./\nscore ANYTHING 0.001\nadd_header all Hits _TESTS_\n")
    (site / "relaywatch.cf").write_bytes(rules)
    (site / "init.pre").write_text("loadplugin Mail::SpamAssassin::Plugin::Check\n")
    where = [f"--siteconfigpath={site}", f"--configpath={folder / 'stock'}", "-L", "-x"]
    run(spamassassin, "--lint", *where)
    box = b"".join(
        b"From x@example.org Mon Nov 23 14:31:07 2026\nX-Name: "
        + name.encode()
        + b"\n"
        + raw.replace(b"\r\n", b"\n")
        + b"\n\n"
        for name, raw in messages.items()
    )
    told = run(spamassassin, "--mbox", "--test-mode", *where, stdin=box)
    return {
        message.partition(b"X-Name: ")[2].partition(b"\n")[0].decode()
        for message in told.encode().split(b"From x@example.org ")
        if b"RELAYWATCH_" in message.partition(b"\n\n")[0]
    }


def by_rspamd(rules: bytes, messages: Messages, folder: Path) -> set[str]:
    """configtest, then a real rspamd on the loopback with the regexp module alone."""
    rspamd, rspamadm = program("rspamd", "rspamd"), program("rspamadm", "rspamd")
    port = free_port()
    # The whole list of top-level domains takes rspamd half a minute to compile.
    (folder / "tld").write_text("com\nexample\n")
    (folder / "regexp.conf").write_bytes(rules)
    configuration = folder / "rspamd.conf"
    configuration.write_text(
        f"""
options {{ filters = "regexp"; pidfile = "{folder}/pid"; cores_dir = "{folder}"; }}
options {{ hs_cache_dir = "{folder}"; url_tld = "{folder}/tld"; }}
logging {{ type = "file"; filename = "{folder}/rspamd.log"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
worker "controller" {{ enabled = false; }}
regexp {{ .include "{folder}/regexp.conf" }}
"""
    )
    run(rspamadm, "configtest", "-c", str(configuration))
    server = subprocess.Popen(
        [rspamd, "-f", "-i", "-c", str(configuration)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        wait_for(port, server, folder / "rspamd.log")
        return {name for name, raw in messages.items() if any("RELAYWATCH" in symbol for symbol in scan(port, raw))}
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ping", timeout=5).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"rspamd did not start:\n{log.read_text(errors='replace') if log.exists() else server.stdout.read()}")


def scan(port: int, raw: bytes) -> dict[str, object]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/checkv2", data=raw, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())["symbols"]


PROGRAMS: dict[str, Callable[[bytes, Messages, Path], set[str]]] = {
    "postfix": by_postfix,
    "sieve": by_sieve,
    "spamassassin": by_spamassassin,
    "rspamd": by_rspamd,
}
