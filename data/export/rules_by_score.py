"""Rules for filters that add scores up: rspamd and SpamAssassin. Values are those of checked doors."""

import re
from collections.abc import Iterator

from data.export.doors import AccountMark, Door, RuleSet
from data.plain import counted

AUTOMATIC = "^auto-"
"""Auto-Submitted (RFC 3834) of whatever a machine wrote."""
REPORT = "multipart/report"
"""The Content-Type of bounces (RFC 3464), which an abused company's own mail server writes: they are not meant."""


def evidence(door: Door) -> str:
    """What a rule rests on, in a line: incident, messages, days."""
    exposure = door.exposure
    more = f" and {len(exposure.incidents) - 1} more" if len(exposure.incidents) > 1 else ""
    return (
        f"{exposure.incidents[0]}{more}: {counted(exposure.observations, 'message')},"
        f" {exposure.first_seen_at:%Y-%m-%d} to {exposure.last_seen_at:%Y-%m-%d}"
    )


def pattern_of(mark: AccountMark) -> str:
    """A regular expression for the value of the header field."""
    words = "".join(
        character if character.isalnum() or character == "_" else rf"\{character}" for character in mark.value
    )
    return {"exact": f"^{words}$", "prefix": f"^{words}", "part": words}[mark.fit]


def address_pattern(domain: str) -> str:
    """A regular expression for a From field whose address is of the domain or under it."""
    return rf"[@.]{re.escape(domain)}>?\s*$"


def rspamd(rules: RuleSet) -> Iterator[str]:
    """For /etc/rspamd/local.d/regexp.conf. An expired file changes nothing by itself: see its first lines."""
    yield "# Put this into /etc/rspamd/local.d/regexp.conf, test with: rspamadm configtest"
    for door in rules.doors:
        parts = [f"{mark.header}=/{pattern_of(mark)}/H" for mark in door.accounts]
        if door.domain:
            machine = " | ".join(
                [*(f"header_exists({name})" for name in door.machines), f"Auto-Submitted=/{AUTOMATIC}/Hi"]
            )
            report = rf"Content-Type=/^{re.escape(REPORT)}/Hi".replace("/report", r"\/report")
            parts.append(f"(From=/{address_pattern(door.domain)}/Hi & ({machine}) & !{report})")
        yield ""
        yield f"# {evidence(door)}"
        yield f'"RELAYWATCH_{door.number}" {{'
        yield f'  re = "{" | ".join(parts)}";'.replace("\\", "\\\\")
        yield f"  score = {rules.score:.1f};"
        yield f'  description = "Abused support form, {door.exposure.incidents[0]}";'
        yield '  group = "relaywatch";'
        yield "}"


def spamassassin(rules: RuleSet) -> Iterator[str]:
    """For a .cf file in /etc/spamassassin. An expired file changes nothing by itself: see its first lines."""
    yield "# Put this into /etc/spamassassin/relaywatch.cf, test with: spamassassin --lint"
    for door in rules.doors:
        name = f"RELAYWATCH_{door.number}"
        parts: list[str] = []
        yield ""
        yield f"# {evidence(door)}"
        for place, mark in enumerate(door.accounts):
            parts.append(f"__{name}_ACCOUNT{place}")
            yield f"header {parts[-1]} {mark.header} =~ /{pattern_of(mark)}/m"
        if door.domain:
            yield f"header __{name}_FROM From:addr =~ /[@.]{re.escape(door.domain)}$/i"
            yield f"header __{name}_REPORT Content-Type =~ m,^{REPORT},i"
            yield f"header __{name}_AUTO Auto-Submitted =~ /{AUTOMATIC}/i"
            machines = [f"__{name}_MACHINE{place}" for place in range(len(door.machines))]
            for machine, header in zip(machines, door.machines, strict=True):
                yield f"header {machine} exists:{header}"
            machine = " || ".join([f"__{name}_AUTO", *machines])
            parts.append(f"(__{name}_FROM && ({machine}) && !__{name}_REPORT)")
        yield f"meta {name} {' || '.join(parts)}"
        yield f"describe {name} Abused support form, {door.exposure.incidents[0]}"
        yield f"score {name} {rules.score:.1f}"
