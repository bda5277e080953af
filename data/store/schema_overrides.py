"""What the machine had said where analysts overrule it, and their own triage and notes."""

OVERRIDES = """
create table overruled (                    -- what the machine said of observations where people say otherwise
    observation_id integer primary key references observations(observation_id) on delete cascade,
    template_id integer not null,
    alias_id integer not null,
    verdict text not null,
    mechanism text not null,
    ignored integer not null default 0      -- no abuse, people say: it counts nowhere
) strict;

create table homes (                        -- where observations stood before people moved them or others
    observation_id integer primary key references observations(observation_id) on delete cascade,
    incident_id integer not null,           -- 0: it came later
    wave_id integer not null                -- 0: in none
) strict;

alter table incident_aliases add column through integer; -- where it went at first, which may lead on
alter table wave_aliases add column through integer;
update incident_aliases set through = incident_id;
update wave_aliases set through = wave_id;

create table incident_triage (              -- human-owned: without a row it is new and nobody's
    incident_id integer primary key,        -- as it was named; stays when the incident is merged away
    state text not null check (state in ('new', 'working', 'closed')),
    assignee text,
    at integer not null
) strict;

create table incident_notes (               -- human-owned, kept for ever
    note_id integer primary key autoincrement,
    incident_id integer not null,           -- as it was named
    at integer not null,
    actor text not null,
    text text not null
) strict;

create table former_exposures (             -- exposures that went with their incidents; one that comes back is itself
    party_id integer not null,
    platform text not null,
    mechanism text not null,
    exposure_id integer not null,
    primary key (party_id, platform, mechanism)
) strict, without rowid;

create trigger exposures_are_remembered after delete on exposures begin
    insert or replace into former_exposures (party_id, platform, mechanism, exposure_id)
    values (old.party_id, old.platform, old.mechanism, old.exposure_id);
end;

create index overruled_of_a_template on overruled(template_id);
create index overrides_in_force on overrides(override_id) where undone_at is null;
create index notes_of_an_incident on incident_notes(incident_id, note_id);
create index triage_by_assignee on incident_triage(assignee, incident_id);
"""
