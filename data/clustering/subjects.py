"""Subjects that say nothing by themselves, whoever writes them ("Contact request", "Hello")."""

import tomllib
from functools import cache
from importlib.resources import files

from data.clustering.folding import fold, squeeze


@cache
def anybodys_titles() -> frozenset[str]:
    """Their keys, in the form of a node's words run together."""
    text = files("data.clustering").joinpath("subjects.toml").read_text(encoding="utf-8")
    return frozenset(squeeze(fold(title)) for title in tomllib.loads(text)["titles"])
