"""What is left of a message, and whether it proves anything."""

import pytest

from data.clustering.clusters import cluster
from data.clustering.evidence import is_long, proves
from data.clustering.folding import fold, squeeze
from data.clustering.nodes import node_of
from tests.data.readings import NOON, reading


def test_subjects_that_anybody_writes_prove_nothing_in_any_language():
    for subject in ("Contact request", "Demande de renseignements", "Formulario de contacto"):
        key = squeeze(fold(subject))
        assert not proves(key) and not is_long(key)
    assert proves("yourwalletwaslocked") and is_long("yourwalletwaslocked")


def template_of(*messages):
    nodes = []
    for subject, domain, text, hours in messages:
        made = reading(subject, domain=domain, text=text)
        nodes.append(
            node_of(made.features, "ticket-acknowledgement", "zendesk", domain, int(NOON.timestamp()) + 3600 * hours)
        )
    return [cluster(nodes)[node.key] for node in nodes]


@pytest.mark.parametrize("subject", ["Contact request", "Formulaire de contact"])
def test_two_waves_under_one_common_subject_stay_two(subject):
    first, second = template_of(
        (subject, "kites.example", "You are a fraud and everybody in your street knows what you did there.", 0),
        (subject, "tubas.example", "Sunflower seeds sprout quickly whenever gardeners water them twice daily.", 900),
    )
    assert first != second


def test_what_leads_to_one_unusual_domain_is_one_template_in_any_language_and_months_later():
    link = "https://a{0}.conduct-bureau.example/file/K7{0}PQ2XZ"
    found = template_of(
        ("Take down your account now", "kites.example", "The file is here: " + link.format("bq"), 0),
        ("Löschen Sie Ihr Konto sofort", "tubas.example", "Die Akte liegt hier: " + link.format("vz"), 0),
        ("Supprimez votre compte ce soir", "maps.example", "Le dossier est ici : " + link.format("mw"), 24 * 90),
    )
    assert len(set(found)) == 1


@pytest.mark.parametrize("host", ["www.facebook.com", "kites.zendesk.com", "bit.ly", "drive.google.com"])
def test_hosts_with_everybodys_pages_tie_nobody_together(host):
    first, second = template_of(
        ("Our bees are missing since Tuesday", "kites.example", f"See https://{host}/file/K7bqPQ2XZ", 0),
        ("Der Drachen flog gestern davon", "tubas.example", f"Siehe https://{host}/file/K7vzPQ2XZ", 24 * 90),
    )
    assert first != second
