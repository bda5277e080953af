from datetime import timedelta

from data.store.claims import ClaimRow, claims, save_claim
from data.store.reads import headline
from data.submissions import Claim
from tests.data.readings import NOON, submission


def test_a_claim_is_kept_apart_and_never_counted(db):
    later = NOON + timedelta(hours=1)
    assert save_claim(db, submission("web", at=later, who="v"), Claim("You have won", "Acme", NOON)) == "C-0001"
    assert claims(db, limit=10) == [ClaimRow("C-0001", later, NOON, "You have won", "Acme", "web")]
    figures = headline(db, later)
    assert (figures.claims_total, figures.observations_total, figures.open_incidents) == (1, 0, 0)


def test_the_last_claim_comes_first_and_a_stray_surrogate_is_no_obstacle(db):
    save_claim(db, submission("web"), Claim("one", None, None))
    save_claim(db, submission("web"), Claim("two \ud800", None, None))
    assert [row.subject for row in claims(db, limit=1)] == ["two \ufffd"]
