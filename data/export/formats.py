"""What can be exported, by name, in which formats; the first is the usual one. Names only, so that a command that
exports nothing loads nothing."""

TABLE_FORMATS = ("csv", "json")
RULE_FORMATS = ("rspamd", "postfix", "sieve", "spamassassin", "exchange")
FORMATS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("observations", "incidents", "waves", "timeline", "reports", "exports"), TABLE_FORMATS),
    "briefing": ("html", "md"),
    "rules": RULE_FORMATS,
    "stix": ("json",),
    "misp": ("json",),
    "atom": ("xml",),
}
