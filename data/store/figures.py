"""Figures of templates and parties, counted by the database itself."""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from data.store.exposures import save_exposures


def save_templates(connection: sqlite3.Connection, templates: Sequence[int]) -> int:
    """Figures and example of templates, over all their observations; returns how many changed. The example is the
    first of those that came first whose words are not the company's own alone."""
    numbers = json.dumps(list(templates))
    return connection.execute(
        "update templates set (observations, parties, first_seen_at, last_seen_at, parts, example_text) ="
        " (n, p, first, last, example_parts, example) from ("
        "   select c.*, coalesce(json_extract(d.features, '$.parts'), '[]') as example_parts, w.subject as example"
        "   from ("
        "     select t.template_id as number, count(o.observation_id) as n, count(distinct o.party_id) as p,"
        "       min(o.observed_at) as first, max(o.observed_at) as last,"
        "       (select f.observation_id from ("
        "         select observation_id, trusted, observed_at, fingerprint from observations"
        "         where template_id = t.template_id order by trusted desc, observed_at, fingerprint limit 50) f"
        "        join observation_details using (observation_id)"
        "        order by json_extract(features, '$.payload_key') is null, f.trusted desc, f.observed_at,"
        "          f.fingerprint limit 1) as best"
        "     from templates t left join observations o using (template_id)"
        "     where t.template_id in (select value from json_each(?)) group by t.template_id) c"
        "   left join observation_details d on d.observation_id = c.best"
        "   left join observation_words w on w.observation_id = c.best)"
        " where template_id = number and (observations, parties, first_seen_at, last_seen_at, parts, example_text)"
        " is not (n, p, first, last, example_parts, example)",
        (numbers,),
    ).rowcount


def save_parties(connection: sqlite3.Connection, parties: Iterable[int]) -> int:
    """Figures of parties and their exposures, out of their incidents; returns how many changed."""
    parties = sorted(parties)
    return (
        save_exposures(connection, parties)
        + connection.execute(
            "update parties set (observations, first_seen_at, last_seen_at, platform, abused_domain) ="
            " (n, first, last, main_platform, main_domain) from ("
            "   select q.party_id as number, coalesce(sum(i.observations), 0) as n, min(i.first_seen_at) as first,"
            "   max(i.last_seen_at) as last,"
            "   (select l.platform from incidents l where l.party_id = q.party_id"
            "    order by l.observations desc, l.platform limit 1) as main_platform,"
            "   (select l.abused_domain from incidents l where l.party_id = q.party_id"
            "    order by l.observations desc, l.abused_domain limit 1) as main_domain"
            "   from parties q left join incidents i on i.party_id = q.party_id"
            "   where q.party_id in (select value from json_each(?)) group by q.party_id)"
            " where party_id = number and (observations, first_seen_at, last_seen_at, platform, abused_domain)"
            " is not (n, first, last, main_platform, main_domain)",
            (json.dumps(parties),),
        ).rowcount
    )
