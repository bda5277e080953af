"""What settling remembers of many contents, so that a new one is compared with few of them: data/store/levels.py."""

LEVELS = """
create table levels (                       -- how the founders of a level were chosen
    level integer primary key,
    day integer not null,                   -- they were seen before it; 9223372036854775807: whenever
    last_key integer not null               -- the largest of their keys
) strict;

create table profiles (                     -- what a group of founders is looked for under
    level integer not null,
    bucket integer not null,
    node_id integer not null,               -- its first founder
    primary key (level, bucket, node_id)
) strict, without rowid;

create table uncompared (                   -- nodes that may look different by what was learned since
    node_id integer primary key
) strict;

create table unsifted (                     -- nodes that no level has yet; how many they went through
    passed integer not null,
    node_id integer not null unique,
    primary key (passed, node_id)
) strict, without rowid;

alter table nodes add column level integer; -- n: founder of that level; -n: joined it; 0: in no level; null: not told
alter table nodes add column component integer; -- in no level: the smallest key of those it hangs together with

update nodes set level = 0 where state is not null;
insert into unclustered (node_id) select node_id from nodes where level = 0
  and (select count(*) from nodes) > 4000 on conflict do nothing;
insert into unsettled (template_id, moved_from, first_at, last_at)
  select t.template_id, 0, t.first_seen_at, t.last_seen_at from templates t
  where t.observations > 0 and (select count(*) from nodes) > 4000 on conflict do nothing;

create index founders_of_a_template on nodes(template_id, node_id) where level > 0;
create index nodes_of_a_level on nodes(level, at);
"""
