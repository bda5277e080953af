from dataclasses import replace

import pytest

from data.judgement.blocking import MailRule, mail_rules
from data.model import KeptField
from tests.data.readings import reading


def sent_by(address: str | None, *, reply_to: str | None = None, headers=(), **changes):
    made = reading(**{"domain": "northwind.example", **changes})
    kept = replace(made.kept, sender_address=address, reply_to_domain=reply_to, headers=tuple(headers))
    return replace(made, kept=kept)


def test_the_sending_host_of_the_abused_domain_is_a_rule():
    assert mail_rules(sent_by("support@help.northwind.example")) == (
        MailRule("From", "contains", "help.northwind.example"),
    )


def test_an_account_is_a_rule_by_the_header_it_stands_in():
    found = sent_by(None, account="0a1b2c3", headers=[KeptField("X-Zendesk-From-Account-Id", "0a1b2c3")])
    assert mail_rules(found) == (MailRule("X-Zendesk-From-Account-Id", "is", "0a1b2c3"),)


def test_a_platform_that_writes_for_everybody_is_never_a_rule():
    assert mail_rules(sent_by("no-reply@zendesk.com")) == ()
    assert mail_rules(sent_by("no-reply@zendesk.com", domain=None)) == ()


def test_where_only_the_answer_goes_to_the_company_the_rule_looks_there():
    found = sent_by("no-reply@desk.example", reply_to="northwind.example")
    assert mail_rules(found) == (MailRule("Reply-To", "contains", "northwind.example"),)


@pytest.mark.parametrize("verdict", ["ordinary", "unrecognised", "backscatter", "unrelated-abuse"])
def test_without_a_reason_there_is_no_rule(verdict):
    assert mail_rules(sent_by("support@northwind.example", verdict=verdict)) == ()


@pytest.mark.parametrize("value", ["a b", "x' or 1", "*", "a\nb", "abc", "x" * 65])
def test_a_value_that_no_account_has_is_no_rule(value):
    assert mail_rules(sent_by(None, account=value, headers=[KeptField("X-Account", value)])) == ()
