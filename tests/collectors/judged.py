"""Reads a written message through the product's own stages; for tests only."""

from dataclasses import dataclass

from collectors.authentication import read_authentication
from collectors.headers import parse_message
from collectors.identity import identify
from collectors.received import read_hops
from collectors.signals import read_signals
from data.catalogue.loader import Catalogue, load_catalogue
from data.judgement.signals import Signals
from data.judgement.verdict import judge
from data.model import Identity, ParsedMessage, RawMessage, Verdict
from data.settings import Settings


@dataclass(frozen=True)
class Judged:
    message: ParsedMessage
    identity: Identity
    signals: Signals
    verdict: Verdict


def judged(raw: str | bytes, catalogue: Catalogue | None = None) -> Judged:
    catalogue = catalogue or load_catalogue()
    blob = raw if isinstance(raw, bytes) else raw.encode("utf-8")
    message = parse_message(RawMessage("sample", blob), Settings())
    hops = read_hops(message)
    authentication = read_authentication(message, hops, ())
    identity = identify(message, hops, authentication, catalogue)
    signals = read_signals(message, identity, authentication, hops, catalogue)
    return Judged(message, identity, signals, judge(signals))


def written(*lines: str, body: str = "Hello.\n") -> str:
    return "\n".join(lines) + "\n\n" + body
