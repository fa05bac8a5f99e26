"""Heuristic ``never-asked``: a removal under a flag that is a parameter, which all callers give as the same constant.

``func (c *table) flush(remove bool) { … if remove { clear(c.m) } }`` with ``c.flush(false)`` as the only call takes
nothing out. Where importers may call the function, nobody knows.
"""

from __future__ import annotations

from mapleak.maps.closed_world import is_program
from mapleak.maps.context import Context
from mapleak.resolve.model import FunctionFacts, KeyFact


def never_asked(context: Context, function: FunctionFacts, pos: int) -> bool:
    """Whether what stands at ``pos`` is under a flag that no caller sets; a literal stands where it is written."""
    inner, at = function, pos
    while True:
        conditions = {text for arm in inner.arms if arm.pos <= at < arm.end for text in arm.holds}
        if any(_never_holds(context, inner, text) for text in conditions):
            return True
        outer = next((v for v in context.graph.functions.get(inner.parent, ()) if v.file == inner.file), None)
        if outer is None:
            return False
        inner, at = outer, inner.pos


def _never_holds(context: Context, function: FunctionFacts, condition: str) -> bool:
    name = condition.removeprefix("!")
    index = next((i for i, node in enumerate(function.params) if node == f"{function.name}.{name}"), -1)
    root = context.graph.roots.get(function.name)
    if index < 0 or (
        root is not None and not (root.kind == "exported" and is_program(function.package, context.programs))
    ):
        return False
    edges = [edge for edge in context.graph.callers.get(function.name, ()) if not context.is_test(edge.file)]
    wanted = "true" if condition.startswith("!") else "false"
    given = [_given(call.arg_keys, index) for edge in edges for call in context.calls.of(edge)]
    return bool(given) and len(given) >= len(edges) and all(value == wanted for value in given)


def _given(arguments: tuple[KeyFact | None, ...], index: int) -> str:
    """The constant that a call passes, "" for anything else."""
    argument = arguments[index] if index < len(arguments) else None
    return argument.detail if argument is not None and argument.origin == "constant" else ""
