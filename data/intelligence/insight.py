"""Title and text to everything recognised in them: relevance, platforms, vendors, subjects, days, measures."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from data.catalogue.vendors import Vendors, load_vendors
from data.intelligence.affected import find_vendors
from data.intelligence.language import detect_language
from data.intelligence.measures import find_measures
from data.intelligence.model import Insight, Mention
from data.intelligence.platforms import desk_places, find_platforms
from data.intelligence.relevance import judge_relevance
from data.intelligence.scene import Topic
from data.intelligence.sentences import Sentence, quoted, split_sentences
from data.intelligence.subjects import find_subjects
from data.intelligence.terms import load_terms
from data.intelligence.written_days import written_days

TEXT_LIMIT = 60_000
_BREACH_WORDS = 2
_CRIME = frozenset({"breach", "vishing", "attacker", "spam", "sends_spam"})
_RELATED = 2.0
"""From this relevance on a text is near enough to the matter for its measures and quoted subjects to be of use."""


def read_insight(
    title: str | None,
    text: str,
    *,
    language: str | None = None,
    published_at: datetime | None = None,
    writers: Iterable[str] = (),
    vendors: Vendors | None = None,
) -> Insight:
    """What a public text says about relay abuse. `writers` are the names of publisher and author, `vendors` the
    organisations known by name (default: those of the catalogue).

    Reads at most 60,000 characters. A year that a day of the text leaves out is taken from `published_at`, else from
    the first whole day of the text.
    """
    whole = (f"{title}\n{text}" if title and not text.startswith(title) else text)[:TEXT_LIMIT]
    sentences, quotes = split_sentences(whole), quoted(whole)
    platforms = find_platforms(sentences)
    relevance = judge_relevance(sentences, desk_places(platforms))
    spoken = (language or "")[:2].lower() or detect_language(whole)
    topic = Topic(relevance.relevant, _is_about_breach(whole), spoken, frozenset(name.casefold() for name in writers))
    mentions = list(platforms)
    if relevance.relevant or _is_about_crime(whole):
        known = load_vendors() if vendors is None else vendors
        mentions.extend(find_vendors(sentences, quotes, known, topic))
    mentions.extend(_days(whole, sentences, published_at))
    if relevance.score >= _RELATED:
        mentions.extend((*find_subjects(sentences, quotes), *find_measures(sentences)))
    return Insight(
        language or spoken, relevance, tuple(sorted(mentions, key=lambda mention: (mention.start, mention.kind)))
    )


def _is_about_breach(text: str) -> bool:
    return len({place.start for place in load_terms().find(text).get("breach", ())}) >= _BREACH_WORDS


def _is_about_crime(text: str) -> bool:
    """Whether "victim" and "affected" in it speak of attacks on organisations at all, not of history or weather."""
    found = load_terms().find(text)
    return bool(_CRIME & set(found)) or ("abuse" in found and bool({"mail", "desk"} & set(found)))


def _days(text: str, sentences: tuple[Sentence, ...], published_at: datetime | None) -> Iterator[Mention]:
    days = written_days(text)
    whole = next((date(day.year, day.month, day.day) for day in days if day.year and day.day), None)
    reference = published_at.date() if published_at else whole
    for day in days:
        name = day.text(reference)
        holding = next((sentence.text for sentence in sentences if sentence.start <= day.start < sentence.end), "")
        yield Mention("date", name, name if day.day and len(name) == 10 else None, day.start, day.end, holding)
