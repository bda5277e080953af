from hypothesis import given
from hypothesis import strategies as st

from collectors.fields import by_name, cut_header, read_fields
from collectors.parts import PARTS_LIMIT, Part, all_parts, read_parts


def parts_of(raw: bytes, nesting: int = 10) -> Part:
    end, body = cut_header(raw, 10_000)
    return read_parts(raw, body, by_name(read_fields(raw[:end], 100)[0]), nesting)


def kinds(part: Part) -> object:
    return (part.kind, [kinds(inner) for inner in part.parts]) if part.parts else part.kind


NESTED = b"""Content-Type: multipart/mixed; boundary="out"

preamble
--out
Content-Type: multipart/alternative; boundary=out-in

--out-in

one
--out-in
Content-Type: text/html
Content-Transfer-Encoding: base64

PGI+dHdvPC9iPg==
--out-in--
--out
Content-Type: image/png
Content-Disposition: ATTACHMENT; filename=x.png

three
--out--
epilogue
"""


def test_parts_are_found_by_their_own_boundary():
    tree = parts_of(NESTED)
    assert kinds(tree) == ("multipart/mixed", [("multipart/alternative", ["text/plain", "text/html"]), "image/png"])
    assert [part.content() for part in all_parts(tree) if not part.parts] == [b"one", b"<b>two</b>", b"three"]
    assert tree.parts[1].disposition == "attachment"


def test_line_ends_of_either_kind_give_the_same_parts():
    assert kinds(parts_of(NESTED.replace(b"\n", b"\r\n"))) == kinds(parts_of(NESTED))


def test_a_missing_end_or_boundary_name_is_forgiven():
    assert kinds(parts_of(NESTED.partition(b"--out--")[0])) == kinds(parts_of(NESTED))
    assert kinds(parts_of(NESTED.replace(b'; boundary="out"', b""))) == kinds(parts_of(NESTED))


def test_a_multipart_without_parts_is_its_text():
    tree = parts_of(b"Content-Type: multipart/mixed; boundary=x\n\nno parts here")
    assert (tree.parts, tree.content()) == ((), b"no parts here")


def test_a_digest_holds_messages():
    assert kinds(parts_of(b"Content-Type: multipart/digest; boundary=x\n\n--x\n\nFrom: a\n--x--")) == (
        "multipart/digest",
        ["message/rfc822"],
    )


def test_nesting_and_number_of_parts_are_limited():
    assert kinds(parts_of(NESTED, nesting=1)) == ("multipart/mixed", ["multipart/alternative", "image/png"])
    assert (
        len(all_parts(parts_of(b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 5_000)))
        <= PARTS_LIMIT
    )


def test_encodings_are_undone_as_far_as_they_hold():
    def content(encoding: str, body: bytes) -> bytes:
        return parts_of(f"Content-Transfer-Encoding: {encoding}\n\n".encode() + body).content()

    assert content("quoted-printable", b"a=3Db=\nc =") == b"a=bc "
    assert content("BASE64", b"aGVsbG8=\n") == b"hello"
    assert content("base64", b"aGVs" * 20 + b"\nbG8=\n-- \nfooter") == b"hel" * 20 + b"lo"
    assert content("x-unknown", b"as it is") == b"as it is"


def test_only_the_beginning_is_decoded_where_asked():
    part = parts_of(b"Content-Transfer-Encoding: base64\n\n" + b"aGVsbG8h" * 1_000)
    assert len(part.content(60)) <= 90


@given(
    st.lists(
        st.sampled_from(
            [b"--x", b"--", b"\n", b"\r\n", b"x", b"Content-Type: multipart/mixed; boundary=x", b"a: b", b" "]
        ),
        max_size=40,
    )
)
def test_any_body_has_parts_within_it(pieces):
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n" + b"".join(pieces)
    for part in all_parts(parts_of(raw)):
        assert 0 <= part.start <= part.end <= len(raw)
        assert isinstance(part.content(100), bytes)
