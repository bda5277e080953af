import pytest

from data.catalogue.vendors import NO_VENDORS, Vendor, Vendors
from data.intelligence.affected import find_vendors
from data.intelligence.scene import Topic
from data.intelligence.sentences import quoted, split_sentences

ABUSE = Topic(relevant=True, breached=False, language="en")
OTHER = Topic(relevant=False, breached=False, language="en")


def vendors_of(text, topic=ABUSE, vendors=NO_VENDORS):
    return [mention.name for mention in find_vendors(split_sentences(text), quoted(text), vendors, topic)]


@pytest.mark.parametrize(
    ("text", "vendors"),
    [
        ("Companies such as Quillmark, Orbitale and Zendesk send spam.", ["Quillmark", "Orbitale"]),
        ("There were confirmations from Quillmark's help desk.", ["Quillmark"]),
        ("Affected: Quillmark, the Bank of Utopia and several agencies.", ["Quillmark", "Bank of Utopia"]),
        ("Quillmark told recipients to ignore the mails.", ["Quillmark"]),
        ("Quillmark confirmed its Zendesk was abused.", ["Quillmark"]),
        ("Quillmark and Orbitale are among the companies whose desks mail spam.", ["Quillmark", "Orbitale"]),
        ('Mails say "TAKE DOWN ORDER FROM HARLOW BANK" in the subject.', []),
        ("Subjects include FREE NITRO FOR ALL and Harlow Bank Refund, spam all of it.", []),
        ("According to Gatewatch Labs the mails are harmless.", []),
        ("Security researcher Robin Writer got mails from a desk.", []),
        ("Sponsored: Keepwall protects companies such as Ferro Bank from spam.", []),
        ("Quillmark's help desk told BleepingComputer that it stopped the mails.", ["Quillmark"]),
    ],
)
def test_who_is_affected_is_told_by_the_sentence(text, vendors):
    assert vendors_of(text) == vendors


@pytest.mark.parametrize(
    ("language", "text", "vendors"),
    [
        (
            "de",
            "Betroffen sind Quillmark, die Stadtwerke Auenfeld und mehrere Behörden.",
            ["Quillmark", "Stadtwerke Auenfeld"],
        ),
        ("es", "Los correos salen de empresas como Quillmark y Banco Altamira.", ["Quillmark", "Banco Altamira"]),
        (
            "fr",
            "Parmi les expéditeurs des courriels figurent Lumio et l'Université de Sablonville.",
            ["Lumio", "Université de Sablonville"],
        ),
        ("it", "Tra le aziende coinvolte Velaria e Quillmark.", ["Velaria", "Quillmark"]),
        ("pt", "Centenas de mensagens de empresas como Banco Ipê e Jogos do Vale.", ["Banco Ipê", "Jogos do Vale"]),
        ("ru", "Среди пострадавших компаний Gamebrook и «Полярис Банк».", ["Gamebrook", "Полярис Банк"]),
        ("ja", "Hinata Games、Kumonetなどの企業のサポートが悪用された。", ["Hinata Games", "Kumonet"]),
    ],
)
def test_who_is_affected_is_told_in_many_languages(language, text, vendors):
    assert vendors_of(text, Topic(True, False, language)) == vendors


def test_a_text_about_something_else_names_only_who_was_hit():
    assert vendors_of("Customers such as Quillmark praise the new version.", OTHER) == []
    assert vendors_of("The attack on Quillmark began with a call.", OTHER) == ["Quillmark"]


def test_a_name_that_no_catalogue_knows_is_held_unresolved():
    (mention,) = find_vendors(split_sentences("Mails came from Quillmark."), (), NO_VENDORS, ABUSE)
    assert (mention.name, mention.key, mention.evidence) == ("Quillmark", None, "Mails came from Quillmark.")


def test_a_known_name_is_shown_as_the_catalogue_writes_it():
    vendor = Vendor("post", ("The Harbour Post", "Harbour Post"), (), ("https://example.org/",), None)
    known = Vendors((vendor,), {"harbour post": vendor}, {})
    (mention,) = find_vendors(split_sentences("Tickets from the Harbour Post arrived."), (), known, ABUSE)
    assert (mention.name, mention.key) == ("The Harbour Post", "post")


def test_a_short_form_is_the_longer_name():
    assert vendors_of("Damage at Meridian was high at Meridian Resorts, said the report on the breach.", OTHER) == [
        "Meridian Resorts"
    ]
