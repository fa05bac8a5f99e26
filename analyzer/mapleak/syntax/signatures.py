"""Taking function bodies out of code before it is parsed, for readers of declarations only."""

from __future__ import annotations

import re

from mapleak.syntax.lexical import VISIBLE, closing

FUNCTION = re.compile(rb"^func[ \t]+(?:\([^()\n]*\)[ \t]*)?[A-Za-z_\x80-\xff]", re.MULTILINE)
"""The beginning of a function or method declaration, at the beginning of a line as gofmt puts it."""

BRACKET = re.compile(rb"\b(?:struct|interface)[ \t]*\{|[({]|\n(?=[^\s)}])")
"""What matters on the way to a body: types in braces, brackets, and the end of a line that ends a declaration."""


def without_bodies(code: bytes, plain: bytes) -> bytes:
    """The code with spaces for what stands in the braces of function declarations.

    ``plain`` is the code without the contents of literals. A body that is not found stays: it only costs
    time.
    """
    pieces: list[bytes] = []
    kept = 0
    match = FUNCTION.search(plain)
    while match is not None:
        body = body_start(plain, match.end())
        after = match.end()
        if body >= 0:
            after = closing(plain, body)
            pieces += (code[kept : body + 1], VISIBLE.sub(b" ", code[body + 1 : after - 1]))
            kept = after - 1
        match = FUNCTION.search(plain, after)
    pieces.append(code[kept:])
    return b"".join(pieces)


def body_start(plain: bytes, position: int) -> int:
    """The offset of the brace that opens the body of a function declared before ``position``; -1 without one."""
    while True:
        match = BRACKET.search(plain, position)
        if match is None or match.group() == b"\n":
            return -1
        if match.group() == b"{":
            return match.start()
        position = closing(plain, match.end() - 1)
