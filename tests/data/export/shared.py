"""A database for sharing formats: a wave, a confirmed incident, ordinary mail, and cells that would do harm."""

from datetime import timedelta

from data.export.picture import Picture, picture
from data.store.markings import set_marking
from data.store.reads import stream_incidents
from data.store.shapes import EVERYTHING, IncidentFilter
from data.tlp import Tlp
from tests.data.readings import NOON, PAYLOAD, burst, reading, taken

NOW = NOON + timedelta(hours=30)
ACCOUNT = "0a1b2c3"
HOSTILE = (
    "=cmd|' /C calc'!A0 </text><script>alert(1)</script>]]> \"quoted\"\u2028line\r\nX-Injected: 1 ${jndi:ldap://x} "
    "[link](http://evil.example/) ![i](http://evil.example/p.png) | `code` <img src=x onerror=alert(1)> "
    "\u202etxt\x00\ufffe"
)


def fill(db) -> None:
    """Wave W-0001 over four parties; one confirmed incident of an account; a hostile one; ordinary mail."""
    taken(db, burst(4, 3, start=NOON + timedelta(hours=20), subject=f"{PAYLOAD} {HOSTILE}"))
    for who, organisation in (("ann", "one.example"), ("bo", "two.example")):
        confirmed = reading(
            "Your ticket 4711: claim now",
            domain="northwind.example",
            account=ACCOUNT,
            sent_at=NOON,
            recipient=f"{who}@victim.example",
        )
        taken(db, [confirmed], channel="token", who=who, organisation=organisation)
    taken(
        db,
        [
            reading(
                HOSTILE,
                domain="evil\"'>.example\n",
                account="x' -Or 1 #",
                tenant=HOSTILE,
                sender_name=HOSTILE,
                sent_at=NOON,
            ),
            reading("Order sent", domain="shop.example.com", verdict="ordinary", score=-3.0),
        ],
    )


def mark(db, tlp: Tlp, *incidents: str) -> None:
    """Marks some incidents, or all."""
    for name in incidents or [row.incident_id for row in stream_incidents(db, EVERYTHING)]:
        assert set_marking(db, name, tlp, actor="ann", reason="asked", now=NOW)


def seen(db, ceiling: Tlp = "AMBER", where: IncidentFilter = EVERYTHING) -> Picture:
    return picture(db, where, now=NOW, ceiling=ceiling)
