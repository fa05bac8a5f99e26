"""Helpers are transparent: ``set(&s.peers, id, p)`` is an insertion into ``s.peers``, made where the call stands.

A helper changes a map it is handed under a key it is handed. Judged inside the helper, the maps of all its callers
would be mixed, and with them their keys and who reaches them. So each static call of a helper becomes an operation of
form ``call`` on the map that is passed, with the key that is passed; a caller that hands on its own parameters is a
helper in turn. The operation inside the helper then concerns no map but the parameter itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mapleak.callgraph.model import CallGraph
from mapleak.maps.holding.summaries import Place, as_key
from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact, MapOp, ResolvedProgram

FORM = "call"

_LEVELS = 3
"""How many helpers may hand a map on to each other."""

_EFFECTS = frozenset({"insert", "remove"})


class Helpers(msgspec.Struct, frozen=True):
    """What calls of helpers do, in order of the calls, and what is done inside of them: function, file, offset."""

    places: tuple[Place, ...]
    inside: frozenset[tuple[str, str, int]]


class _Deed(msgspec.Struct, frozen=True):
    """What a helper does to parameter ``map`` under the key in parameter ``key``."""

    map: int
    key: int
    op: MapOp


def find_helpers(resolved: ResolvedProgram, graph: CallGraph) -> Helpers:
    """Finds all helpers and what their calls do."""
    deeds: dict[str, list[_Deed]] = {}
    inside: set[tuple[str, str, int]] = set()
    for function in resolved.functions:
        for op in function.ops:
            deed = _deed(function, op)
            if deed is not None and _calls_are_seen(graph, function.name):
                deeds.setdefault(function.name, []).append(deed)
                inside.add((function.name, function.file, op.pos))
    places: list[Place] = []
    for _ in range(_LEVELS):
        found = list(_called(resolved, deeds))
        places += found
        deeds = {}
        for function, op in found:
            deed = _deed(function, op)
            if deed is not None and _calls_are_seen(graph, function.name):
                deeds.setdefault(function.name, []).append(deed)
                inside.add((function.name, function.file, op.pos))
        if not deeds:
            break
    return Helpers(tuple(places), frozenset(inside))


def _deed(function: FunctionFacts, op: MapOp) -> _Deed | None:
    if op.effect not in _EFFECTS or op.key is None or op.node not in function.params:
        return None
    owner, _, number = op.key.node.rpartition("$p")
    if owner != function.name or not number.isdigit() or op.key.origin != "parameter" or op.key.sources:
        return None
    return _Deed(function.params.index(op.node), int(number), op)


def _calls_are_seen(graph: CallGraph, name: str) -> bool:
    """Whether a function is called, and nowhere as a value, so that each call shows what is passed."""
    edges = graph.callers.get(name, ())
    return bool(edges) and all(edge.mode == "static" for edge in edges)


def _called(resolved: ResolvedProgram, deeds: dict[str, list[_Deed]]) -> Iterator[Place]:
    for function in resolved.functions:
        for call in function.calls:
            if call.mode == "static" and call.callee in deeds:
                for deed in deeds[call.callee]:
                    if deed.map < len(call.args) and call.args[deed.map]:
                        yield function, _at_call(call, deed)


def _at_call(call: CallFact, deed: _Deed) -> MapOp:
    argument = call.arg_keys[deed.key] if deed.key < len(call.arg_keys) else None
    return msgspec.structs.replace(
        deed.op,
        form=FORM,
        node=call.args[deed.map],
        pos=call.pos,
        end=call.end,
        key=_passed(argument, deed.op.key),
        stored="",
        loop_depth=call.loop_depth,
        text="",
    )


def _passed(argument: KeyFact | None, key: KeyFact | None) -> KeyFact | None:
    """The key that is passed; what is dangerous about it, its use in the helper says."""
    passed = as_key(argument, key)
    if passed is None or key is None:
        return key if key is not None and key.hazards else None
    return msgspec.structs.replace(passed, hazards=key.hazards)
