"""robots.txt by RFC 9309."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.robots import ROBOTS_LIMIT, allows, read_robots

LONGEST = b"""# the longest rule wins
User-agent: *
Disallow: /
Allow: /news
Disallow: /news/old   # comment
Allow: /news/old/*.html$
Disallow: /same
Allow: /same
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", False),
        ("/news", True),
        ("/newsletter?a=b", True),
        ("/news/old/x", False),
        ("/news/old/x.html", True),
        ("/news/old/x.html?y", False),
        ("/same", True),
        ("/robots.txt", True),
    ],
)
def test_the_longest_rule_wins_and_allowing_a_draw(path, allowed):
    assert allows(read_robots(LONGEST), path) is allowed


@pytest.mark.parametrize(
    ("blob", "allowed"),
    [
        (b"User-agent: *\nDisallow: /\n\nUser-agent: RelayWatch/1.0\nDisallow: /private\n", True),
        (b"User-agent: relaywatch\nUser-agent: other\nDisallow: /\n", False),
        (b"User-agent: relaywatch\nDisallow: /x\n\nuser-agent: relaywatch\nDisallow: /page\n", False),
        (b"User-agent: *\nDisallow: /\nUser-agent: relaywatch\nDisallow:\n", True),
        (b"User-agent: relaywatcher\nDisallow: /\n", True),
        (b"\xef\xbb\xbfUSER-AGENT : *\rDISALLOW : /page\r", False),
        (b"Disallow: /\n", True),
        (b"User-agent: a\nCrawl-delay: 3\nUser-agent: *\nDisallow: /page\n", False),
        (b"", True),
        (b"<html>no robots here: Disallow: /</html>", True),
    ],
)
def test_the_group_that_names_us_comes_before_the_one_for_all(blob, allowed):
    assert allows(read_robots(blob), "/page") is allowed


@pytest.mark.parametrize(
    ("rule", "path", "matches"),
    [
        ("/a*b*c", "/a-b-c-d", True),
        ("/a*b*c", "/acb", False),
        ("/a*c$", "/abcc", True),
        ("/a*c$", "/ac/", False),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("/*aa$", "/a", False),
        ("*", "/x", True),
        ("/a**", "/a", True),
        ("/%7Ejoe", "/~joe", True),
        ("/~joe", "/%7ejoe", True),
        ("/\u00fc", "/%c3%bc", True),
        ("/a%2Fb", "/a/b", False),
        ("/a%2fb", "/a%2Fb", True),
        ("/a%2A", "/a*", False),
    ],
)
def test_patterns_match_by_wildcards_ends_and_spelling(rule, path, matches):
    assert allows(read_robots(f"User-agent: *\nDisallow: {rule}\n".encode()), path) is not matches


lines = st.sampled_from(
    [b"User-agent: *", b"User-agent: relaywatch", b"Disallow:", b"Allow: /", b"Disallow: *", b":", b"#"]
)


@given(st.lists(st.one_of(lines, st.binary(max_size=30)), max_size=30), st.text(max_size=60))
def test_any_robots_are_read(blob, path):
    rules = read_robots(b"\n".join(blob))
    assert allows(rules, "/" + path) in (True, False)
    assert allows(rules, "/robots.txt")


@pytest.mark.parametrize(
    "blob",
    [
        b"User-agent: *\n" + b"Disallow: /" + b"*a" * 250_000,
        b"User-agent: *\n" + b"Disallow: /*a*a*a*a*a*a*a*b\n" * 17_000,
        b"".join(b"User-agent: u%d\n" % n for n in range(12_000)) + b"User-agent: *\n" + b"Disallow: /x\n" * 20_000,
        b"\r" * ROBOTS_LIMIT,
        b" " * ROBOTS_LIMIT,
        b"User-agent: *\nDisallow: /" + b"%" * 500_000,
    ],
)
def test_hostile_robots_are_read(blob):
    """In less than a second each; a reader that is not linear takes minutes or gigabytes."""
    assert allows(read_robots(blob), "/" + "a" * 3_000) in (True, False)
