"""Why a message stands where it stands, read back for the page of its incident."""

from data.store.explanations import explanation, values_of_slots
from tests.data.readings import NOON, burst, reading, taken


def test_a_member_is_explained_by_what_it_shares(db):
    taken(db, burst(3, 2))
    found = explanation(db, "O-0001")
    assert (found.similarity, found.wordless, found.nearest) == (1.0, False, None)
    assert ("words of the subject", 1.0) in [(bond.what, bond.likeness) for bond in found.bonds]


def test_a_wordless_message_is_explained_by_its_platform(db):
    taken(db, [reading("Activate your Acme account", mechanism="account-verification", verdict="verification-flood")])
    assert explanation(db, "O-0001").wordless


def test_an_unknown_message_has_no_explanation(db):
    assert explanation(db, "O-0099") is None


def test_values_of_harmless_slots_are_told_and_addresses_and_long_numbers_are_not(db):
    subjects = ["You have won 500 USDT, write to a@b.example about case 123456789"] * 2
    subjects.append("You have won 750 USDT, write to c@d.example about case 987654321")
    taken(db, [reading(subject, key=n, sent_at=NOON) for n, subject in enumerate(subjects)])
    values = {item.slot: item.values for item in values_of_slots(db, "T-0001")}
    assert values == {"amount": (("500 USDT", 2), ("750 USDT", 1))}
