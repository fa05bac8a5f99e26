"""Heuristic ``written-text``: a text, or a hash, that is written piece by piece is made of these pieces.

``text.WriteString(user)``, ``fmt.Fprintf(&text, "%s/%s", tenant, id)`` and ``sum.Write(body)`` add to what the local
variable comes from; ``text.String()`` and ``sum.Sum(nil)`` then are as bounded as the least bounded piece. A buffer
that any other function is handed holds who knows what.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mapleak.program.scope import Scope
from mapleak.program.values import Value
from mapleak.resolve.origins import UNKNOWN_ORIGIN, ZERO_VALUE, Origin, Origins, given
from mapleak.resolve.random_text import is_random
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import UNKNOWN, Named, Pointer, Type

_WRITES = re.compile(
    r"\(\*(?:strings\.Builder|bytes\.Buffer)\)\.Write(?:Byte|Rune|String)?|\(hash\.Hash(?:32|64)?\)\.Write"
)
_WRITES_TO = frozenset({"fmt.Fprint", "fmt.Fprintf", "fmt.Fprintln", "io.WriteString"})
_READS = frozenset({"(*bytes.Buffer).ReadFrom"})
_BUFFERS = frozenset({"strings.Builder", "bytes.Buffer", "hash.Hash", "hash.Hash32", "hash.Hash64"})

BUFFER_METHODS = re.compile(r"\(\*(?:strings\.Builder|bytes\.Buffer)\)\.")
"""Methods that are called on a buffer, by their names' beginning: what they write is seen."""

TEXTS = frozenset(
    {
        "(*strings.Builder).String", "(*bytes.Buffer).String", "(*bytes.Buffer).Bytes", "(hash.Hash).Sum",
        "(hash.Hash32).Sum32", "(hash.Hash64).Sum64",
    }
)  # fmt: skip
"""Methods that give what was written to their receiver, or its hash."""

Arguments = tuple[tuple[ast.Expr, Value], ...]


def note_written(call: ast.Call, callee: str, arguments: Arguments, origins: Origins, scope: Scope) -> None:
    """Notes what ``call``, of ``callee``, writes to a local buffer."""
    if isinstance(call.fun, ast.Selector) and _WRITES.fullmatch(callee):
        _write(call.fun.x, [origins.of(*argument) for argument in arguments], scope)
    elif isinstance(call.fun, ast.Selector) and callee in _READS:
        _write(call.fun.x, [UNKNOWN_ORIGIN], scope)
    elif callee in _WRITES_TO and arguments:
        _write(arguments[0][0], [origins.of(*argument) for argument in arguments[1:]], scope)
    else:
        for argument, value in arguments:
            if _is_buffer(value.type):
                _write(argument, [UNKNOWN_ORIGIN], scope)


def written_text(call: ast.Call, scope: Scope) -> Arguments:
    """The buffer whose contents a call of one of ``TEXTS`` gives, as the one thing that these are made of; nothing
    where nothing was seen to be written."""
    if not isinstance(call.fun, ast.Selector) or not isinstance(call.fun.x, ast.Name):
        return ()
    variable = _variable(call.fun.x, scope)
    return ((call.fun.x, Value(UNKNOWN, denotes=variable)),) if variable is not None and _filled(variable) else ()


def note_copied(target: Value, piece: Origin) -> Origin:
    """Notes that ``copy(t[:], sum)`` puts ``piece`` into a local array or slice ``t``; gives the piece back."""
    variable = target.denotes
    if isinstance(variable, Variable) and variable.function:
        empty = not isinstance(variable.origin, Origin) or variable.origin in (UNKNOWN_ORIGIN, ZERO_VALUE)
        variable.origin = given(ZERO_VALUE if empty else variable.origin, piece)
    return piece


def _write(buffer: ast.Expr, pieces: Sequence[Origin], scope: Scope) -> None:
    variable = _variable(buffer, scope)
    if variable is None:
        return
    for piece in pieces:
        variable.origin = given(variable.origin if _filled(variable) else ZERO_VALUE, piece)


def _filled(variable: Variable) -> bool:
    """Whether anything is seen to be in a buffer: one that a function hands out is taken to be empty."""
    return isinstance(variable.origin, Origin) and (bool(variable.origin.sources) or is_random(variable.origin))


def _variable(buffer: ast.Expr, scope: Scope) -> Variable | None:
    """The local variable that is, or points to, a buffer."""
    if isinstance(buffer, ast.Unary) and buffer.op == "&":
        buffer = buffer.x
    found = scope.lookup(buffer.name) if isinstance(buffer, ast.Name) else None
    return found if isinstance(found, Variable) and found.function else None


def _is_buffer(t: Type) -> bool:
    named = t.elem if isinstance(t, Pointer) else t
    return isinstance(named, Named) and named.name in _BUFFERS
