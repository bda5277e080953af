"""Programs that Debian has, as tests ask for them."""

import os
import shutil
import sys
from pathlib import Path

import pytest

PATHS = os.pathsep.join(
    ("/usr/sbin", "/usr/local/sbin", os.environ.get("PATH", ""), str(Path(sys.executable).parent))
)


def program(name: str, package: str) -> str:
    """Where a program is; where it is missing the test is skipped with a reason, or fails where CI asks for it."""
    found = shutil.which(name, path=PATHS)
    if found is None:
        give_up = pytest.fail if os.environ.get("RELAYWATCH_REQUIRE_FILTERS") == "1" else pytest.skip
        give_up(f"No {name}: install {package}.")
    return found
