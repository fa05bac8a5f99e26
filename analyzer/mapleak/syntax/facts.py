"""What one Go file says: the result of reading it, a pure function of its bytes.

No path is inside, so that facts can be cached by content and shared by every copy of a file.
"""

from __future__ import annotations

import msgspec

from mapleak.syntax.ast import ConstSpec, FuncDecl, TypeSpec, VarSpec

SCHEMA_VERSION = 1
"""Raised with every change of the facts' shape or meaning: part of any cache key."""


class Import(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One import. ``name`` is "" when the package's own name is used, else the name, ``.`` or ``_``."""

    path: str
    name: str
    pos: int


class SyntaxIssue(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A stretch of the file that could not be read; 1-based line and byte column of its start."""

    line: int
    column: int
    message: str


class Directive(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A suppression comment.

    ``text`` is the comment as written (``//mapleak:ignore ML101 reason``). It speaks for the lines
    ``first_line`` to ``last_line``, both 1-based and inclusive: its own line when it trails code; the
    statement or declaration below when it stands alone; the whole file before the package clause.
    """

    text: str
    line: int
    column: int
    end_column: int
    first_line: int
    last_line: int


class FileFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything later stages know of a file.

    ``constraint`` is the ``//go:build`` expression (or the older ``// +build`` lines, joined) or "".
    ``line_starts`` holds the offset of every line's first byte as little-endian unsigned 32-bit numbers.
    ``import_comment`` is the path of ``package p // import "path"`` or "".
    """

    package: str
    package_pos: int
    imports: tuple[Import, ...]
    functions: tuple[FuncDecl, ...]
    types: tuple[TypeSpec, ...]
    vars: tuple[VarSpec, ...]
    consts: tuple[ConstSpec, ...]
    constraint: str
    import_comment: str
    uses_cgo: bool
    generated: bool
    directives: tuple[Directive, ...]
    issues: tuple[SyntaxIssue, ...]
    lines: int
    line_starts: bytes
