"""The allow-list and the word lists are read whole, and a slip of the pen is named."""

from datetime import date

import pytest

from data.catalogue.redaction import PATH, WAYS, fold, redaction_rules
from data.errors import CatalogueError


def slip(tmp_path, old: str, new: str):
    path = tmp_path / "redaction.toml"
    path.write_text(PATH.read_text("utf-8").replace(old, new, 1), "utf-8")
    return path


def test_the_rules_are_read():
    rules = redaction_rules()
    assert rules.ways["subject"] == "text"
    assert rules.ways["x-zendesk-from-account-id"] == "key"
    assert set(rules.ways.values()) == WAYS
    assert rules.revised >= date(2026, 11, 24)


def test_no_field_that_names_recipients_is_kept():
    rules = redaction_rules()
    plain = set(rules.plain_recipients)
    assert plain.isdisjoint(rules.ways)
    assert {"to", "cc", "bcc", "delivered-to", "x-original-to", "x-msfbl", "x-mailgun-sid"}.isdisjoint(rules.ways)


def test_words_are_folded():
    assert (fold("JOSÉ Łukasz Søren"), fold("ＡＢＣ")) == ("jose lukasz soren", "abc")
    assert all(word == fold(word) for word in redaction_rules().given_names)


def test_a_list_is_not_to_be_missing(tmp_path):
    with pytest.raises(CatalogueError, match="words: roles is None; write words"):
        redaction_rules(slip(tmp_path, "\nroles =", "\nrolls ="))


def test_a_field_stands_under_one_way(tmp_path):
    with pytest.raises(CatalogueError, match="Subject stands under text and words"):
        redaction_rules(slip(tmp_path, 'words = """', 'words = """ Subject'))


def test_an_unknown_way_is_named(tmp_path):
    with pytest.raises(CatalogueError, match="'minutes' is no way"):
        redaction_rules(slip(tmp_path, "minute = ", "minutes = "))


def test_a_file_that_is_no_toml_is_named(tmp_path):
    with pytest.raises(CatalogueError, match=r"redaction\.toml is not TOML"):
        redaction_rules(slip(tmp_path, "[about]", "[about"))


def test_a_day_is_needed(tmp_path):
    with pytest.raises(CatalogueError, match="revised is None"):
        redaction_rules(slip(tmp_path, "revised =", "reviewed ="))
