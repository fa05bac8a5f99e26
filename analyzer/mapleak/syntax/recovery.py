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
from mapleak.syntax.mended import Part, mend
from mapleak.syntax.modern import modernise

DECLARATION_START = re.compile(rb"^(?:(?:func|var|type|const|import)\b|package\b[^\n;]*(?P<rest>))", re.MULTILINE)
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


def recover(code: bytes, plain: bytes, root: Node | None) -> Recovered:
    """Read code again whose tree has errors, or is None; ``plain`` is the code without the contents of literals."""
    modern, type_parameters = modernise(code, plain, [node.start_byte for node in errors(root)])
    if modern != code:
        root = parse(modern)
        if root is not None and not root.has_error:
            return Recovered(list(root.children), [], type_parameters)
    found = {at for match in DECLARATION_START.finditer(plain) for at in (match.start(), match.end("rest"))}
    starts = sorted(found - {-1})
    nodes: list[SyntaxNode] = []
    notes: list[tuple[int, str]] = []
    for part in map(Part, [0, *starts], [*starts, len(code)]):
        if part.base == part.end:
            continue
        tree = parse(modern, [part])
        if tree is None or tree.has_error:
            tree, problems = mended(code, modern, plain, part)
            notes += problems
            nodes += declarations(part, tree)
        else:
            nodes += tree.children
    return Recovered(nodes, notes, type_parameters)


def mended(code: bytes, modern: bytes, plain: bytes, part: Part) -> tuple[Node | None, list[tuple[int, str]]]:
    """The tree of a stretch that has errors, with its open brackets closed, and what is wrong with it."""
    notes: list[tuple[int, str]] = []
    text = modern[part.base : part.end]
    bare = plain[part.base : part.end]
    closers = unclosed(bare)
    if closers:
        notes.append((part.base + len(text.rstrip()), f"missing {closers[:LONGEST_TOKEN].decode()}"))
    tree = parse(text + closers)
    rewritten = modernise(text, bare, [node.start_byte for node in errors(tree)]).code
    if rewritten != text:
        tree = parse(rewritten + closers)
    if tree is None:
        notes.append((part.base, "too ambiguous to read"))
    notes += [described(code, part, node) for node in islice(errors(tree), MOST_ERRORS)]
    return tree, notes


def errors(root: Node | None) -> Iterator[Node]:
    """The outermost error nodes and made-up tokens of a tree, in order."""
    stack = [root] if root is not None else []
    while stack:
        node = stack.pop()
        if node.is_error or node.is_missing:
            yield node
        elif node.has_error:
            stack.extend(reversed(node.children))


def described(code: bytes, part: Part, node: Node) -> tuple[int, str]:
    """Where an error is, and what."""
    start = part.offset(node.start_byte)
    if node.is_missing:
        return start, f"missing {node.type}"
    match = TOKEN.search(code, start, part.end)
    if match is None:
        return start, "unexpected end"
    return match.start(), f"unexpected {match.group()[:LONGEST_TOKEN].decode('utf-8', 'replace')}"


def declarations(part: Part, tree: Node | None) -> Iterator[SyntaxNode]:
    """The declarations of a broken stretch, those inside what was skipped included."""
    stack = [tree] if tree is not None else []
    while stack:
        node = stack.pop()
        if node.is_error or node is tree:
            stack.extend(reversed(node.children))
        elif node.kind_id in DECLARATIONS:
            yield mend(part, node)
