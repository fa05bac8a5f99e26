"""The text that handlers read while they convert one file, and what they note down on the way."""

from __future__ import annotations

import sys
from collections.abc import Callable

from mapleak.syntax import ast
from mapleak.syntax.grammar import SyntaxNode

MAX_DEPTH = 200
"""How deep the handed-out syntax may nest.

Every stage walks it recursively with up to three Python frames a level, and Python allows 1,000. People
write 30 levels, generators 100.
"""

ExpressionHandler = Callable[["Source", SyntaxNode, int], ast.Expr]
StatementHandler = Callable[["Source", SyntaxNode, int], ast.Stmt]


class Names(dict[str, str]):
    """The names of a file, each kept once; looked up by their bytes, read as Latin-1."""

    def __missing__(self, raw: str) -> str:
        """Decode and remember a name seen for the first time."""
        name = sys.intern(raw if raw.isascii() else utf8(raw))
        self[raw] = name
        return name


class Source:
    """One file under conversion: its text, the handlers by node kind, and the notes of what was left out.

    ``text`` is the file read as Latin-1, so that an offset into it is a byte offset. ``plain`` is the code
    without comments and the contents of literals. ``type_parameters`` are those of generic methods, which the
    grammar does not know, by the offset of the method's name.
    """

    __slots__ = ("expression", "names", "notes", "plain", "statement", "text", "type_parameters")

    def __init__(
        self,
        text: str,
        plain: Callable[[], bytes],
        expression: list[ExpressionHandler],
        statement: list[StatementHandler | None],
    ) -> None:
        self.text = text
        self.plain = plain
        self.expression = expression
        self.statement = statement
        self.names = Names()
        self.notes: list[tuple[int, str]] = []
        self.type_parameters: dict[int, SyntaxNode] = {}

    def name(self, node: SyntaxNode) -> str:
        """The name a node spells."""
        return self.names[self.text[node.start_byte : node.end_byte]]

    def decoded(self, start: int, end: int) -> str:
        """The text between two offsets."""
        text = self.text[start:end]
        return text if text.isascii() else utf8(text)

    def too_large(self, node: SyntaxNode, limit: int, what: str) -> bool:
        """Whether a node is longer than ``limit`` bytes, which is noted."""
        size = node.end_byte - node.start_byte
        if size > limit:
            self.notes.append(
                (node.start_byte, f"{what} too large: {megabytes(size)}, the limit is {megabytes(limit)}")
            )
        return size > limit

    def too_deep(self, node: SyntaxNode) -> ast.BadExpr:
        """Stand in for an expression beyond ``MAX_DEPTH``."""
        self.notes.append((node.start_byte, TOO_DEEP))
        return ast.BadExpr(node.start_byte, node.end_byte, TOO_DEEP)


TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"


def megabytes(size: int) -> str:
    """A size in words."""
    return f"{size / 1_000_000:.1f} MB"


def utf8(raw: str) -> str:
    """Text that was read as Latin-1, read as the UTF-8 it is; bytes that are not become U+FFFD."""
    return raw.encode("latin-1").decode("utf-8", "replace")
