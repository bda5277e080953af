"""CSV that no spreadsheet takes for formulas and every reader gets back unchanged."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.export.columns import Column
from data.export.csv_format import CHUNK_ROWS, guarded, to_csv, unguarded

TEXT, NUMBER = Column("text", "text", "words"), Column("number", "number", "a figure")
storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


def written(*texts: str) -> bytes:
    return b"".join(to_csv(({"text": text, "number": -1} for text in texts), (TEXT, NUMBER)))


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "  @x", "＝1+1", "＋1", "－1", "＠x", "\u200b=1",
     "\ufeff=1", "'=1", "''+1", "\tplain", "\u00a0=1", "﹢1", "−1"],
)  # fmt: skip
def test_what_could_be_a_formula_gets_one_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "plain", "1+1=2", "a=b", "'quoted'", '"=1"', "you@acme.example", "5 > 3", "€5", "#1"]
)
def test_other_text_stays_as_it_is(text):
    assert guarded(text) == text


def test_numbers_are_never_guarded():
    assert written("=x") == b"text,number\r\n'=x,-1\r\n"


def test_quotes_commas_and_line_breaks_are_quoted_by_rfc_4180():
    assert written('a,"b"\nc') == b'text,number\r\n"a,""b""\nc",-1\r\n'


def test_an_empty_table_is_its_head_line():
    assert written() == b"text,number\r\n"


def test_unknown_values_are_empty_and_flags_are_words():
    row = [{"text": None, "number": True}, {"text": "x", "number": None}]
    assert b"".join(to_csv(row, (TEXT, NUMBER))) == b"text,number\r\n,true\r\nx,\r\n"


def test_rows_come_in_chunks():
    chunks = list(to_csv(({"text": "x", "number": n} for n in range(CHUNK_ROWS * 3)), (TEXT, NUMBER)))
    assert len(chunks) == 4


@given(st.lists(storable, max_size=5))
@example(["\u2028", "\x85", "\r\n", "a\rb", "'=", "''=", "NA", "null"])
def test_every_text_comes_back(texts):
    read = list(csv.DictReader(io.StringIO(written(*texts).decode(), newline="")))
    assert [unguarded(row["text"]) for row in read] == texts


@given(st.lists(storable.filter(lambda text: "\r" not in text), min_size=1, max_size=5))
@example(["NA", "null", "None", " ", "a\nb\u2028c", "=x", '"', "1,2"])
def test_pandas_reads_it_back(texts):
    frame = pd.read_csv(io.BytesIO(written(*texts)), dtype=str, keep_default_na=False, skip_blank_lines=False)
    assert [unguarded(cell) for cell in frame["text"]] == texts


@given(storable)
def test_the_guard_comes_off_and_leaves_no_formula(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")
