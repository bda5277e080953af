from hypothesis import given
from hypothesis import strategies as st

from data.intelligence.model import Mention
from pages.parts.marked import marked_text


def mention(kind: str, start: int, end: int) -> Mention:
    return Mention(kind, "x", None, start, end, "x")


def test_what_was_recognised_stands_in_brackets_with_its_kind():
    text = "Acme uses Zendesk."
    marked = marked_text(text, [mention("platform", 10, 17), mention("vendor", 0, 4)])
    assert marked == "⟦vendor: Acme⟧ uses ⟦platform: Zendesk⟧."


def test_marks_that_a_text_brings_itself_are_plain_brackets():
    assert marked_text("⟦vendor: Bank⟧", []) == "[vendor: Bank]"


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=8))
def test_no_place_breaks_it_and_no_word_is_lost(text, places):
    marked = marked_text(text, [mention("date", start, end) for start, end in places])
    plain = marked.replace("⟦date: ", "").replace("⟧", "")
    assert plain == text.replace("⟦", "[").replace("⟧", "]")
