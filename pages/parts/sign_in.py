"""What a visitor sees who may not see a page: why, and what he can do."""

import streamlit as st

from pages.parts.inert import inert
from pages.parts.layout import LOOKUP, SUBMIT, link
from pages.parts.visitor import has_provider, is_signed_in, visitor


def show_refusal(sentence: str) -> None:
    """In place of a page: the reason, the way to sign in where there is one, and the pages that are open to all."""
    with st.container(border=True, horizontal_alignment="center", key="failure"):
        st.space("medium")
        st.markdown("## Not open to you", anchors=False, width="content")
        st.text(inert(sentence, 600), width="content")
        if has_provider():
            show_way_in()
        st.caption("Open to everybody:", width="content")
        with st.container(horizontal=True, horizontal_alignment="center"):
            link("Check a suspicious mail", SUBMIT)
            link("Look up your own domain", LOOKUP)
        st.space("medium")


def show_way_in() -> None:
    """The button that signs in, or that signs out for those who are."""
    if is_signed_in() and visitor().until is not None:
        st.button("Sign out", on_click=st.logout, key="sign_out")
    else:
        st.button("Sign in", on_click=st.login, type="primary", key="sign_in")
