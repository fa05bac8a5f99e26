"""Who holds and runs objects of which types, looked up once for the whole program: see mapleak.maps.lives.owners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from mapleak.maps.context import Context
from mapleak.maps.lives.marks import MarkIndex, carried_in_contexts
from mapleak.maps.nodes import brief
from mapleak.resolve.model import FunctionFacts, GoFact


class OwnerIndex(msgspec.Struct, frozen=True):
    """What the program says about types beside what makes them."""

    held_by: dict[str, list[str]]  # type -> types with fields that reach it
    within: dict[str, list[str]]  # type -> types that contain it by value
    variables: dict[str, str]  # type -> first package variable that holds it
    endless: dict[str, str]  # type -> method that an endless goroutine runs
    entries: dict[str, str]  # type -> first package variable whose entries are of it
    marks: MarkIndex


def make_index(context: Context) -> OwnerIndex:
    """Look through all functions, types and package variables."""
    endless: dict[str, str] = {}
    running: dict[str, str] = {}
    variables: dict[str, str] = {}
    for function in context.resolved.functions:
        initialises = not function.parent and function.name == f"{function.package}.init"
        if initialises and not context.is_test(function.file) and context.reach(function.name).reachable:
            for made in function.made:
                variables.setdefault(made, f"a package variable of {brief(function.package)}")
        for go in function.gos:
            for body in _spent_in(context, function, go):
                if body.ending.kind == "endless":
                    endless.setdefault(body.receiver_type, body.name)
                running.setdefault(body.receiver_type, body.name)
    entries: dict[str, str] = {}
    for variable, held in context.resolved.holders:
        if _holds_maps(context, variable):
            entries.setdefault(held, variable)
        else:
            variables[held] = f"package variable {brief(variable)}"
    held_by: dict[str, list[str]] = defaultdict(list)
    within: dict[str, list[str]] = defaultdict(list)
    for fact in context.resolved.types:
        for part in fact.field_types:
            held_by[part].append(fact.name)
        for part in fact.embeds:
            within[part].append(fact.name)
    concurrent = frozenset(v.owner for v in context.resolved.variables if v.owner and v.container == "sync.Map")
    marks = MarkIndex(running, concurrent, carried_in_contexts(context))
    return OwnerIndex(held_by, within, variables, endless, entries, marks)


def _holds_maps(context: Context, variable: str) -> bool:
    """Whether a package variable is a map or has maps as elements: what these hold are entries."""
    fact = context.variables.get(variable)
    wrapper = context.types.get(fact.container) if fact is not None else None
    if fact is None or (wrapper is not None and wrapper.wraps):
        return False
    return bool(fact.container) or "map[" in fact.type


def _spent_in(context: Context, function: FunctionFacts, go: GoFact) -> Iterator[FunctionFacts]:
    """The methods that a goroutine spends its life in: they never end, or wait for events.

    Heuristic ``life-in-a-call``: a literal that nobody waits for spends it in the call, outside loops, that goes on
    (``go func() { log(s.Run(ctx)) }()``). That tells of the object when its own method starts the goroutine, or a
    method of what has it in a field: others may need it for one operation.
    """
    if context.is_test(function.file):
        return
    calls = [function.calls[go.call]] if go.closure_pos < 0 else []
    if go.closure_pos >= 0 and not (go.waited or go.stopped):
        literals = context.closures_at(function, go.closure_pos)
        bodies = [variant for name in literals for variant in context.graph.functions.get(name, ())]
        calls = [call for body in bodies for call in body.calls if call.how == "call" and not call.loop_depth]
    for call in calls:
        for body in context.graph.functions.get(call.callee, ()) if call.mode == "static" else ():
            goes_on = body.receiver_type and body.ending.kind in ("endless", "stoppable")
            if goes_on and (go.closure_pos < 0 or _has(context, function, body.receiver_type)):
                yield body


def _has(context: Context, function: FunctionFacts, owner: str) -> bool:
    """Whether a function is, or is written in, a method of a type or of what has a field for it."""
    for variant in context.graph.functions.get(context.outermost(function.name), ()):
        holder = context.types.get(variant.receiver_type)
        if variant.receiver_type == owner or (holder is not None and owner in holder.field_types):
            return True
    return False
