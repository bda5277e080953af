"""What happened beside the observations, and the overview's figures of open doors."""

from datetime import timedelta

from data.store.annotations import Annotation, annotations
from data.store.freshness import freshness
from data.store.mitigation_figures import mitigation_figures
from data.store.mitigations import Door, Proof, set_status
from data.store.reads import headline, search_observations
from data.store.shapes import IncidentFilter
from tests.data.readings import NOON, burst, reading, taken

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOW = NOON + 3 * DAY


def mended(db):
    taken(db, burst(4, 3))
    for status, at in (("confirmed", NOON + HOUR), ("reported", NOON + 2 * HOUR), ("mitigated", NOON + 10 * HOUR)):
        set_status(db, Door("E-0001"), status, author="ada", proof=Proof("seen"), now=at)


def test_a_fix_stands_on_the_time_axis(db):
    mended(db)
    assert annotations(db, NOON, NOW) == [
        Annotation(NOON + 10 * HOUR, "mitigation", "tenant0.example.com", "ticket-acknowledgement")
    ]
    assert annotations(db, NOON - DAY, NOON) == []


def test_measures_of_platforms_come_out_of_the_catalogue(db):
    kinds = {item.kind for item in annotations(db, NOON - 400 * DAY, NOON + 400 * DAY)}
    assert kinds == {"measure"}


def test_doors_are_counted_open_and_mended(db):
    mended(db)
    figures = mitigation_figures(db, NOON + 12 * HOUR)
    assert (figures.open, figures.opened_24h) == (3, 3)
    assert NOON <= figures.oldest_at < NOON + HOUR
    assert (figures.mended, figures.mended_24h, figures.to_mitigate) == (1, 1, 8 * 3600)
    later = mitigation_figures(db, NOW)
    assert (later.opened_24h, later.mended, later.mended_24h) == (0, 1, 0)


def test_an_empty_database_has_no_open_door(db):
    figures = mitigation_figures(db, NOW)
    assert (figures.open, figures.oldest_at, figures.mended, figures.to_mitigate) == (0, None, 0, None)


def test_the_tiles_number_is_that_of_the_messages_it_leads_to(db):
    taken(db, [*burst(4, 3), reading("Your parcel is late", domain="post.example.net", verdict="ordinary", score=1)])
    now = NOON + HOUR
    shown = search_observations(db, where=IncidentFilter(since=now - DAY, grouped=True))
    assert len(shown) == headline(db, now).observations_24h == 12
    assert len(search_observations(db, where=IncidentFilter(grouped=False))) == headline(db, now).other_observations


def test_freshness_changes_with_every_submission(db):
    before = freshness(db)
    taken(db, [reading()])
    assert freshness(db) != before
    assert freshness(db) == freshness(db)
