"""Go that the grammar does not know, being newer or rare, rewritten byte for byte into Go that it does.

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

UNKNOWN_NAMES = {
    b"new": b"nev", b"make": b"mace", b"nil": b"nul", b"iota": b"jota", b"true": b"trve", b"false": b"falce",
}  # fmt: skip
"""Names of the same length that mean nothing to the grammar: what they name, and their arguments, may be anything."""

TYPE_ARGUMENT = re.compile(rb"\(\s*(?:[\[*]|<-|(?:map|chan|struct|interface|func)\b|[\w.\x80-\xff]+\s*[\[),])|\(\s*\)")
"""What may be a type as the first argument, or no argument."""

MADE_TYPE = re.compile(rb"\(\s*(?:\[|(?:map|chan)\b)")
"""What is a type for certain as the argument of ``make``, whatever else the parser has lost its way in."""

JUMP = re.compile(rb"\b(?:goto|break|continue)[ \t]+(?P<name>new|make|nil|iota|true|false)\b")
LABEL = re.compile(
    rb"^[ \t]*(?P<name>new|make|nil|iota|true|false)[ \t]*:[ \t]*(?=\n|//|\{|(?:for|switch|select)\b)", re.MULTILINE
)
"""Labels with a name that is a keyword to the grammar; they are statements, not keys of a literal."""

CALLED_CLOSURE = b"}("
"""The end of a function literal and the beginning of its arguments: never part of a type."""

GROUP = re.compile(rb"\b(?:var|const)[ \t]*(?=\()")

GENERIC_METHOD = re.compile(
    rb"^func[ \t]*(?P<receiver>\([^()\n]*\))[ \t]*(?P<name>[\w\x80-\xff]+)[ \t]*(?P<brackets>\[)", re.MULTILINE
)
TYPE_PARAMETERS = kind("type_parameter_list")


class Modern(NamedTuple):
    """Rewritten code, and the type parameter list of each generic method by the offset of its name."""

    code: bytes
    type_parameters: dict[int, SyntaxNode]


def modernise(code: bytes, plain: bytes, errors: Sequence[int]) -> Modern:
    """Rewrite ``new`` of an expression (Go 1.26), methods with type parameters (1.27), and what is rare.

    ``errors`` are the offsets of the syntax errors in the code, in order, and ``plain`` is the code without
    the contents of literals.
    """
    ends = pairs(plain)
    rewritten = bytearray(code)
    rename_allocations(rewritten, plain, ends, errors)
    rename_labels(rewritten, plain)
    end_groups(rewritten, plain, ends)
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


def rename_allocations(code: bytearray, plain: bytes, ends: dict[int, int], errors: Sequence[int]) -> None:
    """Rename ``new`` and ``make`` where the argument is no type: by its look, or since it holds an error.

    An error may be only the trace of another one, hundreds of lines above.
    """
    for match in ALLOCATION.finditer(plain):
        if match["name"] == b"make" and MADE_TYPE.match(plain, match.end()):
            continue
        end = ends.get(match.end(), 0)
        first = bisect_left(errors, match.start())
        holds_error = first < len(errors) and errors[first] < end
        calls_closure = plain.find(CALLED_CLOSURE, match.end(), end) >= 0
        if holds_error or calls_closure or not TYPE_ARGUMENT.match(plain, match.end()):
            code[slice(*match.span("name"))] = UNKNOWN_NAMES[match["name"]]


def rename_labels(code: bytearray, plain: bytes) -> None:
    """Rename labels that are called like something predeclared (Go spec, "Labeled statements"), where they are used."""
    jumps = list(JUMP.finditer(plain))
    used = {match["name"] for match in jumps}
    for match in (*jumps, *(label for label in LABEL.finditer(plain) if label["name"] in used)):
        code[slice(*match.span("name"))] = UNKNOWN_NAMES[match["name"]]


def end_groups(code: bytearray, plain: bytes, ends: dict[int, int]) -> None:
    """End the last line of a group on one line with a semicolon, which the grammar wants and Go does not."""
    for match in GROUP.finditer(plain):
        closer = ends.get(match.end(), 0) - 1
        last = len(plain[match.end() : max(closer, 0)].rstrip(b" \t")) + match.end()
        if last < closer and plain[last - 1 : last] not in (b"\n", b";", b"("):
            code[last] = ord(";")


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
