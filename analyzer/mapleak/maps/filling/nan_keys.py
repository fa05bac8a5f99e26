"""Keys that may be NaN: what the resolver found at the insertion, followed to the callers that pass the number.

A number that the inserting function computes is told by itself. A parameter is looked for in the calls of the
function, a result in the function that gives it, a few levels far; the first reason that turns up counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mapleak.maps.census import Site
from mapleak.maps.context import Context
from mapleak.maps.model import NotANumber
from mapleak.maps.nodes import brief
from mapleak.resolve.noted import FloatFact

_LEVELS = 4
"""How many calls away from the insertion a number is followed."""

_OTHER_BASIC = re.compile(r"u?int\d*|uintptr|string|bool|byte|rune")
"""Types of keys that are no floating-point numbers, whatever else the call passes."""


def nan_key(context: Context, site: Site) -> NotANumber | None:
    """Why the key of an insertion may be NaN; None when it cannot, or holds no floating-point number."""
    for fact in site.function.floats:
        key = site.op.key
        at_call = fact.what == "argument" and fact.pos == site.op.end and site.op.form == "call"
        at_call = at_call and key is not None and _OTHER_BASIC.fullmatch(key.type) is None
        if at_call or (fact.what == "key" and fact.pos == site.op.pos):
            return NotANumber(fact.path, fact.reason or _reason(context, fact.node))
    return None


def _reason(context: Context, node: str) -> str:
    """Why the number at a node may be NaN, from where it is computed; "" when no such place is known."""
    level, seen = [node], {node}
    for _ in range(_LEVELS):
        following: list[str] = []
        for current in level:
            for where, fact in _sources(context, current):
                if fact.reason:
                    return f"{fact.reason} (in {brief(where)})"
                if fact.node and fact.node not in seen:
                    seen.add(fact.node)
                    following.append(fact.node)
        level = following
    return ""


def _sources(context: Context, node: str) -> Iterator[tuple[str, FloatFact]]:
    """What is known of the numbers that come to a parameter or out of a function: by whom, and what."""
    function, _, position = node.rpartition("$")
    if position.startswith("r"):
        for variant in context.graph.functions.get(function, ()):
            yield from ((variant.name, fact) for fact in variant.floats if fact.what == "result")
        return
    for edge in context.graph.callers.get(function, ()) if position.startswith("p") else ():
        if context.is_test(edge.file):
            continue
        for variant in context.graph.functions.get(edge.caller, ()):
            for fact in variant.floats if variant.file == edge.file else ():
                if (fact.what, fact.pos, f"p{fact.index}") == ("argument", edge.end, position):
                    yield variant.name, fact
