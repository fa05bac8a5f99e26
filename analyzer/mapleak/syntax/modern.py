"""Go that is newer than the grammar, rewritten byte for byte into what the grammar knows.

The rewritten bytes are only parsed: names and literals are read from the original text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from mapleak.syntax.grammar import SyntaxNode, kind, parse
from mapleak.syntax.lexical import VISIBLE, pairs

ALLOCATION = re.compile(rb"\b(?P<name>new|make)\s*(?=\()")
"""The builtins whose first argument the grammar takes for a type."""

UNKNOWN_NAMES = {b"new": b"nev", b"make": b"mace"}
"""Names of the same length that mean nothing to the grammar: their arguments are expressions."""

GENERIC_METHOD = re.compile(
    rb"^func[ \t]*(?P<receiver>\([^()\n]*\))[ \t]*(?P<name>[\w\x80-\xff]+)[ \t]*(?P<brackets>\[)", re.MULTILINE
)
TYPE_PARAMETERS = kind("type_parameter_list")


class Modern(NamedTuple):
    """Rewritten code, and the type parameter list of each generic method by the offset of its name."""

    code: bytes
    type_parameters: dict[int, SyntaxNode]


def modernise(code: bytes, plain: bytes, errors: Sequence[int]) -> Modern:
    """Rewrite what Go 1.26 (``new`` of an expression) and 1.27 (methods with type parameters) brought.

    Also calls of a variable or function named ``make``. ``errors`` are the offsets of syntax errors, in order:
    only a ``new`` or ``make`` that holds one is rewritten, since the argument may be a type as well. ``plain``
    is the code without the contents of literals.
    """
    ends = pairs(plain)
    rewritten = bytearray(code)
    for match in ALLOCATION.finditer(plain):
        first = bisect_left(errors, match.start())
        if first < len(errors) and errors[first] < ends.get(match.end(), 0):
            rewritten[slice(*match.span("name"))] = UNKNOWN_NAMES[match["name"]]
    without_receivers = bytearray(code)
    methods = [match for match in GENERIC_METHOD.finditer(plain) if match.start("brackets") in ends]
    for match in methods:
        opener = match.start("brackets")
        blank(rewritten, opener, ends[opener])
        blank(without_receivers, *match.span("receiver"))
    functions = bytes(without_receivers)
    found: dict[int, SyntaxNode] = {}
    for match in methods:
        parameters = ends[match.start("brackets")]
        node = type_parameters(functions, match.start(), ends.get(parameters, parameters))
        if node is not None:
            found[match.start("name")] = node
    return Modern(bytes(rewritten), found)


def blank(code: bytearray, start: int, end: int) -> None:
    """Put spaces where code is, but keep its lines."""
    code[start:end] = VISIBLE.sub(b" ", code[start:end])


def type_parameters(functions: bytes, start: int, end: int) -> SyntaxNode | None:
    """The type parameters of the signature between two offsets of code whose methods lost their receivers.

    Without a receiver they are functions, which may have type parameters in the grammar.
    """
    root = parse(functions, [(start, end)])
    if root is None or root.has_error or not root.children:
        return None
    children = root.children[0].children
    return children[2] if len(children) > 2 and children[2].kind_id == TYPE_PARAMETERS else None
