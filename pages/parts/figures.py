"""Numbers, counted words and public ids as people read them: words of ours, safe in Markdown."""

import re

_PUBLIC_ID = re.compile(r"(?:RW|W|T|O|R|F|C|E|D)-[0-9]{1,18}")


def public_id(text: str) -> str:
    """An id as the store gives them (RW-0001), or "–" for anything else: it goes into titles and links."""
    return text if _PUBLIC_ID.fullmatch(text) else "–"


def count(number: int) -> str:
    """ "1,543"."""
    return f"{number:,}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 incident", "24 incidents"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def change(now: int, before: int) -> str | None:
    """ "+9" or "−3" against the time before; None where nothing changed."""
    return None if now == before else f"{now - before:+,}".replace("-", "−")


def percent(share: float) -> int:
    """A share of 0 to 1 as whole per cent."""
    return round(max(0.0, min(1.0, share)) * 100)


def seconds(delay: int | None) -> str:
    """A signed delay: "2 s", "−5 s", "3 d 2 s"; days first, at most two units."""
    if delay is None:
        return "–"
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    rest, parts = abs(delay), []
    for unit, length in units:
        number, rest = divmod(rest, length)
        if number:
            parts.append(f"{number:,} {unit}")
    return ("−" if delay < 0 else "") + (" ".join(parts[:2]) or "0 s")
