"""Secrets out of files: read where they are needed, kept out of every message, log and representation."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Secret:
    """A password or key that does not show itself when printed."""

    value: str = field(repr=False)


def read_secret(path: Path, refusal: type[Exception]) -> Secret:
    """The content of a file without its last line break. Raises `refusal` where the file cannot be read, or can be
    read by others."""
    try:
        if path.stat().st_mode & 0o077:
            raise refusal(f"{path} can be read by others; run: chmod 600 {path}")
        return Secret(path.read_text(encoding="utf-8").rstrip("\r\n"))
    except OSError as error:
        raise refusal(f"The file {path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError:
        # Without its cause, which holds the bytes.
        raise refusal(f"The file {path} cannot be read: it is no text in UTF-8.") from None
