"""Who teaches: a set that changes seldom, whatever the order of nodes."""

from data.clustering.lessons import DAY, FEW_OWN, last_day


def test_few_nodes_teach_all_together():
    assert last_day([(0, FEW_OWN)], FEW_OWN) is None


def test_a_lesson_changes_when_nodes_have_grown_by_half():
    counts = [(day, 8) for day in range(40)]
    lessons = [last_day(counts[:day], FEW_OWN) for day in range(5, 40)]
    assert len(set(lessons)) <= 7
    assert lessons[-1] == 31


def test_mail_of_the_last_days_teaches_nothing_yet():
    assert last_day([(0, 10), (30, 90)], FEW_OWN) is None
    assert DAY == 86_400
