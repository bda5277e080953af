"""What a page shows while there is nothing to show: what will appear, and three ways to begin."""

from typing import NamedTuple

import streamlit as st

from pages.parts.layout import SUBMIT


class Nothing(NamedTuple):
    """Words of ours: what is missing, and what will bring it."""

    title: str
    sentence: str


NO_OBSERVATIONS = Nothing(
    "No observations yet", "Waves, abused domains and incidents appear here after the first messages."
)
NO_WAVES = Nothing(
    "No waves yet", "A wave is one template seen at three or more abused parties in one stretch of time."
)


def show_empty(nothing: Nothing = NO_OBSERVATIONS) -> None:
    with st.container(border=True, horizontal_alignment="center", key="empty"):
        st.space("medium")
        st.markdown(f"## {nothing.title}", anchors=False, width="content")
        st.caption(f"{nothing.sentence} Three ways to start:", width="content")
        with st.container(key="cards_empty", width=1060):
            first, second, third = st.columns(3, gap="small")
        with first, st.container(border=True, height="stretch", key="card_submit"):
            st.markdown("#### :material/upload_file: Submit a mail", anchors=False)
            st.caption("One suspicious mail: paste it or drop the file. You get a plain answer at once.")
            st.space("stretch")
            st.page_link(SUBMIT, label="Open Submit", icon=":material/arrow_forward:", icon_position="right")
        with second, st.container(border=True, height="stretch", key="card_ingest"):
            st.markdown("#### :material/folder_open: Ingest a folder", anchors=False)
            st.caption("Files with .eml, mbox files, or folders of them. A second run stores nothing twice.")
            st.space("stretch")
            st.code("relaywatch ingest ~/mail", language=None)
        with third, st.container(border=True, height="stretch", key="card_demo"):
            st.markdown("#### :material/science: Look at the demonstration", anchors=False)
            st.caption("Invented waves on example domains, in a database of their own.")
            st.space("stretch")
            st.code("relaywatch serve --demo", language=None)
        st.space("medium")
