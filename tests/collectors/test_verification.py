"""DKIM checked in the corridor: only where the operator allows it, only at domains that are known."""

import pytest

from collectors.inspection import describe
from collectors.messages import read_messages
from collectors.reading import Reader
from collectors.verification import RETRY_SECONDS, Remembering, catalogue_domains, verifier_for
from data.catalogue.loader import load_catalogue
from data.keys import passing_keys
from data.settings import Settings
from data.store.database import open_database
from data.store.intake import take_in
from data.store.reads import known_domains
from tests.collectors.test_authentication import RECORD, dkim_installed, signed
from tests.data.readings import reading, submission

ALLOWED = Settings(dkim_lookup=True)


def reader(settings: Settings = ALLOWED, known: tuple[str, ...] = ("shop.example",), asked: list | None = None):
    def resolver(name: str) -> str:
        if asked is not None:
            asked.append(name)
        return RECORD

    catalogue = load_catalogue()
    verify = verifier_for(settings, catalogue, known, resolver)
    return Reader(settings, passing_keys(), catalogue, verify=verify)


@dkim_installed
def test_a_genuine_signature_is_shown_and_stored_as_verified(tmp_path):
    (seen,) = reader().glances(read_messages(signed(), "-", ALLOWED))
    assert describe(seen)["authentication"]["evidence"] == "verified"
    with open_database(tmp_path / "watch.db") as db:
        take_in(db, submission(), reader()(signed(), "-"))
        assert db.value("select evidence from observations") == "verified"


@dkim_installed
def test_nothing_is_looked_up_unless_the_operator_allows_it():
    asked: list[str] = []
    (seen,) = reader(Settings(), asked=asked)(signed(), "-")
    assert (seen.authentication.evidence, asked) == ("claimed", [])


@dkim_installed
def test_a_domain_that_nobody_knows_is_not_looked_up_and_said_so():
    asked: list[str] = []
    (seen,) = reader(known=(), asked=asked)(signed(), "-")
    assert (seen.authentication.evidence, asked) == ("claimed", [])
    assert any("not in the catalogue" in warning for warning in seen.warnings)


@dkim_installed
def test_a_changed_header_is_a_claim_with_a_warning():
    (seen,) = reader()(signed().replace(b"Subject: Ticket", b"Subject: Prize"), "-")
    assert seen.authentication.evidence == "claimed"
    assert any("differ from what was signed" in warning for warning in seen.warnings)


def test_the_catalogue_knows_where_its_platforms_sign():
    assert "zendesk.com" in catalogue_domains(load_catalogue())


def test_a_domain_is_known_once_a_trusted_submission_showed_it(tmp_path):
    with open_database(tmp_path / "watch.db") as db:
        take_in(db, submission("web"), [reading(domain="web.example.org")])
        take_in(db, submission(), [reading(domain="shop.example.org")])
        assert known_domains(db) == {"shop.example.org"}


def test_a_name_is_asked_for_once():
    asked: list[str] = []
    remembering = Remembering(lambda name: asked.append(name))
    assert [remembering("a"), remembering("a"), remembering("b")] == [None] * 3
    assert asked == ["a", "b"]


def test_a_resolver_that_failed_is_left_alone_for_a_while():
    asked: list[str] = []
    now = [0.0]

    def broken(name: str) -> str:
        asked.append(name)
        raise OSError

    remembering = Remembering(broken, clock=lambda: now[0])
    for second in (0.0, 1.0, RETRY_SECONDS + 1):
        now[0] = second
        with pytest.raises(OSError):
            remembering("a")
    assert asked == ["a", "a"]
