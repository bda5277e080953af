"""Keyed hashes: people are counted, never named. One key a purpose, in a file outside the database (mode 0600)."""

import hmac
import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path

from data.errors import StoreError

PURPOSES = ("recipient", "submitter", "block", "fingerprint", "message")
HASH_BYTES = 16


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The secret of each purpose, 32 bytes each."""

    recipient: bytes
    submitter: bytes
    block: bytes
    fingerprint: bytes
    message: bytes

    def digest(self, purpose: str, text: str) -> bytes:
        """HMAC-SHA-256 of a text under the key of a purpose, cut to 16 bytes."""
        key: bytes = getattr(self, purpose)
        return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")[:HASH_BYTES]


def passing_keys() -> Keys:
    """Keys for one run only, for what is looked at and never stored."""
    return Keys(**{purpose: secrets.token_bytes(32) for purpose in PURPOSES})


def open_keys(path: Path) -> Keys:
    """The keys of a database; made on first use. Two processes that come at once get the same keys.

    Raises StoreError where the file cannot be read or made, is readable by others, or lacks a key.
    """
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise StoreError(f"{path} can be read by others; run: chmod 600 {path}")
        found = tomllib.loads(path.read_text(encoding="ascii"))
        return Keys(**{purpose: bytes.fromhex(found[purpose]) for purpose in PURPOSES})
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise StoreError(
            f"{path} is not a key file of Relaywatch ({error}). Restore it from a backup; with new keys, "
            "known recipients and submitters are counted again as new ones."
        ) from error
    except OSError as error:
        raise StoreError(f"{path} cannot be opened: {error.strerror}. Check the folder and its rights.") from error


def _make(path: Path) -> None:
    lines = [f'{purpose} = "{secrets.token_hex(32)}"\n' for purpose in PURPOSES]
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    try:
        # link() fails where the name is taken: the first process wins and the others read its keys.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
