"""Who sits in front of the page: somebody at this machine, or a stranger."""

import streamlit as st

from data.blocks import LOOPBACK, is_at_this_machine, is_loopback


def listens_on_loopback_only() -> bool:
    """Whether nobody but this machine reaches the server."""
    address = st.get_option("server.address")
    return address == "localhost" or is_loopback(address)


def is_local_visitor() -> bool:
    """Whether the visitor sits at this machine, and nobody else can be a visitor."""
    # Streamlit gives no address to visitors of localhost.
    address = st.context.ip_address or LOOPBACK
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    return listens_on_loopback_only() and is_at_this_machine(address, headers)


def may_write() -> bool:
    """Whether the visitor may decide, mark and correct."""
    return is_local_visitor()


def author(typed: str = "") -> str:
    """Who the log says did something: the name that was typed."""
    return typed.strip() or "analyst"
