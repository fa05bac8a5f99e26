"""Function literals that a helper of the tree runs again and again: ``every(time.Minute, func() { … })``.

Heuristic ``repeater``: a literal is called through a function value in an endless loop of a goroutine that nobody waits
for. It goes on when its writer is done, and each turn meets the variables that it was written with.
"""

from __future__ import annotations

from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.knowledge import CLEAR_CALLERS


def is_repeated(context: Context, literal: str, joined: frozenset[str]) -> bool:
    """Whether a function literal is run in the endless loop of a goroutine that is not among those ``joined``."""
    if not context.parent(literal) or context.ends_by_itself(literal) is not None:
        return False
    edges = [edge for edge in context.graph.callers.get(literal, ()) if edge.mode == "value"]
    return len(edges) <= CLEAR_CALLERS and any(
        _is_goroutine(context, edge.caller)
        and edge.caller not in joined
        and any(
            variant.file == edge.file and inside_endless_loop(variant, edge.pos)
            for variant in context.graph.functions.get(edge.caller, ())
        )
        for edge in edges
    )


def _is_goroutine(context: Context, function: str) -> bool:
    return any(edge.kind == "go" for edge in context.graph.callers.get(function, ()))
