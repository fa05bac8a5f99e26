"""Removals that no running code calls, or that run a fixed number of times.

A program's own packages may be imported by others, but the program that is here is judged by the calls that are here:
where the insertion is reached from ``main``, from handlers or goroutines, and a removal only from importers who are
not seen, the program never removes. For a library its importers count, unless it inserts without them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from mapleak.callgraph.knowledge import is_handler_shaped
from mapleak.callgraph.roots import is_importable
from mapleak.maps.closed_world import is_program
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.knowledge import first_word
from mapleak.maps.model import Miss, Missed
from mapleak.maps.nodes import brief
from mapleak.maps.removal.emptying import AT_START_UP, UNREACHED, makes_owner
from mapleak.maps.removal.levels import REMOVING_WORDS
from mapleak.maps.removal.tables import Done, Table
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts

_MOST_ABOVE = 60
"""Functions that may lead to an operation; where there are more, nobody knows what does."""

_ONE_SHOT = frozenset({"time.Sleep", "time.After", "time.NewTimer"})
_REARMING = frozenset({"time.AfterFunc", "(*time.Timer).Reset"})


class ReachedHere:
    """Which functions run in the programs of this tree, without the help of importers.

    From main and the initialisers on: what they call, the closures they hold, the functions they hand on, and the
    methods by which code outside calls back the objects they make.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def __contains__(self, function: str) -> bool:
        return function in self._functions

    @cached_property
    def _functions(self) -> frozenset[str]:
        graph = self._context.graph
        inside: dict[str, list[str]] = defaultdict(list)  # function or type -> closures, or methods called back
        for name, variants in graph.functions.items():
            if variants[0].parent:
                inside[variants[0].parent].append(name)
        for name, root in graph.roots.items():
            if root.kind == "callback" and name in graph.functions:
                inside[graph.functions[name][0].receiver_type].append(name)
        queue = [name for name, root in graph.roots.items() if root.kind in ("main", "init")]
        seen = set(queue)
        for name in queue:
            for step in (*self._steps(name), *inside.get(name, ())):
                if step not in seen:
                    seen.add(step)
                    queue.append(step)
        return frozenset(seen)

    def _steps(self, name: str) -> Iterator[str]:
        for edge in self._context.graph.callees.get(name, ()):
            yield edge.callee
        for variant in self._context.graph.functions.get(name, ()):
            yield from variant.made
            for flow in variant.flows:
                if flow.source.startswith("func:"):
                    yield flow.source.removeprefix("func:")
            for call in variant.calls:
                for arg in call.args:
                    if arg.startswith("func:"):
                        yield arg.removeprefix("func:")


def never_called(context: Context, here: ReachedHere, table: Table, removal: Done) -> Missed | None:
    """Whether no running code calls the function that removes.

    A function that importers could call, or code that finds methods by their names, must have no callers at all: what
    leads to its callers may be just as unseen.
    """
    function = context.outermost(removal.function.name)
    callers = context.production_callers(function)
    if not any(done.function.package == table.map.package for done in table.inserts):
        return None  # a helper for any map inserts: who has it insert here is not told apart
    if removal.operation.no_effect == UNREACHED:
        reason = f"nothing calls {brief(function)}" if not callers else f"nothing that runs calls {brief(function)}"
        own = Certainty.SURE if _is_own(context, function) else Certainty.LIKELY
        certainty = Certainty.ASSUMED if callers else own
        return Missed(Miss.NEVER_CALLED, removal.operation.location, reason, certainty)
    mains = context.resolved.main_packages
    package = removal.function.package
    if not removal.operation.no_effect and not is_program(package, context.programs):
        return _left_to_importers(context, table, removal)
    if removal.operation.no_effect or callers or not is_program(package, context.programs) or function in here:
        return None
    if not any(done.function.name in here for done in table.inserts):
        return None
    importable = is_importable(package, frozenset(mains))
    return Missed(
        Miss.NEVER_CALLED,
        removal.operation.location,
        f"nothing in this program calls {brief(function)}",
        Certainty.ASSUMED if importable else Certainty.LIKELY,
    )


def _is_own(context: Context, function: str) -> bool:
    """Whether a method's type is a package's own, so that no other package can name what it would be called on."""
    variants = context.graph.functions.get(function, ())
    types = [context.types.get(variant.receiver_type) for variant in variants]
    return bool(types) and all(fact is not None and not fact.exported for fact in types)


def _left_to_importers(context: Context, table: Table, removal: Done) -> Missed | None:
    """``left-to-importers``: whether a library inserts by itself, in what a handler of its own is called for, and only
    functions with removing names that importers may call lead to the removal."""
    op = removal.site.op
    if op.key is None or "ranging" in op.guards:
        return None
    tops = _tops(context, removal.function.name)
    if not tops or not all(_is_offered(context, name) for name in tops):
        return None
    handlers = (name for done in table.inserts for name in _tops(context, done.function.name))
    handler = next((name for name in handlers if _is_handler(context, name)), "")
    if not handler:
        return None
    offered, by_itself = brief(tops[0]), brief(handler)
    reason = f"{by_itself} inserts by itself, and nothing calls {offered}: that is left to those who import it"
    return Missed(Miss.NEVER_CALLED, removal.operation.location, reason, Certainty.LIKELY)


def _tops(context: Context, name: str) -> list[str]:
    """The handlers that lead to a function, and what else does and nothing calls; none where too many do."""
    found = [context.outermost(name)]
    tops = []
    for current in found:
        root = context.graph.roots.get(current)
        ends = _is_handler(context, current) or (root is not None and root.kind != "exported")
        callers = () if ends else context.production_callers(current)
        above = [name for name in map(context.outermost, callers) if name != current]
        if not above:
            tops.append(current)
        found += [name for name in dict.fromkeys(above) if name not in found]
        if len(found) > _MOST_ABOVE:
            return []
    return tops


def _is_offered(context: Context, name: str) -> bool:
    """Whether importers may call it to have something removed: who calls Serve has the library remove by itself, and
    who registers a handler has it removed at events, as another handler has it inserted."""
    root = context.graph.roots.get(name)
    return (
        not _is_handler(context, name)
        and root is not None
        and root.kind == "exported"
        and first_word(name) in REMOVING_WORDS
    )


def _is_handler(context: Context, name: str) -> bool:
    return any(is_handler_shaped(variant.signature) for variant in context.graph.functions.get(name, ()))


def runs_once(context: Context, table: Table, removal: Done) -> Missed | None:
    """Whether a sweep runs a fixed number of times: at start-up, or after a timer that nothing starts again."""
    function, op = removal.function, removal.site.op
    where = brief(context.outermost(function.name))
    if removal.operation.no_effect in AT_START_UP and _waits_for_timer(function):
        reason = f"{where} waits for one timer and runs a fixed number of times, from when the program starts"
        return Missed(Miss.RUN_ONCE, removal.operation.location, reason, Certainty.LIKELY)
    if removal.operation.no_effect or "ranging" not in op.guards or inside_endless_loop(function, op.pos):
        return None
    if _sweeps_once(context, table, function, op.loop_depth):
        reason = f"the sweep in {where} waits for one timer and runs once for each {brief(table.owner)}"
        return Missed(Miss.RUN_ONCE, removal.operation.location, reason, Certainty.LIKELY)
    return None


def _sweeps_once(context: Context, table: Table, function: FunctionFacts, depth: int) -> bool:
    """Whether a goroutine that the owner's constructor starts waits once, outside any loop, and then sweeps."""
    if not table.owner or depth > 1 or any(call.callee in _REARMING for call in function.calls):
        return False
    if not _waits_for_timer(function):
        return False
    edges = [e for e in context.graph.callers.get(function.name, ()) if not context.is_test(e.file)]
    return bool(edges) and all(
        edge.kind == "go" and not edge.loop_depth and _constructs(context, edge.caller, table.owner) for edge in edges
    )


def _waits_for_timer(function: FunctionFacts) -> bool:
    return any(call.callee in _ONE_SHOT and not call.loop_depth for call in function.calls)


def _constructs(context: Context, function: str, owner: str) -> bool:
    variants = context.graph.functions.get(function, ())
    return any(makes_owner(context, variant, owner) for variant in variants)
