"""Removals of what is too old, each at the moment when somebody asks for it again.

``if time.Since(e.stored) > ttl { delete(m, key) }`` in the function that looks ``key`` up bounds how long an answer
is given, not how many entries there are: one that nobody asks for again stays for good, however old it is. It is
said to miss when all removals of the map are of this kind, and nothing visits the entries one after the other:

* ``at-look-up``: the function gives a result, and reads the map under the very key that it deletes; the removal lies in
  an arm whose condition asks for an age, or behind one that leaves when the age is right;
* ``trimmed``: the function looks up what is stored under the key, asks how old parts of it are, and deletes the key
  when nothing of it is left; it is called where the key is used;
* ``handed-on``: the removal is a function's that is given the key, and one of its callers does so at such a look-up;
* ``named``: beside a removal at look-up, one of one key that somebody names: what has an end of its own is not meant to
  wait for that. It is none of what the entry's maker does itself, or has a timer, a goroutine or a deferred call do;
* ``other-outcome``: beside one of these, a removal under a key that its callers insert, too: of those who come, some
  leave an entry and others take theirs out (failed and successful tries); were all taken out again, none would get old.

No caller passes a key that it has from a map, an element of a list, or a loop.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.callgraph.model import Edge
from mapleak.maps.context import Context
from mapleak.maps.model import KeyOrigin, Miss, Missed
from mapleak.maps.nodes import brief, position_function
from mapleak.maps.removal.key_places import Place, same_key
from mapleak.maps.removal.key_sources import KeySources
from mapleak.maps.removal.missed_ways import arms_around, on_different_ways
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact

_VISITED = frozenset(origin.value for origin in (KeyOrigin.SAME_MAP, KeyOrigin.OTHER_MAP, KeyOrigin.ELEMENT))
_ONE_KEY = frozenset({"delete", "sync.Map.Delete", "sync.Map.LoadAndDelete", "call"})
_MANY = ("[]", "map[", "*[]")
"""How types begin of which there is a part that is old and another that is not."""

_NO_KEY = KeyFact("", "", "unknown", "", "", ())
"""What a call passes where nobody knows."""

_MOST_CALLERS = 100
"""Calls that may lead to a removal; where there are more, nobody knows who asks for it."""

_LEVELS = 3
"""How many calls up a key is followed."""


def on_look_up(tables: Tables, sources: KeySources, table: Table) -> dict[Done, Missed]:
    """Why each of the removals that count helps only for what is asked for again; nothing unless all are so."""
    removals = table.emptying
    expiring = [done for done in removals if _expires(tables, sources, table, done)]
    trimmed = [done for done in removals if done not in expiring and _is_trimmed(tables, sources, table, done)]
    aged = (*expiring, *trimmed)
    if not aged or table.replaced:
        return {}
    others = [done for done in removals if done not in aged and not _on_other_outcome(tables.context, table, done)]
    if trimmed and others:
        return {}
    if not all(_is_named(tables.context, sources, table, done, {done.function.name}) for done in others):
        return {}
    return {done: _missed(done, aged[0]) for done in removals}


def _missed(removal: Done, done: Done) -> Missed:
    reason = (
        f"{brief(done.function.name)} removes an entry that is too old only when it is asked for again, "
        "and nothing removes those that nobody asks for"
    )
    return Missed(Miss.ON_LOOK_UP, removal.operation.location, reason, Certainty.LIKELY)


def _expires(tables: Tables, sources: KeySources, table: Table, done: Done) -> bool:
    """Whether a removal takes out what is too old when it is looked up."""
    function, op = done.function, done.site.op
    if op.key is None or op.form not in _ONE_KEY or op.loop_depth:
        return False
    if _handed_on(tables, sources, table, done):
        return True
    looked_up = function.returns and _asks_for_age(function, op.pos) and _looks_up(tables, table, done)
    return looked_up and not _visited(sources, op.key, _LEVELS)


def _is_named(context: Context, sources: KeySources, table: Table, done: Done, by: set[str]) -> bool:
    """Whether a removal that the functions ``by`` do, or ask for, takes out one key which is none of those that a list
    or map has; and neither those who put an entry in lead to it, nor what waits for the entry's end: a timer, a
    goroutine, a deferred call."""
    op = done.site.op
    if op.key is None or op.form not in _ONE_KEY or op.loop_depth or _visited(sources, op.key, _LEVELS):
        return False
    filling = _callers(context, {insert.function.name for insert in table.inserts})
    removing = _callers(context, by)
    known = filling is not None and removing is not None and not removing & filling
    return known and not any("$" in name for name in removing or ())


def _callers(context: Context, functions: set[str]) -> set[str] | None:
    """The functions, and those that lead to them; None when it is not by plain calls, or there are too many."""
    found, level = set(functions), functions
    for _ in range(_LEVELS):
        edges = [
            edge for name in level for edge in context.graph.callers.get(name, ()) if not context.is_test(edge.file)
        ]
        if len(edges) > _MOST_CALLERS or any(edge.kind in ("go", "defer") for edge in edges):
            return None
        level = {edge.caller for edge in edges} - found
        found |= level
    return found


def _calling(context: Context, function: FunctionFacts, key: KeyFact) -> Iterator[Place]:
    """Where functions call another one, by whatever way, and what they pass for the parameter that is its key."""
    for edge in context.graph.callers.get(function.name, ()):
        for caller in context.graph.functions.get(edge.caller, ()) if not context.is_test(edge.file) else ():
            if caller.file == edge.file:
                passed = (_argument(call, key) for call in caller.calls if call.pos == edge.pos)
                yield Place(caller, edge.pos, edge.end, next(passed, None) or _NO_KEY, function)


def _handed_on(tables: Tables, sources: KeySources, table: Table, done: Done) -> bool:
    """Whether a removal under a key that its function is given is asked for at a look-up."""
    function, key = done.function, done.site.op.key
    if key is None or position_function(key.node) != function.name or arms_around(function, done.site.op.pos):
        return False
    places = tuple(_calling(tables.context, function, key))
    others = {place.function.name for place in places if not _is_aged(tables, sources, table, place)}
    return len(others) < len(places) and (not others or _is_named(tables.context, sources, table, done, others))


def _is_aged(tables: Tables, sources: KeySources, table: Table, place: Place) -> bool:
    """Whether a function has looked an entry up and asked for its age where it calls for the removal."""
    function = place.function
    return (
        function.returns
        and _asks_for_age(function, place.pos)
        and any(
            reader is function and read.form != "range" and read.key is not None and same_key(read.key, place.key)
            for reader, read in tables.reads.get(table.subject.node, ())
            if read.pos < place.pos
        )
        and not _visited(sources, place.key, _LEVELS)
    )


def _is_trimmed(tables: Tables, sources: KeySources, table: Table, done: Done) -> bool:
    """Whether a function asks for the ages of what a slice or map holds, before it deletes the key; and the entry is
    used by the function, or by one that calls it under the same key."""
    function, op, context = done.function, done.site.op, tables.context
    if op.key is None or op.form not in _ONE_KEY or op.loop_depth or not _looks_up(tables, table, done):
        return False
    if not table.map.value.startswith(_MANY) or not any(arm.aged and arm.pos < op.pos for arm in function.arms):
        return False
    using = {function.name, *context.production_callers(function.name)}
    used = any(insert.function.name in using for insert in table.inserts)
    return used and not _visited(sources, op.key, _LEVELS)


def _on_other_outcome(context: Context, table: Table, done: Done) -> bool:
    """Whether all that call a removal call an insertion under the key, too."""
    op, name = done.site.op, done.function.name
    if op.key is None or op.form not in _ONE_KEY or position_function(op.key.node) != name:
        return False
    edges = [edge for edge in context.graph.callers.get(name, ()) if not context.is_test(edge.file)]
    return bool(edges) and all(
        edge.kind != "defer" and _has_other_outcome(context, table, edge, op.key) for edge in edges
    )


def _has_other_outcome(context: Context, table: Table, edge: Edge, key: KeyFact) -> bool:
    removed = {argument for call in context.calls.of(edge) if (argument := _argument(call, key)) is not None}
    keys = {i.function.name: i.site.op.key for i in table.inserts if i.site.op.key is not None}
    return any(
        call.how == "call" and (not caller.arms or on_different_ways(caller, call.pos, edge.pos))
        for caller in context.graph.functions.get(edge.caller, ())
        for call in caller.calls
        if call.callee in keys and _argument(call, keys[call.callee]) in removed
    )


def _argument(call: CallFact, key: KeyFact) -> KeyFact | None:
    """What a call passes for the parameter that is a key in the function called."""
    index = key.node.rpartition("$p")[2]
    known = index.isdigit() and int(index) < len(call.arg_keys)
    return call.arg_keys[int(index)] if known else None


def _asks_for_age(function: FunctionFacts, pos: int) -> bool:
    return any(arm.aged and (arm.pos <= pos < arm.end or (arm.leaves and arm.end <= pos)) for arm in function.arms)


def _looks_up(tables: Tables, table: Table, done: Done) -> bool:
    """Whether the function has looked up, before it removes, the entry that it removes."""
    key, at = done.site.op.key, done.site.op.pos
    return any(
        function is done.function and read.key is not None and key is not None and read.key.text == key.text
        for function, read in tables.reads.get(table.subject.node, ())
        if read.form != "range" and read.pos < at
    )


def _visited(sources: KeySources, key: KeyFact, levels: int) -> bool:
    """Whether a key is one of those that a map or a list holds, here or where callers pass it."""
    if key.origin in _VISITED:
        return True
    if "$p" not in key.node or not levels:
        return False
    return any(given is None or _visited(sources, given, levels - 1) for given in sources.arguments(key.node))
