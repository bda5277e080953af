"""What settling remembers of contents of messages, so that a new one is compared with few others."""

import json
import sqlite3

from data.clustering.earlier import features_again
from data.store.values import to_json

CLUSTERS = """
create table nodes (                        -- contents of messages, compared with one another; ids are hashes of them
    node_id integer primary key,
    organisation text not null,             -- whose system sent it
    observation_id integer not null,        -- one of those with this content, out of which it is read
    at integer not null,                    -- when it was first observed
    state blob,                             -- a digest of what was compared last; null: not yet
    held blob not null default x'',         -- its buckets
    template_id integer
) strict;

create table buckets (                      -- what a node is looked for under
    bucket integer not null,
    node_id integer not null,
    primary key (bucket, node_id)
) strict, without rowid;

create table unclustered (                  -- nodes whose templates must be formed anew
    node_id integer primary key
) strict;

create table lessons (                      -- what is known of shells: of everybody ("") and of each organisation
    organisation text primary key,
    signature text not null,                -- of the nodes that taught it
    content text not null
) strict, without rowid;

alter table observations add column node_id integer; -- its content; 0: a wordless one; null: not yet known
alter table observations add column company text; -- why others of its template raised its standing
alter table templates add column family text; -- what wordless templates of one platform count as one wave under

update templates set family = (
    select 'flood' || char(10) || o.mechanism || char(10) || coalesce(o.platform, '') from observations o
    where o.template_id = templates.template_id limit 1)
  where has_payload = 0 and template_id in (
    select template_id from observations where mechanism in ('account-verification', 'list-confirmation'));

create index observations_of_a_node on observations(node_id, observation_id, observed_at, template_id);
create index nodes_of_a_template on nodes(template_id);
create index templates_of_a_family on templates(family) where family is not null;
create index nodes_by_day on nodes(at);
create index nodes_of_an_organisation on nodes(organisation, node_id);
"""

LIST_BOMBS = """
insert into unsettled (template_id, moved_from, first_at, last_at)
select template_id, 0, -(1 << 62), 1 << 62 from templates where family like 'flood_list-confirmation_%'
on conflict do update set first_at = excluded.first_at, last_at = excluded.last_at;

update templates set family = 'flood' || char(10) || 'list-confirmation' || char(10)
  where family like 'flood_list-confirmation_%';
"""
"""What waves of list bombs count under since they are one over all platforms; each is settled again."""


def complete_features(connection: sqlite3.Connection) -> None:
    """Features as this version takes them, of observations that an earlier one read."""
    rows = connection.execute(
        "select o.observation_id, o.mechanism, d.features, w.text from observations o"
        " join observation_details d using (observation_id) join observation_words w using (observation_id)"
    )
    for number, mechanism, features, text in rows.fetchall():
        connection.execute(
            "update observation_details set features = ? where observation_id = ?",
            (to_json(features_again(json.loads(features), mechanism, text)), number),
        )
