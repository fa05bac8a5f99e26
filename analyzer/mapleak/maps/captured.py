"""The maps that running functions keep alive and grow: captured, handed over, or their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mapleak.maps.census import Census, Subject
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.lives.goroutine_loops import CALL_LEVELS, is_own, never_back
from mapleak.maps.model import AbstractMap, CapturedMap, Growth, Operation
from mapleak.maps.removal.emptying import emptying
from mapleak.model import Location
from mapleak.resolve.model import FunctionFacts, Held


def locals_by_function(census: Census) -> dict[str, list[Subject]]:
    """The maps that are variables of a function, by function."""
    found: dict[str, list[Subject]] = {}
    for subject in census.subjects.values():
        if subject.variable is not None and subject.variable.function:
            found.setdefault(subject.variable.function, []).append(subject)
    return found


def own_maps(
    context: Context,
    census: Census,
    own: Mapping[str, Sequence[Subject]],
    maps: Mapping[str, AbstractMap],
    bodies: tuple[FunctionFacts, ...],
) -> Iterator[CapturedMap]:
    """The maps that functions (or what they call last) declare before their loop and fill in it."""
    seen = set()
    for body in bodies:
        for function in never_back(context, body):
            for subject in own.get(function.name, ()):
                if subject.node in maps and subject.node not in seen and is_own(subject, function):
                    seen.add(subject.node)
                    found = captured(
                        context, census, maps, maps[subject.node], "own", frozenset(subject.aliases), (function,)
                    )
                    if found.grows:
                        yield found


def captured(
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
