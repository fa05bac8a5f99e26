"""What one Go file says: the result of reading it, a pure function of its bytes.

No path is inside, so that facts can be cached by content and shared by every copy of a file.
"""

from __future__ import annotations

import msgspec

from mapleak.syntax.ast import ConstSpec, FuncDecl, TypeSpec, VarSpec

SCHEMA_VERSION = 6
"""Raised with every change of the facts' shape or meaning: part of any cache key."""


class Import(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One import. ``name`` is "" when the package's own name is used, else the name, ``.`` or ``_``.

    ``inner``: nothing outside function bodies can mean it.
    """

    path: str
    name: str
    pos: int
    inner: bool = False


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


class Code(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a file declares at package level, in the order of the source."""

    functions: tuple[FuncDecl, ...]
    types: tuple[TypeSpec, ...]
    vars: tuple[VarSpec, ...]
    consts: tuple[ConstSpec, ...]


class Outline(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a file means to packages that import its own (mapleak.syntax.outline), as digests.

    ``digest`` is one of what all of them may see. ``hidden`` are the functions that are not exported, each with a
    digest of its signature: it counts where ``words``, all names that outlines say, have the name.
    """

    digest: bytes
    hidden: tuple[tuple[str, bytes], ...] = ()
    words: str = ""  # with blanks between them


class FileFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything later stages know of a file.

    ``constraint`` is the ``//go:build`` expression (or the older ``// +build`` lines, joined) or "".
    ``line_starts`` holds the offset of every line's first byte as little-endian unsigned 32-bit numbers.
    ``import_comment`` is the path of ``package p // import "path"`` or "". ``digest`` is one of the whole file; as
    long as ``outline`` stays, it means the same to other packages. The code stays encoded until it is asked for,
    because many readers of facts need none of it.
    """

    package: str
    package_pos: int
    imports: tuple[Import, ...]
    constraint: str
    import_comment: str
    uses_cgo: bool
    generated: bool
    directives: tuple[Directive, ...]
    issues: tuple[SyntaxIssue, ...]
    lines: int
    line_starts: bytes
    digest: bytes
    outline: Outline
    encoded_code: msgspec.Raw

    @property
    def code(self) -> Code:
        """The file's declarations, decoded anew each time."""
        return _CODE_DECODER.decode(self.encoded_code)


def encoded_code(code: Code) -> msgspec.Raw:
    """What :class:`FileFacts` keeps of the code."""
    return msgspec.Raw(_ENCODER.encode(code))


_ENCODER = msgspec.msgpack.Encoder()
_CODE_DECODER = msgspec.msgpack.Decoder(Code)

NO_CODE = encoded_code(Code((), (), (), ()))
"""Of facts whose code nobody needs any more."""
