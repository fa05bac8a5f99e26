"""Who waits: functions that wait for events, and goroutines that are waited for."""

from __future__ import annotations

from collections.abc import Container, Iterator

from mapleak.maps.context import Context
from mapleak.resolve.model import CallFact, FunctionFacts

_WAIT_LEVELS = 2
"""How many calls down a wait for events makes a loop one that serves events."""


def waiting(context: Context) -> frozenset[str]:
    """The functions that wait for events, and those that call one of these."""
    level = {name for name, variants in context.graph.functions.items() if any(v.waits for v in variants)}
    seen = set(level)
    for _ in range(_WAIT_LEVELS):
        level = {
            edge.caller
            for name in level
            for edge in context.graph.callers.get(name, ())
            if edge.mode == "static" and edge.kind != "go" and edge.caller not in seen
        }
        seen |= level
    return frozenset(seen)


def joined(context: Context) -> frozenset[str]:
    """The functions that go statements run, each of which is followed by a wait for its goroutine to end, and what only
    these call."""
    waited: dict[str, bool] = {}
    for function in context.resolved.functions:
        for go in function.gos:
            for callee in _started(context, function, function.calls[go.call]):
                waited[callee] = waited.get(callee, True) and bool(go.waited)
    found = {name for name, all_waited in waited.items() if all_waited}
    level = found
    for _ in range(_WAIT_LEVELS):
        called = {edge.callee for name in level for edge in context.graph.callees.get(name, ())}
        level = {name for name in called - found if _only_called_by(context, name, found)}
        found |= level
    return frozenset(found)


def _started(context: Context, function: FunctionFacts, call: CallFact) -> Iterator[str]:
    if call.mode == "static":
        yield call.callee
        return
    for edge in context.graph.callees.get(function.name, ()):
        if (edge.file, edge.end) == (function.file, call.end):
            yield edge.callee


def _only_called_by(context: Context, name: str, callers: Container[str]) -> bool:
    """Whether nothing else calls a function; of a literal that is called by its variable's name, all calls are seen."""
    edges = [edge for edge in context.graph.callers.get(name, ()) if not context.is_test(edge.file)]
    modes = ("static", "value") if context.parent(name) else ("static",)
    return name not in context.graph.roots and all(
        edge.mode in modes and edge.kind != "go" and edge.caller in callers for edge in edges
    )
