"""The registry of shells is sound, and takes off what it names."""

import re
import tomllib
from pathlib import Path

import pytest

from data.clustering import shells
from data.clustering.folding import fold
from data.clustering.shells import compile_shell, strip_replies, unwrap

REGISTRY = tomllib.loads(Path(shells.__file__).with_name("shells.toml").read_text(encoding="utf-8"))
LINES = [
    (group, name, line)
    for group, entries in REGISTRY.items()
    if isinstance(entries, dict) and group != "desks"
    for name, lines in entries.items()
    if name != "not_for"
    for line in lines
]


@pytest.mark.parametrize(("group", "name", "line"), LINES)
def test_every_line_fits_the_subject_it_describes(group, name, line):
    subject = line.replace("{payload}", "pay now").replace("{tenant}", "Kestrel & Co")
    subject = subject.replace("{desk}", "Support").replace("{words}", " thanks ")
    text = (
        fold(subject)
        .replace("{sender}", "‹sender›")
        .replace("{id}", "‹number›")
        .replace("{thread}", "ref:‹id›.‹id›:ref")
    )
    found = unwrap(text, "notification")
    assert found.shells, text
    assert found.payload in (None, "pay now") or "ref" in line


def test_names_are_given_once():
    names = [
        name for entries in REGISTRY.values() if isinstance(entries, dict) for name in entries if name != "not_for"
    ]
    assert len(names) == len(set(names))


def test_shells_of_a_dozen_languages_are_known():
    assert len({name.partition(".")[2] for _, name, _ in LINES}) >= 12


def test_only_known_holes_are_used():
    holes = {hole for _, _, line in LINES for hole in re.findall(r"\{\w*\}", line)}
    assert holes == {"{payload}", "{tenant}", "{sender}", "{id}", "{desk}", "{thread}", "{words}"}


def test_shells_within_shells_come_off():
    found = unwrap("[‹sender›] re: [‹id›] request received: pay now", "ticket-acknowledgement")
    assert (found.shells, found.payload) == (("tag.sender", "tag.number", "received.en"), "pay now")


def test_a_tenant_that_names_itself_is_no_submitter():
    assert unwrap("kestrel ‹sender› mercl: pay now", "form-receipt").payload == "pay now"
    assert unwrap("‹sender› e-shop order", "form-receipt").payload == "‹sender› e-shop order"


@pytest.mark.parametrize(
    "text",
    [
        "recebemos sua mensagem: pay now",
        "[‹number›] bedankt voor je bericht - pay now",
        "[‹sender› support] we received your request: pay now",
        "‹sender› kundenservice: pay now",
        "ticket ouvert [#‹number›] : pay now",
        "case ‹number›: pay now [ ref:_‹id›.‹id›:ref ]",
    ],
)
def test_one_payload_in_the_words_of_many_tenants_is_one_payload(text):
    assert unwrap(text, "ticket-acknowledgement").payload == "pay now"


def test_a_submitters_words_are_no_verification():
    assert unwrap("welcome to the prize club", "ticket-acknowledgement").payload == "welcome to the prize club"
    assert unwrap("welcome to the prize club", "account-verification").payload is None


@pytest.mark.parametrize("marks", ["re: fwd: ", "AW: WG: ", "TR : RV: ", "Re[2]: ", "回复: "])
def test_marks_of_replies_come_off(marks):
    assert strip_replies(fold(f"{marks}Hello")) == "hello"


def test_punctuation_of_a_shell_is_lenient():
    assert compile_shell("case {id}: {payload}").fullmatch("case #‹id› - pay").group("payload") == "pay"
