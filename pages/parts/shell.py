"""The HTML that Streamlit serves for every page: which scripts stand in it."""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import streamlit

_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


@lru_cache(maxsize=1)
def inline_script_hashes() -> tuple[str, ...]:
    """CSP source expressions of the inline scripts of the installed Streamlit's page; none where it has no page."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    html = page.read_bytes() if page.exists() else b""
    digests = (hashlib.sha256(script).digest() for script in _INLINE.findall(html))
    return tuple(f"sha256-{base64.b64encode(digest).decode('ascii')}" for digest in digests)
