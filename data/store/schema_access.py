"""Who may come in by HTTP, what waits for review, and how far an incident may travel, as readable SQL."""

ACCESS = """
create table tokens (                       -- human-owned; the secret itself is nowhere
    token_id integer primary key autoincrement,
    name text not null,
    digest blob not null unique,            -- SHA-256 of 256 random bits, which nobody can guess back
    organisation text,                      -- authenticated by whoever issued the token
    scopes text not null,                   -- JSON list of submit, read, write
    clearance text not null check (clearance in ('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED')),
    created_at integer not null,
    expires_at integer,
    last_used_day integer,                  -- whole days since 1970, no finer
    revoked_at integer
) strict;

create table held_submissions (             -- read and redacted, waiting for somebody to look
    held_id integer primary key autoincrement,
    channel text not null,
    received_at integer not null,
    submitter_hash blob,
    block_hash blob,
    why text not null,
    messages integer not null,
    readings text not null                  -- JSON of data.model.Reading, one a message
) strict;

create table incident_markings (            -- human-owned: TLP of an incident; without a row it is AMBER
    incident_id integer primary key,        -- as it was named; stays when the incident is merged away
    tlp text not null check (tlp in ('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED')),
    actor text not null,
    reason text not null,
    at integer not null
) strict;

create index messages_of_a_block on submissions(block_hash, received_at) where channel = 'web';
create index messages_of_a_submitter on submissions(submitter_hash, received_at);
create index messages_of_strangers on submissions(received_at) where channel = 'web';
create index held_of_a_block on held_submissions(block_hash, received_at);
create index held_of_a_submitter on held_submissions(submitter_hash, received_at);
create index held_by_time on held_submissions(received_at);
create index received_since on observations(received_at, incident_id) where incident_id is not null;
"""
