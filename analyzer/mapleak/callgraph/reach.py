"""Which functions run, from which root, and whether they run again and again.

A function runs *again and again* when one of these holds, and every other function that is reached runs
only at *start-up* (a fixed number of times):

* it is a root that something outside the tree may call at any time: exported API, handlers, callbacks;
* a call inside an endless loop (one that only an event ends counts as endless) of a function that runs calls
  or starts it;
* a function that runs again and again calls it, starts it, or hands it over.

A loop over something finite, recursion and a ``go`` statement on their own repeat nothing. What ``sync.Once``
runs is run once, whoever asks for it.

Test files are not part of the program: what a test calls is not therefore reached, except in test files.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from mapleak.callgraph.handed import PROGRAM
from mapleak.callgraph.model import Edge, Root
from mapleak.resolve.model import FunctionFacts


@dataclass(frozen=True, slots=True)
class Relations:
    """Everything that makes one function run because another does.

    ``mentions`` are functions that code names without a call that is followed: they may run as often as it
    does, or, when the flag is false, once at most. ``registrations`` become roots where the code that
    registers them is reached. ``once`` are the calls (caller, callee) that happen once at most. ``tests`` are the
    functions of test files.
    """

    functions: Mapping[str, tuple[FunctionFacts, ...]]
    callees: Mapping[str, tuple[Edge, ...]]
    callers: Mapping[str, tuple[Edge, ...]]
    mentions: Mapping[str, tuple[tuple[str, bool], ...]]
    registrations: Mapping[str, tuple[Root, ...]]
    once: frozenset[tuple[str, str]]
    tests: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reach:
    """The answer: see :class:`mapleak.callgraph.model.CallGraph`."""

    roots: dict[str, Root]
    reachable: frozenset[str]
    startup_only: frozenset[str]
    startup_here: frozenset[str]
    entry: dict[str, str]


def find_reach(relations: Relations, roots: Mapping[str, Root]) -> Reach:
    """Return what the roots reach, with the registered functions they bring to life among the roots."""
    reachable, all_roots = _reachable(relations, roots)
    ordered = dict(sorted(all_roots.items()))
    repeating = _repeating(relations, ordered, reachable)
    repeating_here = _repeating(relations, _not_spoken_for(relations, ordered), reachable)
    return Reach(
        roots=ordered,
        reachable=reachable,
        startup_only=reachable - repeating,
        startup_here=repeating - repeating_here,
        entry=_entries(relations, ordered, reachable),
    )


def _not_spoken_for(relations: Relations, roots: Mapping[str, Root]) -> dict[str, Root]:
    """Leave out the exported functions for which callers in other packages of the tree show how often they run."""

    def package(name: str) -> str:
        return relations.functions[name][0].package

    def spoken_for(name: str) -> bool:
        edges = relations.callers.get(name, ())
        return any(edge.caller not in relations.tests and package(edge.caller) != package(name) for edge in edges)

    return {name: root for name, root in roots.items() if root.kind != "exported" or not spoken_for(name)}


def _next(relations: Relations, function: str) -> Iterator[tuple[str, bool]]:
    """Yield what runs because ``function`` runs, and whether it does so as often."""
    from_test = function in relations.tests
    for edge in relations.callees.get(function, ()):
        if not from_test or edge.callee in relations.tests:
            yield edge.callee, edge.mode != "value" or (function, edge.callee) not in relations.once
    for callee, as_often in relations.mentions.get(function, ()):
        if not from_test or callee in relations.tests:
            yield callee, as_often


def _reachable(relations: Relations, roots: Mapping[str, Root]) -> tuple[frozenset[str], dict[str, Root]]:
    all_roots = dict(roots)
    seen: set[str] = set(roots)
    pending = [PROGRAM, *roots]
    while pending:
        function = pending.pop()
        from_test = function in relations.tests
        for callee, _ in _next(relations, function):
            if callee not in seen:
                seen.add(callee)
                pending.append(callee)
        for root in relations.registrations.get(function, ()):
            if from_test and root.function not in relations.tests:
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
    if known.kind == other.kind:
        return min(known, other, key=lambda root: (not root.repeats, root.reason))
    return replace(known, repeats=True) if other.repeats and not known.repeats else known


def _repeating(relations: Relations, roots: Mapping[str, Root], reachable: frozenset[str]) -> frozenset[str]:
    seen = {name for name, root in roots.items() if root.repeats}
    for function in reachable:
        seen.update(_called_in_endless_loop(relations, function))
    pending = list(seen)
    while pending:
        for callee, as_often in _next(relations, pending.pop()):
            if as_often and callee not in seen:
                seen.add(callee)
                pending.append(callee)
    return frozenset(seen)


def _called_in_endless_loop(relations: Relations, function: str) -> Iterator[str]:
    from_test = function in relations.tests
    for variant in relations.functions.get(function, ()):
        ending = variant.ending
        if ending.kind not in ("endless", "stoppable"):
            continue
        for edge in relations.callees.get(function, ()):
            inside = edge.file == variant.file and edge.loop_depth >= 1 and ending.pos <= edge.pos < ending.end
            followed = not from_test or edge.callee in relations.tests
            if inside and followed and (function, edge.callee) not in relations.once:
                yield edge.callee


def _entries(relations: Relations, roots: Mapping[str, Root], reachable: frozenset[str]) -> dict[str, str]:
    """Give every reachable function the nearest root, a repeating one if there is any."""
    entry: dict[str, str] = {}
    _spread(relations, entry, (name for name, root in roots.items() if root.repeats))
    _spread(relations, entry, (name for name, root in roots.items() if not root.repeats))
    return {name: entry[name] for name in sorted(reachable)}


def _spread(relations: Relations, entry: dict[str, str], sources: Iterable[str]) -> None:
    queue: deque[str] = deque()
    for source in sources:
        if source not in entry:
            entry[source] = source
            queue.append(source)
    while queue:
        function = queue.popleft()
        for callee, _ in _next(relations, function):
            if callee not in entry:
                entry[callee] = entry[function]
                queue.append(callee)
