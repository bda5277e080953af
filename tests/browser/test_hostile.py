"""A database full of what attackers write: nothing of it is interpreted, and no request leaves the machine."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from collectors.collecting import take_feed_file
from data.model import Authentication, Hop, KeptField, Reading, Reason, TemplatePart
from data.store.claims import save_claim
from data.store.database import open_database
from data.store.decisions import Decision, decide
from data.store.disputes import Objection, dispute
from data.store.exports import recorded
from data.store.exposure_reads import exposures
from data.store.intake import take_in
from data.store.mitigations import Door, Proof, set_contact, set_status
from data.store.triage import add_note, set_triage
from data.submissions import Claim
from tests.conftest import serving
from tests.data.readings import reading, submission

pytestmark = [pytest.mark.browser, pytest.mark.server]

EVIL = [
    "![x](http://evil.example/p.png)",
    "<img src=http://evil.example/i.png onerror='window.pwned=1'>",
    "<script>window.pwned=1</script>",
    "<a href='http://evil.example/a'>linkword</a> [linkword](http://evil.example/b) <b>boldword</b>",
    "https://evil.example/track?id=1 www.evil.example",
    "javascript:window.pwned=1",
    "\u202eetirw\u202c \u200bzero\u200bwidth \x1b[31m \ud800",
    '=HYPERLINK("http://evil.example","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    ":material/home: :red[redword] $$x^2$$ `codeword` **boldword**",
    "# headword\n* listword",
    "A" * 10_000,
    "\u0301" * 500 + "\U000e0041",
]
PATHS = [
    "/?range=<img src=x>",
    "/waves",
    "/waves?id=![x](http://evil.example/p.png)&with=<b>x</b>",
    "/incidents",
    "/incidents?q=<script>window.pwned=1</script>&wave=![x](http://evil.example/p.png)&domain=<b>x</b>",
    "/incidents?view=messages",
    "/incidents?id=RW-0001",
    "/incidents?id=RW-0002&observation=O-0003",
    "/incidents?observation=O-0001",
    "/vendors",
    "/vendors?view=platforms",
    "/vendors?q=<b>x</b>&status=![x](http://evil.example/p.png)",
    "/vendors?party=<img src=http://evil.example/i.png onerror='window.pwned=1'>",
    "/vendors?on=zendesk",
    "/vendors?party=" + quote(EVIL[3].lower()),
    "/incidents?view=claims",
    "/intelligence?view=feeds",
    "/exports",
    "/log",
    "/lookup",
    "/published",
    "/submit",
]


def hostile(place: int, now: datetime) -> Reading:
    text, other = EVIL[place % len(EVIL)], EVIL[(place + 1) % len(EVIL)]
    made = reading(
        text,
        domain=None if place % 3 == 0 else text.lower(),
        tenant=other,
        account=other,
        platform=text if place % 4 == 0 else "zendesk",
        text=other * 3,
        sender_name=other,
        sent_at=now - timedelta(hours=place),
        recipient=f"person{place}@victim.example",
        key=place,
        warnings=(text,),
        hops=(Hop(text, other, text, now, -5, "claimed", skewed=True),),
        authentication=Authentication("pass", text, None, "claimed", text, (other,)),
    )
    return replace(
        made,
        kept=replace(made.kept, headers=(KeptField(text, other), KeptField("To", None)), links=(other,)),
        identity=replace(made.identity, platform_evidence=(text, other), consistency=((text, False),)),
        verdict=replace(made.verdict, reasons=(Reason(text, 2.0, other), Reason(other, -1.0, text))),
        features=replace(made.features, parts=(TemplatePart(text), TemplatePart("", "url"), TemplatePart(other))),
    )


LURE = "<a href='http://evil.example/a'>linkword</a> <b>boldword</b> <img src=x onerror='window.pwned=1'> claim now"


def hostile_wave(now: datetime) -> list[Reading]:
    """One lure at four parties with names that charts would draw as links and bold letters."""
    sent = [
        reading(
            f"[Request received] {LURE}",
            domain=f"<a href='http://evil.example/{place % 4}'>linkword</a>.example",
            sent_at=now - timedelta(minutes=10 * place),
            recipient=f"other{place}@victim.example",
        )
        for place in range(12)
    ]
    parts = (TemplatePart(LURE), TemplatePart("", "url"))
    return [replace(made, features=replace(made.features, parts=parts)) for made in sent]


@pytest.fixture(scope="module")
def hostile_server(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "relaywatch.db"
    now = datetime.now(UTC)
    with open_database(path) as db:
        intake = take_in(db, submission(at=now), [hostile(place, now) for place in range(3 * len(EVIL))])
        assert intake.stored == 3 * len(EVIL)
        assert take_in(db, submission(at=now), hostile_wave(now)).stored == 12
        say_evil(path, db, now)
    with serving(path, path.with_suffix(".log")) as address:
        yield address


def say_evil(path, db, now: datetime) -> None:
    """Everything that people may write, written by one who means harm: statuses, contacts, disputes, notes, names,
    reasons, claims, feeds, what was exported."""
    words = [text.encode("utf-8", "replace").decode() for text in EVIL]
    door = next(row for row in exposures(db) if row.party == EVIL[3].lower())
    by = {"actor": words[1][:70], "now": now}
    set_status(db, Door(door.exposure_id), "confirmed", author=words[1][:70], proof=Proof(words[0]), now=now)
    lured = next(row for row in exposures(db) if row.party.startswith("<a href='http://evil.example/0"))
    for status in ("confirmed", "mitigated"):
        set_status(db, Door(lured.exposure_id), status, author=words[1][:70], proof=Proof(words[0]), now=now)
    set_contact(db, door.party_key, "abuse", words[3], source=words[4], author=words[1][:70], now=now)
    dispute(db, Objection(door.party_key, words[1], " ".join(words[:8]), words[0]), "named", now=now)
    set_triage(db, ["RW-0001"], state="working", assignee=words[3], reason=words[2], **by)
    add_note(db, "RW-0001", " ".join(words[:9]), **by)
    decide(db, Decision("confirm", ("RW-0002",)), reason=words[2], **by)
    save_claim(db, submission(at=now), Claim(words[0], words[1], now))
    with recorded(path, words[0], words[1], {words[3]: words[2]}, actor=words[1][:70]):
        pass
    take_feed_file(db, FEED, "https://news.example/![x](http:evil)", now=now, added_by=words[1])


FEED = b"<rss version='2.0'><channel><title>&lt;img src=x&gt; **boldword** =1+1</title></channel></rss>"
MADE_ALIVE = """() => {
    const strange = url => url && !url.startsWith(location.origin) && !/^(data|blob):/.test(url);
    const loaded = [...document.querySelectorAll('img, iframe, object, embed, script[src], link[href], a[href]')];
    const found = loaded.map(item => item.src || item.href || item.data).filter(strange);
    const words = ['redword', 'codeword', 'boldword', 'headword', 'listword', 'linkword', 'x2'];
    for (const item of document.querySelectorAll('[data-testid="stMain"] *')) {
        const text = item.textContent.trim();
        if (item.tagName === 'IMG' || item.tagName === 'SCRIPT' || words.includes(text)) found.push(item.outerHTML);
    }
    return window.pwned ? [...found, 'a script ran'] : found;
}"""


def alive(reader, paths: Iterable[str]) -> dict[str, list[str]]:
    """What came alive on each of some pages, folds opened, and what else went wrong there."""
    found: dict[str, list[str]] = {}
    for path in paths:
        reader.forget()
        reader.open(path)
        reader.unfold()
        found[path] = reader.faults() + reader.page.evaluate(MADE_ALIVE)
    return {path: troubles for path, troubles in found.items() if troubles}


def test_nothing_that_strangers_wrote_comes_alive(read, hostile_server):
    assert alive(read(hostile_server), PATHS) == {}


DRAWN_ALIVE = """() => [...document.querySelectorAll('.js-plotly-plot :is(a, b, i, img)')]
    .map(item => item.outerHTML).concat(window.pwned ? ['a script ran'] : [])"""


def hovered(reader, chart: str, mark: str) -> str:
    """What a chart says when the mouse stands on one after the other of some marks."""
    chart = f".st-key-chart_{chart}"
    told = ""
    reader.page.locator(chart).scroll_into_view_if_needed()
    for found in reader.page.locator(f"{chart} {mark}").all():
        box = found.bounding_box()
        for nearer in (3, 0):
            reader.page.mouse.move(box["x"] + box["width"] / 2 - nearer, box["y"] + box["height"] / 2)
        reader.page.locator(f"{chart} .hoverlayer text").first.wait_for()
        told += " ".join(reader.page.locator(f"{chart} .hoverlayer text").all_text_contents())
    return told


@pytest.mark.parametrize(
    ("path", "chart", "mark", "words"),
    [
        ("/waves", "lanes", ".barlayer .point path", "<a href='hxxp://evil[.]example/a'>linkword</a>"),
        ("/", "observations", ".xy2 .points path", "<a href='hxxp://evil[.]example/0'>linkw…: mitigated"),
        ("/waves?id=W-0001", "flow", ".sankey-node rect", "<img src=hxxp://evil[.]exam"),
    ],
)
def test_the_hover_of_a_chart_shows_hostile_words_as_text(read, hostile_server, path, chart, mark, words):
    reader = read(hostile_server)
    reader.open(path)
    assert words in hovered(reader, chart, mark)
    assert reader.faults() + reader.page.evaluate(DRAWN_ALIVE) == []


def test_a_hostile_table_stays_in_its_page(read, hostile_server):
    reader = read(hostile_server, width=800)
    reader.open("/incidents?id=RW-0001")
    assert reader.illegible() == []


def test_hostile_text_is_shown_as_text_and_written_without_formulas(read, hostile_server):
    reader = read(hostile_server)
    reader.open("/incidents?view=messages")
    subjects = {row["Subject"] for row in reader.grid("messages")}
    assert "![x](hxxp://evil[.]example/p.png)" in subjects
    cells = [cell for row in reader.download("save_messages") for cell in row.values() if cell]
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))] == []
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)


def test_a_hostile_mail_handed_in_stays_text(read, hostile_server):
    reader = read(hostile_server)
    reader.open("/submit")
    fields = [f"{name}: {text}" for name in ("From", "Subject", "To", "X-Mailer") for text in EVIL[:6]]
    source = "Received: from a.example by b.example; Tue, 20 Jan 2026 09:15:44 +0000\n" + "\n".join(fields)
    reader.page.locator("textarea").fill(source + "\n\n" + "\n".join(EVIL[:6]))
    with reader.asking():
        reader.page.get_by_role("button", name="Check").click()
    reader.unfold()
    assert reader.page.get_by_role("button", name="Keep it").count() == 1
    assert reader.faults() == []
    assert reader.page.evaluate(MADE_ALIVE) == []
