"""Keys that may be NaN: what the resolver found at the insertion, followed to the callers that pass the number.

A number that the inserting function computes is told by itself. A parameter is looked for in the calls of the
function, a result in the function that gives it, a few levels far; the first reason that turns up counts. A number
that another function has looked at is none when that gives its answer only for what is no NaN.
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
    found: NotANumber | None = None
    for fact in site.function.floats:
        if not _is_of(fact, site) or _excused(context, fact):
            continue
        reason = fact.reason or _reason(context, fact.node)
        if reason:
            return NotANumber(fact.path, reason)
        if reason is not None and found is None:
            found = NotANumber(fact.path, "")
    return found


def _is_of(fact: FloatFact, site: Site) -> bool:
    """Whether a fact is about the key that the insertion is made with."""
    key = site.op.key
    if fact.what == "argument" and fact.pos == site.op.end and site.op.form == "call":
        return key is not None and _OTHER_BASIC.fullmatch(key.type) is None
    return fact.what == "key" and fact.pos == site.op.pos


def _reason(context: Context, node: str) -> str | None:
    """Why the number at a node may be NaN, from where it is computed; "" when no such place is known, None when it is
    known that it cannot be."""
    level, seen, known = [node], {node}, True
    for _ in range(_LEVELS):
        following: list[str] = []
        for current in level:
            known = known and _is_result(context, current)
            for where, fact in _sources(context, current):
                if fact.reason:
                    return f"{fact.reason} (in {brief(where)})"
                if fact.node and fact.node not in seen:
                    seen.add(fact.node)
                    following.append(fact.node)
                known = known and bool(fact.node)
        level = following
    return None if known and not level else ""


def _is_result(context: Context, node: str) -> bool:
    """Whether all that comes to a node is known: it is the result of a function with a body."""
    function, _, position = node.rpartition("$")
    return position.startswith("r") and bool(context.graph.functions.get(function))


def _sources(context: Context, node: str) -> Iterator[tuple[str, FloatFact]]:
    """What is known of the numbers that come to a parameter or out of a function: by whom, and what."""
    function, _, position = node.rpartition("$")
    if position.startswith("r"):
        for variant in context.graph.functions.get(function, ()):
            facts = (fact for fact in variant.floats if fact.what == "result")
            yield from ((variant.name, fact) for fact in facts if not _excused(context, fact))
        return
    for edge in context.graph.callers.get(function, ()) if position.startswith("p") else ():
        if context.is_test(edge.file):
            continue
        for variant in context.graph.functions.get(edge.caller, ()):
            for fact in variant.floats if variant.file == edge.file else ():
                passed = (fact.what, fact.pos, f"p{fact.index}") == ("argument", edge.end, position)
                if passed and not _excused(context, fact):
                    yield variant.name, fact


def _excused(context: Context, fact: FloatFact, depth: int = 0) -> bool:
    """Whether one of the functions that were asked says by its answer that the number is no NaN."""
    return any(_tells(context, asked, depth) for asked in fact.unless)


def _tells(context: Context, asked: str, depth: int) -> bool:
    question, _, answer = asked.rpartition("=")
    function, _, position = question.rpartition("$")
    return depth < _LEVELS and any(
        (fact.what, fact.path, fact.node) == ("tells", answer, position)
        and (not fact.unless or _excused(context, fact, depth + 1))
        for variant in context.graph.functions.get(function, ())
        for fact in variant.floats
    )
