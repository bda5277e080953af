"""The word files of data/intelligence: each read by its loader, phrases found where they stand."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import CatalogueError
from data.intelligence.language import detect_language
from data.intelligence.measures import load_measures
from data.intelligence.months import month_names, month_number
from data.intelligence.names import CUES
from data.intelligence.terms import Place, build_terms, load_terms


def test_a_month_is_known_in_any_case_and_language():
    assert [month_number(word) for word in ("Sept.", "JANVIER", "января", "März", "tomorrow")] == [9, 1, 1, 3, None]


def test_a_month_name_of_two_months_is_refused(tmp_path):
    file = tmp_path / "months.toml"
    file.write_text('[months]\n1 = ["jan"]\n2 = ["jan"]\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match="'jan' stands for two months"):
        month_names.__wrapped__(file)


def test_phrases_are_found_by_whole_words_and_stems():
    terms = build_terms({"desk": ["help desk", "ticket*"], "spam": ["スパム"]})
    assert terms.find("Help-desk TICKETING, helpdesk") == {"desk": (Place(0, 9), Place(10, 19))}
    assert terms.find("大量のスパムメール") == {"spam": (Place(3, 6),)}


def test_a_table_that_is_no_list_is_refused(tmp_path):
    file = tmp_path / "terms.toml"
    file.write_text('[spam]\nen = "spam"\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"spam\.en is no list of phrases"):
        load_terms(file)


def test_every_notion_speaks_the_languages_that_are_promised():
    for file in (None, CUES):
        terms = load_terms(file) if file else load_terms()
        assert terms.notions
    assert {"done"} < load_measures().terms.notions


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The tickets were created by people who never asked for them.", "en"),
        ("Die Tickets wurden von Leuten erstellt, die nie danach gefragt haben und es nicht wollten.", "de"),
        ("Les tickets ont été créés par des personnes qui ne les ont jamais demandés.", "fr"),
        ("Los tickets fueron creados por personas que nunca los pidieron.", "es"),
        ("I ticket sono stati creati da persone che non li hanno chiesti.", "it"),
        ("Os chamados foram criados por pessoas que não pediram nada.", "pt"),
        ("Заявки создавали люди, которые об этом не просили.", "ru"),
        ("問い合わせはZendeskで作成された。", "ja"),
        ("工单由Zendesk创建。", "zh"),
        ("1234", None),
    ],
)
def test_a_language_is_told_by_letters_and_common_words(text, language):
    assert detect_language(text) == language


def test_phrases_are_looked_up_in_linear_time():
    started = time.process_time()
    load_terms().find("spam ticket flood of mails " * 2_000)
    load_terms().find("a:" * 30_000)
    assert time.process_time() - started < 3


@given(st.text(max_size=200))
def test_any_text_is_looked_up(text):
    for places in load_terms().find(text).values():
        assert all(0 <= place.start < place.end <= len(text) for place in places)
