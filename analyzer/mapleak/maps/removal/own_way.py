"""Functions that take a key of their own out of one map at their end, and leave it in the map beside.

``active.LoadOrStore(id, c); defer active.Delete(id); …; next(id)``: who puts a key into one map, and has it put into
another by what it calls on its way, ends both when it takes the key out of the first. What shows that the second
belongs to the same thing is the program's own clean-up: wherever the key is taken out of this map, it goes from the
other in the same place.

Nothing is said where the function, or what it calls on that way, leads to a removal here; where a loop goes through
the keys of this map, or of one that has each of them, and hands them to the clean-up; nor of a removal on failure.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import KeyOrigin, Miss, Missed
from mapleak.maps.nodes import brief, position_function
from mapleak.maps.removal.key_places import same_key
from mapleak.maps.removal.key_sources import KeySources
from mapleak.maps.removal.leading import Leading
from mapleak.maps.removal.missed_ways import arms_around, on_different_ways
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact
from mapleak.resolve.way_facts import Arm

_VISITED = frozenset({KeyOrigin.SAME_MAP.value, KeyOrigin.ELEMENT.value})
_OTHER = KeyOrigin.OTHER_MAP.value


def left_on_own_way(tables: Tables, sources: KeySources, table: Table) -> Iterator[Missed]:
    """The functions that end what they have put in themselves in a map beside this one, and not in this one."""
    if not table.emptying or table.map.released or any(_swept(tables, sources, done) for done in table.emptying):
        return
    leading = Leading(tables.context, table)
    for other in tables.emptied_siblings(table) if leading.known else ():
        if not all(_cleaned_with(done, other) for done in table.emptying):
            continue
        for done in other.emptying:
            function, op = done.function, done.site.op
            if function.parent or op.key is None or op.loop_depth or any(arm.failure for arm in _around(done)):
                continue
            if leading.within(function, op.pos) or not _puts_in(other, done):
                continue
            filler = _filled_on_the_way(tables, table, done)
            if filler:
                yield _missed(table, other, done, filler)


def _around(done: Done) -> list[Arm]:
    return arms_around(done.function, done.site.op.pos)


def _cleaned_with(done: Done, other: Table) -> bool:
    """Whether a key goes from another map where it goes from this one, for good.

    What puts it in there itself has it there for the time of its own work, as what holds a lock for each key does.
    """
    working = any(
        site.op.effect in ("insert", "update") and (site.function.name, site.function.file) == _in(done)
        for site in other.subject.sites
    )
    return not working and any(_beside(done, there) for there in other.emptying)


def _in(done: Done) -> tuple[str, str]:
    return done.function.name, done.function.file


def _beside(one: Done, other: Done) -> bool:
    """Whether two removals take the same key out on one way through one function."""
    keys = one.site.op.key, other.site.op.key
    return (
        one.function is other.function
        and keys[0] is not None
        and keys[1] is not None
        and keys[0].text == keys[1].text != ""
        and not on_different_ways(one.function, one.site.op.pos, other.site.op.pos)
    )


def _puts_in(other: Table, removal: Done) -> bool:
    """Whether the function that takes a key out has put it in before, on the way there."""
    at, key = removal.site.op.pos, removal.site.op.key
    return any(
        stored.function is removal.function
        and stored.site.op.pos < at
        and stored.site.op.key is not None
        and key is not None
        and stored.site.op.key.text == key.text
        and not on_different_ways(removal.function, stored.site.op.pos, at)
        for stored in other.inserts
    )


def _filled_on_the_way(tables: Tables, table: Table, removal: Done) -> str:
    """The function that puts the key which another one takes out of the map beside into this one, itself or called by
    it or its closures, on the same way; "" when there is none."""
    key = removal.site.op.key
    for stored in table.inserts:
        op, helper = stored.site.op, stored.function.name
        if op.key is None or key is None:
            continue
        own = tables.context.outermost(helper) == removal.function.name
        if own and op.key.text == key.text and _on_the_way(stored.function, removal, op.pos):
            return helper
        index = op.key.node.rpartition("$p")[2] if position_function(op.key.node) == helper else ""
        for function, call in _calls_within(tables, removal.function.name, helper) if index.isdigit() else ():
            passed = call.arg_keys[int(index)] if int(index) < len(call.arg_keys) else None
            if passed is not None and same_key(passed, key) and _on_the_way(function, removal, call.pos):
                return helper
    return ""


def _calls_within(tables: Tables, outer: str, callee: str) -> Iterator[tuple[FunctionFacts, CallFact]]:
    """The calls of one function by another, or by a closure that is written in it."""
    for caller in tables.context.production_callers(callee):
        if tables.context.outermost(caller) == outer:
            for function in tables.context.graph.functions.get(caller, ()):
                yield from ((function, call) for call in function.calls if call.callee == callee)


def _on_the_way(function: FunctionFacts, removal: Done, pos: int) -> bool:
    """Whether a place lies on the way to a removal; what a closure does may follow whatever its maker does."""
    return function is not removal.function or not on_different_ways(function, pos, removal.site.op.pos)


def _swept(tables: Tables, sources: KeySources, done: Done) -> bool:
    """Whether a loop goes through the keys of a map and takes the entries out, itself or by what it calls."""
    key = done.site.op.key
    if key is None or "ranging" in done.site.op.guards:
        return True
    given = (key, *(sources.arguments(key.node) if "$p" in key.node else ()))
    return any(fact is not None and _visited(tables, done.site.op.node, fact) for fact in given)


def _visited(tables: Tables, node: str, fact: KeyFact) -> bool:
    """Whether a key is one that a loop comes to, of a list, of the map itself, or of another one that has each of its
    keys for all that is seen: not one that is filled on some condition only, such as a setting."""
    if fact.origin in _VISITED:
        return True
    name = position_function(fact.node)
    walked = [
        ranged.node
        for variant in tables.context.graph.functions.get(tables.context.parent(name), ())
        for ranged in variant.ranges
        if ranged.callback == f"func:{name}"
    ]
    if fact.origin == _OTHER:
        walked.append(fact.node)
    return any(_has_all(tables, other) or other == node for other in walked)


def _has_all(tables: Tables, node: str) -> bool:
    swept = tables.by_node.get(node)
    return swept is None or not swept.inserts or not all(_on_condition(done) for done in swept.inserts)


def _on_condition(done: Done) -> bool:
    at = done.site.op.pos
    return bool(_around(done)) or any(arm.leaves and arm.end <= at for arm in done.function.arms)


def _missed(table: Table, other: Table, done: Done, filler: str) -> Missed:
    reason = (
        f"{brief(done.function.name)} puts its key into {brief(other.map.name)} and takes it out again at its end, and "
        f"leaves it here, where {brief(filler)} has put it on the way; {brief(table.emptying[0].function.name)} takes "
        "it out of both"
    )
    return Missed(Miss.FORGOTTEN, done.operation.location, reason, Certainty.LIKELY)
