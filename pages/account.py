"""Account: who the visitor is here, what he may do, until when; signing in and out."""

import streamlit as st

from data.judgement.access import ALL_RIGHTS, has_right
from pages.parts.clock import read_clock
from pages.parts.inert import inert
from pages.parts.layout import Fact, card, card_title, facts, head
from pages.parts.sign_in import show_way_in
from pages.parts.visitor import enter, has_provider, visitor


def page() -> None:
    enter("account")
    clock = read_clock()
    standing = visitor()
    with head("Account"):
        if has_provider():
            show_way_in()
    with card("account"):
        with card_title("account", "What you are here", "by your identity provider and the settings of this server"):
            pass
        facts(
            (
                Fact("Name", standing.name),
                Fact("Role", standing.role),
                Fact("You may", ", ".join(right for right in ALL_RIGHTS if has_right(standing.role, right))),
                Fact("Signed in until", clock.with_utc(standing.until) if standing.until else ""),
            )
        )
        if standing.why:
            st.text(inert(standing.why, 600))
        st.caption("A tab that stands open elsewhere ends with the session, or when it is loaded anew.")


if __name__ == "__main__":
    page()
