"""The one download button: hidden from those who may not export, asked again when it is pressed."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from data.judgement.access import DOWNLOADS
from data.store.journal import written_from
from pages.parts.visitor import guarded, may
from pages.parts.wiring import origin


def download(
    label: str,
    write: Callable[[], bytes],
    file_name: str,
    media_type: str,
    key: str,
    *,
    kind: Literal["secondary", "tertiary"] = "secondary",
    help: str | None = None,  # noqa: A002 (Streamlit's word)
) -> None:
    """A button that hands out what `write` returns; nothing is written for those who do not press it."""
    if not may(DOWNLOADS):
        return
    st.download_button(
        label,
        data=guarded(_from(origin(), write)),
        file_name=file_name,
        mime=media_type,
        key=key,
        on_click="ignore",
        icon=":material/download:",
        type=kind,
        help=help,
    )


def _from(where: str | None, write: Callable[[], bytes]) -> Callable[[], bytes]:
    def written() -> bytes:
        with written_from(where):
            return write()

    return written
