"""Calls of library functions that change a map they are given, and of library containers' own methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from mapleak.program.hidden import CONSTRUCTED, unversioned
from mapleak.program.values import Value
from mapleak.resolve.computed import COMPUTE, effects
from mapleak.resolve.known import MapFunction
from mapleak.resolve.libraries import (
    LABELS,
    is_made_to_evict,
    library,
    library_call,
    names_something_outside,
    words,
)
from mapleak.resolve.model import Flow
from mapleak.resolve.shapes import MapShape, library_shape, map_shape
from mapleak.syntax import ast

if TYPE_CHECKING:
    from mapleak.resolve.recorder import Recorder

Arguments = tuple[tuple[ast.Expr, Value], ...]

EVICTS = "evicts"
"""Guard of an insertion: the container drops entries by itself."""

CONFIGURED = "configured"
"""Guard of an insertion: the container drops entries unless it was made not to."""


def library_operation(
    recorder: Recorder,
    known: MapFunction,
    call: ast.Call,
    receiver: tuple[ast.Expr, str, MapShape],
    args: Arguments,
) -> None:
    """A function of the standard library that changes a map."""
    subject = receiver
    if known.subject >= 0:
        if known.subject >= len(args):
            return
        expr, value = args[known.subject]
        shape = map_shape(value.type)
        if shape is None:
            return
        subject = (expr, value.node, shape)
    key = args[known.key] if known.key is not None and known.key < len(args) else None
    stores = key is not None and known.effect == "insert" and len(args) > 1
    source, stored = args[1] if stores else (None, None)
    recorder.operation(known.effect, known.form, subject, call, key, stored, source)


def container_call(
    recorder: Recorder, call: ast.Call, callee: str, subject: ast.Expr, function: Value, args: Arguments
) -> None:
    """A method of a library's container, or its constructor. All other functions are none of our business."""
    if not callee.startswith("("):
        _constructor(recorder, call, callee)
        return
    found = library_call(callee)
    node = _holder(function)
    if found is None or not node:
        _constructor(recorder, call, callee)
        return
    key = (
        _label(args)
        if found.key == LABELS
        else args[found.key]
        if found.key is not None and args[found.key :]
        else None
    )
    if found.key == LABELS and found.effect == "insert" and key is None:
        return
    guard = EVICTS if found.library.evicts else CONFIGURED if found.library.configured else ""
    for effect in effects(call.args) if callee.endswith(f").{COMPUTE}") else (found.effect,):
        recorder.operation(effect, "call", (subject, node, library_shape(found.type)), call, key)
        if guard and effect == "insert":
            op = recorder.ops[-1]
            recorder.ops[-1] = structs.replace(op, guards=tuple(sorted({*op.guards, guard})))


def _holder(function: Value) -> str:
    """The node of the container: not of a part that the library embeds in it."""
    owner = function.receiver.rpartition(".")[0]
    return function.holder if function.holder and library(owner) is not None else function.receiver


def _label(args: Arguments) -> tuple[ast.Expr, Value] | None:
    """The label value that is called like something from outside, None when all are among a few by their looks."""
    for e, value in args:
        if value.mode != "constant" and isinstance(e, ast.Name | ast.Selector) and names_something_outside(words(e)):
            return e, value
    return None


def _constructor(recorder: Recorder, call: ast.Call, callee: str) -> None:
    """What a constructor gives back is made here, unless it is made to drop its entries by itself."""
    if unversioned(callee) in CONSTRUCTED and not is_made_to_evict(callee, call.args):
        path = recorder.context.path
        recorder.flows[Flow(f"call@{path}:{call.end}$r0", f"make@{path}:{call.lparen}")] = None
