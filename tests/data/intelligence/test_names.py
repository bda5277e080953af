import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.intelligence.names import all_names, read_list, tokenize


def names_of(text):
    return [name.text for name in all_names(text, tokenize(text))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mails from eBrick, 2Kappa and NordHide", ["eBrick", "2Kappa", "NordHide"]),
        ("the Bank of Utopia and Transport for Arcadia", ["Bank of Utopia", "Transport for Arcadia"]),
        ("le Département du Travail de Sablonie", ["Département du Travail de Sablonie"]),
        ("Quillmark's help desk", ["Quillmark"]),
        ("Hinata Games、Kumonetなどの企業", ["Hinata Games", "Kumonet"]),
        ("l'Agenzia delle Miniere", ["Agenzia delle Miniere"]),
        ("nothing here", []),
    ],
)
def test_names_are_read_whole(text, names):
    assert names_of(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Acme, the Beta Works (beta.example), several banks and Gamma", ["Acme", "Beta Works", "Gamma"]),
        ("Acme et la Banque Fictive ont envoyé", ["Acme", "Banque Fictive"]),
        ("Acme、Beta、Gamma", ["Acme", "Beta", "Gamma"]),
        ("Acme sent mails, Beta did not", ["Acme"]),
        ("Acme support, Beta and Gamma", ["Acme", "Beta", "Gamma"]),
    ],
)
def test_an_enumeration_ends_where_its_sentence_goes_on(text, names):
    assert [name.text for name in read_list(text, tokenize(text), 0)] == names


@given(st.text(max_size=120) | st.text(alphabet="Aa ,.()'of的アя-", max_size=120))
def test_names_stand_where_they_say(text):
    tokens = tokenize(text)
    for name in (*all_names(text, tokens), *read_list(text, tokens, 0)):
        assert text[name.start : name.end] == name.text
