"""Whether something that happens again and again is seen to start a goroutine: a request, a message, a connection.

That a function is called by code which runs again and again does not make it run that often: what a program makes once
for each thing that somebody has configured, or when it is first asked for by a name, is made behind a check. So, for a
claim that rests on nothing but the number of goroutines, heuristic ``near-an-event``: the way from the go statement to
a handler, a callback or an endless loop is one of a few plain calls.
"""

from __future__ import annotations

from mapleak.callgraph.knowledge import is_handler_shaped
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, GoFact

_LEVELS = 3
"""How many plain calls away from the go statement an event is looked for."""

_PLAINLY_CALLED = ("main", "init", "exported")
"""Kinds of roots that are no events."""


def seen_to_repeat(context: Context, starter: FunctionFacts, go: GoFact) -> Certainty:
    """How sure it is that events start a goroutine: sure when one is near, likely when only importers, who may be
    serving some, can call what starts it; else it is assumed."""
    level = {starter.name: [(starter.file, go.pos)]}
    seen = {starter.name}
    unasked = False
    for _ in range(_LEVELS + 1):
        following: dict[str, list[tuple[str, int]]] = {}
        for name, places in level.items():
            if _is_event(context, name) or any(_in_loop(context, name, file, pos) for file, pos in places):
                return Certainty.SURE
            callers = [edge for edge in context.graph.callers.get(name, ()) if not context.is_test(edge.file)]
            unasked = unasked or (not callers and name in context.graph.roots)
            if (parent := context.parent(name)) and parent not in seen:
                following.setdefault(parent, []).extend((v.file, v.pos) for v in context.graph.functions[name])
            for edge in callers:
                if edge.mode == "static" and edge.caller not in seen:
                    following.setdefault(edge.caller, []).append((edge.file, edge.pos))
        seen.update(following)
        level = following
    return Certainty.LIKELY if unasked else Certainty.ASSUMED


def _is_event(context: Context, name: str) -> bool:
    root = context.graph.roots.get(name)
    if root is not None and root.repeats and root.kind not in _PLAINLY_CALLED:
        return True
    return any(is_handler_shaped(variant.signature) for variant in context.graph.functions.get(name, ()))


def _in_loop(context: Context, name: str, file: str, pos: int) -> bool:
    return any(
        inside_endless_loop(variant, pos) for variant in context.graph.functions.get(name, ()) if variant.file == file
    )
