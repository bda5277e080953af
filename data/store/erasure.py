"""Forgetting a person, and letting old evidence go: complete on the bytes of the file.

A deleted row's bytes stay in free pages, in the full-text index until it is merged, and in the write-ahead log until
it is cut. So: secure_delete before, then the index made anew, the log cut, the file written anew.
"""

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes

from data.keys import Keys
from data.store.database import Database, copies_before_updates, explained
from data.store.journal import Journal
from data.store.rebuild import refresh
from data.store.scope import ALWAYS, touch
from data.store.settle import settle
from data.store.sweep import pattern_of, sweep
from data.store.values import seconds

_EMPTIED = (
    "update observation_details set sender_address = null, headers = '[]', links = '[]', hops = '[]',"
    " warnings = '[]', authentication = json_remove(authentication, '$.written_by'),"
    " identity = json_set(identity, '$.platform_evidence', json('[]'), '$.mechanism_evidence', json('[]')),"
    " reasons = (select json_group_array(json_object('signal', json_extract(value, '$.signal'),"
    " 'weight', json_extract(value, '$.weight'), 'evidence', '')) from json_each(reasons))"
    " where observation_id = ?"
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_WORDS_OF = (
    "select o.observation_id, o.template_id, coalesce(w.subject, '') || ' ' || coalesce(w.sender_name, '') || ' ' ||"
    " d.features as words from observations o join observation_words w using (observation_id)"
    " join observation_details d using (observation_id) where o.recipient_hash in (select value from temp.forgotten)"
)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What forgetting did: `emptied` messages stay as counts without a trace of the person, `removed` ones named the
    person in words that the rest needs and went whole, as did `dropped` submissions in quarantine. `blotted` rows of
    other kinds, such as notes, filters of exports and the event log, had the address in their words. `copies` are
    files beside the database, as it was before updates, that still hold everything."""

    emptied: int
    removed: int
    dropped: int
    blotted: int
    copies: tuple[str, ...]


def forget(db: Database, addresses: Iterable[str], keys: Keys, now: datetime) -> Forgotten:
    """Takes every trace of recipients out of the database, whose addresses are in lower case.

    Their keyed hashes, as recipients and as reporters, and the bodies, header fields, links and ways of their
    messages go, with what clustering learned of their words; what is left counts in incidents, and no key leads back.
    The address itself is blotted out of whatever else people and programs wrote here; texts that others published
    (reports, feeds) stay as they are. The incidents concerned are settled anew. Raises StoreError where others hold
    the file for too long; then calling again completes it.
    """
    wanted = set(addresses)
    hashes = {keys.digest("recipient", address) for address in wanted}
    names = {word.casefold() for address in wanted for word in _names_of(address)}
    said = {word for address in wanted for word in _said_of(address)}
    with explained(db.path):
        db.connection.execute("pragma secure_delete = on")
        _note(db.connection, hashes)
    with db.writing() as connection:
        emptied, removed = _forget_messages(connection, names)
        dropped = _drop_held(connection, hashes, said)
        _drop_claims(connection, said)
        _forget_reporters(connection, [keys.digest("submitter", f"mail:{address}") for address in wanted])
        blotted = sweep(connection, said)
        refresh(connection)
        drop_empty_templates(connection)
        Journal(connection, seconds(now)).note(
            "recipient-forgotten",
            "recipients",
            {"messages": emptied + removed, "held": dropped, "blotted": blotted},
        )
    settle(db, now, afresh=True)
    with db.writing() as connection:
        drop_empty_templates(connection)
    wipe(db)
    return Forgotten(emptied, removed, dropped, blotted, tuple(map(str, copies_before_updates(db.path))))


def expire_evidence(db: Database, days: int, now: datetime) -> int:
    """Empties the evidence of messages received more than so many days ago: bodies, header fields, links, ways. What
    they count in, and what their subjects and templates say, stays; what was held so long is dropped. Returns how
    many messages."""
    before = seconds(now - timedelta(days=days))
    with explained(db.path):
        db.connection.execute("pragma secure_delete = on")
    with db.writing() as connection:
        numbers = [
            row[0]
            for row in connection.execute(
                "select o.observation_id from observations o join observation_details d using (observation_id)"
                " where o.received_at < ? and d.headers <> '[]'",
                (before,),
            )
        ]
        for number in numbers:
            _empty(connection, number)
        old = connection.execute("delete from held_submissions where received_at < ?", (before,)).rowcount
        if numbers or old:
            Journal(connection, seconds(now)).note(
                "evidence-expired", "observations", {"messages": len(numbers), "held": old}
            )
    if numbers or old:
        wipe(db)
    return len(numbers)


def wipe(db: Database) -> None:
    """Leaves nothing deleted in the bytes of the file and its log. Others wait meanwhile."""
    with explained(db.path):
        connection = db.connection
        connection.execute("insert into words (words) values ('rebuild')")
        connection.execute("insert into words (words) values ('optimize')")
        connection.execute("vacuum")
        busy = connection.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
        if busy:
            raise sqlite3.OperationalError("database is locked")


def _names_of(address: str) -> set[str]:
    """The address, what stands before its @, and the words of that with three letters or more."""
    local = address.rpartition("@")[0] or address
    return {address, local, *_WORD.findall(local)}


def _said_of(address: str) -> set[str]:
    """How an address stands in words of other people: itself, as links write it, and what stands before its @ where
    that is more than one word."""
    local = address.rpartition("@")[0]
    alone = {local} if len(_WORD.findall(local)) > 1 else set()
    return {address, address.replace("@", "%40"), *alone}


def _forget_reporters(connection: sqlite3.Connection, hashes: Iterable[bytes]) -> None:
    """Reporters keep counting as the one person they are, under a name that nothing leads to."""
    for digest in hashes:
        nobody = token_bytes(len(digest))
        for table in ("submissions", "corroborations", "held_submissions"):
            connection.execute(
                f"update {table} set submitter_hash = ? where submitter_hash = ?",  # noqa: S608 (our own words)
                (nobody, digest),
            )
        connection.execute("update or ignore sightings set witness = ? where witness = ?", (nobody, digest))


def _note(connection: sqlite3.Connection, hashes: set[bytes]) -> None:
    connection.execute("create temp table if not exists forgotten (value blob primary key)")
    connection.execute("delete from temp.forgotten")
    connection.executemany("insert into temp.forgotten values (?)", [(found,) for found in hashes])


def _forget_messages(connection: sqlite3.Connection, names: set[str]) -> tuple[int, int]:
    emptied = removed = 0
    for number, template, words in connection.execute(_WORDS_OF).fetchall():
        touch(connection, {(template, 0): ALWAYS})
        connection.execute(
            "update incidents set stale = 1 where incident_id ="
            " (select incident_id from observations where observation_id = ?)",
            (number,),
        )
        if any(name in words.casefold() for name in names):
            connection.execute("delete from observations where observation_id = ?", (number,))
            removed += 1
            continue
        _empty(connection, number)
        connection.execute(
            "update observations set recipient_hash = null, message_hash = null, fingerprint = randomblob(16),"
            " digest = randomblob(16) where observation_id = ?",
            (number,),
        )
        emptied += 1
    connection.execute("delete from sightings where witness in (select value from temp.forgotten)")
    return emptied, removed


def _empty(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("update observation_words set text = '' where observation_id = ?", (number,))
    connection.execute(_EMPTIED, (number,))


def _drop_held(connection: sqlite3.Connection, hashes: set[bytes], said: set[str]) -> int:
    """Held submissions with a message to one of them, or with their address in its words, go whole: nobody has
    counted them yet. They are looked for in the JSON itself, so that what another version wrote is found too."""
    wanted = {digest.hex() for digest in hashes}
    rows = connection.execute("select held_id, readings from held_submissions").fetchall()
    named = [
        (number,)
        for number, text in rows
        if any(digest in text for digest in wanted) or (said and pattern_of(said).search(text))
    ]
    connection.executemany("delete from held_submissions where held_id = ?", named)
    return len(named)


def _drop_claims(connection: sqlite3.Connection, said: set[str]) -> None:
    """Claims that name one of them: nothing counts them."""
    rows = connection.execute("select claim_id, coalesce(subject, '') || ' ' || coalesce(sender, '') from claims")
    named = [(number,) for number, text in rows.fetchall() if said and pattern_of(said).search(text)]
    connection.executemany("delete from claims where claim_id = ?", named)


def drop_empty_templates(connection: sqlite3.Connection) -> None:
    """A template's key is made of a message's words, so it goes with the last of its messages."""
    numbers = [
        row[0]
        for row in connection.execute(
            "select template_id from templates t where not exists"
            " (select 1 from observations o where o.template_id = t.template_id)"
            " and not exists (select 1 from incidents i where i.template_id = t.template_id)"
            " and not exists (select 1 from waves w where w.template_id = t.template_id)"
            " and not exists (select 1 from overruled v where v.template_id = t.template_id)"
        )
    ]
    connection.execute(
        "delete from templates where template_id in (select value from json_each(?))", (json.dumps(numbers),)
    )
    connection.execute(
        "delete from unsettled where template_id in (select value from json_each(?1))"
        " or moved_from in (select value from json_each(?1))",
        (json.dumps(numbers),),
    )
