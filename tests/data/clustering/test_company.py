"""What its company makes of a message that says too little by itself."""

from data.clustering.company import Companion, raised

HOUR = 3600


def companion(number, *, hours=0.0, party=1, trusted=True, mechanism="ticket-acknowledgement", verdict="ordinary",
              score=5.0):  # fmt: skip
    return Companion(number, int(hours * HOUR), party, trusted, True, mechanism, verdict, score)


def test_one_message_judged_abuse_raises_the_others():
    members = [companion(1), companion(2, verdict="relay-spam", score=9)]
    assert raised(members) == {1: "same words as a message judged abuse"}


def test_a_burst_over_three_organisations_raises_and_over_two_it_does_not():
    assert set(raised([companion(n, hours=n / 10, party=n % 3) for n in range(6)])) == set(range(6))
    assert raised([companion(n, hours=n / 10, party=n % 2) for n in range(6)]) == {}


def test_a_trickle_raises_nobody():
    assert raised([companion(n, hours=n * 12, party=n % 4) for n in range(9)]) == {}


def test_strangers_raise_nobody():
    assert raised([companion(n, hours=n / 10, party=n % 4, trusted=False) for n in range(9)]) == {}


def test_low_scores_and_what_people_write_stay_as_they_are():
    abuse = companion(9, verdict="relay-spam", score=9)
    assert raised([companion(1, score=2.0), companion(2, mechanism="agent-message"), abuse]) == {}


def test_words_of_the_platform_prove_nothing_but_a_burst():
    flood = {"mechanism": "account-verification"}
    abuse = companion(9, verdict="verification-flood", score=9)
    assert raised([companion(1, **flood), abuse], wordless=True) == {}
    burst = [companion(n, hours=n / 10, party=n % 3, **flood) for n in range(6)]
    assert set(raised(burst, wordless=True)) == set(range(6))
