"""Where function bodies are, found without parsing, for readers of declarations only."""

from __future__ import annotations

import re

from mapleak.syntax.lexical import BRACE, closing

FUNCTION = re.compile(rb"^func[ \t]+(?:\([^()\n]*\)[ \t]*)?[A-Za-z_\x80-\xff]", re.MULTILINE)
"""The beginning of a function or method declaration, at the beginning of a line as gofmt puts it."""

BRACKET = re.compile(rb"\b(?:struct|interface)[ \t]*\{|[({]|\n(?=[^\s)}])")
"""What matters on the way to a body: types in braces, brackets, and the end of a line that ends a declaration."""


def outside_bodies(plain: bytes) -> list[tuple[int, int]]:
    """The stretches of code outside the braces of function declarations, the braces included.

    ``plain`` is the code without the contents of literals. Where brackets do not match, the rest of the code
    is one stretch: that only costs time.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    match = FUNCTION.search(plain)
    while match is not None:
        after = match.end()
        body = body_start(plain, after)
        if body is not None:
            after = closing(plain, body, BRACE)
            if after < 0:
                break
            spans.append((start, body + 1))
            start = after - 1
        match = FUNCTION.search(plain, after)
    return [*spans, (start, len(plain))]


def body_start(plain: bytes, position: int) -> int | None:
    """The offset of the brace that opens the body of a function declared before ``position``; None without one."""
    while position >= 0:
        match = BRACKET.search(plain, position)
        if match is None or match.group() == b"\n":
            return None
        if match.group() == b"{":
            return match.start()
        position = closing(plain, match.end() - 1)
    return len(plain)
