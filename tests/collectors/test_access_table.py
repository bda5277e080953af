"""The table of the documentation is made of the declarations that the server obeys."""

from itertools import pairwise
from pathlib import Path

import pytest

from collectors.api_table import ENDPOINTS
from data.judgement.access import DOWNLOADS, PAGES, RIGHTS, ROLES, WRITES, has_right

ROOT = Path(__file__).parents[2]
README = ROOT / "collectors" / "README.md"
HEADINGS = {"local": "at this machine, local mode"}
SCOPES = ("submit", "read", "write")


def row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def pages_table() -> list[str]:
    doors = {f"page `/{name}`": right for name, right in PAGES.items()}
    doors |= {"any download: its button, its press, its file": DOWNLOADS, "any button that changes something": WRITES}
    head = ["", *(HEADINGS.get(role, role) for role in ROLES)]
    lines = [row(head), "|---" * len(head) + "|"]
    return lines + [
        row([door, *("yes" if has_right(r, right) else "–" for r in ROLES)]) for door, right in doors.items()
    ]


def api_table() -> list[str]:
    head = ["", "anybody", HEADINGS["local"], *(f"token: {scope}" for scope in SCOPES)]
    lines = [row(head), "|---" * len(head) + "|"]
    for found in ENDPOINTS:
        anybody = found.scope in (None, "submit")
        local = anybody or found.scope == "read"
        tokens = [found.scope in (None, scope) for scope in SCOPES]
        cells = ["yes" if may else "–" for may in (anybody, local, *tokens)]
        lines.append(row([f"`{found.method} {found.path}`", *cells]))
    return lines


@pytest.mark.parametrize(("name", "lines"), [("pages", pages_table()), ("api", api_table())])
def test_the_table_in_the_documentation_is_the_one_that_is_obeyed(name, lines):
    text = README.read_text(encoding="utf-8")
    written = text.partition(f"<!-- access: {name} -->\n")[2].partition("\n<!-- end -->")[0]
    assert written == "\n".join(lines)


def test_every_page_is_declared_and_asks_for_its_right_in_its_first_line():
    files = {path.stem for path in (ROOT / "pages").glob("*.py")} - {"__init__"}
    assert files == set(PAGES)
    for name in files:
        body = (ROOT / "pages" / f"{name}.py").read_text(encoding="utf-8")
        assert f'() -> None:\n    enter("{name}")\n' in body


def test_every_download_goes_through_the_one_button():
    users = [path.name for path in (ROOT / "pages").rglob("*.py") if "st.download_button" in path.read_text("utf-8")]
    assert users == ["download.py"]


def test_each_role_may_what_the_one_before_may():
    for before, after in pairwise(ROLES):
        assert RIGHTS[before] <= RIGHTS[after]
