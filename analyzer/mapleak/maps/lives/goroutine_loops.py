"""Functions that goroutines run for as long as they go on, and the maps of their own that last as long.

A goroutine's function, or what it calls when it comes to its end by itself (``go func() { s.loop() }()``), goes on
in a loop that has no end or that something outside ends. A local map that it declares before that loop lives as
long as the loop does, and what the loop puts into it stays; one that it declares inside is a new one every round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mapleak.maps.census import Site, Subject
from mapleak.maps.context import Context, endless_loops, inside_endless_loop
from mapleak.maps.knowledge import SERVING_METHODS
from mapleak.maps.lives.living import Living
from mapleak.maps.lives.owners import Owners
from mapleak.maps.model import GoroutineEnd, Lifetime
from mapleak.maps.nodes import brief
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, GoFact

CALL_LEVELS = 3
"""How many calls down from a goroutine's function its end, its uses and its insertions are looked for."""

_OWN_KINDS = frozenset({"local", "result"})


ENDS = {
    "ends": GoroutineEnd.ENDS,
    "stoppable": GoroutineEnd.STOPPABLE,
    "loops": GoroutineEnd.STOPPABLE,
    "endless": GoroutineEnd.ENDLESS,
    "abandoned": GoroutineEnd.ABANDONED,
}
"""How a goroutine ends, by the ending of the function it runs."""


def bodies(context: Context, function: FunctionFacts, go: GoFact) -> tuple[FunctionFacts, ...]:
    """The functions that a go statement of ``function`` may run, sorted by name; the literal where there is one."""
    if go.closure_pos >= 0:
        names = list(context.closures_at(function, go.closure_pos))
    else:
        call = function.calls[go.call]
        edges = context.graph.callees.get(function.name, ())
        called = {edge.callee for edge in edges if edge.end == call.end and edge.file == function.file}
        if call.how == "call":  # group.Go(work): the method is no part of the goroutine
            called = {name for node in call.args for name in context.aliases.functions(node)}
        names = sorted(called)
    return tuple(variant for name in names for variant in context.graph.functions.get(name, ()))


def never_back(context: Context, body: FunctionFacts, level: int = 0) -> Iterator[FunctionFacts]:
    """A function and, while they end by themselves, the call in which they spend their life.

    That is a call, outside loops, of a function that goes on until something stops it, or else what is called last.
    """
    yield body
    if body.ending.kind != "ends" or level >= CALL_LEVELS:
        return
    calls = [call for call in body.calls if call.how == "call"]
    straight = [call for call in calls if call.mode == "static" and not call.loop_depth]
    lasting = (call for call in straight if any(map(_goes_on, context.graph.functions.get(call.callee, ()))))
    found = next(lasting, None) or max(calls, key=lambda call: call.pos, default=None)
    if found is not None and found.mode == "static":
        for callee in context.graph.functions.get(found.callee, ()):
            yield from never_back(context, callee, level + 1)


def _goes_on(function: FunctionFacts) -> bool:
    return function.ending.kind in ("endless", "stoppable")


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


def lasts(context: Context, lasting: Mapping[str, Living], subject: Subject) -> Living | None:
    """How long a local of one of the functions that are ``lasting`` lives, when it is used in their loop."""
    variable = subject.variable
    if variable is None or variable.function not in lasting:
        return None
    for function in context.graph.functions.get(variable.function, ()):
        if is_own(subject, function) and any(_may_repeat(function, site) for site in subject.sites):
            return lasting[variable.function]
    return None


def _may_repeat(function: FunctionFacts, site: Site) -> bool:
    return site.function.name != function.name or inside_endless_loop(function, site.op.pos)


def serves(
    context: Context, owners: Owners, starter: FunctionFacts, go: GoFact, found: tuple[FunctionFacts, ...]
) -> tuple[str, Certainty]:
    """Why a goroutine that can be stopped goes on for long, and how sure that is; "" when nothing says so.

    * ``stopped``: its starter stops it before it returns, and does not go on for long itself: it does not;
    * ``waited``: its starter waits for it, and is not what an object or the program spends its life in: it does not;
    * ``pipeline``: it ends with a channel that is no object's: whoever fills it closes it when that is done;
    * ``stream``: its starter hands out a channel to receive from, and it lasts as long as whoever asked goes on
      listening (``func (h *Hub) Subscribe(ctx context.Context) <-chan Event``);
    * ``for-each``: a loop without end starts one for each connection or message;
    * ``of-object``: it runs a method (or a closure in one) of an object that lives longer than a call.
    """
    if go.stopped and not (any(endless_loops(starter)) or context.reach(starter.name).startup_only):
        return "", Certainty.UNKNOWN
    if go.waited and not is_work(context, starter):
        return "", Certainty.UNKNOWN
    served = [body for first in found for body in never_back(context, first)]
    if is_stage(context, served) or streams(starter):
        return "", Certainty.UNKNOWN
    if inside_endless_loop(starter, go.pos):
        return f"{brief(starter.name)} starts one again and again", Certainty.LIKELY
    for body in served:
        owner = _receiver(context, body.name)
        if not owner:
            continue
        living = owners.lifetime(owner)
        if living.lifetime is Lifetime.PROCESS:
            return f"it serves {brief(owner)}: {living.reason}", at_best_likely(living)
        if living.lifetime is not Lifetime.CALL:
            return f"it serves {brief(owner)} for as long as that lives", Certainty.ASSUMED
    return "", Certainty.UNKNOWN


def is_work(context: Context, function: FunctionFacts) -> bool:
    """Whether a function is called to stay there: at start-up, or a method named like an object's work."""
    named = function.receiver_type and function.name.rpartition(".")[2] in SERVING_METHODS
    return bool(named) or context.reach(function.name).startup_only


def is_stage(context: Context, served: Iterable[FunctionFacts]) -> bool:
    """Whether functions end with a channel that no object keeps: a stage of a pipeline, a worker with a fixed task."""
    channels = [loop.channel for body in served for loop in endless_loops(body) if loop.channel]
    return any(not context.nodes.is_place(channel) for channel in channels)


def streams(starter: FunctionFacts) -> bool:
    """Whether a function hands out a channel to receive from."""
    results = starter.signature.rpartition("(")[2]
    return bool(starter.gos) and results.startswith("<-chan ")


def _receiver(context: Context, function: str) -> str:
    """The type whose method a function is, or is written in."""
    for variant in context.graph.functions.get(context.outermost(function), ()):
        return variant.receiver_type
    return ""


def at_best_likely(living: Living) -> Certainty:
    """How sure it is that what belongs to an object lives as long as the object does."""
    return max(living.certainty, Certainty.LIKELY, key=list(Certainty).index)
