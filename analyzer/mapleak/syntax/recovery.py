"""Reading files with syntax errors: everything that parses is kept, everything else is named.

One error can make a parser lose the rest of a file. So a file with errors is cut at its top-level
declarations, each is parsed on its own, and what remains broken is mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from tree_sitter import Node

from mapleak.syntax.grammar import SyntaxNode, kind, parse
from mapleak.syntax.lexical import unclosed
from mapleak.syntax.mended import mend
from mapleak.syntax.modern import modernise

DECLARATION_START = re.compile(rb"^(?:func|var|type|const|import|package)\b", re.MULTILINE)
"""Where a top-level declaration begins: a keyword at the beginning of a line, as gofmt puts it.

gofmt indents what is inside functions, so that this holds even where brackets do not match.
"""

TOKEN = re.compile(rb"[\w\x80-\xff]+|\S")
MOST_ERRORS = 20
"""Syntax errors named per declaration; the file's list is cut at as many."""

LONGEST_TOKEN = 20
"""Characters of a token that a message repeats."""

DECLARATIONS = frozenset(
    kind(name)
    for name in (
        *("package_clause", "import_declaration", "function_declaration", "method_declaration"),
        *("var_declaration", "const_declaration", "type_declaration"),
    )
)


class Recovered(NamedTuple):
    """The top-level nodes of a file with errors, what was wrong, and type parameters of generic methods."""

    nodes: list[SyntaxNode]
    notes: list[tuple[int, str]]
    type_parameters: dict[int, SyntaxNode]


def recover(code: bytes, plain: bytes, root: Node) -> Recovered:
    """Read code again whose tree has errors; ``plain`` is the code without the contents of literals."""
    rewritten, type_parameters = modernise(code, plain, sorted(node.start_byte for node in errors(root)))
    if type_parameters or rewritten != code:
        root = parse(rewritten)
        if not root.has_error:
            return Recovered(list(root.children), [], type_parameters)
    starts = [match.start() for match in DECLARATION_START.finditer(plain)]
    nodes: list[SyntaxNode] = []
    notes: list[tuple[int, str]] = []
    for start, end in zip([0, *starts], [*starts, len(code)], strict=True):
        part = parse(rewritten, [(start, end)]) if start < end else None
        if part is None:
            continue
        if part.has_error:
            part, missing = closed(rewritten, plain, part, start, end)
            notes += missing
            notes += [described(code, node, end) for node in islice(errors(part), MOST_ERRORS)]
            nodes += top_level(part, end)
        else:
            nodes += part.children
    return Recovered(nodes, notes, type_parameters)


def errors(root: Node) -> Iterator[Node]:
    """The outermost error nodes and made-up tokens of a tree, in order."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.is_error or node.is_missing:
            yield node
        elif node.has_error:
            stack.extend(reversed(node.children))


def closed(code: bytes, plain: bytes, part: Node, start: int, end: int) -> tuple[Node, list[tuple[int, str]]]:
    """The tree of a stretch with its open brackets closed, and a note if there were any."""
    closers = unclosed(plain, start, end)
    if not closers:
        return part, []
    last = start + len(code[start:end].rstrip())
    again = parse(code + closers, [(start, end), (len(code), len(code) + len(closers))])
    return again, [(last, f"missing {closers[:LONGEST_TOKEN].decode()}")]


def described(code: bytes, node: Node, limit: int) -> tuple[int, str]:
    """Where an error is, and what."""
    if node.is_missing:
        return min(node.start_byte, limit), f"missing {node.type}"
    match = TOKEN.search(code, node.start_byte, limit)
    if match is None:
        return min(node.start_byte, limit), "unexpected end"
    return match.start(), f"unexpected {match.group()[:LONGEST_TOKEN].decode('utf-8', 'replace')}"


def top_level(part: Node, limit: int) -> Iterator[SyntaxNode]:
    """The declarations of a broken stretch, those inside what was skipped included."""
    stack = [part]
    while stack:
        node = stack.pop()
        if node.is_error or node is part:
            stack.extend(reversed(node.children))
        elif node.kind_id in DECLARATIONS:
            yield mend(node, limit)
