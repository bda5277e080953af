"""What organisations say against an entry, who proved that a domain is his, and where writes came from, as readable
SQL."""

DISPUTES = """
alter table events add column origin text;  -- keyed hash of the address block it came from; null: this machine

create table disputes (                     -- human-owned; names its party by an alias, so that it outlives merges
    dispute_id integer primary key autoincrement,
    party_kind text not null,
    party_platform text not null,
    party_name text not null,
    organisation text not null,             -- as it was typed, or as its token or domain says
    standing text not null check (standing in ('named', 'token', 'domain')),
    statement text not null,
    contact text,
    hides integer not null,                 -- whether the entry is out of public view until somebody decides
    made_at integer not null,
    decision text check (decision in ('upheld', 'rejected')),
    decided_at integer,
    decided_by text,
    reason text
) strict;

create table domain_proofs (                -- who showed that a domain is his
    digest blob primary key,                -- SHA-256 of a secret that only he has; its hex stands in the DNS
    domain text not null,
    proven_at integer not null,
    expires_at integer not null
) strict;

create index disputes_of_a_party on disputes(party_name, party_kind, party_platform);
create index disputes_that_wait on disputes(made_at) where decision is null;
"""
