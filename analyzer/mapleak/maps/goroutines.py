"""Every go statement, whether its goroutine ends, and which maps it keeps alive or grows meanwhile.

A goroutine keeps a map alive only while it can still use it: a use before the wait pins nothing during the wait.
So a captured or passed map counts as *held* only when the resolved facts show a use after, or in a loop around, a
wait, in the function that runs or in a function it calls with the map.

Whether it ends is said of the function that runs; when that comes to its end by itself but its last call is to a
function that does not (``go func() { s.loop() }()``), the called function decides. Calls are followed so
for a fixed number of levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mapleak.maps.captured import captured, locals_by_function, own_maps
from mapleak.maps.census import Census, Subject
from mapleak.maps.context import Context, endless_loops
from mapleak.maps.lives.goroutine_loops import ENDS, bodies, never_back, serves
from mapleak.maps.lives.owners import Owners
from mapleak.maps.lives.standing import find_standing
from mapleak.maps.lives.starting import seen_to_repeat
from mapleak.maps.model import AbstractMap, CapturedMap, Goroutine, GoroutineEnd
from mapleak.maps.nodes import brief, container_of
from mapleak.maps.removal.emptying import at_start_up_here
from mapleak.resolve.model import FunctionFacts, GoFact


def find_goroutines(
    context: Context, owners: Owners, census: Census, maps: Mapping[str, AbstractMap]
) -> tuple[Goroutine, ...]:
    """All go statements, and the calls that take as long, in source order; ``maps`` are the finished maps by name."""
    own = locals_by_function(census)
    found = [
        _goroutine(context, owners, census, own, maps, function, go)
        for function in context.resolved.functions
        for go in function.gos
    ]
    found += find_standing(context, owners, census, own, maps)
    return tuple(sorted(found, key=lambda goroutine: goroutine.location))


def _goroutine(
    context: Context,
    owners: Owners,
    census: Census,
    own: Mapping[str, Sequence[Subject]],
    maps: Mapping[str, AbstractMap],
    function: FunctionFacts,
    go: GoFact,
) -> Goroutine:
    run = bodies(context, function, go)
    end, reason = _end(context, run, go)
    served, certainty = serves(context, owners, function, go, run)
    captures = (
        *_captures(context, census, maps, function, run, go),
        *own_maps(context, census, own, maps, run),
    )
    reach = context.reach(function.name)
    closure = None
    if go.closure_pos >= 0:
        closure = context.location(function.file, go.closure_pos, go.closure_pos + len("func"))
    return Goroutine(
        location=context.location(function.file, go.pos, go.end),
        function=function.name,
        body=run[0].name if run else "",
        closure=closure,
        end=end,
        end_reason=reason,
        captures=captures,
        startup_only=_started_once(context, function, go),
        reachable=reach.reachable,
        in_test=context.is_test(function.file),
        generated=context.is_generated(function.file),
        serves=served,
        serves_certainty=certainty,
        seen_to_repeat=seen_to_repeat(context, function, go),
        repeats=any(any(endless_loops(last)) for body in run for last in never_back(context, body)),
    )


def _started_once(context: Context, function: FunctionFacts, go: GoFact) -> bool:
    """Whether a go statement runs once per process: so the calls of a program's tree say, and not what a library's
    own tree makes of what it offers to others."""
    once = context.runs_once(function, go.pos) or at_start_up_here(context, function, go.pos)
    return once and go.loop_depth == 0


def _end(context: Context, bodies: tuple[FunctionFacts, ...], go: GoFact) -> tuple[GoroutineEnd, str]:
    if go.waited:
        return GoroutineEnd.WAITED, go.waited
    if not bodies:
        return GoroutineEnd.UNKNOWN, "what it runs is not known"
    ends = [_body_end(context, body) for body in bodies]
    if len({end for end, _ in ends}) > 1:
        return GoroutineEnd.UNKNOWN, f"it may run {brief(bodies[0].name)} or others, and not all of them end"
    return ends[0]


def _body_end(context: Context, body: FunctionFacts) -> tuple[GoroutineEnd, str]:
    """How the function ends: when it does so by itself, what it calls last decides."""
    for last in never_back(context, body):
        if last.ending.kind != "ends":
            reason = last.ending.reason
            return ENDS[last.ending.kind], reason if last is body else f"it calls {brief(last.name)} last: {reason}"
    return GoroutineEnd.ENDS, body.ending.reason


def _captures(
    context: Context,
    census: Census,
    maps: Mapping[str, AbstractMap],
    function: FunctionFacts,
    bodies: tuple[FunctionFacts, ...],
    go: GoFact,
) -> Iterator[CapturedMap]:
    seen: set[str] = set()
    taken = go.captured or _captured_by(context, bodies)
    lent = _of_receiver(context, function, bodies)
    for how, nodes in (("captured", taken), ("argument", go.passed), ("receiver", lent)):
        for node in nodes:
            aliases = (node, *context.aliases.forward(node).aliases)
            # A map made in the argument itself has no name but the parameter's.
            names = census.maps_of(node) or next(filter(None, map(census.maps_of, aliases)), ())
            for name in names:
                if name not in seen:
                    seen.add(name)
                    yield captured(context, census, maps, maps[name], how, frozenset(aliases), bodies)


def _of_receiver(context: Context, function: FunctionFacts, bodies: tuple[FunctionFacts, ...]) -> tuple[str, ...]:
    """The maps that an object made by the starter lends to its method (``c := &conn{…}; go c.loop()``).

    Only where something that runs again and again leads there: that importers make many of a library's servers is
    less than is known of a handler's connections.
    """
    root = context.graph.roots.get(context.reach(function.name).entry)
    if root is None or root.kind == "exported":
        return ()
    nodes = [
        held.node
        for body in bodies
        if body.receiver_type in function.made and not _only_one(context, function, body.receiver_type)
        for held in body.held
        if held.how == "param" and held.node.rpartition(".")[0] == body.receiver_type
    ]
    return tuple(sorted(set(nodes)))


def _only_one(context: Context, function: FunctionFacts, made: str) -> bool:
    """Heuristic ``only-one``: whether what a function makes is put in a package variable that held nil, by itself or
    by all that call it. However often that runs, there is one such object, with one goroutine."""
    if _fills_empty_variable(context, function, made):
        return True
    callers = [
        variant for name in context.production_callers(function.name) for variant in context.graph.functions[name]
    ]
    return bool(callers) and all(_fills_empty_variable(context, caller, made) for caller in callers)


def _fills_empty_variable(context: Context, function: FunctionFacts, made: str) -> bool:
    return any(
        replaced.lazy and replaced.type == made and container_of(replaced.place).rpartition(".")[0] in context.packages
        for replaced in function.replaced
    )


def _captured_by(context: Context, bodies: tuple[FunctionFacts, ...]) -> tuple[str, ...]:
    """The maps of enclosing functions that a closure in a variable uses (``loop := func() {…}; go loop()``)."""
    nodes = [
        node
        for body in bodies
        if body.parent
        for node in (*(held.node for held in body.held if held.how == "captured"), *(op.node for op in body.ops))
        if context.nodes.function(node) not in ("", body.name)
    ]
    return tuple(sorted(set(nodes)))
