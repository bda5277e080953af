"""The versions of the schema by name. By these alone it is told whether a database is up to date: what makes the
migrations takes half a second to import, and only a database that lacks one needs it."""

MIGRATION_SET = "relaywatch"
MIGRATIONS_TABLE = "_sqlite_migrations"
VERSIONS = frozenset(
    {
        "m001_first_schema",
        "m002_clusters",
        "m003_intelligence",
        "m004_mitigation",
        "m005_access",
        "m006_sharing",
        "m007_mailbox",
        "m008_alerts",
        "m009_overrides",
        "m010_disputes",
        "m012_totals",
        "m013_levels",
        "m014_list_bombs",
    }
)
"""Every version that this program knows (a test holds it equal to schema.py); a database that names another one is
newer than the program."""
