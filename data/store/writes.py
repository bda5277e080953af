"""The rows of one batch of readings, inside one transaction."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from data.clustering.parties import Alias, account_alias, domain_alias
from data.store.aliases import Parties
from data.store.drafts import Draft, day_of, observed_at
from data.store.scope import ALWAYS, Reach, touch
from data.store.values import seconds, to_json
from data.submissions import Submission

OWN = (
    "sent_at", "dated_by", "headers_only", "enclosed_in", "platform", "transport", "account_id", "account_signed",
    "tenant", "abused_domain", "mechanism", "automatic", "verdict", "score", "confidence", "standing", "evidence",
    "catalogue_version", "features_version",
)  # fmt: skip
DETAILS = (
    "sender_address", "reply_to_domain", "envelope_domain", "masked", "headers", "links", "hops", "authentication",
    "identity", "reasons", "features", "warnings",
)  # fmt: skip
PLACED = (
    "fingerprint", "message_hash", "recipient_hash", "received_at", "rank", "digest", "observed_at", "day", "trusted",
    "template_id", "alias_id", "party_id",
)  # fmt: skip
ORDER = ("rank", "features_version", "catalogue_version", "digest")
BETTER = ("rank", "digest", "template_id", "alias_id", "party_id")
_MARKS = ", ".join("?" * (len(PLACED) + len(OWN)))
_INSERT = f"insert into observations ({', '.join(PLACED + OWN)}) values ({_MARKS})"  # noqa: S608 (our own words)
_INSERT_DETAILS = (
    f"insert or replace into observation_details (observation_id, {', '.join(DETAILS)})"  # noqa: S608
    f" values (?, {', '.join('?' * len(DETAILS))})"
)
_UPGRADE = (
    f"update observations set {', '.join(f'{name} = ?' for name in (*BETTER, *OWN))},"  # noqa: S608
    " incident_id = case when ? > 0 then incident_id end, node_id = null where observation_id = ?"
)
SAME_ID = (
    "Another message with the same Message-ID but other content is known; one of the two was changed on the way or "
    "invented."
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one draft."""

    source: str
    observation: int
    duplicate: bool


class Batch:
    """Stores drafts one after the other within the caller's transaction."""

    def __init__(
        self, connection: sqlite3.Connection, submission: Submission, submission_id: int, parties: Parties
    ) -> None:
        self._connection = connection
        self._submission = submission
        self._submission_id = submission_id
        self._parties = parties
        self._received = seconds(submission.received_at)
        self._trusted = submission.channel != "web"
        self._templates: dict[str, int] = {}
        self._unsettled: dict[tuple[int, int], Reach] = {}
        self._words: list[tuple[int, str | None, str | None, str]] = []

    def save(self, draft: Draft) -> Kept:
        """Stores a new observation, or links a known one and keeps the better of the two copies."""
        known = self._connection.execute(
            "select * from observations where fingerprint = ?", (draft.fingerprint,)
        ).fetchone()
        if known is None:
            number = self._insert(draft)
            self._corroborate(number)
            self._parties.sight(number, draft.account, draft.domain)
        else:
            number = known["observation_id"]
            self._repeat(draft, known)
        return Kept(draft.source, number, known is not None)

    def finish(self) -> None:
        """Indexes new words, joins parties that this batch proved to be one, and marks what must be settled."""
        self._index()
        for template in self._parties.join():
            self._unsettled[template, 0] = ALWAYS
        touch(self._connection, self._unsettled)

    def _touch(self, template: int, *times: int, moved_from: int = 0) -> None:
        before = self._unsettled.get((template, moved_from), (times[0], times[0]))
        self._unsettled[template, moved_from] = min(*before, *times), max(*before, *times)

    def _index(self) -> None:
        if not self._words:
            return
        self._connection.executemany(
            "insert into observation_words (observation_id, subject, sender_name, text) values (?, ?, ?, ?)",
            self._words,
        )
        self._connection.execute(
            "insert into words (rowid, subject, sender_name, text)"
            " select observation_id, subject, sender_name, text from observation_words where observation_id >= ?",
            (self._words[0][0],),
        )
        self._words.clear()

    def _insert(self, draft: Draft) -> int:
        at, late = observed_at(draft.sent_at, self._received)
        template = self._template(draft)
        alias, party = self._parties.place(draft)
        placed = (
            draft.fingerprint, draft.message_hash, draft.recipient_hash, self._received, draft.rank, draft.digest,
            at, day_of(at), int(self._trusted), template, alias, party,
        )  # fmt: skip
        warnings = [*draft.warnings, *([late] if late else []), *self._doubt(draft)]
        cursor = self._connection.execute(_INSERT, placed + tuple(draft.own[name] for name in OWN))
        number = int(cursor.lastrowid or 0)
        self._words.append((number, *draft.words))
        self._save_details(number, draft, warnings)
        self._touch(template, at)
        return number

    def _save_details(self, number: int, draft: Draft, warnings: list[str]) -> None:
        values = draft.details | {"warnings": to_json(warnings)}
        self._connection.execute(_INSERT_DETAILS, (number, *(values[name] for name in DETAILS)))

    def _doubt(self, draft: Draft) -> list[str]:
        """A warning where the same Message-ID came with other content. The same mail to a further recipient is
        another observation too, but has the same time and template."""
        if draft.message_hash is None:
            return []
        doubtful = self._connection.execute(
            "select 1 from observations o join templates t using (template_id) where message_hash = ?"
            " and (recipient_hash is ? or sent_at is not ? or template_key <> ?) limit 1",
            (draft.message_hash, draft.recipient_hash, draft.sent_at, draft.template_key),
        ).fetchone()
        return [SAME_ID] if doubtful else []

    def _corroborate(self, number: int) -> bool:
        """Links the submission; False where the same submitter said so before."""
        return (
            self._connection.execute(
                "insert or ignore into corroborations"
                " (observation_id, channel, submitter_hash, organisation, submission_id) values (?, ?, ?, ?, ?)",
                (
                    number,
                    self._submission.channel,
                    self._submission.submitter_hash or b"",
                    self._submission.organisation or "",
                    self._submission_id,
                ),
            ).rowcount
            > 0
        )

    def _repeat(self, draft: Draft, known: Any) -> None:  # noqa: ANN401 (a row)
        """Links a further submission to a known observation, and keeps the better of the two copies."""
        number = known["observation_id"]
        changed = self._corroborate(number)
        if self._trusted and not known["trusted"]:
            self._connection.execute("update observations set trusted = 1 where observation_id = ?", (number,))
            changed = True
        better = draft.order > tuple(known[name] for name in ORDER)
        sent_at = draft.sent_at if better else known["sent_at"]
        at = self._date(number, sent_at, known)
        if better:
            self._upgrade(draft, known, at)
        elif changed:
            self._parties.sight(number, *_pair(known))
        if better or changed or at != known["observed_at"]:
            self._touch(known["template_id"], known["observed_at"], at)
            self._connection.execute("update incidents set stale = 1 where incident_id = ?", (known["incident_id"],))

    def _upgrade(self, draft: Draft, known: Any, at: int) -> None:  # noqa: ANN401
        """Replaces what the machine read by what a better copy says; id, hashes and human words stay."""
        self._index()
        self._loosen(known)
        number, before = known["observation_id"], known["template_id"]
        self._connection.execute("delete from overruled where observation_id = ?", (number,))
        template = self._template(draft)
        alias, party = self._parties.place(draft)
        self._connection.execute(
            _UPGRADE,
            (
                draft.rank, draft.digest, template, alias, party, *(draft.own[name] for name in OWN),
                draft.standing, number,
            ),
        )  # fmt: skip
        self._connection.execute(
            "update observation_words set subject = ?, sender_name = ?, text = ? where observation_id = ?",
            (*draft.words, number),
        )
        self._save_details(number, draft, list(draft.warnings))
        self._touch(template, at, moved_from=before if before != template else 0)
        if _pair(known) != (draft.account, draft.domain):
            self._parties.unsight(*_pair(known))
        self._parties.sight(number, draft.account, draft.domain)

    def _date(self, number: int, sent_at: int | None, known: Any) -> int:  # noqa: ANN401
        """The time of observation; receipt is the earliest one known, whatever came first."""
        received = min(self._received, known["received_at"])
        at, _ = observed_at(sent_at, received)
        if (at, received) != (known["observed_at"], known["received_at"]):
            self._loosen(known)
            self._connection.execute(
                "update observations set observed_at = ?, day = ?, received_at = ?, node_id = null"
                " where observation_id = ?",
                (at, day_of(at), received, number),
            )
        return at

    def _loosen(self, known: Any) -> None:  # noqa: ANN401
        """Marks the node that a changed observation stood for."""
        if known["node_id"]:
            self._connection.execute("insert or ignore into unclustered (node_id) values (?)", (known["node_id"],))

    def _template(self, draft: Draft) -> int:
        number = self._templates.get(draft.template_key)
        if number is None:
            self._connection.execute(
                "insert or ignore into templates (template_key, has_payload, family) values (?, ?, ?)",
                (draft.template_key, int(draft.has_payload), draft.family),
            )
            number = int(
                self._connection.execute(
                    "select template_id from templates where template_key = ?", (draft.template_key,)
                ).fetchone()[0]
            )
            self._templates[draft.template_key] = number
        return number


def _pair(known: Any) -> tuple[Alias | None, Alias | None]:  # noqa: ANN401
    return account_alias(known["platform"], known["account_id"]), domain_alias(known["abused_domain"])
