"""Assignments that replace a struct as a whole: whatever the old one held goes with it.

Only what certainly is another object counts: a literal, ``new``, nil, or the result of a call (of which the caller of
these facts knows whether it makes one). What comes out of a variable may be the old object itself.
A field of what the function has made itself, or has a copy of, is no place where an old one was.
"""

from __future__ import annotations

from typing import Protocol

from mapleak.program.values import Value
from mapleak.resolve.model import CallFact, Replaced
from mapleak.resolve.origins import Origin
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import Named, Pointer, Struct, Type, underlying

_ATOMIC_STORES = frozenset(
    {"(*sync/atomic.Pointer).Store", "(*sync/atomic.Pointer).Swap", "(*sync/atomic.Value).Store",
     "(*sync/atomic.Value).Swap"}
)  # fmt: skip


class Collector(Protocol):
    """What one function does, as far as it is known: see mapleak.resolve.recorder."""

    calls: list[CallFact]
    replaced: list[Replaced]

    def known_nil(self, node: str) -> bool: ...


def note_replaced(recorder: Collector, place: Value, source: ast.Expr | None, at: ast.Node) -> None:
    """Records ``place = source`` when that puts another struct, or none, where one was."""
    struct = _struct_of(place.type)
    if struct and place.node and source is not None and not _is_own(place.operand):
        _note(recorder, place.node, struct, source, at)


def note_stored(recorder: Collector, callee: str, receiver: str, call: ast.Call, args: tuple[Value, ...]) -> None:
    """Records a call that stores another struct into an atomic value."""
    if callee in _ATOMIC_STORES and receiver and args and (struct := _struct_of(args[0].type)):
        _note(recorder, receiver, struct, call.args[0], call)


def _note(recorder: Collector, place: str, struct: str, source: ast.Expr, at: ast.Node) -> None:
    new, callee = _another(recorder, source)
    if new:
        recorder.replaced.append(Replaced(place, struct, at.pos, at.end, callee, recorder.known_nil(place)))


def _another(recorder: Collector, source: ast.Expr) -> tuple[bool, str]:
    """Whether an expression may be a new object or nil, and the function that gives it."""
    match source:
        case ast.Composite() | ast.Unary(op="&", x=ast.Composite()) | ast.Name(name="nil"):
            return True, ""
        case ast.Call(fun=ast.Name(name="new")):
            return True, ""
        case ast.Call():
            callee = next((call.callee for call in reversed(recorder.calls) if call.end == source.end), "")
            return bool(callee), callee
        case ast.Star(x=ast.Call() as call):
            return _another(recorder, call)
    return False, ""


def _is_own(holder: Value | None) -> bool:
    """Whether what has the field is a local struct, or a local variable for an object that was made here."""
    variable = holder.denotes if holder is not None else None
    if not isinstance(variable, Variable) or not variable.function:
        return False
    if isinstance(underlying(variable.type), Struct):
        return True
    return isinstance(variable.origin, Origin) and variable.origin.origin == "fresh"


def _struct_of(t: Type) -> str:
    """The named struct type that a variable holds or points to, "" for anything else."""
    t = t.elem if isinstance(t, Pointer) else t
    return t.declaration.qualified if isinstance(t, Named) and isinstance(underlying(t), Struct) else ""
