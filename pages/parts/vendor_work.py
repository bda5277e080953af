"""What there is to do about one exposure: set its status, tick its checklist, note a contact, draft a notice."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

import streamlit as st

from data.catalogue.mitigations import Step, load_mitigations
from data.errors import ChangeRefused
from data.export.notice import MOST_SAMPLES, Addressee, NoticeFacts, abuse_notice, notice_name
from data.mitigation import Status, may_be_called_quiet
from data.mitigation_steps import ALLOWED
from data.store.database import Database
from data.store.exposure_details import exposure_samples, party_names
from data.store.exposure_shapes import APART, ChangeRow, ContactKind, ContactRow, ExposureRow, Tick
from data.store.mitigation_reads import contacts, ticks
from data.store.mitigations import Door, Proof, set_contact, set_status, set_tick, withdraw_status
from pages.parts.clock import Clock
from pages.parts.download import download
from pages.parts.figures import counted
from pages.parts.inert import inert, inert_block
from pages.parts.layout import card, card_title
from pages.parts.tables import Column, table_block
from pages.parts.theme import MITIGATION, platform_label
from pages.parts.visitor import author, has_account, may_write
from pages.parts.wiring import wiring, writing

AUTHOR, REFUSED, TURN = "author", "refused", "turn"
ADDRESSEES: dict[Addressee, str] = {"vendor": "To the vendor", "platform": "To the platform"}
CONTACTS = (
    Column("kind", "Kind", width=90),
    Column("address", "Address", width=200),
    Column("source", "Source", width=240),
)


def show_work(db: Database, row: ExposureRow, said: Sequence[ChangeRow], clock: Clock) -> None:
    """The status to set and the steps to tick."""
    if may_write():
        with card("status"):
            _show_status_form(row, said, clock)
    with card("checklist"):
        _show_checklist(row, ticks(db, row.exposure_id), clock)


def show_writing(db: Database, row: ExposureRow, clock: Clock) -> None:
    """Whom to tell, and what."""
    found = contacts(db, row.party_key)
    with card("contacts"):
        _show_contacts(row, found, clock)
    with card("notice"):
        _show_notice(db, row, ticks(db, row.exposure_id), found)


def _show_status_form(row: ExposureRow, said: Sequence[ChangeRow], clock: Clock) -> None:
    silence = timedelta(days=wiring().settings.quiet_days)
    proposed = may_be_called_quiet(row.status, row.quiet_since, clock.now, silence)
    with card_title("status", "Set the status", "with the time it took effect and what shows it"):
        pass
    if proposed and row.quiet_since:
        st.badge(f"✓ quiet since {clock.day(row.quiet_since)}: verified quiet is proposed", color="green")
    if st.session_state.get(REFUSED):
        with st.container(border=True, key="edge_now_refused"):
            st.text(inert(st.session_state.pop(REFUSED), 600))
    # New keys after each word that was taken: emptied fields. What was refused stands as it was typed.
    turn = f"{row.exposure_id}_{st.session_state.get(TURN, 0)}"
    began: datetime = st.session_state.setdefault(f"began_{turn}", clock.local(clock.now).replace(microsecond=0))
    with st.form(f"status_{turn}", border=False):
        with st.container(horizontal=True, gap="small"):
            status = _choose_status(row, turn, proposed=proposed)
            day = st.date_input("Since", began.date(), format="YYYY-MM-DD", width=130, key=f"day_{turn}")
            hour = st.time_input("at", began.time(), step=60, width=96, key=f"hour_{turn}")
        note = st.text_input("What shows it, in words", max_chars=2_000, key=f"note_{turn}")
        with st.container(horizontal=True, gap="small"):
            address = st.text_input(
                "or a public page", placeholder="https://", max_chars=2_000, key=f"address_{turn}"
            )
            observation = st.text_input(
                "or an observation", placeholder="O-0001", max_chars=24, width=130, key=f"observation_{turn}"
            )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            typed = "" if has_account() else _ask_name()
            pressed = st.form_submit_button("Set", type="primary")
    if pressed:
        st.session_state[AUTHOR] = typed
        who = typed if not has_account() else author()
        untouched = (day, hour.replace(second=0)) == (began.date(), began.time().replace(second=0))
        at = clock.now if untouched else datetime.combine(day, hour, clock.zone).astimezone(UTC)
        proof = Proof(note or None, address.strip() or None, observation.strip() or None)
        _say(lambda store: set_status(store, Door(row.exposure_id), status, author=who, proof=proof,
                                      now=clock.now, effective_at=at, silence=silence))  # fmt: skip
    _show_withdrawal(said, clock)


def _ask_name() -> str:
    usual: str = st.session_state.get(AUTHOR, "")
    return st.text_input("Your name", usual, max_chars=80)


def _choose_status(row: ExposureRow, turn: str, *, proposed: bool) -> Status:
    choices = list(ALLOWED[row.status])
    place = choices.index("verified-quiet") if proposed else 0
    return st.selectbox("Status", choices, place, _label, width=170, key=f"choice_{row.status}_{turn}")


def _show_withdrawal(said: Sequence[ChangeRow], clock: Clock) -> None:
    """The way back from a mistake."""
    standing = {item.change_id: item for item in said if item.change_id and not item.withdrawn_at}
    if not standing:
        return
    with st.expander("Withdraw a status", type="compact"), st.form("withdraw", border=False, clear_on_submit=True):
        number = st.selectbox(
            "Which", list(standing), format_func=lambda key: f"{key}: {MITIGATION[standing[key].status].text}"
        )
        reason = st.text_input("Why it was wrong", max_chars=2_000)
        if st.form_submit_button("Withdraw"):
            who = author(st.session_state.get(AUTHOR, ""))
            _say(lambda store: withdraw_status(store, number or 0, author=who, reason=reason, now=clock.now))


def _say(word: Callable[[Database], object]) -> None:
    """Records a word, or keeps the sentence that refuses it for the next run."""
    try:
        with writing() as store:
            word(store)
        st.session_state[TURN] = st.session_state.get(TURN, 0) + 1
    except ChangeRefused as refused:
        st.session_state[REFUSED] = str(refused)
    st.rerun()


def _label(status: Status) -> str:
    return MITIGATION[status].text


def _show_checklist(row: ExposureRow, known: dict[str, Tick], clock: Clock) -> None:
    steps = load_mitigations().checklist(row.platform)
    done = sum(step.id in known and known[step.id].done for step in steps)
    with card_title("checklist", "Checklist", f"{done:,} of {counted(len(steps), 'step')}"):
        pass
    own = [step for step in steps if step.platform]
    for step in steps[: len(steps) - len(own)]:
        _show_step(row, step, known.get(step.id), clock)
    if own:
        with st.expander(f"Steps of {platform_label(row.platform)}: {len(own):,}", type="compact"):
            for step in own:
                _show_step(row, step, known.get(step.id), clock)


def _show_step(row: ExposureRow, step: Step, tick: Tick | None, clock: Clock) -> None:
    with st.container(gap=None, key=f"step_{step.id}"):
        st.checkbox(
            step.title if step.origin.verified else f"{step.title} (unverified)",
            bool(tick and tick.done),
            key=f"tick_{row.exposure_id}_{step.id}_{bool(tick and tick.done)}",
            on_change=_tick,
            args=(row, step, not (tick and tick.done)),
            help=f"{step.why} Source: {step.origin.source}, {step.origin.revised:%Y-%m-%d}.",
            disabled=not may_write(),
        )
        if tick:
            st.text(inert(f"{'done' if tick.done else 'open again'}, {tick.author}, {clock.day(tick.recorded_at)}"))


def _tick(row: ExposureRow, step: Step, done: bool) -> None:
    who = author(st.session_state.get(AUTHOR, ""))
    with writing() as store:
        set_tick(store, Door(row.exposure_id), step.id, done=done, author=who, now=datetime.now(UTC))


def _show_contacts(row: ExposureRow, found: Sequence[ContactRow], clock: Clock) -> None:
    desk = load_mitigations().abuse_desks.get(row.platform or "")
    rows = [{"kind": item.kind, "address": item.address, "source": item.source} for item in found]
    if desk:
        rows.append({
            "kind": "platform", "address": desk.address or desk.how, "source": desk.origin.url,
        })  # fmt: skip
    caption = "the platform's abuse desk must act" if row.tenancy in APART else "whom to tell"
    table_block("contacts", "Contacts", caption, CONTACTS, rows, clock, nothing="No address is known.", wraps=True)
    if not may_write():
        return
    with st.popover("Note a contact", icon=":material/add:"), st.form("contact", border=False, clear_on_submit=True):
        kind: ContactKind = st.selectbox("Kind", list(get_args(ContactKind)))
        address = st.text_input("Address", max_chars=300)
        source = st.text_input("Where it was found", placeholder="https://…/.well-known/security.txt", max_chars=300)
        if st.form_submit_button("Note"):
            who = author(st.session_state.get(AUTHOR, ""))
            _say(lambda store: set_contact(store, row.party_key, kind, address, source=source, author=who,
                                           now=clock.now))  # fmt: skip


def _show_notice(db: Database, row: ExposureRow, known: dict[str, Tick], found: Sequence[ContactRow]) -> None:
    """A draft to read, copy or download; Relaywatch sends nothing."""
    with card_title("notice", "Abuse notice", "a draft to copy or download; nothing is sent"):
        pass
    usual: Addressee = "platform" if row.tenancy in APART else "vendor"
    names = list(ADDRESSEES)
    chosen = st.segmented_control(
        "To", names, default=usual, format_func=ADDRESSEES.__getitem__, required=True,
        label_visibility="collapsed", key=f"addressee_{row.exposure_id}",
    )  # fmt: skip
    accounts, tenants = party_names(db, row.exposure_id)
    text = abuse_notice(
        NoticeFacts(
            row=row,
            platform=platform_label(row.platform),
            account_ids=accounts,
            tenants=tenants,
            samples=exposure_samples(db, row.exposure_id, limit=MOST_SAMPLES),
            checklist=load_mitigations().checklist(row.platform),
            done=frozenset(step for step, tick in known.items() if tick.done),
            desk=load_mitigations().abuse_desks.get(row.platform or ""),
            contacts=found,
        ),
        chosen,
    )
    download("Download the draft", lambda: text.encode(), notice_name(row), "text/plain", "notice_file")
    st.code(inert_block(text), language=None, wrap_lines=True, height=330)
