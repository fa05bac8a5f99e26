"""Format strings of package fmt: which argument each verb prints.

Source: documentation of package fmt. ``%T`` prints an argument's type, of which a program has few; ``%p`` its address,
which is another one for each object; all others what the argument holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mapleak.syntax import ast

_VERB = re.compile(r"%[-+# 0]*(?P<numbers>(?:\*|\d+)?(?:\.(?:\*|\d+)?)?)(?P<verb>[a-zA-Z%])")


def verbs_of(call: ast.Call) -> tuple[str, ...]:
    """The verbs of ``fmt.Sprintf("…", args…)``, by the argument that they print, the format string left out; none
    where the format is no literal, or numbers its arguments."""
    match call.args:
        case (ast.BasicLit(text=text), *_) if text[:1] in '"`' and "%[" not in text:
            return tuple(_verbs(text))
    return ()


def _verbs(text: str) -> Iterator[str]:
    for match in _VERB.finditer(text):
        yield from "*" * match["numbers"].count("*")
        if match["verb"] != "%":
            yield match["verb"]
