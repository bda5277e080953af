from hypothesis import given
from hypothesis import strategies as st

from collectors.fields import cut_header, read_fields, read_header, read_parameters
from data.model import HeaderField


def test_fields_are_unfolded_to_one_line_in_their_order():
    fields, strays = read_fields(b"To: a,\r\n\tb\r\nX-Empty:\r\nSubject : one\n  two", 10)
    assert fields == (HeaderField("To", "a, b"), HeaderField("X-Empty", ""), HeaderField("Subject", "one two"))
    assert strays == 0


def test_lines_that_are_no_fields_are_counted_and_left_out():
    fields, strays = read_fields(b"From nobody\nSubject: x\nno field at all\n\xff: y\nTo: z", 10)
    assert [field.name for field in fields] == ["Subject", "To"]
    assert strays == 3


def test_raw_bytes_are_utf8_else_in_the_charset_of_the_body_else_western():
    assert read_fields("Subject: é".encode(), 9)[0][0].value == "é"
    assert read_fields(b"Subject: \xd0\xc9\nContent-Type: text/plain;\n charset=koi8-r", 9)[0][0].value == "пи"
    assert read_fields(b"Subject: \xe9\nX: \xc3\xa9", 9)[0] == (HeaderField("Subject", "é"), HeaderField("X", "é"))
    assert read_fields(b"Subject: \x1b$BF|K\\\x1b(B", 9)[0][0].value == "日本"


def test_line_separators_of_unicode_do_not_end_a_field():
    value = read_fields("Subject: one\u2028two\x85three\x0bfour".encode(), 9)[0][0].value
    assert value == "one two three four"


def test_only_an_empty_line_ends_a_header():
    assert cut_header(b"A: b\n \nC: d\n\nbody", 100) == (11, 13)
    assert cut_header(b"A: b\r\n\r\nbody", 100) == (5, 8)
    assert cut_header(b"\nbody", 100) == (0, 1)
    assert cut_header(b"A: b", 100) == (4, 4)
    assert cut_header(b"A: " + b"b" * 200, 100) == (100, 100)


def test_a_header_is_read_up_to_its_limit():
    assert len(read_header(b"A: b\n" * 50, 10).fields) == 10


def test_parameters_are_read_quoted_continued_and_encoded():
    value = (
        "Text/HTML (comment); charset=\"utf-8\" ; boundary*0=ab; boundary*1=cd; name*=utf-8''x; charset=other; broken"
    )
    assert read_parameters(value) == ("text/html", {"charset": "utf-8", "boundary": "abcd", "name": "x"})


@given(st.binary(max_size=2_000))
def test_any_block_is_read(block):
    fields, strays = read_fields(block, 50)
    assert strays >= 0
    assert all("\n" not in field.value and field.name for field in fields)
    end, body = cut_header(block, 500)
    assert 0 <= end <= body <= len(block)


@given(st.text(max_size=300))
def test_any_parameters_are_read(value):
    kind, given_ = read_parameters(value)
    assert kind == kind.lower()
    assert all(name == name.lower() for name in given_)
