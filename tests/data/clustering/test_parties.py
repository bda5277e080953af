"""Who is one party: by witnesses, never by one message, and never through a domain that everybody uses."""

from hypothesis import given
from hypothesis import strategies as st

from data.clustering.parties import Alias, Link, components, join_aliases, lesser_alias, party_name, shared_domains


def test_links_join_accounts_and_domains():
    assert join_aliases([1, 2, 3, 4], [Link(1, 2, "zendesk"), Link(1, 3, "zendesk")]) == {1: 1, 2: 1, 3: 1, 4: 4}


def test_a_domain_of_four_accounts_joins_nobody():
    links = [Link(account, 9, "zendesk") for account in (1, 2, 3, 4)]
    assert shared_domains(links) == {9}
    assert join_aliases([1, 2, 3, 4, 9], links) == {1: 1, 2: 2, 3: 3, 4: 4, 9: 9}


def test_three_accounts_of_one_company_are_one_party():
    links = [Link(account, 9, "zendesk") for account in (1, 2, 3)]
    assert set(join_aliases([1, 2, 3, 9], links).values()) == {1}


def test_a_party_is_called_by_its_shortest_domain():
    aliases = [
        Alias("account", "zendesk", "441"),
        Alias("domain", "", "k.zendesk.com"),
        Alias("domain", "", "k.example"),
    ]
    assert party_name(aliases) == "k.example"
    assert party_name(aliases[:1]) == "zendesk account 441"


def test_what_has_no_domain_belongs_to_its_tenant_its_platform_or_nobody():
    assert lesser_alias("github", "acme/repo") == Alias("tenant", "github", "acme/repo")
    assert lesser_alias("github", None) == Alias("platform", "github", "github")
    assert lesser_alias(None, None).kind == "unknown"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60), st.randoms())
def test_components_do_not_depend_on_the_order_of_pairs(pairs, random):
    shuffled = random.sample(pairs, len(pairs))
    assert components(range(31), pairs) == components(range(31), shuffled)
