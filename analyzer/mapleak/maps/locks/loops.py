"""Maps that goroutines of one function access together, without a lock.

* ``goroutines``: a loop starts goroutines that write a map made before the loop, themselves or in what they call;
  ``read-lock``: with a lock held for reading, which lets them all in.
* ``started``: a function goes on to a map that a goroutine of its has as well, before it waits for anything.
* ``handlers``: a handler is a literal, and writes a variable of the function around it, which all requests have.
* ``both``: two goroutines that a function starts, one after the other without waiting in between, have one map.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from mapleak.callgraph.knowledge import is_handler_shaped
from mapleak.maps.census import Census
from mapleak.maps.context import Context
from mapleak.maps.lives.goroutine_loops import bodies
from mapleak.maps.locks.accesses import Access, accesses
from mapleak.maps.locks.guards import Guards, Way, root
from mapleak.maps.locks.model import Unguarded
from mapleak.maps.locks.sites import FORMS, Race, Site
from mapleak.model import Location
from mapleak.resolve.model import FunctionFacts, GoFact

_MADE = re.compile(r"(?:make|call)@.*:(\d+)(?:\$r\d+)?")
"""The node of a value that is made or given by a call at an offset."""

_Work = tuple[GoFact, FunctionFacts, tuple[Access, ...]]
"""A go statement, the function that it runs, and that function's accesses that no lock keeps others from."""


def find_in_functions(context: Context, guards: Guards, census: Census) -> Iterator[Race]:
    """All of them, in the order of the functions."""
    for function in context.resolved.functions:
        yield from _captured_by_handler(context, guards, census, function)
        yield from _named_of_loop(context, guards, census, function)
        started = [go for go in function.gos if go.closure_pos >= 0]
        if not started or context.is_test(function.file) or not context.reach(function.name).reachable:
            continue
        work = [
            (go, body, tuple(_unlocked(context, guards, function, body, go)))
            for go in started
            for body in bodies(context, function, go)
        ]
        for go, body, inside in work:
            yield from _of_loop(context, guards, census, function, go, body, inside)
            yield from _called_of_loop(context, guards, census, function, go, body)
        free = [(go, body, tuple(a for a in inside if not guards.at(body, a.pos))) for go, body, inside in work]
        yield from _beside(context, guards, census, function, free)
        yield from _pairs(context, census, function, free)


def _captured_by_handler(context: Context, guards: Guards, census: Census, handler: FunctionFacts) -> Iterator[Race]:
    """Writes of a literal that handles requests to a map of the function around it."""
    root_ = context.graph.roots.get(handler.name)
    shaped = handler.parent and is_handler_shaped(handler.signature) and not context.is_test(handler.file)
    if not shaped or root_ is None or root_.kind != "callback" or not root_.repeats:
        return
    for access in accesses(handler):
        variable = context.variables.get(access.node)
        if variable is None or variable.kind not in ("local", "param", "result") or access.form not in FORMS:
            continue
        around = context.graph.functions.get(variable.function, ())
        shared = variable.function != handler.name and not any(is_handler_shaped(f.signature) for f in around)
        if access.writes and shared and not guards.at(handler, access.pos):
            maps = census.maps_of(access.node)
            site = Site(handler, access, ())
            way = Way(handler.name, "callback", ())
            yield Race(maps[0] if maps else access.node, Unguarded.HANDLERS, site, site, way, counts=(0, 1))


def _unlocked(
    context: Context, guards: Guards, function: FunctionFacts, body: FunctionFacts, go: GoFact
) -> Iterator[Access]:
    """The accesses of a goroutine to what is the same map for its starter: a variable, or a field of its receiver."""
    for access in accesses(body):
        variable = context.variables.get(access.node)
        if variable is None or access.form not in FORMS or not _keeps_nobody_out(guards, body, access):
            continue
        captured = access.node in go.captured and variable.kind in ("local", "param", "result")
        receivers = variable.kind == "field" and access.writes and root(access.text) == function.receiver != ""
        if captured or receivers or variable.kind == "var":
            yield access


def _of_loop(
    context: Context,
    guards: Guards,
    census: Census,
    function: FunctionFacts,
    go: GoFact,
    body: FunctionFacts,
    inside: Sequence[Access],
) -> Iterator[Race]:
    """Writes of goroutines that a loop starts to a map that is older than the loop, or was handed to them all."""
    for access in inside if go.loop_pos >= 0 else ():
        variable = context.variables[access.node]
        is_new = variable.function == function.name and variable.pos >= go.loop_pos
        if access.writes and not is_new and not _is_chosen(body, access.pos):
            yield _race_of_loop(context, guards, census, function, go, Site(body, access, ()))
    handed = go.closure_pos >= 0 and go.loop_pos >= 0 and function.calls[go.call].how == "go"
    for access in accesses(body) if handed else ():
        given = access.node in body.params and _is_open(context, guards, body, access)
        if given and _all_have(context, function, go, body, access):
            yield _race_of_loop(context, guards, census, function, go, Site(body, access, ()))


def _called_of_loop(
    context: Context, guards: Guards, census: Census, function: FunctionFacts, go: GoFact, body: FunctionFacts
) -> Iterator[Race]:
    """The same of what the literals of a loop call: a method of an object, a function with a map, that all of them
    have."""
    if go.loop_pos < 0 or go.closure_pos < 0 or context.outermost(function.name) in context.supporting:
        return
    for call in body.calls:
        plain = call.mode == "static" and call.how == "call"
        if not plain or guards.at(body, call.pos) or _is_chosen(body, call.pos):
            continue
        if context.guarded_once(body, call.pos, "") or guards.named_locked(call.callee):
            continue
        for callee in context.graph.functions.get(call.callee, ()):
            for access in accesses(callee):
                variable = context.variables.get(access.node)
                shared = ""
                if variable is not None and variable.kind == "field" and callee.receiver:
                    own = access.text == f"{callee.receiver}.{access.node.rpartition('.')[2]}"
                    shared = call.receiver if own else ""
                elif access.node in callee.params and callee.params.index(access.node) < len(call.args):
                    shared = call.args[callee.params.index(access.node)]
                named = shared.rpartition(".")[2].isidentifier()  # not an element, which may be one for each
                if named and _is_older(context, function, go, shared) and _is_open(context, guards, callee, access):
                    steps = (context.location(body.file, call.pos, call.end),)
                    site = Site(callee, access, ())
                    yield _race_of_loop(context, guards, census, function, go, site, steps)


def _is_open(context: Context, guards: Guards, body: FunctionFacts, access: Access) -> bool:
    """Whether a function that goroutines run side by side writes a map, with nothing that keeps them apart."""
    free = access.writes and access.form in FORMS and _keeps_nobody_out(guards, body, access)
    return free and not (_is_chosen(body, access.pos) or context.guarded_once(body, access.pos, ""))


def _is_chosen(body: FunctionFacts, pos: int) -> bool:
    """Whether a goroutine comes here only if its item equals something: that may well be true of one of them."""
    return any(arm.selects and arm.pos <= pos < arm.end for arm in body.arms)


def _keeps_nobody_out(guards: Guards, body: FunctionFacts, access: Access) -> bool:
    """Whether no lock is held at an access, or only locks for reading where it writes."""
    return all(access.writes and not held.write and held.certain for held in guards.at(body, access.pos))


def _named_of_loop(context: Context, guards: Guards, census: Census, function: FunctionFacts) -> Iterator[Race]:
    """The same of goroutines that run a function with a name: ``go h.serve(conn)``, ``go work(results, i)``."""
    for go in function.gos:
        call = function.calls[go.call] if go.closure_pos < 0 <= go.loop_pos else None
        if call is None or call.mode != "static" or context.is_test(function.file):
            continue
        if not context.reach(function.name).reachable or context.outermost(function.name) in context.supporting:
            continue
        for body in context.graph.functions.get(call.callee, ()):
            for access in accesses(body):
                if _is_open(context, guards, body, access) and _all_have(context, function, go, body, access):
                    yield _race_of_loop(context, guards, census, function, go, Site(body, access, ()))


def _all_have(context: Context, function: FunctionFacts, go: GoFact, body: FunctionFacts, access: Access) -> bool:
    """Whether all the goroutines of a loop that run ``body`` have the map of an access: a package variable, the field
    of a receiver, or an argument, that is older than the loop."""
    variable, call = context.variables.get(access.node), function.calls[go.call]
    if variable is None:
        return False
    if variable.kind == "field":
        return root(access.text) == body.receiver != "" and _is_older(context, function, go, call.receiver)
    if access.node in body.params:
        number = body.params.index(access.node)
        return number < len(call.args) and _is_older(context, function, go, call.args[number])
    return variable.kind == "var"


def _is_older(context: Context, function: FunctionFacts, go: GoFact, node: str) -> bool:
    """Whether a variable of a function, or of its package, has its value from before the loop around a go statement."""
    if not node or node.rpartition(".")[0] in context.packages:
        return bool(node)
    if node == f"{function.name}.{function.receiver}" or node in function.params:
        return True
    made = [_MADE.fullmatch(flow.source) for flow in function.flows if flow.target == node]
    return bool(made) and all(match is not None and int(match[1]) < go.loop_pos for match in made)


def _beside(
    context: Context, guards: Guards, census: Census, function: FunctionFacts, work: Sequence[_Work]
) -> Iterator[Race]:
    """What a function does with a captured map between the go statement and its next wait."""
    own = [
        a
        for a in accesses(function)
        if a.form in FORMS and not guards.at(function, a.pos) and _same_object(context, function, a)
    ]
    for go, body, inside in work:
        after = [a for a in own if go.end <= a.pos and (go.next_wait < 0 or a.pos < go.next_wait)]
        for theirs, ours in _meetings(body, inside, after):
            yield _race(
                context, census, Unguarded.STARTED, function, go, Site(body, theirs, ()), Site(function, ours, ())
            )


def _pairs(context: Context, census: Census, function: FunctionFacts, work: Sequence[_Work]) -> Iterator[Race]:
    """Two goroutines, the second started before the function waits for the first: of each the next one it meets."""
    reached: dict[str, list[tuple[_Work, Access]]] = {}  # map -> who has it, the last one started first
    written: dict[str, list[tuple[_Work, Access]]] = {}
    found: list[Race] = []
    for own in reversed(work):
        go, body, inside = own
        for theirs in inside:
            if _waits_for(body, theirs):
                continue
            later = _next(own, (reached if theirs.writes else written).get(theirs.node, ()))
            if later is not None:
                (_, other, _), ours = later
                sites = Site(body, theirs, ()), Site(other, ours, ())
                found.append(_race(context, census, Unguarded.BOTH, function, go, *sites))
            reached.setdefault(theirs.node, []).append((own, theirs))
            if theirs.writes:
                written.setdefault(theirs.node, []).append((own, theirs))
    yield from reversed(found)


def _next(own: _Work, started: Sequence[tuple[_Work, Access]]) -> tuple[_Work, Access] | None:
    """The first goroutine that is started after ``own``, before the function waits for that, and runs other code."""
    go, body, _ = own
    for later in reversed(started):
        (other, its, _), _ = later
        if go.next_wait >= 0 and other.pos > go.next_wait:
            return None
        if its is not body:
            return later
    return None


def _meetings(
    body: FunctionFacts, inside: Sequence[Access], beside: Sequence[Access]
) -> Iterator[tuple[Access, Access]]:
    """The accesses of a goroutine, which does not wait before them, to what another also accesses; one of them writes.

    A goroutine that waits first may well wait until the map is its own.
    """
    for theirs in inside:
        if _waits_for(body, theirs):
            continue
        ours = next((a for a in beside if a.node == theirs.node and (a.writes or theirs.writes)), None)
        if ours is not None:
            yield theirs, ours


def _same_object(context: Context, function: FunctionFacts, access: Access) -> bool:
    """Whether a field is one of the function's receiver, as far as its text tells; variables are what they are."""
    variable = context.variables.get(access.node)
    return variable is None or variable.kind != "field" or root(access.text) == function.receiver


def _waits_for(body: FunctionFacts, access: Access) -> bool:
    return any(held.node == access.node for held in body.held)


def _race_of_loop(
    context: Context,
    guards: Guards,
    census: Census,
    function: FunctionFacts,
    go: GoFact,
    site: Site,
    steps: tuple[Location, ...] = (),
) -> Race:
    held = guards.at(site.function, site.access.pos)
    kind = Unguarded.READ_LOCK if held else Unguarded.GOROUTINES
    race = _race(context, census, kind, function, go, site, site)
    return replace(race, lock=held[0].lock if held else "", steps=(*race.steps, *steps))


def _race(
    context: Context, census: Census, kind: Unguarded, function: FunctionFacts, go: GoFact, site: Site, other: Site
) -> Race:
    maps = census.maps_of(site.access.node)
    steps = (context.location(function.file, go.pos, go.end),)
    way = Way(function.name, "goroutine", ())
    return Race(maps[0] if maps else site.access.node, kind, site, other, way, counts=(0, 1), steps=steps)
