"""What the story tells as one wave, the program takes for one: different texts and languages behind one link, what
returns months later under its domain, list bombs over several platforms. (How many waves it shows at full scale:
`measure_clustering demonstration`.)"""

from collections import Counter, defaultdict
from datetime import UTC, datetime

import pytest

from collectors.demonstration.told import demonstration_messages, demonstration_truth
from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.keys import passing_keys
from data.settings import Settings
from data.store.database import open_database
from data.store.intake import take_in
from data.store.streams import stream_observations
from tests.data.readings import submission

ENDS_AT = datetime(2026, 10, 15, 12, 30, tzinfo=UTC)
SCALE = 0.12


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """(wave of the story, template, mechanism, wave in the database) of every abusive message."""
    read = Reader(Settings(), passing_keys(), load_catalogue())
    told = {item.source: item.wave for item in demonstration_truth(ENDS_AT, scale=SCALE)}
    messages = [item for item in demonstration_messages(ENDS_AT, scale=SCALE) if told[item[0]]]
    readings = [reading for source, blob, _ in messages for reading in read(blob, source)]
    with open_database(tmp_path_factory.mktemp("story") / "a.db") as db:
        taken = take_in(db, submission(at=ENDS_AT), readings).taken
        story = {item.observation_id: told[item.source].removesuffix(", tail") for item in taken}
        return [
            (story[row.observation_id], row.template_id, row.mechanism, row.wave_id)
            for row in stream_observations(db)
        ]


def of_tickets(shown):
    return [(story, template) for story, template, mechanism, _ in shown if mechanism.endswith(("ment", "receipt"))]


def test_nine_in_ten_messages_of_a_wave_stand_in_one_template(shown):
    templates = defaultdict(Counter)
    for story, template in of_tickets(shown):
        templates[story][template] += 1
    assert {name: found for name, found in templates.items() if max(found.values()) < 0.9 * found.total()} == {}


def test_no_template_mixes_waves_except_one_that_returns_under_its_domain(shown):
    stories = defaultdict(set)
    for story, template in of_tickets(shown):
        stories[template].add(story)
    assert [names for names in stories.values() if len(names) > 1] == [{"first wave", "recurrence"}]


def test_a_list_bomb_is_one_wave_whatever_software_the_lists_use(shown):
    waves = Counter(wave for story, _, _, wave in shown if story == "list bomb")
    assert max(waves.values()) >= 0.9 * waves.total() and waves.most_common(1)[0][0]
