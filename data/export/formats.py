"""What can be exported, by name, in which formats; the first is the usual one. Names only, so that a command that
exports nothing loads nothing."""

TABLE_FORMATS = ("csv", "json")
TABLES = (
    "observations", "incidents", "waves", "timeline", "vendors", "exposures", "mitigations", "reports", "exports",
)  # fmt: skip
RULE_FORMATS = ("rspamd", "postfix", "sieve", "spamassassin", "exchange")
FORMATS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(TABLES, TABLE_FORMATS),
    "briefing": ("html", "md"),
    "rules": RULE_FORMATS,
    "stix": ("json",),
    "misp": ("json",),
    "atom": ("xml",),
}
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "xml": "application/atom+xml",
}
"""All others are plain text."""
ENDINGS = {"rspamd": "conf", "postfix": "pcre", "sieve": "sieve", "spamassassin": "cf", "exchange": "ps1"}


def file_name_of(what: str, form: str) -> str:
    """What an export is called where it is saved."""
    return f"relaywatch-{what}.{ENDINGS.get(form, form)}"
