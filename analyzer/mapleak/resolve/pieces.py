"""Parts of strings and byte slices: what slicing, indexing, cutting and converting make of a part of a buffer."""

from __future__ import annotations

from typing import NamedTuple

from mapleak.program.constants import integer
from mapleak.program.scope import Scope
from mapleak.resolve.spell import ends_high, spell
from mapleak.resolve.texts import CUTS, FEW, PIECE, PIECES, REST, SOME, TRIMS, WHOLE
from mapleak.syntax import ast
from mapleak.types.declared import TypeName, Variable
from mapleak.types.types import Slice, Type, underlying

READ, MADE, PARAMETER, RESULT, LENT, COPIED = "read", "made", "parameter", "result", "lent", "copied"
"""Where a buffer comes from: a call that reads all there is, a large allocation, a parameter, a call in the tree, a
reader that goes on using it, a conversion that has copied what a call in the tree gave."""


_LAST = "LastIndex"
_LASTS = (f"strings.{_LAST}", f"bytes.{_LAST}")

SEVERAL = (PIECES, FEW, SOME)
"""Shapes of slices of texts."""

PARTS = (PIECE, SOME)
"""Shapes of what is a part of its buffer, as one or as several."""


class Root(NamedTuple):
    """A buffer: ``name`` is the function or parameter it comes from; ``pos`` and ``end`` are where it is made."""

    kind: str
    name: str
    pos: int
    end: int
    depth: int  # loops around that place


class Text(NamedTuple):
    """A string or byte slice as a part of a buffer; ``shape`` is one of mapleak.resolve.texts."""

    root: Root
    shape: str
    is_string: bool


def text_type(t: Type) -> bool | None:
    """True for strings, False for byte slices, None for everything else."""
    u = underlying(t)
    if u.text == "string":
        return True
    return False if isinstance(u, Slice) and underlying(u.elem).text in ("uint8", "byte") else None


def converts_to(fun: ast.Expr, scope: Scope) -> bool | None:
    """Whether a conversion leads to a string (True) or to bytes (False); None when it is another call."""
    if isinstance(fun, ast.ArrayType):
        return False if fun.slice and spell(fun.elem) in ("byte", "uint8") else None
    named = scope.lookup(fun.name) if isinstance(fun, ast.Name) else None
    return text_type(named.type) if isinstance(named, TypeName) else None


def shaped(found: Text, shape: str) -> Text:
    """What a part of that shape is of a text: any part of a piece is a piece."""
    if found.shape == WHOLE or (found.shape == REST and shape in (REST, FEW)):
        return found._replace(shape=shape)
    return found._replace(shape=SOME if shape in (PIECES, FEW) else PIECE)


def cut(callee: str, found: Text) -> Text:
    """What the first result of one of ``TRIMS`` or ``CUTS`` is of its argument."""
    return found if callee in TRIMS else shaped(found, CUTS[callee][0])


def element(index: ast.Expr, found: Text) -> Text | None:
    """One of several pieces: of a few, all but the first may be the rest. An element of a text is a byte."""
    if found.shape not in SEVERAL:
        return None
    first = isinstance(index, ast.BasicLit) and index.text == "0"
    return found._replace(shape=REST if found.shape == FEW and not first else PIECE)


def sliced(e: ast.SliceExpr, found: Text | None, scope: Scope) -> Text | None:
    """``s[:n]`` and ``s[a:b]`` are pieces, ``s[a:]`` is the rest; what ends near the end of ``s`` is the rest, too.

    What begins near the end (``s[len(s)-8:]``, behind the last line feed) is a piece.
    """
    if found is None or found.shape in SEVERAL or not e.bounds:
        return found
    if not ends_high(e) and _from_end(e.bounds[0], spell(e.x), scope):
        return shaped(found, PIECE)
    high = e.bounds[1] if len(e.bounds) > 1 else e.bounds[0] if ends_high(e) else None
    near = high is not None and spell(high).startswith(f"len({spell(e.x)})")
    if near and len(e.bounds) == 1:
        return found
    return shaped(found, REST if high is None or near else PIECE)


def _from_end(low: ast.Expr, of: str, scope: Scope) -> bool:
    """Whether a low bound is counted from the end of the text ``of``, or is the last place where something stands."""
    match low:
        case ast.Binary(op="+" | "-", x=ast.Call(fun=ast.Name(name="len"), args=(text,)), y=less):
            return low.op == "-" and spell(text) == of and integer(less, scope) is not None
        case ast.Binary(op="+" | "-", x=x):
            return _from_end(x, of, scope)
        case ast.Call(fun=ast.Selector(x=ast.Name(name="strings" | "bytes"), name=name), args=(text, *_)):
            return name.startswith(_LAST) and spell(text) == of
        case ast.Name(name=name):
            found = scope.lookup(name)
            origin = found.origin if isinstance(found, Variable) else None
            return getattr(origin, "callee", "").startswith(_LASTS)
    return False
