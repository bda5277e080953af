"""The notice for whoever hands something in: what is kept, counted and seen, how long, and how to take it back."""

import streamlit as st

from pages.parts.figures import count
from pages.parts.wiring import wiring
from pages.parts.words import say

NOTICE = ("looked", "kept", "counted", "seen", "long", "ask", "cookie")
"""Its paragraphs, by their keys in texts/."""


def show_privacy() -> None:
    days = count(wiring().settings.retention_days)
    with st.expander(say("privacy.title"), type="compact"):
        for name in NOTICE:
            st.markdown(say(f"privacy.{name}", n=days), anchors=False)
