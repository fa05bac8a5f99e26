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

from mapleak.maps.census import Census, Subject
from mapleak.maps.context import Context, endless_loops, inside_endless_loop
from mapleak.maps.emptying import emptying
from mapleak.maps.model import AbstractMap, CapturedMap, Goroutine, GoroutineEnd, Growth, Operation
from mapleak.maps.nodes import brief
from mapleak.maps.owners import Owners
from mapleak.maps.serving import CALL_LEVELS, bodies, is_own, never_back, serves
from mapleak.model import Location
from mapleak.resolve.model import FunctionFacts, GoFact, Held

_ENDS = {
    "ends": GoroutineEnd.ENDS,
    "stoppable": GoroutineEnd.STOPPABLE,
    "loops": GoroutineEnd.STOPPABLE,
    "endless": GoroutineEnd.ENDLESS,
    "abandoned": GoroutineEnd.ABANDONED,
}


def find_goroutines(
    context: Context, owners: Owners, census: Census, maps: Mapping[str, AbstractMap]
) -> tuple[Goroutine, ...]:
    """All go statements in source order; ``maps`` are the finished maps by name."""
    own = _locals(census)
    found = [
        _goroutine(context, owners, census, own, maps, function, go)
        for function in context.resolved.functions
        for go in function.gos
    ]
    return tuple(sorted(found, key=lambda goroutine: goroutine.location))


def _locals(census: Census) -> dict[str, list[Subject]]:
    """The maps that are variables of a function, by function."""
    found: dict[str, list[Subject]] = {}
    for subject in census.subjects.values():
        if subject.variable is not None and subject.variable.function:
            found.setdefault(subject.variable.function, []).append(subject)
    return found


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
        *_own(context, census, own, maps, run),
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
        repeats=any(any(endless_loops(last)) for body in run for last in never_back(context, body)),
    )


def _started_once(context: Context, function: FunctionFacts, go: GoFact) -> bool:
    """Whether a go statement runs once per process, as far as this tree's own calls say."""
    once = context.runs_once(function, go.pos) or context.startup_here(function, go.pos)
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
            return _ENDS[last.ending.kind], reason if last is body else f"it calls {brief(last.name)} last: {reason}"
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
    captured = go.captured or _captured_by(context, bodies)
    lent = _of_receiver(context, function, bodies)
    for how, nodes in (("captured", captured), ("argument", go.passed), ("receiver", lent)):
        for node in nodes:
            aliases = (node, *context.aliases.forward(node).aliases)
            # A map made in the argument itself has no name but the parameter's.
            names = census.maps_of(node) or next(filter(None, map(census.maps_of, aliases)), ())
            for name in names:
                if name not in seen:
                    seen.add(name)
                    yield _captured(context, census, maps, maps[name], how, frozenset(aliases), bodies)


def _own(
    context: Context,
    census: Census,
    own: Mapping[str, Sequence[Subject]],
    maps: Mapping[str, AbstractMap],
    bodies: tuple[FunctionFacts, ...],
) -> Iterator[CapturedMap]:
    """The maps that the goroutine's function declares before its loop and fills in it."""
    seen = set()
    for body in bodies:
        for function in never_back(context, body):
            for subject in own.get(function.name, ()):
                if subject.node in maps and subject.node not in seen and is_own(subject, function):
                    seen.add(subject.node)
                    found = _captured(
                        context, census, maps, maps[subject.node], "own", frozenset(subject.aliases), (function,)
                    )
                    if found.grows:
                        yield found


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
        if body.receiver_type and body.receiver_type in function.made
        for held in body.held
        if held.how == "param" and held.node.rpartition(".")[0] == body.receiver_type
    ]
    return tuple(sorted(set(nodes)))


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


def _captured(
    context: Context,
    census: Census,
    maps: Mapping[str, AbstractMap],
    subject: AbstractMap,
    how: str,
    aliases: frozenset[str],
    bodies: tuple[FunctionFacts, ...],
) -> CapturedMap:
    running = _running(context, bodies)
    held = next(((f, held) for f, _ in running for held in f.held if held.node in aliases), None)
    use, wait, text = _held_places(context, held)
    neighbours = census.subjects[subject.name].neighbours
    return CapturedMap(
        map=subject.name,
        how=how,
        held=held is not None,
        held_by=use,
        wait=wait,
        wait_text=text,
        grows=_grows(context, census, subject, running),
        emptied=any(emptying(maps[name]) for name in (subject.name, *neighbours) if name in maps),
    )


def _held_places(
    context: Context, held: tuple[FunctionFacts, Held] | None
) -> tuple[Location | None, Location | None, str]:
    if held is None:
        return None, None, ""
    function, fact = held
    use = context.location(function.file, fact.use_pos, fact.use_end)
    return use, context.location(function.file, fact.wait_pos, fact.wait_end), fact.wait_text


def _running(context: Context, bodies: tuple[FunctionFacts, ...]) -> tuple[tuple[FunctionFacts, bool], ...]:
    """The functions a goroutine runs, bodies first, and whether each as a whole runs in a loop."""
    found = {(body.name, body.file): (body, False) for body in bodies}
    level = [(body, False) for body in bodies]
    for _ in range(CALL_LEVELS):
        below: list[tuple[FunctionFacts, bool]] = []
        for function, looping in level:
            for edge in context.graph.callees.get(function.name, ()):
                if edge.kind == "go" or edge.file != function.file:
                    continue
                if edge.mode != "static" and not context.encloses(function.name, edge.callee):
                    continue
                inside = looping or inside_endless_loop(function, edge.pos)
                for callee in context.graph.functions.get(edge.callee, ()):
                    key = (callee.name, callee.file)
                    if key not in found or (inside and not found[key][1]):
                        found[key] = (callee, inside)
                        below.append((callee, inside))
        level = below
    return tuple(found.values())


def _grows(
    context: Context, census: Census, subject: AbstractMap, running: tuple[tuple[FunctionFacts, bool], ...]
) -> tuple[Operation, ...]:
    """The insertions into a map that a goroutine makes inside its endless loop, with keys that may be new."""
    places = set()
    for site in census.subjects[subject.name].sites:
        for function, looping in running:
            same = site.function.name == function.name and site.function.file == function.file
            if same and (looping or inside_endless_loop(function, site.op.pos)):
                places.add(context.location(function.file, site.op.pos, site.op.end))
    return tuple(
        op for op in subject.inserts if op.location in places and op.growth in (Growth.UNBOUNDED, Growth.UNKNOWN)
    )
