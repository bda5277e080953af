"""Links that no program takes for links: for whatever is shown or sent on. Pure."""

import re

_URL = re.compile(r"(?i)\b(ht|f)tp(s?)://([^\s/?#\\]*)")
# The look-behind lets a match start only where a word starts: without it a long run of dashes costs a square.
_BARE = re.compile(r"(?i)(?<![\w.@:/\[\]-])((?:[\w-]++\.)++[a-z]{2,24})(?=/\S)|\b(www)\.(?=\w)")


def defang(text: str) -> str:
    """No program takes what is left for a link: https://a.example/x becomes hxxps://a[.]example/x."""
    if "." not in text and "://" not in text:
        return text
    return _BARE.sub(_bare_defanged, _URL.sub(_defanged, text))


def _defanged(match: re.Match[str]) -> str:
    scheme = "hxxp" if match[1].lower() == "ht" else "fxp"
    return f"{scheme}{match[2].lower()}://{match[3].replace('.', '[.]')}"


def _bare_defanged(match: re.Match[str]) -> str:
    return f"{match[2]}[.]" if match[2] else match[1].replace(".", "[.]")
