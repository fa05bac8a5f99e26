"""Insertions into a built-in map from inside a range over it: in the loop's body, or in functions it calls.

The map must be the same object, and the resolver has told which insertions of the body name it by the same variable.
Through calls the map is followed as what it is reached by: a package variable, a variable that a closure captures, an
argument, the receiver whose field it is. A callee that puts another map in its place is left alone, and so is what
runs in a goroutine of its own, or after which the loop is left.

The key counts unless it is the visited one, a key that is known to be there, or one of finitely many. One that was
looked up and not found is new whatever it is made of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from mapleak.callgraph.model import Edge
from mapleak.maps.census import Census
from mapleak.maps.context import Context
from mapleak.maps.model import KeyOrigin
from mapleak.maps.range_stores import CALL_LEVELS, FINITE_ORIGINS, call_at, is_new, passed_key
from mapleak.maps.statements import RangeInsert
from mapleak.resolve.model import FunctionFacts, KeyFact, MapOp
from mapleak.resolve.noted import Visit

_OF_A_MAP = frozenset({KeyOrigin.SAME_MAP.value, KeyOrigin.OTHER_MAP.value})
_READ_OUT = frozenset({KeyOrigin.FIELD.value, KeyOrigin.ELEMENT.value})
_STORED = "[]"
"""End of the nodes of maps that are stored in another one: all of them have one, so a callee's may be another."""
_NOT_NOW = frozenset({"go", "defer"})
_NORMALISING = (
    "strings.To", "strings.Trim", "path.Clean", "path/filepath.Clean", "net/http.CanonicalHeaderKey",
    "net/textproto.CanonicalMIMEHeaderKey",
)  # fmt: skip
"""Functions, by the beginning of their names, of which applying them twice gives the same: a new entry that is visited
is stored under its own key."""

_NEVER = frozenset({"off", "once", "present"})
"""Guards of insertions that add nothing, or nothing more than once."""


class _Reached(NamedTuple):
    """A function that the body leads to, and the variables in it that are the map, or that have it as a field."""

    function: FunctionFacts
    maps: frozenset[str]
    holders: frozenset[str]
    chain: tuple[Edge, ...]
    handed: bool = False  # a literal that the ranging function was handed, and calls


def find_range_inserts(context: Context, census: Census) -> tuple[RangeInsert, ...]:
    """All insertions into a map that is being ranged over, in source order, each once for its range."""
    found = {
        insert
        for function in context.resolved.functions
        for visit in function.visits
        for insert in _inserts(context, census, function, visit)
    }
    return tuple(sorted(found, key=lambda insert: (insert.location, insert.insert, insert.range, insert.map)))


def _inserts(context: Context, census: Census, function: FunctionFacts, visit: Visit) -> Iterator[RangeInsert]:
    told: set[tuple[str, int]] = set()
    for reached in _reached(context, function, visit):
        for op in _ops(reached, visit):
            holder = reached.function
            kind, text = _kind(context, op, reached.chain, visit)
            if not kind or (holder.file, op.pos) in told:
                continue
            told.add((holder.file, op.pos))
            at = context.location(holder.file, op.pos, op.end)
            calls = tuple(context.location(edge.file, edge.pos, edge.end) for edge in reached.chain)
            maps = census.maps_of(visit.node)
            yield RangeInsert(
                map=maps[0] if maps else visit.node,
                key=kind,
                key_text=text,
                location=calls[0] if calls and not reached.handed else at,
                insert=at,
                range=context.location(function.file, visit.pos, visit.end),
                chain=calls,
                function=function.name,
                deletes_visited=_deletes_visited(function, visit),
                reachable=context.reach(function.name).reachable,
                in_test=context.is_test(function.file),
                generated=context.is_generated(function.file),
                supports=context.outermost(function.name) in context.supporting,
                starting=context.runs_once(function, visit.pos),
            )


def _goes_on(visit: Visit, pos: int) -> bool:
    """Whether what stands at ``pos`` is in the loop, which goes on after it."""
    return visit.pos <= pos < visit.end and not any(start <= pos < end for start, end in visit.left)


def _reached(context: Context, function: FunctionFacts, visit: Visit) -> Iterator[_Reached]:
    """The function itself and what its loop calls, nearest first; then the literals that it is handed and calls."""
    found = [_Reached(function, frozenset({visit.node}), frozenset({visit.holder} - {""}), ())]
    seen: set[tuple[str, str]] = {(function.name, function.file)}
    for handed in _handed(context, function, visit):
        if (handed.function.name, handed.function.file) not in seen:
            seen.add((handed.function.name, handed.function.file))
            found.append(handed)
    for reached in found:
        yield reached
        if len(reached.chain) >= CALL_LEVELS or visit.node.endswith(_STORED):
            continue
        edges = context.graph.callees.get(reached.function.name, ())
        ends = Counter((edge.file, edge.end) for edge in edges if edge.mode == "value")
        for edge in edges:
            if edge.kind in _NOT_NOW or edge.file != reached.function.file:
                continue
            sure = edge.mode == "static" or _own_literal(context, function, edge, ends[edge.file, edge.end])
            if not sure:
                continue
            if not reached.chain and not _goes_on(visit, edge.pos):
                continue
            for callee in context.graph.functions.get(edge.callee, ()):
                bound = _bound(context, reached, edge, callee, function, visit)
                if bound is not None and (callee.name, callee.file) not in seen:
                    seen.add((callee.name, callee.file))
                    found.append(bound)


def _handed(context: Context, function: FunctionFacts, visit: Visit) -> Iterator[_Reached]:
    """The literals that callers hand to a function and that its loop calls, ``for k := range s.m { visit(k) }``.

    A literal sees the variables of the function it is written in: there the map is what the call makes it, the object
    that the method is called on, an argument, or the package variable that it is everywhere.
    """
    for edge in context.graph.callees.get(function.name, ()):
        call = call_at(context, edge) if edge.mode == "value" and edge.kind not in _NOT_NOW else None
        if call is None or edge.file != function.file or not _goes_on(visit, edge.pos):
            continue
        if call.callee not in function.params:
            continue
        position = function.params.index(call.callee)
        for literal in context.graph.functions.get(edge.callee, ()):
            for outer in context.graph.callers.get(function.name, ()):
                given = call_at(context, outer) if context.encloses(outer.caller, literal.parent) else None
                if given is None or given.args[position : position + 1] != (f"func:{literal.name}",):
                    continue
                maps = {visit.node} if _is_global(context, visit.node) else set()
                pairs = zip(function.params, given.args, strict=False)
                maps.update(argument for parameter, argument in pairs if parameter == visit.node and argument)
                through = visit.holder and visit.holder == f"{function.name}.{function.receiver}"
                holders = {given.receiver} - {""} if through else set()
                if maps or holders:
                    yield _Reached(literal, frozenset(maps), frozenset(holders), (edge,), handed=True)


def _own_literal(context: Context, function: FunctionFacts, edge: Edge, callees: int) -> bool:
    """Whether a call through a variable can only be one of a literal that the ranging function has written."""
    return edge.mode == "value" and callees == 1 and context.encloses(function.name, edge.callee)


def _bound(
    context: Context, caller: _Reached, edge: Edge, callee: FunctionFacts, function: FunctionFacts, visit: Visit
) -> _Reached | None:
    """The callee with what the call makes of its variables; None when the map is out of its reach, or replaced."""
    if any(op.effect == "reset" and op.node in (visit.node, visit.alias) for op in callee.ops):
        return None
    call = call_at(context, edge)
    if call is None:
        return None
    maps, holders = set(), set()
    if callee.name != function.name and context.encloses(function.name, callee.name):
        maps, holders = {visit.node}, {visit.holder} - {""}  # a closure sees the variables of its function
    elif _is_global(context, visit.node):
        maps.add(visit.node)
    if visit.holder and _is_global(context, visit.holder):
        holders.add(visit.holder)
    if call.receiver in caller.holders and callee.receiver:
        holders.add(f"{callee.name}.{callee.receiver}")
    if call.receiver in caller.maps and callee.receiver:
        maps.add(f"{callee.name}.{callee.receiver}")  # a method of the map's type
    pairs = zip(callee.params, call.args, strict=False)
    maps.update(parameter for parameter, argument in pairs if parameter and argument in caller.maps)
    maps -= {op.node for op in callee.ops if op.effect == "reset"}
    if not maps and not holders:
        return None
    return _Reached(callee, frozenset(maps), frozenset(holders), (*caller.chain, edge))


def _is_global(context: Context, node: str) -> bool:
    """Whether a node is a package variable, of which there is one."""
    return node.rpartition(".")[0] in context.packages


def _ops(reached: _Reached, visit: Visit) -> Iterator[MapOp]:
    """The operations of a function that may insert into the visited map."""
    for op in reached.function.ops:
        if op.effect != "insert" or _NEVER.intersection(op.guards):
            continue
        if not reached.chain:
            if op.pos in visit.inserts and _goes_on(visit, op.pos):
                yield op
        elif _names_map(reached, op, visit):
            yield op


def _names_map(reached: _Reached, op: MapOp, visit: Visit) -> bool:
    """Whether an operation of a called function is one on the very map: by variable, or as the holder's field."""
    variable, dot, field = op.text.lstrip("*(").partition(".")
    if not dot:
        return op.node in reached.maps
    if op.node != visit.node or "." in field:
        return False
    here = reached.function
    local = f"{here.name}.{variable}"
    if variable == here.receiver or local in here.params:
        return local in reached.holders
    return any(holder.rpartition(".")[2] == variable for holder in reached.holders)


def _kind(context: Context, op: MapOp, chain: tuple[Edge, ...], visit: Visit) -> tuple[str, str]:
    """What is known of an insertion's key, and its text; ("", "") of one that adds nothing to speak of.

    A key that is a parameter has the text of what is passed, if that is known: its own name may be that of the visited
    key at the call.
    """
    key, text = op.key, op.key.text if op.key is not None else ""
    for edge in reversed(chain):
        if key is None or is_new(key):
            break
        if key.origin in FINITE_ORIGINS:
            return "", ""
        if key.origin != KeyOrigin.PARAMETER.value:
            return _kind_here(key, visit, chain=True), text
        passed = passed_key(context, edge, key)
        if passed is None:
            return "related", text
        key, text = passed, passed.text
    kind = _kind_here(key, visit, chain=bool(chain))
    if kind and not chain and op.pos in visit.settled:
        return "settled", text
    if kind and "absent" in op.guards:
        return ("empty" if op.pos in visit.empty else "absent"), text
    if kind == "related" and not chain and op.pos in visit.held:
        return "unknown", text
    return "related" if kind and not chain and op.pos in visit.related else kind, text


def _kind_here(key: KeyFact | None, visit: Visit, *, chain: bool) -> str:
    if key is None:
        return "related" if chain else "unknown"
    if key.origin in FINITE_ORIGINS or _is_visited(key, visit):
        return ""
    if is_new(key) or key.parts:
        return "new"
    if key.callee.startswith(_NORMALISING):
        return "related"
    return "related" if chain or key.origin in _READ_OUT else "unknown"


def _is_visited(key: KeyFact, visit: Visit) -> bool:
    """Whether a key is one of the map that is ranged over, whichever name that goes by."""
    return key.origin in _OF_A_MAP and key.node in (visit.node, visit.alias)


def _deletes_visited(function: FunctionFacts, visit: Visit) -> bool:
    """Whether the loop's body takes the visited entry out."""
    return any(
        op.effect == "remove"
        and op.node in (visit.node, visit.alias)
        and visit.pos <= op.pos < visit.end
        and op.key is not None
        and (op.key.origin == KeyOrigin.SAME_MAP.value or _is_visited(op.key, visit))
        for op in function.ops
    )
