"""Function literals that do not run where they are written: sent on a channel, or stored, and run where they are taken.

``a.work <- func() { a.m[k]++ }`` is an actor: whoever receives from the channel runs it, and if that is one goroutine
it alone has the map. A literal that is called on the spot, or handed to a function that calls it, runs where it is
written; so does, for want of anything better, one that code outside the tree is handed or that is returned.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.context import Context
from mapleak.maps.nodes import ELEMENT, is_result
from mapleak.resolve.model import FunctionFacts

_HOPS = 6
"""Variables and parameters that a literal is followed through."""


def is_put_away(context: Context, literal: str) -> bool:
    """Whether a literal is sent or stored, and nothing is seen to call it on its way there."""
    value = f"func:{literal}"
    queue = [(variant, value, 0) for variant in context.graph.functions.get(context.parent(literal), ())]
    seen = {(variant.name, variant.file, value) for variant, _, _ in queue}
    put_away = False
    for function, node, hops in queue:
        if any(call.mode == "value" and call.callee == node for call in function.calls):
            return False
        following = []
        for flow in function.flows:
            if flow.source == node and (flow.target.endswith(ELEMENT) or context.nodes.is_place(flow.target)):
                put_away = True
            elif flow.source == node:
                following.append((function, flow.target))
        for end, position in _handed(function, node):
            taken = list(_taken(context, function, end, position))
            if not taken:
                return False
            following += taken
        if following and hops == _HOPS:
            return False
        for taker, name in following:
            if is_result(name):
                return False
            if name and (taker.name, taker.file, name) not in seen:
                seen.add((taker.name, taker.file, name))
                queue.append((taker, name, hops + 1))
    return put_away


def _handed(function: FunctionFacts, node: str) -> Iterator[tuple[int, int]]:
    """The calls of a function that are given a value, by their ends, and the number of the argument."""
    for call in function.calls:
        for position, arg in enumerate(call.args):
            if arg == node:
                yield call.end, position


def _taken(context: Context, function: FunctionFacts, end: int, position: int) -> Iterator[tuple[FunctionFacts, str]]:
    """The parameters that an argument of a call becomes, of functions in the tree."""
    for edge in context.graph.callees.get(function.name, ()):
        if edge.end == end and edge.file == function.file:
            for callee in context.graph.functions.get(edge.callee, ()):
                if position < len(callee.params):
                    yield callee, callee.params[position]
