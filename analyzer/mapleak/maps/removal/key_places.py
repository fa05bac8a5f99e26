"""Where functions put entries in and take them out: themselves, or by a call of what does it under a key they give.

Each removal is looked at where it stands, together with what its own function puts in; where that tells nothing, in all
functions that call for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from mapleak.maps.context import Context
from mapleak.maps.nodes import position_function
from mapleak.maps.removal.missed_ways import arms_around
from mapleak.maps.removal.tables import Done, Table
from mapleak.resolve.model import FunctionFacts, KeyFact

MAY_BE_ANOTHERS = frozenset({"sync.Map.LoadOrStore", "sync.Map.Swap"})
"""Forms of insertions that may find another call's entry."""


class Place(msgspec.Struct, frozen=True):
    """Where a function puts an entry in or takes it out, itself or by a call with the key."""

    function: FunctionFacts
    pos: int
    end: int
    key: KeyFact
    helper: FunctionFacts | None  # that is called there


Pair = tuple[Place, Place]
"""Where an entry is put in, and where it is taken out."""


def pairs_of(context: Context, table: Table, matches: Callable[[Place, Place], bool]) -> dict[Done, list[Pair]]:
    """Each removal of a map that counts with the insertions which ``matches`` (insertion, removal) says to be its own;
    nothing unless every place where an entry is taken out has one.

    An insertion that may have found another call's entry is nobody's own.
    """
    put = [
        place
        for done in table.inserts
        if done.site.op.form not in MAY_BE_ANOTHERS
        for place in (*_own(done), *_called(context, done))
    ]
    found: dict[Done, list[Pair]] = {}
    for done in table.emptying:
        for places in (_own(done), tuple(_called(context, done))):
            pairs = [_pair(put, place, matches) for place in places]
            known = [pair for pair in pairs if pair is not None]
            if known and len(known) == len(pairs):
                found[done] = known
                break
        else:
            return {}
    return found


def _pair(put: list[Place], taken: Place, matches: Callable[[Place, Place], bool]) -> Pair | None:
    function = taken.function
    if not (function.ops or function.reads or function.arms):
        return None  # the ways through functions that have nothing to do with maps are not kept
    for place in put:
        if place.function is function and same_key(place.key, taken.key) and matches(place, taken):
            return place, taken
    return None


def _own(done: Done) -> tuple[Place, ...]:
    op = done.site.op
    return () if op.key is None or op.loop_depth else (Place(done.function, op.pos, op.end, op.key, None),)


def _called(context: Context, done: Done) -> Iterator[Place]:
    """Where functions call for an operation with the key, on each way through the one that does it."""
    function, op = done.function, done.site.op
    if op.key is None or op.loop_depth or position_function(op.key.node) != function.name:
        return
    index = op.key.node.rpartition("$p")[2]
    if not index.isdigit() or (arms_around(function, op.pos) and "present" not in op.guards):
        return
    for caller in context.production_callers(function.name):
        for variant in context.graph.functions.get(caller, ()):
            for call in variant.calls:
                key = call.arg_keys[int(index)] if int(index) < len(call.arg_keys) else None
                if call.callee == function.name and key is not None:
                    yield Place(variant, call.pos, call.end, key, function)


def same_key(one: KeyFact, other: KeyFact) -> bool:
    """Whether two keys of one function are one value; of what a call passes, often only the sources are kept."""
    if one.text and other.text:
        return one.text == other.text
    nodes = [{fact.node, *(source.node for source in fact.sources)} - {""} for fact in (one, other)]
    return nodes[0] == nodes[1] != set()
