"""Basic and composite literals, and the large tables among them that are cut short."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mapleak.syntax import ast
from mapleak.syntax.expressions import first_child
from mapleak.syntax.grammar import SyntaxNode, kind
from mapleak.syntax.source import MAX_DEPTH, ExpressionHandler, Source

LITERAL_ELEMENT = kind("literal_element")

LONGEST_LITERAL = 80
"""Bytes up to which a literal's text is kept; see :class:`mapleak.syntax.ast.BasicLit`."""

LARGE_TABLE = 256
"""Elements beyond which a composite literal of constants is cut short."""

LARGEST_TABLE = 4_000_000
"""Bytes beyond which any other large table is cut short, too, and that is said: it may name functions and maps."""

SAMPLE = 8
"""Elements that are kept of a large table, for whoever wants to know what it holds."""

REFERENCE = re.compile(
    rb"""[\x80-\xff]
    | (?<![\w.])
      (?!(?:true|false|nil|iota|string|byte|rune|bool|u?int(?:8|16|32|64)?|float(?:32|64))\b)
      [A-Za-z_]\w*(?:\.\w+)*(?![\w.]|\s*[:{])""",
    re.VERBOSE,
)
"""A name that may stand for a function, a variable or a map type, in code without strings and comments.

Not meant are predeclared types and constants, keys (before ``:``) and types of literals (before ``{``). A
table without such names holds constants only: nothing in it can call, capture or fill anything.
"""


def literal(category: str) -> ExpressionHandler:
    """The handler of basic literals of one kind."""

    def basic_literal(source: Source, node: SyntaxNode, _depth: int) -> ast.BasicLit:
        start = node.start_byte
        end = node.end_byte
        text = source.decoded(start, end) if end - start <= LONGEST_LITERAL else ""
        return ast.BasicLit(start, end, category, text)

    return basic_literal


def composite(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``T{…}``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    target, body = node.children
    written = source.expression[target.kind_id](source, target, depth + 1)
    elements, omitted = contents(source, body, depth + 1)
    return ast.Composite(node.start_byte, node.end_byte, written, elements, body.start_byte, omitted)


def elided(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``{…}`` as an element of another literal, its type left out."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    start = node.start_byte
    elements, omitted = contents(source, node, depth + 1)
    return ast.Composite(start, node.end_byte, None, elements, start, omitted)


def contents(source: Source, body: SyntaxNode, depth: int) -> tuple[tuple[ast.Element, ...], int]:
    """The elements between braces at ``depth``, and how many were left out."""
    count = (body.child_count - 1) // 2
    if not count:
        return (), 0
    nodes = body.children[1:-1:2]
    if count > LARGE_TABLE and (
        not REFERENCE.search(source.plain(), body.start_byte, body.end_byte)
        or source.too_large(body, LARGEST_TABLE, "table")
    ):
        return tuple(converted(source, nodes[:SAMPLE], depth)), count - SAMPLE
    return tuple(converted(source, nodes, depth)), 0


def converted(source: Source, nodes: Sequence[SyntaxNode], depth: int) -> list[ast.Element]:
    """The elements of a literal, keyed or not."""
    table = source.expression
    result = []
    for node in nodes:
        key = None
        children = node.children
        if node.kind_id != LITERAL_ELEMENT and len(children) == 3:
            inner = children[0].children[0]
            key = table[inner.kind_id](source, inner, depth + 1)
            children = children[2].children
        inner = children[0] if children else node
        value = table[inner.kind_id](source, inner, depth + 1)
        result.append(ast.Element(node.start_byte, node.end_byte, key, value))
    return result


HANDLERS: dict[str, ExpressionHandler] = {
    "int_literal": literal("int"),
    "float_literal": literal("float"),
    "imaginary_literal": literal("imaginary"),
    "rune_literal": literal("rune"),
    "interpreted_string_literal": literal("string"),
    "raw_string_literal": literal("string"),
    "composite_literal": composite,
    "literal_value": elided,
    "literal_element": first_child,
}
