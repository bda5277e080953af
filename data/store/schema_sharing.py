"""What exports need beside the present state: who was handed what, and the versions that rows had before.

`--as-of` reads the database as it stood. So a row that changes leaves its old figures behind, with the moment until
which they held. No version holds a stranger's words: what was forgotten or is better redacted today never comes back.
An observation between intake and settle is provisional; that version is kept only where an export has shown it.
Moments are whole milliseconds since 1970 of this machine's clock, whatever times the messages carry.
"""

NOW_MS = "cast((julianday('now') - 2440587.5) * 86400000 + 0.5 as integer)"

OBSERVATION_FIGURES = (
    "observed_at", "day", "headers_only", "platform", "transport", "account_id", "tenant", "abused_domain",
    "mechanism", "verdict", "score", "confidence", "standing", "evidence", "template_id", "incident_id",
)  # fmt: skip
INCIDENT_FIGURES = (
    "party_id", "template_id", "wave_id", "confirmation", "abused_domain", "tenant", "account_id", "platform",
    "mechanism", "verdict", "confidence", "observations", "recipients", "submitters", "first_seen_at", "last_seen_at",
)  # fmt: skip
WAVE_FIGURES = ("template_id", "dense", "observations", "parties", "first_seen_at", "last_seen_at")

TABLES = """
create table exports (                      -- what was handed out; its figures can be made again
    export_id integer primary key autoincrement,
    at_ms integer not null,
    state_ms integer not null,              -- the moment whose state was read: at_ms, or what --as-of named
    last_observation integer not null,      -- the last number given to an observation by then
    what text not null,
    format text not null,
    filters text not null,                  -- JSON, as the operator gave them
    rows integer,                           -- null: broken off
    digest text                             -- SHA-256 of the bytes handed out
) strict;

create table installation (                 -- whose ids are shared: two databases both have an RW-0001
    id text not null                        -- 32 hexadecimal digits
) strict;

create table intake_marks (                 -- after each batch of an intake, and once when this table was made
    at_ms integer not null,
    submission_id integer not null,
    last_observation integer not null
) strict;

create table group_births (                 -- when an incident or wave was opened; no row: before this table
    kind text not null,
    number integer not null,
    at_ms integer not null,
    primary key (kind, number)
) strict, without rowid;

create table observation_versions (
    observation_id integer not null references observations(observation_id) on delete cascade,
    until_ms integer not null,
    observed_at integer not null, day integer not null, headers_only integer not null,
    platform text, transport text, account_id text, tenant text, abused_domain text,
    mechanism text not null, verdict text not null, score real not null, confidence real not null,
    standing integer not null, evidence text not null, template_id integer not null, incident_id integer,
    primary key (observation_id, until_ms)
) strict, without rowid;

create table incident_versions (
    incident_id integer not null,
    until_ms integer not null,
    party_id integer not null, template_id integer not null, wave_id integer, confirmation text not null,
    abused_domain text, tenant text, account_id text, platform text, mechanism text not null, verdict text not null,
    confidence real not null, observations integer not null, recipients integer not null,
    submitters integer not null, first_seen_at integer not null, last_seen_at integer not null,
    primary key (incident_id, until_ms)
) strict, without rowid;

create table wave_versions (
    wave_id integer not null,
    until_ms integer not null,
    template_id integer not null, dense integer not null, observations integer not null, parties integer not null,
    first_seen_at integer not null, last_seen_at integer not null,
    primary key (wave_id, until_ms)
) strict, without rowid;

create table party_versions (
    party_id integer not null,
    until_ms integer not null,
    name text not null,
    primary key (party_id, until_ms)
) strict, without rowid;

create index marks_by_time on intake_marks(at_ms);
"""

FIRST_MARK = f"""
insert into installation (id) select lower(hex(randomblob(16)));
insert into intake_marks (at_ms, submission_id, last_observation)
select {NOW_MS}, coalesce((select max(submission_id) from submissions), 0),
    coalesce((select max(observation_id) from observations), 0);
"""


def versions_kept(kind: str, figures: tuple[str, ...], unless: str = "false") -> str:
    """The trigger that keeps the old figures of a row when one of them changes."""
    key, old = f"{kind}_id", ", ".join(f"old.{name}" for name in figures)
    changed = " or ".join(f"old.{name} is not new.{name}" for name in figures)
    keep = (
        f"insert or ignore into {kind}_versions ({key}, until_ms, {', '.join(figures)})"
        f" values (old.{key}, {NOW_MS}, {old});"
    )
    return (
        f"create trigger {kind}_versions_are_kept before update on {kind}s\n"
        f"when ({changed}) and not ({unless})\nbegin {keep} end;\n"
    )


def last_version_kept(kind: str, plural: str, figures: tuple[str, ...]) -> str:
    """The trigger that keeps the figures of a row that goes."""
    old = ", ".join(f"old.{name}" for name in figures)
    return (
        f"create trigger last_{kind}_version_is_kept before delete on {plural}\n"
        f"begin insert or ignore into {kind}_versions ({kind}_id, until_ms, {', '.join(figures)})"
        f" values (old.{kind}_id, {NOW_MS}, {old}); end;\n"
    )


PROVISIONAL = (
    "old.incident_id is null and old.standing > 0"
    " and old.observation_id > coalesce((select max(last_observation) from exports), 0)"
)
BIRTHS = "".join(
    f"create trigger {kind}_birth_is_noted after insert on {kind}s\n"
    f"begin insert or ignore into group_births values ('{kind}', new.{kind}_id, {NOW_MS}); end;\n"
    for kind in ("incident", "wave")
)
INTAKE = f"""
create trigger intake_is_marked after update of stored, duplicates on submissions
begin
    insert into intake_marks (at_ms, submission_id, last_observation) values ({NOW_MS}, new.submission_id,
        coalesce((select seq from sqlite_sequence where name = 'observations'), 0));
end;
"""
PARTY_NAMES = f"""
create trigger party_names_are_kept before update of name on parties when old.name <> new.name
begin insert or ignore into party_versions (party_id, until_ms, name) values (old.party_id, {NOW_MS}, old.name); end;
"""

SHARING = "\n".join(
    (
        TABLES,
        FIRST_MARK,
        versions_kept("observation", OBSERVATION_FIGURES, PROVISIONAL),
        versions_kept("incident", INCIDENT_FIGURES),
        versions_kept("wave", WAVE_FIGURES),
        last_version_kept("incident", "incidents", INCIDENT_FIGURES),
        last_version_kept("wave", "waves", WAVE_FIGURES),
        last_version_kept("party", "parties", ("name",)),
        PARTY_NAMES,
        BIRTHS,
        INTAKE,
    )
)
