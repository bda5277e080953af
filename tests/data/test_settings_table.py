"""Every setting is explained, by the text that stands under it."""

from dataclasses import fields

from data.settings import Settings
from data.settings_table import explained_settings, settings_table


def test_every_setting_has_a_meaning_that_ends_as_a_sentence():
    found = explained_settings()
    assert [item.name for item in found] == [item.name for item in fields(Settings)]
    assert [item.variable for item in found if not item.meaning.endswith(".")] == []


def test_a_default_is_written_as_in_the_environment():
    defaults = {item.name: item.default for item in explained_settings()}
    assert (defaults["text_limit"], defaults["dkim_lookup"], defaults["keys"]) == ("16000", "no", "")


def test_the_table_has_a_row_a_setting():
    assert len(settings_table().splitlines()) == len(fields(Settings)) + 2
