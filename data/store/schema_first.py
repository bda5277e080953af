"""The first schema, as readable SQL, once; later changes are appended as migrations (schema.py).

Machine-owned tables hold what can be rebuilt from observations; human-owned tables hold what people said and are
never touched by a rebuild. Times are whole UTC seconds since 1970, `day` is whole days since 1970. Public ids
(RW-0001, W-0001, T-0001, O-0001) are the integer keys in words: AUTOINCREMENT never gives a number twice.
"""

EVIDENCE = """
create table submissions (                  -- what was handed in, by whom, without their names
    submission_id integer primary key autoincrement,
    channel text not null check (channel in ('cli', 'token', 'mailbox', 'web', 'demo')),
    received_at integer not null,
    submitter_hash blob,
    block_hash blob,
    organisation text,                      -- only where the submitter's identity is authenticated
    stored integer not null default 0,
    duplicates integer not null default 0,
    refused integer not null default 0
) strict;

create table observations (                 -- one message seen by one recipient, redacted
    observation_id integer primary key autoincrement,
    fingerprint blob not null unique,
    rank integer not null,                  -- how good the stored copy is: trusted, with body, evidence
    digest blob not null,                   -- decides between copies of one rank, so that order does not
    message_hash blob,
    recipient_hash blob,
    observed_at integer not null,           -- sent_at within 1990 and received_at, else received_at
    day integer not null,
    sent_at integer,
    dated_by text,
    received_at integer not null,
    headers_only integer not null,
    enclosed_in text,
    platform text,
    transport text,
    account_id text,
    account_signed integer not null,
    tenant text,
    abused_domain text,
    mechanism text not null,
    automatic integer not null,
    verdict text not null,
    score real not null,
    confidence real not null,
    standing integer not null,              -- 2 abuse, 1 candidate, 0 neither: opens no incident
    evidence text not null,
    trusted integer not null,               -- whether any channel but the anonymous web form handed it in
    catalogue_version text not null,
    features_version integer not null,
    template_id integer not null references templates(template_id),
    alias_id integer not null references party_aliases(alias_id),
    party_id integer not null references parties(party_id),
    incident_id integer references incidents(incident_id)
) strict;

create table observation_words (            -- what people read and search
    observation_id integer primary key references observations(observation_id) on delete cascade,
    subject text,
    sender_name text,
    text text not null
) strict;

create table observation_details (          -- JSON, by the shapes of data/model.py
    observation_id integer primary key references observations(observation_id) on delete cascade,
    sender_address text,
    reply_to_domain text,
    envelope_domain text,
    masked integer not null,
    headers text not null,
    links text not null,
    hops text not null,
    authentication text not null,
    identity text not null,
    reasons text not null,
    features text not null,
    warnings text not null
) strict;

create table corroborations (               -- who handed the same message in; each submitter counts once a channel
    observation_id integer not null references observations(observation_id) on delete cascade,
    channel text not null,
    submitter_hash blob not null,           -- empty where unknown
    organisation text not null,             -- empty where not authenticated
    submission_id integer not null references submissions(submission_id),
    primary key (observation_id, channel, submitter_hash, organisation)
) strict, without rowid;

create view witnesses as                    -- who vouches for an observation: its recipient, else its submitters
    select distinct c.observation_id, coalesce(o.recipient_hash, c.submitter_hash) as witness
    from corroborations c join observations o using (observation_id)
    where c.channel <> 'web' and coalesce(o.recipient_hash, c.submitter_hash) <> x'';

create table claims (                       -- a report without a header: kept and shown apart, never counted
    claim_id integer primary key autoincrement,
    submission_id integer not null references submissions(submission_id),
    subject text,
    sender text,
    claimed_at integer
) strict;
"""

GROUPS = """
create table templates (
    template_id integer primary key autoincrement,
    template_key text not null unique,
    has_payload integer not null,
    parts text not null default '[]',       -- JSON of the example's TemplateParts
    example_text text,
    observations integer not null default 0,
    parties integer not null default 0,
    first_seen_at integer,
    last_seen_at integer
) strict;

create table parties (                      -- one abused party; party_id is the smallest alias_id of its aliases
    party_id integer primary key,
    name text not null,
    platform text,
    abused_domain text,
    observations integer not null default 0, -- that stand in incidents
    first_seen_at integer,
    last_seen_at integer
) strict;

create table party_aliases (                -- names of a party: an account, a domain, a tenant
    alias_id integer primary key autoincrement,
    kind text not null check (kind in ('account', 'domain', 'tenant', 'platform', 'unknown')),
    platform text not null,                 -- empty for domains
    name text not null,
    party_id integer not null references parties(party_id),
    shared integer not null default 0,      -- a domain that many customers of one platform send from
    unique (kind, platform, name)
) strict;

create table sightings (                    -- who saw an account send from a domain; two witnesses join the two
    account_alias integer not null references party_aliases(alias_id),
    domain_alias integer not null references party_aliases(alias_id),
    witness blob not null,
    primary key (account_alias, domain_alias, witness)
) strict, without rowid;

create table waves (
    wave_id integer primary key autoincrement,
    template_id integer not null references templates(template_id),
    title text,
    dense integer not null,
    observations integer not null,
    parties integer not null,
    first_seen_at integer not null,
    last_seen_at integer not null
) strict;

create table incidents (
    incident_id integer primary key autoincrement,
    party_id integer not null references parties(party_id),
    template_id integer not null references templates(template_id),
    wave_id integer references waves(wave_id),
    confirmation text not null check (confirmation in ('unconfirmed', 'confirmed')),
    abused_domain text,
    tenant text,
    account_id text,
    platform text,
    mechanism text not null,
    verdict text not null,
    confidence real not null,
    title text,
    observations integer not null,
    recipients integer not null,
    submitters integer not null,
    first_seen_at integer not null,
    last_seen_at integer not null,
    stale integer not null default 0        -- an observation of it changed since its figures were counted
) strict;

create table incident_aliases (             -- ids that were merged away; null: all members left for no incident
    old_id integer primary key,
    incident_id integer
) strict;

create table wave_aliases (
    old_id integer primary key,
    wave_id integer
) strict;

create table unsettled (                    -- spans of templates whose incidents are provisional
    template_id integer not null,
    moved_from integer not null default 0,  -- the template that observations came from
    first_at integer not null,
    last_at integer not null,
    primary key (template_id, moved_from)
) strict, without rowid;
"""

PEOPLE = """
create table events (                       -- who did what, when and why; never changed
    seq integer primary key autoincrement,
    at integer not null,
    actor text not null,
    kind text not null,
    subject text not null,
    detail text not null,
    reason text
) strict;

create trigger events_are_not_changed before update on events
begin select raise(abort, 'the event log is append-only'); end;

create trigger events_are_not_deleted before delete on events
begin select raise(abort, 'the event log is append-only'); end;

create table overrides (                    -- analysts' decisions, keyed by content, so that they outlive ids
    override_id integer primary key autoincrement,
    kind text not null,
    subject_key text not null,
    object_key text,
    value text,
    actor text not null,
    reason text not null,
    at integer not null,
    undone_at integer
) strict;
"""

SEARCH = """
create virtual table words using fts5 (
    subject, sender_name, text,
    content = 'observation_words', content_rowid = 'observation_id', tokenize = 'unicode61 remove_diacritics 2'
);

-- New rows are indexed by intake, once a batch: a trigger makes FTS5 write its tables out for every single row
-- (measured: 121 against 36 microseconds a message of 120 words).

create trigger words_are_removed after delete on observation_words begin
    insert into words(words, rowid, subject, sender_name, text)
    values ('delete', old.observation_id, old.subject, old.sender_name, old.text);
end;

create trigger words_are_replaced after update on observation_words begin
    insert into words(words, rowid, subject, sender_name, text)
    values ('delete', old.observation_id, old.subject, old.sender_name, old.text);
    insert into words(rowid, subject, sender_name, text)
    values (new.observation_id, new.subject, new.sender_name, new.text);
end;
"""
