"""Functions that start themselves anew, and so run for as long as the process does.

``time.AfterFunc(interval, tick)`` at the end of ``tick`` is a ticker; so is ``go serve()`` at the end of a ``serve``
that waits for an event first. A ``go`` statement without a wait, or one in a loop, divides work among goroutines
(a parallel sort or walk), as recursion does: that comes to an end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mapleak.callgraph.model import Edge
from mapleak.callgraph.sites import CallSites
from mapleak.resolve.model import FunctionFacts

_TIMERS = frozenset({"time.AfterFunc"})
"""Functions outside the tree that run what they are given later, in a goroutine of its own (package time)."""

_LEVELS = 3
"""How many calls may lie between what is started and the function that starts it."""


def restarting(
    functions: Mapping[str, tuple[FunctionFacts, ...]], callees: Mapping[str, tuple[Edge, ...]]
) -> Iterator[str]:
    """Yield the functions that start a goroutine, or have a timer start one, which leads back to them."""
    sites = CallSites(functions)
    for name, edges in callees.items():
        if any(
            _again(functions, sites, edge) and _leads_to(callees, edge.callee, name)
            for edge in edges
            if edge.kind == "go"
        ):
            yield name


def _again(functions: Mapping[str, tuple[FunctionFacts, ...]], sites: CallSites, edge: Edge) -> bool:
    """Whether a start happens later, or after a wait and outside loops."""
    caller = next((f for f in functions.get(edge.caller, ()) if f.file == edge.file), None)
    if caller is None:
        return False
    if any(call.callee in _TIMERS for call in sites.of(edge)):
        return True
    return caller.waits and edge.loop_depth == 0


def _leads_to(callees: Mapping[str, tuple[Edge, ...]], start: str, target: str) -> bool:
    level = {start}
    for _ in range(_LEVELS):
        if target in level:
            return True
        level = {
            edge.callee
            for name in level
            for edge in callees.get(name, ())
            if edge.mode == "static" and edge.kind != "go"
        }
    return target in level
