import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.intelligence.platforms import find_platforms
from data.intelligence.sentences import split_sentences


def names_of(text):
    return list(dict.fromkeys(mention.name for mention in find_platforms(split_sentences(text))))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Zendesk and FreeScout answer mail.", ["Zendesk", "FreeScout"]),
        ("攻撃者はZendeskを悪用した。", ["Zendesk"]),
        ("See acme.zendesk.com and help@freshdesk.com.", []),
        ("Attackers abuse GitHub notifications.", ["GitHub"]),
        ("The addresses were scraped from GitHub commits.", []),
        ("Spammers then call on Teams.", ["Teams"]),
        ("Teams of spammers work in shifts.", []),
        ("The phish impersonates PayPal.", []),
        ("Jira Service Management mails every request.", ["Jira Service Management"]),
        ("The front of the house.", []),
    ],
)
def test_a_platform_is_found_where_it_sends_mail(text, names):
    assert names_of(text) == names


def test_a_platform_of_the_catalogue_has_its_key():
    (mention,) = find_platforms(split_sentences("ZENDESK is slow."))
    assert (mention.name, mention.key) == ("Zendesk", "zendesk")


@given(st.text(max_size=200))
def test_any_text_is_searched(text):
    names_of(text)
