"""Columns that several tables have, so that one thing has one heading and, where there is room, one width."""

from pages.parts.tables import Column
from pages.parts.theme import CONFIRMATIONS, EVIDENCE, MITIGATION, WAVE_STATES

WAVE = Column("wave_id", "Wave", width=66)
WAVE_STATE = Column("state", "State", "state", 88, WAVE_STATES)
PARTIES = Column("parties", "Parties", "count", 60)

INCIDENT = Column("incident_id", "Incident", width=74)
CONFIRMATION = Column("confirmation", "State", "state", 116, CONFIRMATIONS)
INCIDENTS = Column("incidents", "Incidents", "count", 66)

MESSAGE = Column("observation_id", "Message", width=76)
TRUST = Column("evidence", "Trust", "state", 96, EVIDENCE)
DOMAIN = Column("abused_domain", "Abused domain", width=168)

PARTY = Column("party", "Abused party", width=180)
VENDOR = Column("party", "Vendor", width=176)
PLATFORM = Column("platform", "Platform", "platform", 92)
MECHANISM = Column("mechanism", "Mechanism", width=162)
OBSERVATIONS = Column("observations", "Obs.", "count", 54)
FIRST_SEEN = Column("first_seen_at", "First seen", "when", 98)
LAST_SEEN = Column("last_seen_at", "Last seen", "when", 98)

DOOR = Column("exposure_id", "Door", width=66)
STATUS = Column("status", "Status", "state", 124, MITIGATION)
OPEN_SINCE = Column("open_since", "Open since", "ago", 84)
AFTER_FIX = Column("after_fix", "After fix", "count", 64)
TO_ACKNOWLEDGE = Column("to_acknowledge", "To acknowledge", "span", 106)
TO_MITIGATE = Column("to_mitigate", "To mitigate", "span", 88)
RECURRED = Column("recurrences", "Recurred", "count", 66)

REACTION = (AFTER_FIX, OPEN_SINCE, TO_ACKNOWLEDGE, TO_MITIGATE, RECURRED)
"""How somebody dealt with an open door."""
