"""Heuristic ``random-text``: buffers that are filled at random, so that keys made of them are others each time.

``rand.Read(id)``, ``io.ReadFull(rand.Reader, id[:])``, ``id[i] = letters[rand.Intn(len(letters))]`` and
``text.WriteByte(letters[rand.Intn(n)])`` make identifiers; what the buffer's variable held before tells nothing.
Buffers are local variables; those that are handed to a function to be filled are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mapleak.program.scope import Scope
from mapleak.resolve.model import CallFact
from mapleak.resolve.origins import Origin
from mapleak.syntax import ast
from mapleak.types.declared import PackageName, Variable

_RANDOM = ("crypto/rand.", "math/rand.", "math/rand/v2.", "(*math/rand.Rand).", "(*math/rand/v2.Rand).")
_READS = frozenset({"crypto/rand.Read", "math/rand.Read", "(*math/rand.Rand).Read"})
_READS_FROM = frozenset({"io.ReadFull", "io.ReadAtLeast"})
_READER = "Reader"
_WRITES = re.compile(r"\(\*(?:strings\.Builder|bytes\.Buffer)\)\.Write(?:Byte|Rune|String)?")


def note_filled(call: ast.Call, callee: str, calls: Sequence[CallFact], scope: Scope) -> None:
    """``call``, of ``callee``, has been evaluated; ``calls`` are those before it, the ones in its arguments last."""
    if callee in _READS and call.args:
        _fill(call.args[0], callee, scope)
    elif callee in _READS_FROM and len(call.args) > 1 and (package := _random_reader(call.args[0], scope)):
        _fill(call.args[1], f"{package}.{_READER}", scope)
    elif isinstance(call.fun, ast.Selector) and _WRITES.fullmatch(callee):
        note_part(call.fun.x, call, calls, scope)


def note_part(buffer: ast.Expr, part: ast.Node, calls: Sequence[CallFact], scope: Scope) -> bool:
    """What ``part`` of the source gives goes into ``buffer``; whether one of the ``calls`` in it makes it random."""
    for call in reversed(calls):
        if call.pos < part.pos:
            break
        if call.callee.startswith(_RANDOM) and call.end <= part.end:
            _fill(buffer, call.callee, scope)
            return True
    return False


def is_random(origin: object) -> bool:
    """Whether what comes from ``origin`` is another each time."""
    return isinstance(origin, Origin) and any(o.callee.startswith(_RANDOM) for o in (origin, *origin.sources))


def _fill(buffer: ast.Expr, callee: str, scope: Scope) -> None:
    while isinstance(buffer, ast.SliceExpr | ast.Index | ast.Unary):
        buffer = buffer.x
    variable = scope.lookup(buffer.name) if isinstance(buffer, ast.Name) else None
    if isinstance(variable, Variable) and variable.function:
        variable.origin = Origin("call", callee.rpartition("/")[2], callee=callee)


def _random_reader(reader: ast.Expr, scope: Scope) -> str:
    """The package whose source of random bytes ``reader`` is, "" for every other reader."""
    if isinstance(reader, ast.Selector) and reader.name == _READER and isinstance(reader.x, ast.Name):
        package = scope.lookup(reader.x.name)
        return package.path if isinstance(package, PackageName) and package.path == "crypto/rand" else ""
    return ""
