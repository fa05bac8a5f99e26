"""When a goroutine counts: what it fills or holds for as long as the process runs."""

from __future__ import annotations

from mapleak.maps.model import AbstractMap, CapturedMap, Goroutine, GoroutineEnd, Lifetime, Operation
from mapleak.model import Certainty, Link
from mapleak_rules.argument import OF_ONE_CALL
from mapleak_rules.confidence import emptiness, growth
from mapleak_rules.emptying import MAY_GROW, emptying, growing

ENDS = {
    GoroutineEnd.ENDS: "it ends",
    GoroutineEnd.WAITED: "it is waited for",
    GoroutineEnd.STOPPABLE: "it goes on until it is stopped",
    GoroutineEnd.ENDLESS: "it has no way to end",
    GoroutineEnd.ABANDONED: "it may be left waiting",
    GoroutineEnd.UNKNOWN: "whether it ends is not known",
}
"""How a goroutine ends, in words."""

_ENDING = frozenset({GoroutineEnd.ENDS, GoroutineEnd.WAITED})
_STOPPED = frozenset({GoroutineEnd.STOPPABLE, GoroutineEnd.WAITED})
_DECODED = "decode"
_END_LINKS = {
    GoroutineEnd.WAITED: (Link("end", Certainty.ASSUMED, "the map goes when the starter no longer waits"),),
    GoroutineEnd.UNKNOWN: (Link("end", Certainty.UNKNOWN, "it is not known whether the goroutine ends"),),
}
_NO_ENTRY = Link("reach", Certainty.UNKNOWN, "no code that runs was found to reach this place")


def comes_to_an_end(goroutine: Goroutine) -> bool:
    """Whether the goroutine ends by itself or is waited for, though not by what serves: what it holds goes with it."""
    if goroutine.end is GoroutineEnd.WAITED and goroutine.repeats and goroutine.serves:
        return False
    return goroutine.end in _ENDING


def merges(goroutine: Goroutine, captured: CapturedMap, subject: AbstractMap) -> tuple[Operation, ...]:
    """The decoder calls by which the goroutine puts the keys of every message it takes into one map of its own.

    That is wrong however soon the goroutine ends: a decoder keeps the keys that are there, so each message shows
    the keys of those before it.
    """
    if not goroutine.repeats or captured.emptied or emptying(subject) or subject.kind not in OF_ONE_CALL:
        return ()
    return growing((op for op in captured.grows if op.form == _DECODED), goroutine.in_test)


def fills(goroutine: Goroutine, captured: CapturedMap, subject: AbstractMap) -> tuple[Operation, ...]:
    """The insertions by which the goroutine grows the map for as long as the process runs.

    A goroutine that can be stopped counts only if it is started once per process, if it serves something that
    lasts, or if the map outlives it: otherwise its map goes when it is stopped.
    """
    if subject.told_by or captured.emptied or emptying(subject) or subject.growth not in MAY_GROW:
        return ()
    lasting = goroutine.startup_only or bool(goroutine.serves) or subject.lifetime is Lifetime.PROCESS
    if goroutine.end in _STOPPED and not lasting:
        return ()
    return growing(captured.grows, goroutine.in_test)


def holds(goroutine: Goroutine, captured: CapturedMap, subject: AbstractMap) -> bool:
    """Whether each start of the goroutine keeps one more map alive for ever.

    A goroutine started once per process holds one map: that is the program's state. A map that the process
    keeps anyway is not kept by the goroutine. One that the goroutine's function made for itself is its working memory.
    """
    if not captured.held or goroutine.startup_only or goroutine.end in _STOPPED or captured.how == "own":
        return False
    own = subject.kind in OF_ONE_CALL or captured.how == "receiver"
    return own or subject.lifetime is not Lifetime.PROCESS


def links(goroutine: Goroutine, subject: AbstractMap, filling: tuple[Operation, ...]) -> tuple[Link, ...]:
    """How sure the argument is about the goroutine and, when it fills the map, about the map."""
    reached = () if goroutine.reachable else (_NO_ENTRY,)
    end = _END_LINKS.get(goroutine.end, ())
    if goroutine.end is GoroutineEnd.STOPPABLE:
        end = (_stoppable(goroutine),)
    filled = (growth(subject, filling), *emptiness(subject)) if filling else (_many(goroutine),)
    return (*end, *reached, *filled)


def _many(goroutine: Goroutine) -> Link:
    """Whether there are ever more goroutines: all that a claim rests on which does not say that the map grows."""
    reason = {
        Certainty.SURE: "events start it again and again",
        Certainty.LIKELY: "what importers call starts it, as often as they like",
    }.get(goroutine.seen_to_repeat, "no event is seen to start it, and it may be one for each thing that is configured")
    return Link("repetition", goroutine.seen_to_repeat, reason)


def _stoppable(goroutine: Goroutine) -> Link:
    what = "goroutine" if goroutine.started else "loop"
    if goroutine.startup_only and goroutine.started:
        return Link("end", Certainty.LIKELY, "the goroutine can be stopped, but it is started once, at start-up")
    if not goroutine.serves:
        return Link("end", Certainty.ASSUMED, f"the {what} can be stopped")
    return Link("end", goroutine.serves_certainty, f"the {what} can be stopped, but {goroutine.serves}")
