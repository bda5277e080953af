"""Title and text to everything recognised in them: relevance, platforms, vendors, subjects, days, measures."""

from datetime import datetime

from data.catalogue.vendors import Vendors, load_vendors
from data.intelligence.affected import Topic, find_vendors
from data.intelligence.language import detect_language
from data.intelligence.model import Insight, Mention
from data.intelligence.platforms import desk_places, find_platforms
from data.intelligence.relevance import judge_relevance
from data.intelligence.sentences import quoted, split_sentences
from data.intelligence.terms import load_terms

TEXT_LIMIT = 60_000
_BREACH_WORDS = 2


def read_insight(
    title: str | None,
    text: str,
    *,
    language: str | None = None,
    published_at: datetime | None = None,
    vendors: Vendors | None = None,
) -> Insight:
    """What a public text says about relay abuse. `vendors` are the organisations known by name.

    Reads at most 60,000 characters. A year that a day of the text leaves out is taken from `published_at`.
    """
    whole = f"{title}\n{text}" if title and not text.startswith(title) else text
    whole = whole[:TEXT_LIMIT]
    sentences = split_sentences(whole)
    platforms = find_platforms(sentences)
    relevance = judge_relevance(sentences, desk_places(platforms))
    spoken = (language or "")[:2].lower() or detect_language(whole)
    affected = find_vendors(
        sentences,
        quoted(whole),
        load_vendors() if vendors is None else vendors,
        Topic(relevance.relevant, breached=_is_about_breach(whole), language=spoken),
    )
    mentions: tuple[Mention, ...] = (*platforms, *affected)
    return Insight(language or spoken, relevance, tuple(sorted(mentions, key=lambda mention: mention.start)))


def _is_about_breach(text: str) -> bool:
    return len({place.start for place in load_terms().find(text).get("breach", ())}) >= _BREACH_WORDS
