"""Exposures and their mitigation: machine-made rows that a rebuild makes anew, and what people said about them.

What people said names a party by one of its aliases, never by an id, so it outlives every regrouping; `platform` is
empty where none was recognised. Rows are added, at most marked as withdrawn, never changed.
"""

EXPOSURES = """
create table exposures (                    -- the open door: abused party x platform x mechanism
    exposure_id integer primary key autoincrement,
    party_id integer not null references parties(party_id) on delete cascade,
    platform text not null,
    mechanism text not null,
    tenancy text not null check (tenancy in ('vendor', 'attacker', 'taken-over')),
    incidents integer not null,
    observations integer not null,
    first_seen_at integer not null,
    last_seen_at integer not null,
    status text not null,                   -- from here on: out of people's changes and observations sent after a fix
    status_at integer,
    open_since integer,                     -- null where closed
    fixed_at integer,                       -- the last fix, whether or not it held
    quiet_since integer,                    -- the last fix, or the last trusted observation sent after it
    after_fix integer not null,             -- trusted observations sent after the last fix
    recurrences integer not null,
    to_acknowledge integer,                 -- seconds, the median of its cycles
    to_mitigate integer,
    unique (party_id, platform, mechanism)
) strict;

create index exposures_by_opening on exposures(open_since);
create index exposures_of_a_platform on exposures(platform, mechanism);

create table mitigation_changes (           -- a person set a status
    change_id integer primary key autoincrement,
    party_kind text not null,
    party_platform text not null,
    party_name text not null,
    platform text not null,
    mechanism text not null,
    status text not null,
    effective_at integer not null,
    recorded_at integer not null,
    author text not null,
    note text,
    link text,
    observation_id integer,
    withdrawn_at integer
) strict;

create index changes_of_a_party on mitigation_changes(party_kind, party_platform, party_name);
create index changes_by_time on mitigation_changes(effective_at);

create table checklist_ticks (              -- a person ticked a step or took the tick away; the last one holds
    tick_id integer primary key autoincrement,
    party_kind text not null,
    party_platform text not null,
    party_name text not null,
    platform text not null,
    mechanism text not null,
    step text not null,
    done integer not null,
    recorded_at integer not null,
    author text not null,
    note text
) strict;

create index ticks_of_a_party on checklist_ticks(party_kind, party_platform, party_name);

create table party_contacts (               -- whom to write to, and who says so; the last one of a kind holds
    contact_id integer primary key autoincrement,
    party_kind text not null,
    party_platform text not null,
    party_name text not null,
    kind text not null check (kind in ('security.txt', 'abuse', 'support', 'other')),
    address text not null,
    source text not null,
    recorded_at integer not null,
    author text not null
) strict;

create index contacts_of_a_party on party_contacts(party_kind, party_platform, party_name);

insert into exposures (party_id, platform, mechanism, tenancy, incidents, observations, first_seen_at, last_seen_at,
    status, open_since, after_fix, recurrences)
select party_id, coalesce(platform, ''), mechanism, 'vendor', count(*), sum(observations), min(first_seen_at),
    max(last_seen_at), 'unreviewed', min(first_seen_at), 0, 0
from incidents group by 1, 2, 3;

update exposures set tenancy = coalesce((
    select case i.verdict when 'attacker-tenant' then 'attacker' when 'compromised-tenant' then 'taken-over'
        else 'vendor' end as found
    from incidents i where i.party_id = exposures.party_id and coalesce(i.platform, '') = exposures.platform
        and i.mechanism = exposures.mechanism
    group by found order by sum(i.observations) desc, found limit 1), 'vendor');
"""
