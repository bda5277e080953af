"""The catalogue is checked when it is read; a slip is told as file, entry, field and what to write."""

import shutil
from datetime import date

import pytest

from data.catalogue.loader import FOLDER, load_catalogue
from data.errors import CatalogueError

ENTRY = """
[[platform]]
id = "lamps"
label = "Lamps"
enabled = true
revised = 2026-11-24
sources = ["https://example.com"]
false_positives = "None known."
evidence = [
  { where = "header:X-Lamps" },
  { where = "dkim", domains = ["lamps.example"] },
]
"""


def load(tmp_path, text):
    (tmp_path / "platforms.toml").write_text(text, encoding="utf-8")
    return load_catalogue(tmp_path)


def refused(tmp_path, text) -> str:
    with pytest.raises(CatalogueError) as error:
        load(tmp_path, text)
    return str(error.value)


def test_an_entry_is_read_whole(tmp_path):
    entry = load(tmp_path, ENTRY).entries["lamps"]
    assert (entry.label, entry.kind, entry.needs, entry.revised) == ("Lamps", "platform", 2, date(2026, 11, 24))
    assert [rule.says for rule in entry.evidence] == ["is there", "lamps.example"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('label = "Lamps"', "", "platforms.toml: platform 'lamps': label is missing; write it; every entry has one."),
        ("enabled = true", 'enabled = "yes"', "enabled is 'yes'; write true or false."),
        ("revised = 2026-11-24", 'revised = "today"', "write the day it was last checked, such as 2026-11-24"),
        ('"header:X-Lamps"', '"haeder"', "where is 'haeder'; write header:NAME or one of"),
        ('["lamps.example"]', '["Lamps."]', "write host names in lower case"),
        ('{ where = "header:X-Lamps" },', "", "write rules at 2 different places, or enabled = false."),
        ('domains = ["lamps.example"]', "pattern = '('", "write a regular expression that compiles"),
        ('label = "Lamps"', 'label = "Lamps"\nlable = "x"', "lable is no field; write one of"),
        ('label = "Lamps"', 'label = "Lamps"\nmechanism = "ticket"', "mechanism is 'ticket'; write one of"),
        ("evidence = [", "evidence = [[[", "is not TOML in UTF-8"),
    ],
)
def test_a_slip_is_told_in_one_sentence(tmp_path, old, new, sentence):
    assert sentence in refused(tmp_path, ENTRY.replace(old, new))


def test_a_folder_without_platforms_is_no_catalogue(tmp_path):
    assert "holds no platform" in refused(tmp_path, "shared_domains = []")


def test_an_id_is_given_once(tmp_path):
    assert "the id 'lamps' is taken" in refused(tmp_path, ENTRY + ENTRY)


def test_the_version_is_the_revision_day_and_a_hash_of_the_files(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
    one, other = load(first, ENTRY).version, load(second, ENTRY.replace("None known", "Many")).version
    assert one.startswith("2026-11-24+")
    assert other.startswith("2026-11-24+")
    assert one != other


def test_a_copy_of_the_catalogue_has_the_same_version(tmp_path):
    for path in FOLDER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    assert load_catalogue(tmp_path).version == load_catalogue().version


def test_the_catalogue_is_as_large_as_was_asked_for():
    platforms = load_catalogue().platforms
    assert len(platforms) >= 30
    assert sum(entry.enabled for entry in platforms) >= 18


def test_every_entry_has_public_sources_and_says_what_it_gets_wrong():
    for entry in load_catalogue().entries.values():
        assert entry.sources, entry.id
        assert all(source.startswith(("https://", "public ")) for source in entry.sources), entry.id
        assert entry.false_positives.endswith("."), entry.id


def test_words_are_there_in_the_languages_that_were_asked_for():
    told = " ".join(phrase for words in load_catalogue().mechanisms.lists for phrase in words.phrases)
    for phrase in (
        "received your request",
        "recibido",
        "recebemos",
        "anfrage",
        "demande",
        "richiesta",
        "verzoek",
        "запрос",
        "受付",
    ):
        assert phrase in told
