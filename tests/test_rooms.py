"""The rooms: collectors bring evidence in, data knows, pages show; arrows point only to data."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {"collectors", "data", "pages"}
ONE_ROOM_LIBRARIES = {
    "sqlite3": "data/store/",
    "sqlite_utils": "data/store/",
    "defusedxml": "collectors/opml.py",
    "feedparser": "collectors/advisories.py",
    "bs4": "collectors/",
    "h11": "collectors/web_exchange.py",
    "socket": "collectors/web_",
    "requests": "nowhere",
    "urllib3": "nowhere",
    "httpx": "nowhere",
    "imaplib": "nowhere",
    "imapclient": "collectors/mailbox.py",
    "smtplib": "collectors/alert_mail.py",
    "dkim": "collectors/authentication.py",
    "dns": "collectors/key_records.py",
    "publicsuffixlist": "data/domains.py",
    "plotly": "pages/",
    "streamlit": "pages/",
    "uvicorn": "collectors/logs.py",
}
MODULES = sorted(path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(module: str) -> set[str]:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively; write the room's name"
            names.add((node.module or "").partition(".")[0])
    return names


@pytest.mark.parametrize("module", MODULES)
def test_a_room_imports_only_itself_and_data(module):
    room = module.partition("/")[0]
    assert imported(module) & ROOMS <= {room, "data"}


@pytest.mark.parametrize("module", MODULES)
def test_one_library_lives_in_one_room(module):
    strays = {
        library
        for library, home in ONE_ROOM_LIBRARIES.items()
        if library in imported(module) and not module.startswith(home)
    }
    assert strays <= ({"streamlit"} if module == "collectors/commands/serve.py" else set())


def test_the_top_level_is_the_one_that_was_asked_for():
    assert {"pyproject.toml", "README.md", "app.py", "collectors", "data", "pages", "tests"} <= {
        path.name for path in ROOT.iterdir()
    }
