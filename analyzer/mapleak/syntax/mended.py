"""Nodes of a tree with syntax errors, shown to handlers as if what was skipped had never been there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tree_sitter import Node

from mapleak.syntax.grammar import kind

NOTHING = 0
"""The kind of what is missing: no handler takes it for anything."""

BLOCK = kind("block")
STATEMENT_LIST = kind("statement_list")
EXPRESSION_STATEMENT = kind("expression_statement")
LBRACE = kind("{")
RBRACE = kind("}")

HOLDERS = frozenset(
    kind(name) for name in ("block", "expression_case", "type_case", "communication_case", "default_case")
)
"""What holds statements."""

SALVAGED = frozenset(
    kind(name)
    for name in (
        *("block", "expression_statement", "send_statement", "inc_statement", "dec_statement"),
        *("assignment_statement", "short_var_declaration", "labeled_statement", "return_statement"),
        *("go_statement", "defer_statement", "if_statement", "for_statement", "expression_switch_statement"),
        *("type_switch_statement", "select_statement", "break_statement", "continue_statement"),
        *("goto_statement", "var_declaration", "const_declaration", "type_declaration"),
    )
)
"""Statements that are kept out of a stretch that was skipped."""

WRAPPED = frozenset(kind(name) for name in ("call_expression", "type_conversion_expression", "func_literal"))
"""Expressions that are kept out of a stretch that was skipped, each as a statement: they do something."""


class Mended:
    """A node of a broken tree without its errors; what the parser made up is ``NOTHING``.

    To complete a rule of the grammar tree-sitter skips what is too much and makes up what is missing.
    Without the former, the children of a node are again what its rule says.
    """

    __slots__ = ("_children", "_node", "_part", "end_byte", "kind_id", "start_byte")

    def __init__(self, part: Part, kind_id: int, span: tuple[int, int], node: Node | None, children: list[Mended]):
        self._part = part
        self.kind_id = kind_id
        self.start_byte, self.end_byte = span
        self._node = node
        self._children = children

    @property
    def children(self) -> list[Mended]:
        """The children that the grammar's rule asks for; made when asked for, so depth costs no recursion."""
        if self._node is not None:
            self._children = mended_children(self._part, self._node)
            self._node = None
        return self._children

    @property
    def child_count(self) -> int:
        """How many children there are."""
        return len(self.children)


class Part(NamedTuple):
    """A stretch of a file that was parsed on its own: where it begins, and where in the file its text ends."""

    base: int
    end: int

    def offset(self, offset: int) -> int:
        """The offset in the file of one in the stretch; brackets added behind it count as its end."""
        return min(self.base + offset, self.end)


def mend(part: Part, node: Node) -> Mended:
    """A node as handlers may see it."""
    found = NOTHING if node.is_missing and node.is_named else node.kind_id
    return Mended(part, found, (part.offset(node.start_byte), part.offset(node.end_byte)), node, [])


def mended_children(part: Part, node: Node) -> list[Mended]:
    """The children of a node without errors; statements among what was skipped go where statements belong."""
    children = node.children
    if node.kind_id == STATEMENT_LIST:
        return list(salvaged(part, children))
    kept = [mend(part, child) for child in children if not child.is_error]
    if node.kind_id in HOLDERS and len(kept) < len(children):
        stray = [child for child in children if child.is_error or child.kind_id == STATEMENT_LIST]
        merged = [statement for child in stray for statement in salvaged(part, child.children)]
        closer = [child for child in kept[-1:] if child.kind_id == RBRACE]
        kept = [child for child in kept if child.kind_id not in (STATEMENT_LIST, RBRACE)]
        if merged:
            kept.append(Mended(part, STATEMENT_LIST, (merged[0].start_byte, merged[-1].end_byte), None, merged))
        kept += closer
    return kept


def salvaged(part: Part, nodes: Iterable[Node]) -> Iterator[Mended]:
    """The statements among ``nodes``, and among what was skipped between them."""
    stack = list(nodes)
    stack.reverse()
    while stack:
        node = stack.pop()
        if node.kind_id in SALVAGED:
            yield mend(part, node)
        elif node.kind_id in WRAPPED:
            inner = mend(part, node)
            yield Mended(part, EXPRESSION_STATEMENT, (inner.start_byte, inner.end_byte), None, [inner])
        elif node.is_error or node.kind_id == STATEMENT_LIST:
            stack.extend(reversed(node.children))
