"""Which functions run, from which root, and whether they run again and again.

A function runs *again and again* when one of these holds, and every other function that is reached runs
only at *start-up* (a fixed number of times):

* it is a root that something outside the tree may call at any time: exported API, handlers, callbacks;
* a call inside an endless loop (one that only an event ends counts as endless; one that can be left counts when
  what it calls waits for events) of a function that runs calls or starts it;
* it starts itself anew (see ``restarts``);
* a function that runs again and again calls it, starts it, or hands it over.

What an exported function leads to is followed only into packages that are part of every program that imports it:
the packages of the API and their imports. A command's own code may be reached from there as well, through a
function value or an interface, but only in the command, and there main or an endless loop says how often.

A package that only tests import, and nobody can import otherwise, is in no program: nothing runs there, however many
calls through an interface its types may answer.

A call of the standard library's that may mean very many functions (see ``vague``) makes none of them repeat.

A loop over something finite, recursion and a ``go`` statement on their own repeat nothing. What ``sync.Once``
runs is run once, whoever asks for it.

Test files are not part of the program: what a test calls is not therefore reached, except in test files.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from mapleak.callgraph.handed import PROGRAM
from mapleak.callgraph.knowledge import is_given_work, is_handler_shaped
from mapleak.callgraph.model import Edge, Root
from mapleak.callgraph.programs import Runs, Ways, find_runs, holds_a_program, on_thread
from mapleak.callgraph.restarts import restarting
from mapleak.callgraph.successors import Relations, Successors, Table, successors_of


class Reach(msgspec.Struct, frozen=True):
    """The answer: see :class:`mapleak.callgraph.model.CallGraph`."""

    roots: dict[str, Root]
    reachable: frozenset[str]
    startup_only: frozenset[str]
    startup_here: frozenset[str]
    assumed: frozenset[str]
    entry: dict[str, str]
    ending: frozenset[str]
    ending_here: frozenset[str]
    unwired: frozenset[str]
    before: dict[str, str]


def find_reach(relations: Relations, roots: Mapping[str, Root], unwired: Mapping[str, Root]) -> Reach:
    """Return what the roots reach, with the registered functions they bring to life among the roots.

    ``unwired`` are handlers that nothing uses: roots for want of a better; not those that something registers.
    """
    successors = successors_of(relations)
    within = {name: root for name, root in roots.items() if name not in relations.apart}
    meant = {name: root for name, root in unwired.items() if name not in relations.apart and name not in within}
    seen, wired = _reachable(relations, successors, within) if meant else (frozenset(), within)
    reachable, all_roots = _reachable(relations, successors, {**meant, **wired})
    ordered = dict(sorted(all_roots.items()))
    within_importers = relations.within_importers()
    own_accord = _of_own_accord(relations, reachable)

    def repeating_by(roots: Mapping[str, Root]) -> frozenset[str]:
        return _repeating(successors, roots, own_accord, within_importers)

    repeating = repeating_by(ordered)
    repeating_here = repeating_by(_not_spoken_for(relations, ordered))
    ending, ending_here = _ending(relations, successors, ordered, reachable, within_importers, repeating)
    entry, before = _entries(relations.callees, successors, ordered, reachable, within_importers)
    return Reach(
        roots=ordered,
        reachable=reachable,
        startup_only=reachable - repeating,
        startup_here=repeating - repeating_here,
        assumed=repeating - repeating_by(_not_assumed(relations, ordered)) - _awaited(relations, successors, ordered),
        entry=entry,
        before=before,
        ending=ending,
        ending_here=ending_here,
        unwired=reachable - seen if meant else frozenset(),
    )


def _ending(
    relations: Relations,
    successors: Successors,
    roots: Mapping[str, Root],
    reachable: frozenset[str],
    within_importers: frozenset[str],
    repeating: frozenset[str],
) -> tuple[frozenset[str], frozenset[str]]:
    """What only programs that come to an end by themselves run or repeat, and what only importers could otherwise.

    What a serving program runs, too, but only once, before it serves or besides, counts: all that repeats it ends.
    The latter only in the tree of a program, and only when something shows how often: what no program of the tree is
    seen to call is there for others, and when something listens that no program leads to, much may be unseen.
    """
    if not relations.programs.mains:
        return frozenset(), frozenset()
    runs = _runs(relations, successors, roots, reachable)
    bounded = {name for name in reachable if name not in relations.tests and runs.ends(name)}
    going_on = reachable - bounded
    serving = {name: root for name, root in roots.items() if name in going_on}
    for_ever = _repeating(successors, serving, _of_own_accord(relations, going_on), within_importers)
    bounded |= {name for name in repeating - for_ever if name not in relations.tests and runs.of.get(name)}
    exported = {name for name, root in roots.items() if root.kind == "exported"}
    open_to_importers = _closure(successors.all, exported, within_importers)
    ending = frozenset(bounded - open_to_importers)
    packages = {variants[0].package for name, variants in relations.functions.items() if name not in relations.tests}
    if runs.unseen or not holds_a_program(relations.programs.mains, packages):
        return ending, frozenset()
    unclear = _closure(successors.all, exported - bounded, within_importers)
    return ending, frozenset(bounded - ending - unclear)


def _runs(relations: Relations, successors: Successors, roots: Mapping[str, Root], reachable: frozenset[str]) -> Runs:
    registered = {
        by: tuple(root.function for root in registrations) for by, registrations in relations.registrations.items()
    }
    return find_runs(
        relations.programs,
        relations.functions,
        Ways(
            _joined(successors.all, registered),
            _joined(successors.often, registered),
            {**successors.often, **_on_own_thread(relations, successors.often)},
        ),
        roots,
        relations.registrations.get(PROGRAM, ()),
        reachable,
        relations.tests,
    )


def _joined(table: Table, other: Table) -> Table:
    return {**table, **{name: (*table.get(name, ()), *more) for name, more in other.items()}}


def _on_own_thread(relations: Relations, often: Table) -> Table:
    """What the thread of a function runs as often as it does, of those that start goroutines, or let others do it."""
    found: Table = {}
    by_passer = relations.by_passer.passed
    for name, edges in relations.callees.items():
        passed = by_passer.get(name, ())
        if any(edge.kind == "go" for edge in edges) or not all(what.on_thread for what in passed):
            on_own = set(on_thread(relations.functions, edges))
            on_own.update(what.function for what in passed if what.on_thread)
            on_own.update(callee for callee, as_often in relations.mentions.get(name, ()) if as_often)
            found[name] = tuple(callee for callee in often.get(name, ()) if callee in on_own)
    return found


def _not_spoken_for(relations: Relations, roots: Mapping[str, Root]) -> dict[str, Root]:
    """Leave out the exported functions for which callers show how often they run: in other packages of the tree, or,
    where the tree is there for a program, any."""

    def package(name: str) -> str:
        return relations.functions[name][0].package

    packages = {package(name) for name in relations.functions if name not in relations.tests}
    program = holds_a_program(relations.programs.mains, packages)

    def spoken_for(name: str) -> bool:
        callers = {edge.caller for edge in relations.callers.get(name, ())} - {name}
        return any(by not in relations.tests and (program or package(by) != package(name)) for by in callers)

    return {name: root for name, root in roots.items() if root.kind != "exported" or not spoken_for(name)}


def _not_assumed(relations: Relations, roots: Mapping[str, Root]) -> dict[str, Root]:
    """Leave out the exported functions but for handlers, which others call at every event, and what is given work."""

    def handles(name: str) -> bool:
        method = name.rpartition(".")[2] if roots[name].awaited else ""
        signatures = [variant.signature for variant in relations.functions[name]]
        return any(is_handler_shaped(text) or is_given_work(method, text) for text in signatures)

    return {name: root for name, root in roots.items() if root.kind != "exported" or handles(name)}


def _awaited(relations: Relations, successors: Successors, roots: Mapping[str, Root]) -> set[str]:
    """Exported functions that are handed over to be called at events, and what they certainly call.

    By an interface or a value one event leads to what listens for it and, for all that is known, to everything that
    fits (a listener for settings to all listeners): that this repeats is no more than assumed.
    """
    certain = {name for name, root in roots.items() if root.kind == "exported" and root.awaited}
    pending = list(certain)
    while pending:
        name = pending.pop()
        often = successors.often.get(name, ())
        for edge in relations.callees.get(name, ()):
            callee = edge.callee
            plain = edge.mode == "static" or relations.functions[callee][0].parent == name
            if plain and callee in often and callee not in certain:
                certain.add(callee)
                pending.append(callee)
    return certain


def _reachable(
    relations: Relations, successors: Successors, roots: Mapping[str, Root]
) -> tuple[frozenset[str], dict[str, Root]]:
    all_roots = dict(roots)
    seen: set[str] = set(roots)
    pending = [PROGRAM, *roots]
    while pending:
        function = pending.pop()
        from_test = function in relations.tests
        for callee in successors.all.get(function, ()):
            if callee not in seen:
                seen.add(callee)
                pending.append(callee)
        for root in relations.registrations.get(function, ()):
            if root.function in relations.apart or (from_test and root.function not in relations.tests):
                continue
            all_roots[root.function] = _preferred(all_roots.get(root.function), root)
            if root.function not in seen:
                seen.add(root.function)
                pending.append(root.function)
    return frozenset(seen), all_roots


def _preferred(known: Root | None, other: Root) -> Root:
    """Of two reasons to call a function from outside, keep the one that says more; the choice is stable."""
    if known is None:
        return other
    awaited = known.awaited or other.awaited
    if known.kind == other.kind:
        return replace(min(known, other, key=lambda root: (not root.repeats, root.reason)), awaited=awaited)
    return replace(known, repeats=known.repeats or other.repeats, awaited=awaited)


def _of_own_accord(relations: Relations, reachable: frozenset[str]) -> set[str]:
    """What runs again and again whatever the roots are: what starts itself anew, what endless loops call."""
    found: set[str] = set()
    for name in restarting(relations.functions, relations.callees):
        if name in reachable and name not in relations.tests:
            found.add(name)
            # whoever passes a function to what starts itself anew, it is called each time
            calls = ((name, edge.callee) for edge in relations.callees.get(name, ()))
            found.update(callee for caller, callee in calls if (caller, callee) in relations.by_passer.calls)
    waiting = _waiting(relations)
    for function in reachable:
        found.update(_called_in_endless_loop(relations, waiting, function))
    return found


def _repeating(
    successors: Successors, roots: Mapping[str, Root], own_accord: set[str], within_importers: frozenset[str]
) -> frozenset[str]:
    exported = {name for name, root in roots.items() if root.repeats and root.kind == "exported"}
    freely = {name for name, root in roots.items() if root.repeats} - exported
    seen = _closure(successors.often, freely | own_accord)
    return frozenset(seen | _closure(successors.often, exported, within_importers))


def _closure(table: Table, start: set[str], within: frozenset[str] | None = None) -> set[str]:
    """``start`` and everything that runs because one of them does, as far as it lies ``within`` what is given."""
    seen = set(start)
    pending = list(start)
    while pending:
        for callee in table.get(pending.pop(), ()):
            if callee not in seen and (within is None or callee in within):
                seen.add(callee)
                pending.append(callee)
    return seen


WAIT_LEVELS = 2
"""How many direct calls down a wait for events makes a loop one that serves events.

A server's loop reads the next message through a few layers of its own; much further down nearly everything
can be reached, and a loop that parses a file would count as well.
"""


def _waiting(relations: Relations) -> frozenset[str]:
    """Functions that wait for an event, themselves or through a few direct calls."""
    level = {name for name, variants in relations.functions.items() if any(v.waits for v in variants)}
    seen = set(level)
    for _ in range(WAIT_LEVELS):
        level = {
            edge.caller
            for name in level
            for edge in relations.callers.get(name, ())
            if edge.mode == "static" and edge.kind != "go" and edge.caller not in seen
        }
        seen |= level
    return frozenset(seen)


def _takes_in_events(edges: Iterable[Edge], waiting: frozenset[str]) -> bool:
    """Whether one of the calls certainly leads to a wait for events; an interface's method may be any."""
    return any(e.callee in waiting and e.mode == "static" and e.kind != "go" for e in edges)


def _called_in_endless_loop(relations: Relations, waiting: frozenset[str], function: str) -> Iterator[str]:
    from_test = function in relations.tests
    passed: dict[tuple[str, int], list[str]] = {}
    for what in relations.by_passer.passed.get(function, ()):
        passed.setdefault((what.file, what.end), []).append(what.function)
    loops = ((v, loop) for v in relations.functions.get(function, ()) for loop in dict.fromkeys((v.ending, *v.loops)))
    for variant, ending in loops:
        if ending.kind == "ends":
            continue
        edges = [
            edge
            for edge in relations.callees.get(function, ())
            if edge.file == variant.file and edge.loop_depth >= 1 and ending.pos <= edge.pos < ending.end
        ]
        if ending.kind == "loops" and not _takes_in_events(edges, waiting):
            continue
        for edge in edges:
            followed = not from_test or edge.callee in relations.tests
            if followed and (function, edge.callee) not in relations.once:
                yield edge.callee
                yield from passed.get((edge.file, edge.end), ())


_PLAIN_LEVELS = 8
"""Static calls in a row that make a root a better answer than one that calls through interfaces lead from."""


def _entries(
    callees: Mapping[str, tuple[Edge, ...]],
    successors: Successors,
    roots: Mapping[str, Root],
    reachable: frozenset[str],
    within_importers: frozenset[str],
) -> tuple[dict[str, str], dict[str, str]]:
    """Give every reachable function the nearest root, a repeating one if there is any, and which function comes before
    it on the way from there.

    Handlers that lead there by a few static calls come first: that they do is beyond doubt, and easily looked up.
    """
    entry: dict[str, str] = {}
    before: dict[str, str] = {}
    others = [name for name, root in roots.items() if root.repeats and root.kind != "exported"]
    _spread_plainly(callees, successors.often, entry, before, others)
    _spread(successors.often, entry, before, list(entry))
    exported = [name for name, root in roots.items() if root.repeats and root.kind == "exported"]
    _spread(successors.often, entry, before, [name for name in exported if name not in entry], within_importers)
    once: dict[str, str] = {}
    before_once: dict[str, str] = {}
    at_start = [name for name, root in roots.items() if not root.repeats]
    _spread(successors.all, once, before_once, at_start)
    _spread(successors.all, once, before_once, [name for name in roots if name not in once])
    before.update((name, by) for name, by in before_once.items() if name not in entry)
    return {name: entry[name] if name in entry else once[name] for name in sorted(reachable)}, before


def _spread_plainly(
    callees: Mapping[str, tuple[Edge, ...]],
    often: Table,
    entry: dict[str, str],
    before: dict[str, str],
    sources: Iterable[str],
) -> None:
    """Give the functions that the sources lead to by a few static calls, their own literals included, the nearest."""
    level = list(dict.fromkeys(sources))
    entry.update((source, source) for source in level)
    for _ in range(_PLAIN_LEVELS):
        following = []
        for function in level:
            static = {edge.callee for edge in callees.get(function, ()) if edge.mode == "static"}
            for callee in often.get(function, ()):
                if callee not in entry and (callee in static or callee.startswith(f"{function}$")):
                    entry[callee], before[callee] = entry[function], function
                    following.append(callee)
        level = following


def _spread(
    table: Table,
    entry: dict[str, str],
    before: dict[str, str],
    sources: Iterable[str],
    within: frozenset[str] | None = None,
) -> None:
    """Give the functions that the sources lead to the nearest of these; sources without an entry are their own."""
    queue: deque[str] = deque()
    for source in sources:
        entry.setdefault(source, source)
        queue.append(source)
    while queue:
        function = queue.popleft()
        for callee in table.get(function, ()):
            if callee not in entry and (within is None or callee in within):
                entry[callee], before[callee] = entry[function], function
                queue.append(callee)
