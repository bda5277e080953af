"""Parties in the database: their aliases, who saw which account with which domain, and what that joins."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.clustering.parties import WITNESSES, Alias, Link, join_aliases, party_name, shared_domains
from data.store.drafts import Draft
from data.store.figures import save_parties
from data.store.rulings import merged_aliases


class Parties:
    """Places drafts at their party within the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[Alias, tuple[int, int, bool]] = {}
        self._sighted: set[tuple[int, int]] = set()
        self._doubted: set[tuple[int, int]] = set()

    def place(self, draft: Draft) -> tuple[int, int]:
        """The alias and the party that an observation belongs to: its domain, unless that is shared by a
        platform's customers; else its account, its tenant, its platform."""
        domain = self._alias(draft.domain) if draft.domain else None
        account = self._alias(draft.account) if draft.account else None
        if domain and not (domain[2] and account):
            return domain[0], domain[1]
        return (account or self._alias(draft.lesser))[:2]

    def sight(self, observation: int, account: Alias | None, domain: Alias | None) -> None:
        """Notes the witnesses (its recipient, or its submitters where none is known) that an observation brings for
        its account and domain being one; anonymous submissions bring none."""
        if account is None or domain is None:
            return
        pair = self._alias(account)[0], self._alias(domain)[0]
        added = self._connection.execute(
            "insert or ignore into sightings (account_alias, domain_alias, witness)"
            " select ?, ?, witness from witnesses where observation_id = ?",
            (*pair, observation),
        )
        if added.rowcount > 0:
            self._sighted.add(pair)

    def unsight(self, account: Alias | None, domain: Alias | None) -> None:
        """Forgets witnesses of a pair that no observation brings any more, since a better copy says otherwise."""
        if account is None or domain is None:
            return
        pair = self._alias(account)[0], self._alias(domain)[0]
        self._connection.execute(
            "delete from sightings where account_alias = ? and domain_alias = ? and witness not in ("
            " select w.witness from observations o join witnesses w using (observation_id)"
            " where o.abused_domain = ? and o.platform = ? and o.account_id = ?)",
            (*pair, domain.name, account.platform, account.name),
        )
        self._doubted.add(pair)

    def join(self) -> set[int]:
        """Joins the parties of pairs that now have enough witnesses, and parts those that no longer have; returns
        the templates whose incidents move."""
        affected: set[int] = set()
        for pair in self._sighted | self._doubted:
            account, domain = (self._row(alias) for alias in pair)
            together = account[0] == domain[0]
            if pair in self._doubted or (not together and not domain[1] and _proven(self._connection, pair)):
                affected |= {account[0], domain[0]}
        self._known.clear()
        return regroup(self._connection, affected) if affected else set()

    def _row(self, alias: int) -> tuple[int, int]:
        row = self._connection.execute("select party_id, shared from party_aliases where alias_id = ?", (alias,))
        party, shared = row.fetchone()
        return party, shared

    def _alias(self, alias: Alias) -> tuple[int, int, bool]:
        """(alias, party, shared) of a name; made on first sight, as a party of its own."""
        found = self._known.get(alias) or self._look_up(alias)
        if found is None:
            number = self._make(alias)
            found = (number, number, False)
        self._known[alias] = found
        return found

    def _look_up(self, alias: Alias) -> tuple[int, int, bool] | None:
        row = self._connection.execute(
            "select alias_id, party_id, shared from party_aliases where kind = ? and platform = ? and name = ?",
            (alias.kind, alias.platform, alias.name),
        ).fetchone()
        return (row[0], row[1], bool(row[2])) if row else None

    def _make(self, alias: Alias) -> int:
        last = self._connection.execute(
            "select coalesce(max(seq), 0) from sqlite_sequence where name = 'party_aliases'"
        )
        number: int = last.fetchone()[0] + 1
        self._connection.execute("insert into parties (party_id, name) values (?, ?)", (number, party_name([alias])))
        self._connection.execute(
            "insert into party_aliases (alias_id, kind, platform, name, party_id) values (?, ?, ?, ?, ?)",
            (number, alias.kind, alias.platform, alias.name, number),
        )
        return number


def _proven(connection: sqlite3.Connection, pair: tuple[int, int]) -> bool:
    found = connection.execute(
        "select count(*) from (select 1 from sightings where account_alias = ? and domain_alias = ? limit ?)",
        (*pair, WITNESSES),
    ).fetchone()
    return bool(found[0] >= WITNESSES)


@dataclass(frozen=True, slots=True)
class Grouping:
    """Each alias with its party, and the domains that are shared."""

    parties: dict[int, int]
    shared: frozenset[int]


def grouping(connection: sqlite3.Connection, aliases: Iterable[int], *, said: Iterable[tuple[int, int]]) -> Grouping:
    """The parties of some aliases, whole parties of them, by everything that was sighted and what people said."""
    aliases = list(aliases)
    rows = connection.execute(
        "select s.account_alias, s.domain_alias, a.platform from sightings s"
        " join party_aliases a on a.alias_id = s.account_alias"
        " where s.account_alias in (select value from json_each(?1))"
        " or s.domain_alias in (select value from json_each(?1))"
        " group by s.account_alias, s.domain_alias having count(*) >= ?2",
        (json.dumps(aliases), WITNESSES),
    )
    links = [Link(account, domain, platform) for account, domain, platform in rows]
    parties = join_aliases(aliases, links, said)
    return Grouping(parties, shared_domains(links) & frozenset(aliases))


def regroup(connection: sqlite3.Connection, affected: Iterable[int]) -> set[int]:
    """Forms the affected parties anew out of what was sighted; returns the templates whose incidents move.

    Incidents of a party that is gone stand with its successor until they are settled. Where a domain turns out to be
    shared, what people joined stands under other aliases than before; then it is joined anew under those.
    """
    said = merged_aliases(connection)
    templates = _regroup(connection, affected, said)
    now = merged_aliases(connection)
    if now == said:
        return templates
    named = {alias for pair in (*said, *now) for alias in pair}
    rows = connection.execute(
        "select distinct party_id from party_aliases where alias_id in (select value from json_each(?))",
        (json.dumps(sorted(named)),),
    )
    return templates | regroup(connection, [row[0] for row in rows.fetchall()])


def _regroup(connection: sqlite3.Connection, affected: Iterable[int], said: Sequence[tuple[int, int]]) -> set[int]:
    before = {
        row["alias_id"]: row
        for row in connection.execute(
            "select * from party_aliases where party_id in (select value from json_each(?))",
            (json.dumps(sorted(affected)),),
        )
    }
    after = grouping(connection, before, said=said)
    moved = {alias for alias, row in before.items() if row["party_id"] != after.parties[alias]}
    opened = {alias for alias, row in before.items() if bool(row["shared"]) != (alias in after.shared)}
    if not moved and not opened:
        return set()
    templates = _templates(connection, moved | opened)
    _save_parties(connection, before, after)
    for alias in opened & after.shared:
        connection.execute(
            "update observations set alias_id = (select a.alias_id from party_aliases a where a.kind = 'account'"
            " and a.platform = observations.platform and a.name = observations.account_id)"
            " where alias_id = ? and platform is not null and account_id is not null",
            (alias,),
        )
    for alias in opened - after.shared:
        connection.execute(
            "update observations set alias_id = ?1 where platform is not null and account_id is not null"
            " and abused_domain = (select name from party_aliases where alias_id = ?1)",
            (alias,),
        )
    connection.execute(
        "update observations set party_id = a.party_id from party_aliases a"
        " where a.alias_id = observations.alias_id and a.party_id <> observations.party_id"
        " and observations.template_id in (select value from json_each(?))",
        (json.dumps(sorted(templates)),),
    )
    gone = {row["party_id"] for row in before.values()} - set(after.parties.values())
    for party in sorted(gone):
        connection.execute("update incidents set party_id = ? where party_id = ?", (after.parties[party], party))
        connection.execute("delete from parties where party_id = ?", (party,))
    save_parties(connection, set(after.parties.values()))
    return templates


def _templates(connection: sqlite3.Connection, aliases: set[int]) -> set[int]:
    rows = connection.execute(
        "select template_id from observations where alias_id in (select value from json_each(?1))"
        " union select template_id from observations where abused_domain in"
        " (select name from party_aliases where kind = 'domain' and alias_id in (select value from json_each(?1)))",
        (json.dumps(sorted(aliases)),),
    )
    return {row[0] for row in rows}


def _save_parties(connection: sqlite3.Connection, before: Mapping[int, sqlite3.Row], after: Grouping) -> None:
    names: defaultdict[int, list[Alias]] = defaultdict(list)
    for alias, row in before.items():
        names[after.parties[alias]].append(Alias(row["kind"], row["platform"], row["name"]))
    connection.executemany(
        "insert into parties (party_id, name) values (?, ?)"
        " on conflict (party_id) do update set name = excluded.name",
        [(party, party_name(aliases)) for party, aliases in names.items()],
    )
    connection.executemany(
        "update party_aliases set party_id = ?, shared = ? where alias_id = ?",
        [(after.parties[alias], int(alias in after.shared), alias) for alias in before],
    )
