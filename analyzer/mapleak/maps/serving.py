"""Functions that goroutines run for as long as they go on, and the maps of their own that last as long.

A goroutine's function, or what it calls last when it comes to its end by itself (``go func() { s.loop() }()``), goes
on in a loop that has no end or that something outside ends. A local map that it declares before that loop lives as
long as the loop does, and what the loop puts into it stays; one that it declares inside is a new one every round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

from mapleak.maps.census import Site, Subject
from mapleak.maps.context import Context, endless_loops, inside_endless_loop
from mapleak.maps.model import Lifetime
from mapleak.maps.nodes import brief
from mapleak.maps.owners import Owners
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, GoFact

CALL_LEVELS = 3
"""How many calls down from a goroutine's function its end, its uses and its insertions are looked for."""

_OWN_KINDS = frozenset({"local", "result"})


def bodies(context: Context, function: FunctionFacts, go: GoFact) -> tuple[FunctionFacts, ...]:
    """The functions that a go statement of ``function`` may run, sorted by name; the literal where there is one."""
    if go.closure_pos >= 0:
        names = sorted(set(_literals(context, function, go.closure_pos)))
    else:
        call = function.calls[go.call]
        edges = context.graph.callees.get(function.name, ())
        names = sorted({edge.callee for edge in edges if edge.pos == call.pos and edge.file == function.file})
    return tuple(variant for name in names for variant in context.graph.functions.get(name, ()))


def _literals(context: Context, function: FunctionFacts, pos: int) -> Iterator[str]:
    """The closure at ``pos``. Those of a function are numbered without gaps."""
    for number in count(1):
        variants = context.graph.functions.get(f"{function.name}${number}", ())
        if not variants:
            return
        for variant in variants:
            if variant.file == function.file and variant.pos == pos:
                yield variant.name


def never_back(context: Context, body: FunctionFacts, level: int = 0) -> Iterator[FunctionFacts]:
    """A function and, while they end by themselves, what they call last."""
    yield body
    if body.ending.kind != "ends" or level >= CALL_LEVELS:
        return
    calls = [call for call in body.calls if call.how == "call"]
    last = max(calls, key=lambda call: call.pos, default=None)
    if last is not None and last.mode == "static":
        for callee in context.graph.functions.get(last.callee, ()):
            yield from never_back(context, callee, level + 1)


def find_serving(context: Context) -> dict[str, str]:
    """The functions that goroutines go on in, each with a function that starts such a goroutine."""
    found: dict[str, str] = {}
    for function in context.resolved.functions:
        for go in function.gos:
            for body in bodies(context, function, go):
                for serving in never_back(context, body):
                    if any(endless_loops(serving)):
                        found.setdefault(serving.name, function.name)
    return found


def is_own(subject: Subject, function: FunctionFacts) -> bool:
    """Whether a map is a local of ``function`` that is not made anew every round of its loops."""
    variable = subject.variable
    if variable is None or variable.kind not in _OWN_KINDS or variable.function != function.name:
        return False
    return variable.file == function.file and not inside_endless_loop(function, variable.pos)


def lasts(context: Context, serving: Mapping[str, str], subject: Subject) -> str:
    """The starter of a goroutine that goes on using the map, its own local, in a loop; "" when there is none."""
    variable = subject.variable
    if variable is None or variable.function not in serving:
        return ""
    for function in context.graph.functions.get(variable.function, ()):
        if is_own(subject, function) and any(_may_repeat(function, site) for site in subject.sites):
            return serving[variable.function]
    return ""


def _may_repeat(function: FunctionFacts, site: Site) -> bool:
    return site.function.name != function.name or inside_endless_loop(function, site.op.pos)


def serves(
    context: Context, owners: Owners, starter: FunctionFacts, go: GoFact, found: tuple[FunctionFacts, ...]
) -> tuple[str, Certainty]:
    """Why a goroutine that can be stopped goes on for long, and how sure that is; "" when nothing says so.

    * ``stopped``: its starter stops it before it returns, and does not go on for long itself: it does not;
    * ``pipeline``: it ends with a channel that is no object's: whoever fills it closes it when that is done;
    * ``for-each``: a loop without end starts one for each connection or message;
    * ``of-object``: it runs a method (or a closure in one) of an object that lives longer than a call.
    """
    if go.stopped and not (any(endless_loops(starter)) or context.reach(starter.name).startup_only):
        return "", Certainty.UNKNOWN
    served = [body for first in found for body in never_back(context, first)]
    channels = [loop.channel for body in served for loop in endless_loops(body) if loop.channel]
    if any(not context.nodes.is_place(channel) for channel in channels):
        return "", Certainty.UNKNOWN
    if inside_endless_loop(starter, go.pos):
        return f"{brief(starter.name)} starts one again and again", Certainty.LIKELY
    for body in served:
        owner = _receiver(context, body.name)
        if not owner:
            continue
        living = owners.lifetime(owner)
        if living.lifetime is Lifetime.PROCESS:
            return f"it serves {brief(owner)}: {living.reason}", max(living.certainty, Certainty.LIKELY, key=_rank)
        if living.lifetime is not Lifetime.CALL:
            return f"it serves {brief(owner)} for as long as that lives", Certainty.ASSUMED
    return "", Certainty.UNKNOWN


def _receiver(context: Context, function: str) -> str:
    """The type whose method a function is, or is written in."""
    for variant in context.graph.functions.get(context.outermost(function), ()):
        return variant.receiver_type
    return ""


def _rank(certainty: Certainty) -> int:
    return list(Certainty).index(certainty)
