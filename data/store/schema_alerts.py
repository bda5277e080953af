"""The outbox of alerts, and what was told already. Texts are our own words; a rebuild makes none of it anew."""

ALERTS = """
create table alerts (
    alert_id integer primary key autoincrement,
    idempotency_key text not null unique,   -- the same in every attempt and on every channel
    kind text not null,
    subject text not null,                  -- a public id; of a summary its day
    text text not null,
    figures text not null,                  -- JSON
    created_at integer not null,
    held integer not null default 0,        -- beyond the limit of its day: never sent itself, told in a summary
    summary_id integer references alerts(alert_id)
) strict;

create index alerts_of_a_day on alerts(created_at);
create index alerts_for_a_summary on alerts(created_at) where held = 1 and summary_id is null;

create table alert_deliveries (
    alert_id integer not null references alerts(alert_id),
    channel text not null check (channel in ('webhook', 'mail')),
    state text not null check (state in ('waiting', 'sent', 'failed')),
    attempts integer not null default 0,
    due_at integer not null,                -- while one is under way: when it counts as lost
    tried_at integer,
    reason text,                            -- why the last attempt failed
    primary key (alert_id, channel)
) strict, without rowid;

create index deliveries_that_wait on alert_deliveries(due_at) where state = 'waiting';

create table told_waves (                   -- by id, and by template and time: whatever of them a regrouping changes
    told_id integer primary key autoincrement,
    wave_id integer not null,
    template_id integer not null,
    first_seen_at integer not null,
    last_seen_at integer not null,
    told_at integer not null
) strict;

create index told_waves_of_a_template on told_waves(template_id);
create index told_waves_by_id on told_waves(wave_id);

create table told_parties (
    told_id integer not null references told_waves(told_id),
    party_id integer not null,
    primary key (told_id, party_id)
) strict, without rowid;

create table told_matters (                 -- single happenings: one recurrence of one exposure, one outage of a feed
    matter text primary key,
    told_at integer not null
) strict, without rowid;
"""
