import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.intelligence.platforms import desk_places, find_platforms
from data.intelligence.relevance import judge_relevance
from data.intelligence.sentences import split_sentences

RELAY = "Attackers file tickets with other people's addresses, and the help desk floods strangers with confirmations."


def judged(text):
    sentences = split_sentences(text)
    return judge_relevance(sentences, desk_places(find_platforms(sentences)))


def test_relay_abuse_is_relevant_with_its_reasons_and_sentences():
    relevance = judged(RELAY)
    assert relevance.relevant and relevance.score >= 4
    assert all(reason.evidence == RELAY for reason in relevance.reasons)


def test_a_long_page_is_judged_by_its_densest_passage():
    filler = "The weather was fine and nothing happened. " * 60
    assert judged(filler + RELAY + " " + filler).score == judged(RELAY).score


@pytest.mark.parametrize(
    "text",
    [
        "An open relay is an SMTP server that spammers use to relay spam; test port 25 with telnet.",
        "Our help desk gets spam tickets through the contact form; mark as spam and close them.",
        "Zendesk launches AI agents that answer tickets; pricing starts at one dollar.",
        "The gang floods inboxes with spam and then calls on Microsoft Teams as the help desk.",
        "Bots subscribe people to thousands of newsletters, and confirmations flood their inbox.",
        "",
    ],
)
def test_the_same_words_in_other_company_are_not(text):
    assert not judged(text).relevant


@given(st.text(max_size=300))
def test_any_text_is_judged(text):
    assert judged(text).score >= 0
