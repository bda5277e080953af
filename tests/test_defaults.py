"""What SECURITY.md promises of a plain installation: each line names the test that holds it."""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.commands.serve import server_command
from data.keys import open_keys
from data.settings import Settings
from data.store.backup import back_up, restore
from data.store.database import open_database

ROOT = Path(__file__).parents[1]
PROMISES = re.findall(
    r"^\| ([^|]+) \| `(tests/[\w/.]+)::(\w+)` \|$", (ROOT / "SECURITY.md").read_text(), re.MULTILINE
)


@pytest.fixture
def flags() -> dict[str, str]:
    words = [word.removeprefix("--").partition("=") for word in server_command(8501, Settings().hosts) if "=" in word]
    return {name: value for name, _, value in words}


def test_each_promise_names_a_test_that_exists():
    assert len(PROMISES) > 10
    missing = [test for _, file, test in PROMISES if f"def {test}(" not in (ROOT / file).read_text("utf-8")]
    assert missing == []


def test_the_server_listens_on_this_machine_only(flags):
    assert flags["server.address"] == "127.0.0.1"


def test_the_server_sends_nothing_about_its_use(flags):
    assert flags["browser.gatherUsageStats"] == "false"


def test_the_browser_is_told_no_more_of_an_error_than_its_kind(flags):
    assert (flags["client.showErrorDetails"], flags["client.showErrorLinks"]) == ("type", "false")


def test_the_log_holds_no_line_of_a_failed_program(flags):
    assert (flags["logger.enableRich"], flags["logger.messageFormat"]) == ("false", "%(message)s")


def test_streamlit_run_has_the_settings_of_serve(flags):
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    for section in ("browser", "client", "logger"):
        for name, value in config[section].items():
            assert flags[f"{section}.{name}"] == (str(value).lower() if isinstance(value, bool) else value)
    assert config["server"]["address"] == flags["server.address"]


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_database_and_keys_are_their_owners_only(tmp_path):
    before = os.umask(0)
    try:
        with open_database(tmp_path / "relaywatch.db") as db, db.writing():
            open_keys(tmp_path / "relaywatch.db.keys")
            modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}
    assert {"relaywatch.db", "relaywatch.db-wal", "relaywatch.db.keys"} <= set(modes)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_backup_is_its_owners_only(tmp_path):
    open_database(tmp_path / "relaywatch.db").close()
    before = os.umask(0)
    try:
        backup = back_up(tmp_path / "relaywatch.db", tmp_path / "copy.db").path
        restored = restore(backup, tmp_path / "restored.db").path
    finally:
        os.umask(before)
    assert [path.stat().st_mode & 0o777 for path in (backup, restored)] == [0o600, 0o600]


def test_keys_are_in_no_text_about_them(tmp_path):
    keys = open_keys(tmp_path / "keys")
    assert keys.recipient.hex() not in repr(keys)
    assert "b'" not in repr(keys)


def test_a_setting_that_is_a_secret_is_a_file():
    names = [name for name in Settings.__slots__ if re.search(r"password|secret|token", name)]
    assert [name for name in names if not name.endswith(("_file", "_minute", "_day"))] == []


def test_no_look_up_is_made_unless_it_is_switched_on():
    plain = Settings()
    assert (plain.dkim_lookup, plain.allowed_hosts, plain.mailbox_host, plain.drop_folder) == (False, (), "", None)


def test_what_is_in_force_is_shown_without_secrets(tmp_path):
    secret = tmp_path / "password"
    secret.write_text("correct horse battery staple")
    secret.chmod(0o600)
    told = subprocess.run(
        [sys.executable, "-m", "collectors.cli", "settings"],
        env={
            **os.environ,
            "RELAYWATCH_MAILBOX_PASSWORD_FILE": str(secret),
            "RELAYWATCH_ALERT_WEBHOOK_URL": "https://hooks.example/correct horse",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"RELAYWATCH_MAILBOX_PASSWORD_FILE={secret}" in told
    assert "RELAYWATCH_ALERT_WEBHOOK_URL=(set)" in told
    assert "correct horse" not in told + repr(replace(Settings(), mailbox_password_file=secret))
