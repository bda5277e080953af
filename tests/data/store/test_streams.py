"""Random streams of copies, corrections, forged accounts and strangers: whatever comes in whatever order, the stored
state is the one that a rebuild would make."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.store.check import check
from data.store.database import open_database
from data.store.intake import take_in
from data.store.settle import settle
from tests.data.readings import NOON, hashed, labels, reading, submission

SUBJECTS = ["You have won a prize of gold", "Verify your wallet right now", "Hi"]
DOMAINS = ["a.example.com", "b.example.org", "c.example.net", None]

messages = st.fixed_dictionaries(
    {
        "key": st.integers(0, 14),
        "subject": st.sampled_from(SUBJECTS),
        "domain": st.sampled_from(DOMAINS),
        "account": st.sampled_from(["acc1", "acc2", None]),
        "hours": st.one_of(st.none(), st.integers(0, 40), st.integers(0, 900)),
        "verdict": st.sampled_from(["relay-spam", "relay-spam", "unrecognised", "ordinary"]),
        "score": st.sampled_from([3.0, 5.0, 9.0]),
        "headers_only": st.booleans(),
        "evidence": st.sampled_from(["claimed", "attested"]),
    }
)
handed_in = st.tuples(
    messages,
    st.sampled_from(["cli", "web", "mailbox"]),
    st.sampled_from(["ann", "bob", None]),
    st.integers(0, 3),
)


def as_call(item):
    message, channel, who, days = item
    hours = message["hours"]
    key = message["key"]
    made = reading(
        message["subject"], domain=message["domain"], account=message["account"], verdict=message["verdict"],
        score=message["score"], headers_only=message["headers_only"], evidence=message["evidence"],
        recipient=f"p{key % 6}@victim.example" if key % 7 else None,
        sent_at=None if hours is None else NOON + timedelta(hours=hours), fingerprint=hashed(key),
    )  # fmt: skip
    return submission(channel, at=NOON + timedelta(days=60 + days), who=who), made


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(handed_in, min_size=1, max_size=45), st.randoms(use_true_random=False), st.integers(1, 6))
def test_any_stream_in_any_order_ends_in_one_state_that_a_rebuild_would_make(tmp_path_factory, items, random, every):
    folder = tmp_path_factory.mktemp("stream")
    with open_database(folder / "one.db") as one, open_database(folder / "other.db") as other:
        for item in items:
            take_in(one, *as_call(item)[:1], as_call(item)[1:])
        for number, item in enumerate(random.sample(items, len(items))):
            take_in(other, *as_call(item)[:1], as_call(item)[1:], settled=number % every == 0)
        settle(other)
        assert check(one) == []
        assert check(other) == []
        assert labels(one) == labels(other)
        assert rows(one) == rows(other)


def rows(db):
    """Incidents without their ids, with what people see of them."""
    return sorted(
        map(
            tuple,
            db.rows(
                "select p.name, t.example_text, t.has_payload, t.observations, i.confirmation, i.title,"
                " i.observations, i.recipients, i.submitters,"
                " i.first_seen_at, i.last_seen_at, i.verdict, i.wave_id is not null"
                " from incidents i join parties p using (party_id) join templates t using (template_id)"
            ),
        ),
        key=str,
    )
