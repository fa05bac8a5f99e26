"""The loops around a place of a function."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.resolve.kept import parts_of
from mapleak.syntax import ast

Loop = ast.For | ast.Range


def loops_around(node: object, pos: int, label: str = "") -> Iterator[tuple[Loop, str]]:
    """The loops in ``node`` around an offset with their labels, outer ones first, those of function literals left out.
    ``label`` is that of ``node`` itself."""
    if isinstance(node, ast.FuncLit) or not holds(node, pos):
        return
    if isinstance(node, ast.For | ast.Range):
        yield node, label
    inner = node.label if isinstance(node, ast.Labeled) else ""
    for part in parts_of(node):
        yield from loops_around(part, pos, inner)


def holds(node: object, pos: int) -> bool:
    """Whether an offset lies in a part of the syntax tree; what has no extent of its own may hold any."""
    return not isinstance(node, ast.Node) or node.pos <= pos < node.end
