"""Maps that are changed through a copy of the struct that holds them, by a function or by a method of the copy."""

from __future__ import annotations

from mapleak.maps.context import Context
from mapleak.maps.sharing import SharedMap
from mapleak.resolve.model import FunctionFacts
from mapleak.resolve.sharing_facts import SharedCopy

_CHANGES = frozenset(("insert", "update", "remove"))


def find_shared_maps(context: Context) -> tuple[SharedMap, ...]:
    """All of them, in source order, of each copy and map the first change."""
    found: dict[tuple[str, str, int, str], SharedMap] = {}
    for function in context.resolved.functions:
        for fact in sorted(function.copies, key=lambda fact: fact.change):
            if not fact.method or _changes(context, fact):
                key = (function.name, function.file, fact.pos, fact.node)
                found.setdefault(key, _shared_map(context, function, fact))
    return tuple(sorted(found.values(), key=lambda shared: (shared.location, shared.map, shared.copied)))


def _changes(context: Context, fact: SharedCopy) -> bool:
    """Whether a method changes the map of its receiver, and does not replace it first."""
    for variant in context.graph.functions.get(fact.method, ()):
        ops = [op for op in variant.ops if op.node == fact.node]
        if ops and ops[0].effect in _CHANGES and all(op.effect != "reset" for op in ops):
            return True
    return False


def _shared_map(context: Context, function: FunctionFacts, fact: SharedCopy) -> SharedMap:
    variable = context.variables.get(fact.node)
    return SharedMap(
        map=fact.node,
        type=variable.type if variable is not None else "map",
        location=context.location(function.file, fact.change, fact.change_end),
        copied=context.location(function.file, fact.pos, fact.end),
        function=function.name,
        field=fact.field,
        copy=fact.copy,
        source=fact.source,
        kind=fact.kind,
        apart=fact.apart,
        method=fact.method,
        lazy=fact.lazy,
        reachable=context.reach(function.name).reachable,
        in_test=context.is_test(function.file),
        generated=context.is_generated(function.file),
    )
