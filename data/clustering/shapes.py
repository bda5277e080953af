"""Which shapes of links are particular enough to tell one attacker's from everybody's."""

import re

# A path with a code in it: "a5.a6.com/a5/m24/"; a home page or a path of plain words is everybody's.
_CODE = re.compile(r"/(?:.*/)?[md](\d+)(?![\d.])")
CODE = 5


def is_particular(shape: str) -> bool:
    """Whether a shape of `traces.url_shapes` has a code of five characters or more in its path."""
    return any(int(length) >= CODE for length in _CODE.findall(shape.partition("?")[0]))
