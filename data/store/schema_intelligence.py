"""Feeds, reports and what became of them, as readable SQL.

Machine-owned: feeds' health, fetches, reports with their versions, mentions, proposals. Human-owned: which feeds
there are, triage, decisions about links, domains of names. A report is one public text: a page, a pasted post, or an
entry of a feed (an advisory). One text that several feeds carry, or that was also read as a page, is one row.
"""

FEEDS = """
create table feeds (
    feed_id integer primary key autoincrement,
    address text not null unique,           -- as asked for; file: for one that was handed in
    title text,                             -- what people call it; else what the feed calls itself
    own_title text,
    source text,                            -- who names the address
    added_by text not null,
    added_at integer not null,
    paused_at integer,
    removed_at integer,                     -- its reports stay; added again, it goes on where it was
    etag text,                              -- of the last good answer
    last_modified text,
    state text not null default 'never fetched'
        check (state in ('never fetched', 'ok', 'empty', 'failing', 'gone')),
    attempted_at integer,
    fetched_at integer,                     -- last good answer
    due_at integer,                         -- null: never by itself
    failures integer not null default 0,    -- in a row
    failure text,                           -- why, in one sentence
    failing_since integer,
    warning text,                           -- what was odd about the last good answer
    entries integer not null default 0,     -- of the last good answer
    lease text,                             -- who is fetching it now
    leased_until integer
) strict;

create table fetches (                      -- every request for a feed or a page; the newest of each are kept
    fetch_id integer primary key autoincrement,
    feed_id integer references feeds(feed_id),
    report_id integer references reports(report_id) on delete cascade,
    at integer not null,
    status integer,                         -- null: no answer
    bytes integer not null,
    seconds real not null,
    outcome text not null check (outcome in ('read', 'unchanged', 'empty', 'failed', 'gone')),
    reason text
) strict;
"""

REPORTS = """
create table reports (
    report_id integer primary key autoincrement,
    kind text not null check (kind in ('report', 'advisory')),
    feed_id integer references feeds(feed_id), -- the feed that it came from first
    title text,
    url text,
    url_key text,                           -- the address without what varies between links to it
    words_key text,                         -- of a pasted text without an address
    publisher text,
    author text,
    published_at integer,
    updated_at integer,
    summary text,
    language text,
    digest text not null,                   -- of title, address, day and words: decides whether it was edited
    text_from text not null check (text_from in ('nothing', 'entry', 'page')),
    relevant integer not null,
    score real not null,
    reasons text not null,
    warnings text not null,
    added_by text not null,
    added_at integer not null,
    changed_at integer not null,
    page_due_at integer,                    -- its page is to be fetched then
    page_failures integer not null default 0,
    page_failure text,
    lease text,
    leased_until integer
) strict;

create table report_words (                 -- what people read and search
    report_id integer primary key references reports(report_id) on delete cascade,
    title text,
    text text not null
) strict;

create table report_entries (               -- under which id a feed carries a report
    feed_id integer not null references feeds(feed_id),
    entry_key text not null,
    report_id integer not null references reports(report_id) on delete cascade,
    digest text not null,
    seen_at integer not null,
    primary key (feed_id, entry_key)
) strict, without rowid;

create table report_versions (              -- what a report said before it was edited
    report_id integer not null references reports(report_id) on delete cascade,
    version integer not null,
    replaced_at integer not null,
    title text,
    published_at integer,
    text text not null,
    primary key (report_id, version)
) strict, without rowid;

create table mentions (
    report_id integer not null references reports(report_id) on delete cascade,
    place integer not null,
    kind text not null check (kind in ('platform', 'vendor', 'subject', 'date', 'mitigation')),
    name text not null,
    key text,                               -- null: a name that no catalogue knows
    start integer not null,
    "end" integer not null,
    evidence text not null,
    stance text,
    primary key (report_id, place)
) strict, without rowid;

create table link_proposals (               -- what the machine would link, and why
    report_id integer not null references reports(report_id) on delete cascade,
    kind text not null check (kind in ('incident', 'wave', 'vendor')),
    target text not null,                   -- a public id, or a vendor's domain
    score real not null,
    reason text not null,
    primary key (report_id, kind, target)
) strict, without rowid;

create table mitigation_proposals (         -- sentences that say what somebody did against abuse; they set nothing
    report_id integer not null references reports(report_id) on delete cascade,
    place integer not null,
    actor text not null check (actor in ('vendor', 'platform')),
    name text not null,                     -- the vendor's or platform's name as people read it
    party text,                             -- the vendor's domain or the platform's id; null: unresolved
    platform text,                          -- whose door it is about, where that is said
    measure text not null,
    status text not null check (status in ('mitigated', 'mitigating')),
    phase text,                             -- of a platform's own measure: announced, in force
    day text,                               -- the day that the sentence names, else that of publication
    sentence text not null,
    primary key (report_id, place)
) strict, without rowid;
"""

PEOPLE = """
create table report_triage (                -- no row: new
    report_id integer primary key references reports(report_id),
    state text not null check (state in ('new', 'relevant', 'linked', 'dismissed')),
    actor text not null,
    reason text,
    at integer not null
) strict;

create table link_decisions (
    report_id integer not null references reports(report_id),
    kind text not null check (kind in ('incident', 'wave', 'vendor')),
    target text not null,
    decision text not null check (decision in ('confirmed', 'rejected')),
    actor text not null,
    reason text,
    at integer not null,
    primary key (report_id, kind, target)
) strict, without rowid;

create table vendor_names (                 -- names that no catalogue knows, matched to a domain by a person
    name_key text primary key,
    name text not null,
    domain text not null,
    actor text not null,
    at integer not null
) strict, without rowid;

create view report_links as                 -- a decision outlives the proposal, and a proposal no decision
    select p.report_id, p.kind, p.target, p.score, p.reason, coalesce(d.decision, 'proposed') as state,
        d.actor, d.at, d.reason as why
    from link_proposals p left join link_decisions d using (report_id, kind, target)
    union all
    select d.report_id, d.kind, d.target, null, null, d.decision, d.actor, d.at, d.reason
    from link_decisions d left join link_proposals p using (report_id, kind, target) where p.report_id is null;
"""

SEARCH = """
create virtual table report_search using fts5 (
    title, text, content = 'report_words', content_rowid = 'report_id',
    tokenize = 'unicode61 remove_diacritics 2'
);

create trigger report_words_are_added after insert on report_words begin
    insert into report_search(rowid, title, text) values (new.report_id, new.title, new.text);
end;

create trigger report_words_are_removed after delete on report_words begin
    insert into report_search(report_search, rowid, title, text)
    values ('delete', old.report_id, old.title, old.text);
end;

create trigger report_words_are_replaced after update on report_words begin
    insert into report_search(report_search, rowid, title, text)
    values ('delete', old.report_id, old.title, old.text);
    insert into report_search(rowid, title, text) values (new.report_id, new.title, new.text);
end;
"""

INDEXES = """
create index feeds_that_are_due on feeds(due_at) where due_at is not null;
create index newest_fetches_of_a_feed on fetches(feed_id, fetch_id);
create index newest_fetches_of_a_page on fetches(report_id, fetch_id) where report_id is not null;
create index reports_of_an_address on reports(url_key) where url_key is not null;
create index reports_of_pasted_words on reports(words_key) where words_key is not null;
create index newest_reports on reports(relevant, coalesce(published_at, added_at));
create index reports_of_a_feed on reports(feed_id, relevant, changed_at);
create index pages_that_are_due on reports(page_due_at) where page_due_at is not null;
create index feeds_of_a_report on report_entries(report_id);
create index reports_that_mention on mentions(kind, name, report_id);
create index proposed_links_to_a_target on link_proposals(target);
create index decided_links_to_a_target on link_decisions(target);
create index mitigations_of_a_party on mitigation_proposals(party);
"""

INTELLIGENCE = (FEEDS, REPORTS, PEOPLE, SEARCH, INDEXES)
