"""What must not be seen of one message, and whether a text shows it: in clear, in an encoding, shifted along."""

from dataclasses import dataclass

from collectors.addressing import named_spans
from collectors.disguises import address_spans, decode, outline, steps
from collectors.personal import Names, role_of
from collectors.tokens import is_opaque
from data.catalogue.redaction import RedactionRules, fold
from data.domains import registrable_domain

OPAQUE_IN_TEXT = 20
_UNSHIFTED = frozenset(
    ("com", "net", "org", "COM", "io", "de", "uk", "br", "fr", "it", "nl", "eu", "edu", "gov", "co")
)


@dataclass(frozen=True, slots=True)
class Hidden:
    """Knows whom one message was written to and by which organisation, and finds them in whatever comes out of it."""

    rules: RedactionRules
    recipients: frozenset[str]
    outlines: tuple[str, ...]
    """Outlines of addresses and digests of addresses: found whatever separates their letters."""
    log_ins: tuple[str, ...]
    """Outlines of local parts that are long enough to be found the same way."""
    secrets: tuple[str, ...]
    """Both, the shortest first."""
    shifted: tuple[tuple[bytes, ...], ...]
    shortest_shifted: int
    people: Names
    organisation: frozenset[str]
    """Registrable domains of the sending organisation."""
    labels: frozenset[str]
    """The organisation's names as its domains and its tenant give them, letters and digits only."""

    def clean_address(self, address: str) -> str:
        """A role address of the sending organisation as it is, its tag masked; "[address]" for any other."""
        local, _, domain = address.rpartition("@")
        role = role_of(local, domain, self.rules)
        own = registrable_domain(domain) in self.organisation
        if role is None or not own or address.lower() in self.recipients or self.holds_secret(role + domain):
            return "[address]"
        return f"{role}@{domain}"

    def exposes(self, text: str) -> bool:
        """Whether a text, or anything it can be decoded to, holds an address that must be hidden."""
        return self.shows(text) or self.is_shifted(text) or self.encodes(text)

    def shows(self, text: str) -> bool:
        """Whether a text holds such an address as it stands, whatever separates its letters."""
        return self.holds_secret(text) or ("@" in text and self.holds_address(text))

    def passes(self, word: str) -> bool:
        """Whether a word without a dot needs no cleaning but for what it may be an encoding of."""
        if "." in word or is_opaque(word, OPAQUE_IN_TEXT):
            return False
        return not self.shows(word) and not self.names(word)

    def names(self, text: str) -> bool:
        """Whether a short text holds a recipient's name."""
        return bool(named_spans(text, fold(text), self.people))

    def encodes_or_shifts(self, text: str) -> bool:
        return self.encodes(text) or self.is_shifted(text)

    def names_or_exposes(self, text: str) -> bool:
        return self.exposes(text) or self.names(text)

    def encodes(self, text: str) -> bool:
        """Whether something a text can be decoded to holds such an address."""
        decoded = decode(text)
        if decoded is None:
            return False
        return self._is_secret(decoded.outlines) or any(map(self.holds_address, decoded.addressed))

    def holds_secret(self, text: str) -> bool:
        return self._is_secret(outline(text))

    def _is_secret(self, line: str) -> bool:
        length = len(line)
        for secret in self.secrets:
            if len(secret) > length:
                return False
            if secret in line:
                return True
        return False

    def holds_address(self, text: str) -> bool:
        """Whether a mail address that must be hidden stands in a text."""
        return any(self.clean_address(text[start:end]) == "[address]" for start, end in address_spans(text))

    def is_shifted(self, text: str) -> bool:
        if len(text) < self.shortest_shifted:
            return False
        # What shifts letters leaves the dots of the domain where they are, and no common top-level domain as it was.
        _, dot, ending = text.rpartition(".")
        if not dot or ending in _UNSHIFTED:
            return False
        taken = steps(text)
        return any(
            secret and secret in step
            for pattern in self.shifted
            for secret, step in zip(pattern, taken, strict=False)
        )
