import ast
from pathlib import Path

import pytest

from tests.pages.own_words import breaches, is_streamlit, name_of

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_foreign_text_goes_only_into_inert_elements(file):
    assert breaches(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "st.markdown(row.subject)",
        "st.title(f'{row.party} is abused')",
        "st.badge(inert(row.subject))",
        "st.metric('Newest', row.subject)",
        "st.page_link(INCIDENTS, label=row.title)",
        "st.caption('Seen at ' + row.abused_domain)",
        "st.text(row.subject)",
        "st.code(found.text, language=None)",
        "st.write('anything')",
        "st.table(rows)",
        "st.markdown('x', unsafe_allow_html=True)",
        "def f(row):\n    words = row.subject\n    st.caption(words)",
        "table_block('x', row.title, 'caption', COLUMNS, rows, clock, nothing='')",
        "Column('subject', row.label)",
        "link(row.title, INCIDENTS)",
        "left.caption(row.party)",
    ],
)
def test_the_rule_catches(source):
    assert breaches(source)


@pytest.mark.parametrize(
    "source",
    [
        "st.markdown('#### Ours')",
        "st.caption(f'{count(3)} of {len(rows):,}')",
        "st.badge(state.text, color=state.badge)",
        "st.text(inert(row.subject) or '–')",
        "st.dataframe(rows)",
    ],
)
def test_the_rule_lets_our_own_words_pass(source):
    assert breaches(source) == []


def test_html_goes_in_by_one_door_and_only_the_style_sheet():
    doors = [
        (file.name, ast.unparse(node))
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and is_streamlit(node) and name_of(node) == "html"
    ]
    assert doors == [("layout.py", "st.html(style_sheet(theme))")]
