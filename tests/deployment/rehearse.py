"""Does what .deploy/ says, without a container engine and without systemd: python3 tests/deployment/rehearse.py

With --installed VENV the installation of the Dockerfile is taken as done there; without it, its RUN line is done in a
temporary folder. Then, as a user who may write to nothing but /data and /tmp: start, health check, the daily work,
restore, an orderly stop. Only Python's own library is needed. Prints what it did; exit code 1 where a step failed.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / ".deploy"
NOBODY = 10_001
STARTS_WITHIN_SECONDS = 180
PLACES = {"/opt/relaywatch": "program", "/var/lib/relaywatch": "data", "/data": "data"}


def instructions(dockerfile: Path) -> list[tuple[str, str]]:
    """Every instruction and its words, continued lines joined, comments left out."""
    text = re.sub(r"(?m)^\s*#.*\n", "", dockerfile.read_text(encoding="utf-8")).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def kept(ignored: Path) -> list[str]:
    """What gets into the build."""
    return [line[1:] for line in ignored.read_text(encoding="utf-8").splitlines() if line.startswith("!")]


def last(name: str, found: list[tuple[str, str]]) -> str:
    return [words for word, words in found if word == name][-1]


def daily(unit: Path) -> list[str]:
    """The commands of a unit, in order."""
    return re.findall(r"(?m)^ExecStart=(.+)$", unit.read_text(encoding="utf-8"))


class Stage:
    """A temporary folder in the place of the machine: its program, its /data, its /tmp."""

    def __init__(self, folder: Path, installed: Path | None) -> None:
        self.places = {"program": installed or folder / "program", "data": folder / "data", "tmp": folder / "tmp"}
        self.port = free_port()
        self.user: dict[str, object] = {}
        folder.chmod(0o755)
        for name in ("data", "tmp"):
            self.places[name].mkdir(mode=0o700)

    def become_nobody(self) -> None:
        """From now on run as a user who may write to /data and /tmp only, where we may and the program lets him."""
        if os.geteuid() != 0:
            return
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        try:
            subprocess.run([self.places["program"] / "bin" / "relaywatch", "--version"], check=True, **user)
        except (PermissionError, subprocess.CalledProcessError):
            print("   (the program lies where only root can read it: rehearsed as root)")
            return
        self.user = user
        for folder in (self.places["data"], self.places["tmp"], self.places["data"] / "backups"):
            os.chown(folder, NOBODY, NOBODY)

    def here(self, text: str) -> str:
        there = "|".join(map(re.escape, PLACES))
        text = re.sub(rf"({there})(?![\w-])", lambda found: str(self.places[PLACES[found[1]]]), text)
        return text.replace("8501", str(self.port))

    def environment(self, found: list[tuple[str, str]]) -> dict[str, str]:
        given = dict(word.split("=", 1) for word in shlex.split(self.here(last("ENV", found))))
        return {**given, "TMPDIR": str(self.places["tmp"])}

    def start(self, words: list[str], environment: dict[str, str], **more) -> subprocess.Popen:
        return subprocess.Popen(words, env=environment, cwd=self.places["data"], **self.user, **more)

    def run(self, words: list[str], environment: dict[str, str]) -> str:
        running = self.start(words, environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        told, _ = running.communicate(timeout=STARTS_WITHIN_SECONDS)
        if running.returncode:
            sys.exit(f"{shlex.join(words)}: exit code {running.returncode}\n{told}")
        print(f"   {shlex.join(words)}: {told.strip().splitlines()[0] if told.strip() else 'done'}")
        return told


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def install(stage: Stage, found: list[tuple[str, str]]) -> None:
    line = stage.here(next(words for word, words in found if word == "RUN"))
    print(f"== RUN {line}")
    copy = stage.places["tmp"] / "source"
    for name in kept(DEPLOY / "Dockerfile.dockerignore"):
        place = copy / name
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place, ignore=shutil.ignore_patterns("*.db*", "*.keys", "__pycache__"))
        else:
            place.parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, place)
    subprocess.run(["sh", "-euc", line], cwd=copy, check=True, env={**os.environ, "PIP_QUIET": "1"})


def rehearse(stage: Stage) -> None:
    found = instructions(DEPLOY / "Dockerfile")
    if not stage.places["program"].exists():
        install(stage, found)
    (stage.places["data"] / "backups").mkdir()
    print("== USER")
    stage.become_nobody()
    environment = stage.environment(found)
    command = json.loads(stage.here(last("CMD", found)))
    check = json.loads(stage.here(last("HEALTHCHECK", found).partition(" CMD ")[2]))
    print(f"== CMD {shlex.join(command)}")
    with (stage.places["tmp"] / "log").open("w+") as log:
        server = stage.start([shutil.which(command[0], path=environment["PATH"]), *command[1:]], environment,
                             stdout=log, stderr=log)  # fmt: skip
        try:
            wait(stage, server, check, environment)
            work(stage, environment)
            server.terminate()
            print(f"== stopped by SIGTERM: exit code {server.wait(timeout=30)}")
        except BaseException:
            server.kill()
            log.seek(0)
            print(log.read())
            raise


def wait(stage: Stage, server: subprocess.Popen, check: list[str], environment: dict[str, str]) -> None:
    started = time.monotonic()
    while stage.start(check, environment, stderr=subprocess.DEVNULL).wait(timeout=60):
        if server.poll() is not None or time.monotonic() - started > STARTS_WITHIN_SECONDS:
            sys.exit("The server did not become healthy.")
        time.sleep(0.5)
    print(f"== HEALTHCHECK: healthy after {time.monotonic() - started:.0f} s")


def work(stage: Stage, environment: dict[str, str]) -> None:
    """The daily work while the server runs, then the way back."""
    print("== relaywatch-daily.service")
    for line in daily(DEPLOY / "relaywatch-daily.service"):
        stage.run(shlex.split(stage.here(line)), environment)
    (backup,) = (stage.places["data"] / "backups").glob("relaywatch-*.db")
    program = str(stage.places["program"] / "bin" / "relaywatch")
    restored = stage.places["data"] / "restored.db"
    print("== restore")
    stage.run([program, "restore", str(backup), "--db", str(restored)], environment)
    stage.run([program, "check", "--db", str(restored)], environment)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--installed", type=Path, metavar="VENV")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rehearse(Stage(Path(folder), given.installed and given.installed.absolute()))


if __name__ == "__main__":
    main()
