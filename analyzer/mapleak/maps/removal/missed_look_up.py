"""Removals of what is too old, each at the moment when somebody asks for it again.

``if time.Since(e.stored) > ttl { delete(m, key) }`` in the function that looks ``key`` up bounds how long an answer
is given, not how many entries there are: one that nobody asks for again stays for good, however old it is. It is
said to miss when all removals of the map are of this kind, and nothing visits the entries one after the other:

* the function gives a result, and reads the map under the very key that it deletes;
* the removal lies in an arm whose condition asks for an age, or behind one that leaves when the age is right;
* no caller passes a key that it has from a map, an element of a list, or a loop.
"""

from __future__ import annotations

from mapleak.maps.model import KeyOrigin, Miss, Missed
from mapleak.maps.nodes import brief
from mapleak.maps.removal.key_sources import KeySources
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, KeyFact

_VISITED = frozenset(origin.value for origin in (KeyOrigin.SAME_MAP, KeyOrigin.OTHER_MAP, KeyOrigin.ELEMENT))
_ONE_KEY = frozenset({"delete", "sync.Map.Delete", "sync.Map.LoadAndDelete", "call"})
_LEVELS = 3
"""How many calls up a key is followed."""


def on_look_up(tables: Tables, sources: KeySources, table: Table) -> dict[Done, Missed]:
    """Why each of the removals that count helps only for what is asked for again; nothing unless all are so."""
    removals = table.emptying
    if table.replaced or not all(_at_look_up(tables, sources, table, done) for done in removals):
        return {}
    return {done: _missed(done) for done in removals}


def _missed(done: Done) -> Missed:
    reason = (
        f"{brief(done.function.name)} removes an entry that is too old only when it is asked for again, "
        "and nothing removes those that nobody asks for"
    )
    return Missed(Miss.ON_LOOK_UP, done.operation.location, reason, Certainty.LIKELY)


def _at_look_up(tables: Tables, sources: KeySources, table: Table, done: Done) -> bool:
    function, op = done.function, done.site.op
    if op.key is None or op.form not in _ONE_KEY or op.loop_depth or not function.returns:
        return False
    return _asks_for_age(function, op.pos) and _looks_up(tables, table, done) and not _visited(sources, op.key, _LEVELS)


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
