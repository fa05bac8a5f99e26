"""Stores into a sync.Map from inside its own Range: in the callback, or in functions the callback calls.

The map must be the same object. The callback's store names it by the same expression as the Range does, or by an
expression that cannot be compared (another function's receiver, a parameter) and may be the same map; a parameter
is followed up the calls that lead there. Two
expressions in one function that begin with different variables are different objects of one type
(``dst.m.Store`` in ``src.m.Range`` copies a map), unless the variables are aliases.

The key is ``visited`` when it is the callback's own key parameter (conversions are looked through by the
resolver), also through parameters of called functions; ``new`` when it is allocated, counted up, or put together
from text and other values; ``unknown`` otherwise.
Constant keys are left out: they add one entry, however often the callback runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mapleak.callgraph.model import Edge
from mapleak.maps.census import Census
from mapleak.maps.context import Context
from mapleak.maps.model import KeyOrigin, RangeStore
from mapleak.maps.nodes import position_function
from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact, MapOp, RangeFact

CALL_LEVELS = 5
"""How many calls down from the callback a store is looked for."""

_STORES = {"sync.Map.Store": "Store", "sync.Map.LoadOrStore": "LoadOrStore", "sync.Map.Swap": "Swap"}
_FORMATTERS = ("fmt.Sprint", "fmt.Sprintf", "fmt.Sprintln", "strings.Join", "strconv.")
_NEW_ORIGINS = frozenset({KeyOrigin.FRESH.value, KeyOrigin.COUNTER.value})
FINITE_ORIGINS = frozenset({KeyOrigin.CONSTANT.value, KeyOrigin.ENUM.value, KeyOrigin.TYPE.value})


def find_range_stores(context: Context, census: Census) -> tuple[RangeStore, ...]:
    """All stores into a ranged sync.Map, in source order, each once for its Range."""
    found = [
        store
        for function in context.resolved.functions
        for fact in function.ranges
        for callback in _callbacks(context, fact.callback)
        for store in _stores(context, census, function, fact, callback)
    ]
    return tuple(sorted(set(found), key=lambda store: (store.location, store.store, store.range, store.map)))


def _callbacks(context: Context, node: str) -> tuple[FunctionFacts, ...]:
    """The functions a callback may be."""
    names = context.aliases.functions(node)
    return tuple(variant for name in names for variant in context.graph.functions.get(name, ()))


def _stores(
    context: Context, census: Census, function: FunctionFacts, fact: RangeFact, callback: FunctionFacts
) -> Iterator[RangeStore]:
    maps = frozenset(census.maps_of(fact.node)) | {fact.node}
    reachable = _called(context, callback)
    deletes = any(
        op.effect == "remove"
        and _is_same_map(census, maps, fact, op, holder, callback)
        and _leads_here(context, census, maps, op, chain)
        and _kind(context, op, chain, callback) == "visited"
        for holder, chain in reachable
        for op in holder.ops
    )
    reach = context.reach(function.name)
    told: set[tuple[str, int]] = set()
    for holder, chain in reachable:
        for op in holder.ops:
            method = _STORES.get(op.form)
            if method is None or not _is_same_map(census, maps, fact, op, holder, callback):
                continue
            if (holder.file, op.pos) in told or not _leads_here(context, census, maps, op, chain):
                continue
            told.add((holder.file, op.pos))
            if op.key is not None and op.key.origin in FINITE_ORIGINS:
                continue
            store = context.location(holder.file, op.pos, op.end)
            calls = tuple(context.location(edge.file, edge.pos, edge.end) for edge in chain)
            yield RangeStore(
                map=_reported_map(census, fact),
                method=method,
                key=_kind(context, op, chain, callback),
                location=calls[0] if calls else store,
                store=store,
                range=context.location(function.file, fact.pos, fact.end),
                chain=calls,
                function=callback.name,
                deletes_visited=deletes,
                reachable=reach.reachable,
                in_test=context.is_test(function.file),
                generated=context.is_generated(function.file),
            )


def _reported_map(census: Census, fact: RangeFact) -> str:
    maps = census.maps_of(fact.node)
    return maps[0] if maps else fact.node


def _called(context: Context, callback: FunctionFacts) -> list[tuple[FunctionFacts, tuple[Edge, ...]]]:
    """The callback and the functions it calls, nearest first, with the calls that lead there; each call once."""
    found: list[tuple[FunctionFacts, tuple[Edge, ...]]] = [(callback, ())]
    seen: set[tuple[str, int, str]] = set()
    for function, chain in found:
        if len(chain) >= CALL_LEVELS:
            continue
        for edge in context.graph.callees.get(function.name, ()):
            call = (edge.file, edge.end, edge.callee)
            if edge.kind == "go" or call in seen or edge.file != function.file:
                continue
            seen.add(call)
            found.extend((variant, (*chain, edge)) for variant in context.graph.functions.get(edge.callee, ()))
    return found


def _is_same_map(
    census: Census, maps: frozenset[str], fact: RangeFact, op: MapOp, holder: FunctionFacts, callback: FunctionFacts
) -> bool:
    if op.node != fact.node and not maps.intersection(census.maps_of(op.node)):
        return False
    if holder is not callback or not fact.text or not op.text or op.node != fact.node:
        return True
    return _root(fact.text) == _root(op.text)


def _leads_here(context: Context, census: Census, maps: frozenset[str], op: MapOp, chain: tuple[Edge, ...]) -> bool:
    """Whether the map that these very calls hand down may be the visited one: a helper's parameter is a map of each
    of its callers, but of one of them here."""
    node = op.node
    for edge in reversed(chain):
        position = context.argument_position(node)
        if position_function(position) != edge.callee or "$p" not in position:
            break
        index = int(position.rpartition("$p")[2])
        call = call_at(context, edge)
        if call is None or not (index < len(call.args) and call.args[index]):
            break
        node = call.args[index]
    found = census.maps_of(node)
    return node in maps or not found or bool(maps.intersection(found))


def _root(text: str) -> str:
    """The variable an expression begins with: ``s`` of ``(*s).m``."""
    match = re.search(r"\w+", text)
    return match[0] if match else ""


def _kind(context: Context, op: MapOp, chain: tuple[Edge, ...], callback: FunctionFacts) -> str:
    """Which key an operation uses: visited, new or unknown."""
    if not callback.params:
        return "unknown"
    visited = {f"{callback.name}$p0", callback.params[0]} - {""}
    key = op.key
    for edge in reversed(chain):
        if key is None:
            return "unknown"
        if is_new(key):
            return "new"
        key = passed_key(context, edge, key)
    return _kind_of_key(key, visited)


def _kind_of_key(key: KeyFact | None, visited: set[str]) -> str:
    if key is None:
        return "unknown"
    if key.origin == KeyOrigin.PARAMETER.value:
        if key.node in visited:
            return "visited"
        # fields of what a pointer points to may change (``task := k.(*task); task.turn = n``), the pointer does not
        if key.type.startswith("*") and any(source.node in visited for source in key.sources):
            return "visited"
    return "new" if is_new(key) else "unknown"


def is_new(key: KeyFact) -> bool:
    """Whether a key is certainly none that was visited: allocated, counted up, or put together."""
    if key.origin in _NEW_ORIGINS:
        return True
    if key.origin == KeyOrigin.CALL.value and key.detail.startswith(_FORMATTERS):
        return True
    return bool(re.search(r"[\w)\"`]\s*\+\s*[\w(\"`]", key.text))


def passed_key(context: Context, edge: Edge, key: KeyFact) -> KeyFact | None:
    """What the caller passes for the parameter that a key is, None when the key is no parameter of the callee."""
    if position_function(key.node) != edge.callee or "$p" not in key.node:
        return None
    index = int(key.node.rpartition("$p")[2])
    call = call_at(context, edge)
    return call.arg_keys[index] if call is not None and index < len(call.arg_keys) else None


def call_at(context: Context, edge: Edge) -> CallFact | None:
    """The call that an edge of the call graph stands for."""
    for variant in context.graph.functions.get(edge.caller, ()):
        for call in variant.calls if variant.file == edge.file else ():
            if (call.pos, call.end) == (edge.pos, edge.end):
                return call
    return None
