"""Functions that nothing starts with a go statement and that go on all the same: main's loop, a method Run.

The caller waits in them for as long as they go on, so a map of their own lives that long, as a goroutine's does. How
long that is follows from who calls them: start-up code, which calls them once and serves in them; or, for a method
that is named like the work of an object (Run, Serve), from how long such an object lives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mapleak.maps.captured import own_maps
from mapleak.maps.census import Census, Subject
from mapleak.maps.context import Context, endless_loops
from mapleak.maps.knowledge import SERVING_METHODS
from mapleak.maps.lives.goroutine_loops import ENDS, at_best_likely, find_serving, is_stage
from mapleak.maps.lives.living import Living
from mapleak.maps.lives.owners import Owners
from mapleak.maps.model import AbstractMap, Goroutine, Lifetime
from mapleak.maps.nodes import brief
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts

_TIMED = frozenset({"context.WithTimeout", "context.WithDeadline"})
"""Functions of package context that end a wait at a time fixed before."""


def find_standing(
    context: Context,
    owners: Owners,
    census: Census,
    own: Mapping[str, Sequence[Subject]],
    maps: Mapping[str, AbstractMap],
) -> Iterator[Goroutine]:
    """The functions that go on in a loop for long, are called and not started, and fill a map of their own in it."""
    started = find_serving(context)
    for function in context.resolved.functions:
        if function.name in started or function.name not in own:
            continue
        serves, certainty = stands(context, owners, function)
        captures = tuple(own_maps(context, census, own, maps, (function,))) if serves else ()
        loop = next(endless_loops(function), None)
        if captures and loop is not None:
            yield Goroutine(
                location=context.location(function.file, loop.pos, loop.pos + len("for")),
                function=function.name,
                body=function.name,
                closure=None,
                end=ENDS[loop.kind],
                end_reason=loop.reason,
                captures=captures,
                startup_only=context.reach(function.name).startup_only,
                reachable=context.reach(function.name).reachable,
                in_test=context.is_test(function.file),
                generated=context.is_generated(function.file),
                serves=serves,
                serves_certainty=certainty,
                repeats=True,
                started=False,
            )


def find_lasting(context: Context, owners: Owners) -> dict[str, Living]:
    """The functions that go on for long, in goroutines or called, each with what that says of a map of their own."""
    found: dict[str, Living] = {}
    for function in context.resolved.functions:
        why, certainty = stands(context, owners, function)
        if why:
            reason = f"{brief(function.name)} goes on using it in its loop ({why})"
            found.setdefault(function.name, Living(Lifetime.GOROUTINE, reason, certainty))
    for name, starter in find_serving(context).items():
        reason = f"a goroutine that {brief(starter)} starts goes on using it in its loop"
        found[name] = Living(Lifetime.GOROUTINE, reason)
    return found


def stands(context: Context, owners: Owners, function: FunctionFacts) -> tuple[str, Certainty]:
    """Why a function that is called goes on for as long as an object or the process lives, and how sure that is.

    * ``endless``: its loop has no way out;
    * ``start-up``: only code that runs once calls it, and it waits for events: the program serves in it;
    * ``work``: a method named like an object's work, of objects that live as long as the process.
    """
    if not function.waits or not any(endless_loops(function)) or is_stage(context, (function,)):
        return "", Certainty.UNKNOWN
    if any(loop.kind == "endless" for loop in endless_loops(function)):
        return "its loop has no way out", Certainty.LIKELY
    if any(call.callee in _TIMED and not call.loop_depth for call in function.calls):
        return "", Certainty.UNKNOWN  # it sets a limit to its own waiting
    if context.reach(function.name).startup_only:
        return f"only start-up code calls {brief(function.name)}, and waits in it", Certainty.LIKELY
    if function.receiver_type and function.name.rpartition(".")[2] in SERVING_METHODS:
        living = owners.lifetime(function.receiver_type)
        if living.lifetime is Lifetime.PROCESS:
            return f"it serves {brief(function.receiver_type)}: {living.reason}", at_best_likely(living)
    return "", Certainty.UNKNOWN
