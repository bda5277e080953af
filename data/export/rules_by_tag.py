"""Rules that mark a message: Postfix header_checks, Sieve, Exchange Online. Values are those of checked doors."""

from collections.abc import Iterator
from datetime import datetime

from data.export.doors import AccountMark, RuleSet
from data.export.rules_by_score import REPORT, address_pattern, evidence, pattern_of

TAG = "X-Relaywatch"
"""The header field that a marked message carries; its value is the first incident's id."""
FLAG = "$Relaywatch"


def postfix(rules: RuleSet) -> Iterator[str]:
    """For header_checks of type pcre. Postfix sees one header field at a time, so a domain is marked alone."""
    yield "# Put this into /etc/postfix/relaywatch.pcre and name it in main.cf:"
    yield "#   header_checks = pcre:/etc/postfix/relaywatch.pcre"
    yield f"# A marked message carries {TAG}: account=... by its account, domain=... by its address. header_checks"
    yield "# sees one field at a time, so the latter also marks what people at that domain write, and forgeries."
    for door in rules.doors:
        incident = door.exposure.incidents[0]
        yield ""
        yield f"# {evidence(door)}"
        for mark in door.accounts:
            yield f"/^(?i:{mark.header}):\\s*{_anchored(mark)}/i PREPEND {TAG}: account={incident}"
        if door.domain:
            yield f"/^From:(?!.*mailer-daemon@).*{address_pattern(door.domain)}/ PREPEND {TAG}: domain={incident}"


def _anchored(mark: AccountMark) -> str:
    pattern = pattern_of(mark)
    return pattern[1:] if pattern.startswith("^") else f".*{pattern}"


def sieve(rules: RuleSet) -> Iterator[str]:
    """A Sieve script (RFC 5228) that sets a flag on the message, and nothing after it has expired."""
    yield 'require ["imap4flags", "date", "relational"];'
    yield ""
    yield f'if currentdate :zone "+0000" :value "lt" "date" "{rules.expires_at:%Y-%m-%d}" {{'
    for door in rules.doors:
        tests = [_sieve_account(mark) for mark in door.accounts]
        if door.domain:
            machine = "".join(f'header :contains "{name}" "", ' for name in door.machines)
            address = f'address :domain :is "from" "{door.domain}", address :domain :matches "from" "*.{door.domain}"'
            automatic = f'anyof({machine}header :matches "auto-submitted" "auto-*")'
            tests.append(f'allof(anyof({address}), {automatic}, not header :contains "content-type" "{REPORT}")')
        yield f"    # {evidence(door)}"
        yield f'    if anyof({", ".join([*tests, "false"])}) {{ addflag "{FLAG}"; }}'
    yield "}"


def _sieve_account(mark: AccountMark) -> str:
    kind = {"exact": "is", "prefix": "matches", "part": "contains"}[mark.fit]
    value = f"{mark.value}*" if mark.fit == "prefix" else mark.value
    return f'header :{kind} :comparator "i;octet" "{mark.header}" "{value}"'


def exchange(rules: RuleSet) -> Iterator[str]:
    """Exchange Online PowerShell: transport rules that set a header field, and expire by themselves."""
    yield "# Run this after Connect-ExchangeOnline. Remove the rules of an earlier file with:"
    yield "#   Get-TransportRule 'Relaywatch *' | Remove-TransportRule -Confirm:$false"
    for door in rules.doors:
        incident = door.exposure.incidents[0]
        yield ""
        yield f"# {evidence(door)}"
        for place, mark in enumerate(door.accounts):
            condition = f"-HeaderMatchesMessageHeader '{mark.header}' -HeaderMatchesPatterns '{pattern_of(mark)}'"
            yield _transport_rule(f"{door.number} account {place + 1}", incident, condition, rules.expires_at)
        if door.domain:
            for place, (header, pattern) in enumerate(
                [*((name, ".") for name in door.machines), ("Auto-Submitted", "^auto-")]
            ):
                condition = (
                    f"-SenderDomainIs '{door.domain}' -SenderAddressLocation Header"
                    f" -HeaderMatchesMessageHeader '{header}' -HeaderMatchesPatterns '{pattern}'"
                    f" -ExceptIfHeaderContainsMessageHeader 'Content-Type' -ExceptIfHeaderContainsWords '{REPORT}'"
                )
                yield _transport_rule(f"{door.number} domain {place + 1}", incident, condition, rules.expires_at)


def _transport_rule(name: str, incident: str, condition: str, expires_at: datetime) -> str:
    return (
        f"New-TransportRule -Name 'Relaywatch {name}' {condition}"
        f" -SetHeaderName '{TAG}' -SetHeaderValue '{incident}' -SetAuditSeverity 'DoNotAudit'"
        f" -ExpiryDate '{expires_at:%Y-%m-%dT00:00:00Z}' -Mode Enforce"
    )
