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
