"""Asks the DNS whether somebody may call a domain his; without the extra `dkim` it asks nobody."""

from collections.abc import Sequence


def look_up_texts(name: str) -> Sequence[str]:
    """The TXT records at a name. Raises OSError where nobody answers, or where no DNS client is installed."""
    try:
        from collectors.key_records import fetch_texts
    except ImportError as error:
        raise OSError("No DNS client is installed: pip install '.[dkim]' in the clone.") from error
    return fetch_texts(name)
