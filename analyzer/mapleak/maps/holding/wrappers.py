"""Wrappers are transparent: who holds one holds a map, and the methods called on that holder are its operations.

Every call of a wrapper's method becomes an operation of form ``call`` on the receiver's node, for each deed of the
method (mapleak.maps.holding.summaries), with the argument as its key. The census then lists package variables,
fields and locals of wrapper type as it lists maps. What a wrapper does on its own time (a sweeper that its
constructor starts) is listed where it happens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from mapleak.callgraph.model import CallGraph
from mapleak.maps.closed_world import is_program
from mapleak.maps.holding.summaries import NO_SUMMARIES, Deed, Place, Summaries, as_key
from mapleak.maps.nodes import ELEMENT, Nodes
from mapleak.resolve.model import CallFact, Flow, FunctionFacts, MapOp, ResolvedProgram

FORM = "call"


class Unseen(NamedTuple):
    """What is done to a holder that is not seen: one of the ``instance``, "" for any; ``outside``, one that importers
    have."""

    place: Place
    instance: str = ""
    outside: bool = False


class Transparent(msgspec.Struct, frozen=True):
    """The operations on holders by node, and what is done to holders that are not seen, by wrapper type.

    A holder is not seen where a method is called through an interface, as a value, by importers or on a value that
    is not followed. Heuristic ``instance``: of a generic wrapper the call still tells the instantiation, and a
    ``Map[string, *peer]`` is no ``Map[string, int]``.
    """

    summaries: Summaries
    operations: Mapping[str, tuple[Place, ...]]
    held: Mapping[str, str]  # node that methods are called on -> the wrapper type
    unseen: Mapping[str, tuple[Unseen, ...]]
    instances: Mapping[str, str]  # node that methods are called on -> the instantiation


NOTHING_WRAPPED = Transparent(NO_SUMMARIES, {}, {}, {}, {})


def wrapper_methods(resolved: ResolvedProgram) -> frozenset[str]:
    """The methods of all types that have the shape of a wrapper."""
    shaped = {fact.name for fact in resolved.types if fact.wraps}
    return frozenset(function.name for function in resolved.functions if function.receiver_type in shaped)


def idle(resolved: ResolvedProgram, wrapped: Transparent) -> frozenset[str]:
    """Types that have the shape of a wrapper, but whose methods insert nothing: their holders are no maps."""
    return frozenset(fact.name for fact in resolved.types if fact.wraps) - wrapped.summaries.wrappers.keys()


def called_on(resolved: ResolvedProgram, methods: Container[str]) -> Iterator[str]:
    """The elements (``s.caches[name]``) that methods of wrappers are called on."""
    for function in resolved.functions:
        for call in function.calls:
            if call.callee in methods:
                yield from (node for node in (call.receiver, call.holder) if node.endswith(ELEMENT))


def outside_of(flows: Iterable[Flow], methods: Iterable[str]) -> Iterator[Flow]:
    """The flows that do not lead into the methods of wrappers: what these do is an operation at the call, and
    following each holder inside would mix them all."""
    receivers = {f"{method}$recv" for method in methods}
    return (flow for flow in flows if flow.target not in receivers)


def see_through(
    resolved: ResolvedProgram,
    graph: CallGraph,
    summaries: Summaries,
    made: Container[str],
    kinds: Nodes,
    programs: tuple[str, ...],
) -> Transparent:
    """Turns calls of wrappers' methods into operations on their receivers.

    ``made`` are the names that wrappers have inside their constructors: what is done there is done to all of them.
    ``programs`` are the main packages that repositories are there for.
    """
    if not summaries.deeds:
        return NOTHING_WRAPPED
    operations: dict[str, list[Place]] = defaultdict(list)
    unseen: dict[str, list[Unseen]] = defaultdict(list)
    held: dict[str, str] = {}
    instances: dict[str, str] = {}
    for function in resolved.functions:
        for call in function.calls:
            deeds = summaries.deeds.get(call.callee, ()) if call.mode == "static" else ()
            if not deeds:
                continue
            wrapper = summaries.receivers[call.callee]
            composed = (function.name, function.file, call.end) in summaries.composed
            nodes = [node for node in (call.receiver, call.holder) if node]
            if composed:  # part of the summary of its own method; the field that keeps a part is a holder, too
                nodes = [node for node in nodes if kinds.is_place(node)]
            elif not nodes or any(node in made for node in nodes):
                unseen[wrapper] += [Unseen((deed.function, deed.op), call.instance) for deed in deeds]
            for node in nodes:
                if node == call.receiver:
                    held[node] = wrapper
                    instances[node] = call.instance
                done = [deed for deed in deeds if not _makes(function, wrapper, deed)]
                operations[node] += [_place(function, call, node, deed) for deed in done]
    for callee, deeds in summaries.deeds.items():
        inside = _is_called_unseen(graph, callee)
        package = graph.functions[callee][0].package
        if inside or (_may_be_called(graph, callee) and not is_program(package, programs)):
            wrapper = summaries.receivers[callee]
            unseen[wrapper] += [Unseen((deed.function, deed.op), outside=not inside) for deed in deeds]
    return Transparent(
        summaries,
        {node: tuple(places) for node, places in operations.items()},
        held,
        {name: tuple(places) for name, places in unseen.items()},
        instances,
    )


def _makes(function: FunctionFacts, wrapper: str, deed: Deed) -> bool:
    """Whether a deed gives a new wrapper its first, empty map: its constructor calls ``Reset``."""
    return deed.whole and not deed.driven and deed.effect == "remove" and wrapper in function.made


def _place(function: FunctionFacts, call: CallFact, node: str, deed: Deed) -> Place:
    """The operation that a deed is on the holder ``node``: at the call, or where it happens on its own time."""
    key = msgspec.structs.replace(deed.key, hazards=()) if deed.key is not None else None  # told of the inner map
    if deed.driven:
        return deed.function, msgspec.structs.replace(deed.op, node=node, effect=deed.effect, form=FORM, key=key)
    if deed.param >= 0:
        key = as_key(call.arg_keys[deed.param] if deed.param < len(call.arg_keys) else None, key)
    guards = tuple(sorted({*deed.op.guards, *(("ranging",) if deed.whole else ())} - {"lazy"}))
    return function, MapOp(
        deed.effect, FORM, node, call.pos, call.end, key, deed.op.value, "", call.loop_depth, guards, deed.op.text
    )


def _is_called_unseen(graph: CallGraph, method: str) -> bool:
    """Whether a method is called where its receiver is not followed: through an interface or value, or by code outside
    that it was handed to as a value (``services.New(s.starting, s.running)``)."""
    root = graph.roots.get(method)
    if (root is not None and root.repeats and root.kind != "exported") or graph.takers.get(method):
        return True
    return any(edge.mode != "static" for edge in graph.callers.get(method, ()))


def _may_be_called(graph: CallGraph, method: str) -> bool:
    """Whether importers may call a method, of a holder that they have."""
    root = graph.roots.get(method)
    return root is not None and root.repeats
