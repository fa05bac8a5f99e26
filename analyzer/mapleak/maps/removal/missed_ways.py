"""Removals on one way out only.

A removal inside an arm of a branch says nothing by itself: most removals are. It is said to miss when all removals of
the map do, and the function itself shows the other way:

* *failure*: the entry is stored and taken out in the same function, and taken out only in the arm of an error, a
  cancelled context or a timeout, while the function also goes on or returns without it;
* *early return*: the entry is stored and taken out in the same function, which also returns in between;
* *sibling*: on another way through the function, where the arm with the removal is not run, entries of a map of the
  same owner are taken out, one that is filled together with this map or looked up beside it, and this map's stay;
* *timer*: only what time.AfterFunc runs removes, and the timer is stopped elsewhere without a removal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mapleak.maps.context import Context
from mapleak.maps.model import Miss, Missed
from mapleak.maps.nodes import brief
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts
from mapleak.resolve.way_facts import Arm

_FAILURES = {
    "error": "when an error has come up",
    "cancelled": "when the context is cancelled",
    "timeout": "when it has waited too long",
}
_BRANCHES = frozenset({"then", "else", "comm"})
_EVENTS = frozenset({"case", "default", "comm"})
_CALLER_LEVELS = 4


def one_way_out(tables: Tables, table: Table) -> dict[Done, Missed]:
    """Why each of the removals that count is on one way out only; nothing unless that is so of all of them."""
    removals = table.emptying
    if not removals:
        return {}
    found = {}
    for removal in removals:
        missed = (
            _on_failure(tables.context, table, removal)
            or _after_return(tables.context, table, removal, removals)
            or _beside_sibling(tables, table, removal, removals)
            or _by_stopped_timer(tables.context, removal)
        )
        if missed is None:
            return {}
        found[removal] = missed
    return found


def _missed(removal: Done, reason: str) -> Missed:
    return Missed(Miss.ONE_WAY_OUT, removal.operation.location, reason, Certainty.LIKELY)


# --- failure ----------------------------------------------------------------------------------


def _on_failure(context: Context, table: Table, removal: Done) -> Missed | None:
    function, at = removal.function, removal.site.op.pos
    failing = [arm for arm in arms_around(function, at) if arm.failure]
    if not failing or not _stored_before(context, table, removal):
        return None
    if not _goes_on(function, failing[0], at):
        return None
    return _missed(removal, f"{brief(function.name)} removes only {_FAILURES[failing[0].failure]}")


def _stored_before(context: Context, table: Table, removal: Done) -> bool:
    """Whether the function that removes has stored the entry itself, under the same key, further up."""
    outermost, key = context.outermost(removal.function.name), removal.site.op.key
    return key is not None and any(
        done.function.file == removal.function.file
        and context.outermost(done.function.name) == outermost
        and done.site.op.pos < removal.site.op.pos
        and done.site.op.key is not None
        and done.site.op.key.text == key.text
        for done in table.inserts
    )


def _goes_on(function: FunctionFacts, arm: Arm, at: int) -> bool:
    """Whether the function can end without having run ``arm``, and not by another failure."""
    others = [other for other in function.arms if other.statement == arm.statement and other is not arm]
    if arm.kind == "comm" and all(other.failure for other in others):
        return False  # a select runs one of its arms, and each of them is a failure
    if not function.returns:
        return True
    failures = [other for other in function.arms if other.failure]
    return any(
        left.kind == "return" and left.pos > at and not any(other.pos <= left.pos < other.end for other in failures)
        for left in function.exits
    ) or any(
        other.statement == arm.statement and not other.failure and _has_exit(function, other) for other in function.arms
    )


def _has_exit(function: FunctionFacts, arm: Arm) -> bool:
    return any(left.kind == "return" and arm.pos <= left.pos < arm.end for left in function.exits)


# --- early returns ------------------------------------------------------------------------------


def _after_return(context: Context, table: Table, removal: Done, removals: Sequence[Done]) -> Missed | None:
    """Whether the function that stores the entry and takes it out returns in between, and none of the removals of the
    map has run by then. (With LoadOrStore and its kind the entry may be another call's: then it is not ours to remove.)
    """
    function, at = removal.function, removal.site.op.pos
    branches = [arm for arm in arms_around(function, at) if arm.kind != "comm"]
    if function.parent or not _stored_before(context, table, removal):
        return None
    for stored in (done.site.op for done in table.inserts if done.function is function):
        if any(not arm.pos <= stored.pos < arm.end for arm in branches):
            continue  # only on a condition, so the entry may be meant to stay otherwise
        if stored.pos > at or stored.form in _MAY_BE_ANOTHERS or on_different_ways(function, stored.pos, at):
            continue
        for left in function.exits:
            if left.kind != "return" or not stored.pos < left.pos < at or _runs_before(function, removals, left.pos):
                continue
            if not on_different_ways(function, stored.pos, left.pos) and not _contradict(
                function, stored.pos, left.pos
            ):
                line = context.location(function.file, left.pos, left.pos).line
                return _missed(removal, f"{brief(function.name)} returns in line {line}, before it removes")
    return None


_MAY_BE_ANOTHERS = frozenset({"sync.Map.LoadOrStore", "sync.Map.Swap", "call"})


def _runs_before(function: FunctionFacts, removals: Sequence[Done], pos: int) -> bool:
    """Whether one of the removals stands on the way to ``pos``."""
    return any(
        done.function is function
        and done.site.op.pos < pos
        and all(arm.pos <= pos < arm.end for arm in arms_around(function, done.site.op.pos))
        for done in removals
    )


# --- siblings ---------------------------------------------------------------------------------


def _beside_sibling(tables: Tables, table: Table, removal: Done, removals: Sequence[Done]) -> Missed | None:
    function = removal.function
    if any(other.function is not function for other in removals) or _writes_elsewhere(table, removals):
        return None
    for sibling in tables.emptied_in(function, table):
        for other in sibling.emptying:
            if other.function is not function or not _belong_together(tables, table, sibling, removal):
                continue
            at = other.site.op.pos
            if all(_not_beside(done, at) and not _different_events(done, at) for done in removals):
                line = other.operation.location.line
                return _missed(
                    removal,
                    f"{brief(function.name)} removes only in one branch; where it removes from "
                    f"{brief(sibling.map.name)} in line {line}, the entry here stays",
                )
    return None


def _writes_elsewhere(table: Table, removals: Sequence[Done]) -> bool:
    """Whether the removing function stores into the map on another way: it deals with the entry there, too."""
    function = removals[0].function
    return any(
        site.op.effect == "insert" and site.function is function and _not_beside(removals[0], site.op.pos)
        for site in table.subject.sites
    )


def _not_beside(removal: Done, pos: int) -> bool:
    """Whether a removal lies in an arm that is not run on the way through ``pos``.

    That the key is there is no branch: without an entry there is nothing to remove. And the cases of a switch are
    different events, most likely.
    """
    arms = arms_around(removal.function, removal.site.op.pos)
    if "present" in removal.site.op.guards:
        arms = arms[1:]
    return any(arm.kind in _BRANCHES and _excludes(removal.function, arm, pos) for arm in arms)


def _different_events(removal: Done, pos: int) -> bool:
    """``events``: whether a removal and what stands at ``pos`` belong to different cases of a switch, or of a select
    in a loop: each of them deals with something else that has happened."""
    function, kinds = removal.function, _EVENTS if removal.site.op.loop_depth else _EVENTS - {"comm"}
    statements = {arm.statement: arm for arm in arms_around(function, removal.site.op.pos) if arm.kind in kinds}
    return any(statements.get(arm.statement, arm) is not arm for arm in arms_around(function, pos))


def _excludes(function: FunctionFacts, arm: Arm, pos: int) -> bool:
    """Whether what stands at ``pos`` does not run after or inside ``arm``: another arm, or behind one that leaves."""
    if arm.pos <= pos < arm.end:
        return False
    if any(other.statement == arm.statement and other.pos <= pos < other.end for other in function.arms):
        return True
    return arm.leaves and pos >= arm.end


def _belong_together(tables: Tables, table: Table, sibling: Table, removal: Done) -> bool:
    """Whether two maps are filled together, or the removing function has looked the entry up whatever the branch.

    Heuristic ``shared-out``: two maps that are filled on different ways through one function, and never on one way,
    have the keys shared out between them: what is taken out of the one was never in the other.
    """
    pairs = [(one, other) for one in table.inserts for other in sibling.inserts if one.function is other.function]
    if any(_filled_together(one, other) for one, other in pairs):
        return True
    if pairs:
        return False
    key = removal.site.op.key
    around = arms_around(removal.function, removal.site.op.pos)
    return any(
        function is removal.function
        and read.key is not None
        and key is not None
        and read.key.text == key.text
        and not any(arm.pos <= read.pos < arm.end for arm in around)
        for function, read in tables.reads.get(table.subject.node, ())
    )


def _filled_together(one: Done, other: Done) -> bool:
    """Whether two insertions are on one way through one function."""
    function = one.function
    return function is other.function and not on_different_ways(function, one.site.op.pos, other.site.op.pos)


def on_different_ways(function: FunctionFacts, first: int, second: int) -> bool:
    """Whether two places of a function lie in arms of which one call runs only one."""
    return any(_excludes(function, arm, second) for arm in arms_around(function, first)) or any(
        _excludes(function, arm, first) for arm in arms_around(function, second)
    )


def _contradict(function: FunctionFacts, first: int, second: int) -> bool:
    """Whether two places lie under conditions that are opposites of each other (``if !ok``, ``if ok``)."""
    known = {fact for arm in arms_around(function, first) for fact in arm.holds}
    return any(
        (fact[1:] if fact.startswith("!") else f"!{fact}") in known
        for arm in arms_around(function, second)
        for fact in arm.holds
    )


# --- timers -----------------------------------------------------------------------------------


def _by_stopped_timer(context: Context, removal: Done) -> Missed | None:
    """Whether only callbacks of time.AfterFunc lead to the removal, and code that removes nothing stops the timer."""
    callbacks = _timer_callbacks(context, removal)
    if not callbacks:
        return None
    for armer in callbacks:
        stopper = _stopper(context, armer)
        if stopper is None:
            return None
        armed = brief(context.outermost(armer.name))
    return _missed(
        removal, f"only the timer that {armed} starts removes, and the timer is stopped when it is not needed"
    )


def _timer_callbacks(context: Context, removal: Done) -> tuple[FunctionFacts, ...]:
    """The functions that hand what leads to the removal to time.AfterFunc, () when anything else leads to it."""
    nil = [arm.nil_parameter for arm in arms_around(removal.function, removal.site.op.pos) if arm.nil_parameter]
    level = {removal.function.name}
    armers: dict[str, FunctionFacts] = {}
    for depth in range(_CALLER_LEVELS):
        above: set[str] = set()
        for name in sorted(level):
            armer = _armer(context, name)
            if armer is not None:
                armers[armer.name] = armer
                continue
            callers = list(_calling(context, name, nil if depth == 0 else []))
            if not callers or name in context.graph.roots:
                return ()
            above.update(callers)
        if not above:
            return tuple(armers.values())
        level = above
    return ()


def _armer(context: Context, name: str) -> FunctionFacts | None:
    """The function that hands the closure ``name`` to time.AfterFunc."""
    for variant in context.graph.functions.get(context.parent(name), ()):
        if any(call.callee == "time.AfterFunc" and f"func:{name}" in call.args for call in variant.calls):
            return variant
    return None


def _calling(context: Context, name: str, nil: Sequence[str]) -> Iterator[str]:
    """The functions that call ``name``, except with a function for a parameter that must be nil."""
    params = {node: i for variant in context.graph.functions.get(name, ()) for i, node in enumerate(variant.params)}
    for edge in context.graph.callers.get(name, ()):
        if context.is_test(edge.file):
            continue
        call = next(iter(context.calls.of(edge)), None)
        given = [call.args[params[n]] for n in nil if n in params and params[n] < len(call.args)] if call else []
        if not any(node.startswith("func:") for node in given):
            yield edge.caller


def _stopper(context: Context, armer: FunctionFacts) -> FunctionFacts | None:
    """A closure of ``armer`` that stops a timer held in one of its variables and starts none."""
    prefix = f"{armer.name}."
    for name, variants in context.graph.functions.items():
        if not name.startswith(f"{armer.name}$"):
            continue
        for variant in variants:
            stops = any(c.callee == "(*time.Timer).Stop" and c.receiver.startswith(prefix) for c in variant.calls)
            arms = any(c.callee in ("time.AfterFunc", "(*time.Timer).Reset") for c in variant.calls)
            if stops and not arms:
                return variant
    return None


def arms_around(function: FunctionFacts, pos: int) -> list[Arm]:
    """The arms that hold a position, inside out."""
    return [arm for arm in reversed(function.arms) if arm.pos <= pos < arm.end]
