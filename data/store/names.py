"""What somebody may mean who types a domain, an address or an account."""

import re

from data.catalogue.loader import load_catalogue
from data.domains import clean_host, registrable_domain, tenant_label
from data.store.values import storable

MOST_LETTERS = 253
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]{0,20}://)?(?:[^\s/@]{1,64}@)?([^\s/@:?#]{1,253})", re.IGNORECASE)


def names_of(text: str) -> list[str]:
    """What a text may name: the host of an address and its registrable domain, or an account as it was typed."""
    typed = storable(text.strip())[:MOST_LETTERS]
    match = _HOST.match(typed)
    host = clean_host(match[1]) if match else None
    if host:
        tenant = tenant_label(host, load_catalogue().suffixes)
        # Under a platform's own domain everybody is somebody else.
        return [".".join(tenant)] if tenant else list(dict.fromkeys((host, registrable_domain(host) or host)))
    return [typed, typed.lower()] if re.fullmatch(r"[\w.-]{3,80}", typed) else []
