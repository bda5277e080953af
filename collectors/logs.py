"""The server's log: one JSON object a line, and no word of anybody's mail in it.

Libraries log what they like: exceptions quote the text that they failed on, and a line may name who asked. So of an
exception only its kind and where it arose get into the log, and addresses are taken out of everything else.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

LONGEST = 1_000
"""Characters of one message."""
_FRAMES = 30
_ADDRESS = re.compile(r"[^\s@\"'<>(),;]{1,64}@[^\s@\"'<>(),;]{1,253}")
_HOST_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w.])"
)
_MADE = logging.LogRecord


def log_in_lines() -> None:
    """From now on every logger of this process writes such lines, whichever handler writes them."""
    from uvicorn.config import LOGGING_CONFIG

    logging.setLogRecordFactory(_record)
    logging.captureWarnings(True)
    # The web server puts a word in front of each line, which a reader of JSON would stumble over.
    for formatter in LOGGING_CONFIG["formatters"].values():
        formatter.clear()
        formatter["format"] = "%(message)s"


def log_failures() -> None:
    """From now on a failure that ends this process is such a line too: for commands that run unattended."""
    sys.excepthook = _log_failure


def _log_failure(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    sys.stderr.write(log_line(datetime.now(UTC), "critical", "relaywatch", "The command failed.", error) + "\n")


def without_persons(text: str) -> str:
    """A line of a library without mail addresses, host addresses and what is beyond LONGEST characters."""
    return _HOST_ADDRESS.sub("[host]", _ADDRESS.sub("[address]", text[:LONGEST]))


def log_line(at: datetime, level: str, logger: str, message: str, error: BaseException | None = None) -> str:
    """One line of the log: when (UTC), how bad, who says so, what; of an error its kind and where it arose."""
    told: dict[str, Any] = {
        "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": level.lower(),
        "logger": logger,
        "message": without_persons(message),
    }
    if error:
        told["error"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        told["where"] = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return json.dumps(told)


def _record(*given: Any, **more: Any) -> logging.LogRecord:  # noqa: ANN401 (whatever a logger hands over)
    """A record whose message is its line: a formatter has nothing to add, above all no traceback."""
    made = _MADE(*given, **more)
    try:
        text = made.getMessage()
    except (TypeError, ValueError, KeyError):
        text = str(made.msg)
    error = made.exc_info[1] if made.exc_info else None
    at = datetime.fromtimestamp(made.created, UTC)
    made.msg, made.args = log_line(at, made.levelname, made.name, text, error), None
    made.exc_info = made.exc_text = made.stack_info = None
    return made


def _short(file: str) -> str:
    return "/".join(Path(file).parts[-3:])
