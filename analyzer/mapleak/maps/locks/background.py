"""Code that goes on beside whatever else a program does: loops of goroutines, timers, the loop that main ends in.

A handler runs in a goroutine of its own, for each request or message; what is found here runs in another one, at times
that the handler knows nothing of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from mapleak.callgraph.knowledge import Handling, handling_of
from mapleak.callgraph.model import Edge
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.lives.goroutine_loops import never_back
from mapleak.maps.locks.guards import Guards
from mapleak.maps.locks.sites import Site
from mapleak.resolve.model import FunctionFacts

_LOOP_LEVELS = 2
"""How many calls down from a goroutine's loop, or a timer's function, accesses are looked for."""

TIMER = "time.AfterFunc"


@dataclass(slots=True)
class Background:
    """Answers what goes on in the background; indexes the goroutines of the program once."""

    context: Context
    guards: Guards
    _looping: dict[str, list[tuple[Edge, bool]]] = field(init=False)
    _timed: dict[str, Edge] = field(init=False)
    _started: dict[str, Edge] = field(init=False)

    def __post_init__(self) -> None:
        self._looping = self._find_looping()
        self._timed = self._find_timed()
        self._started = self._find_started()

    def loops_around(self, site: Site) -> Iterator[Edge]:
        """The go statements of the goroutines in whose endless loops an access is made."""
        for edge, whole in self._looping.get(site.function.name, ()):
            if whole or inside_endless_loop(site.function, site.access.pos):
                yield edge

    def goes_on(self, site: Site) -> bool:
        """Whether an access is made again and again, or by a timer, in a goroutine that is no handler's."""
        if any(True for _ in self.loops_around(site)) or site.function.name in self._timed:
            return True
        once = self.context.reach(site.function.name).startup_only
        return once and inside_endless_loop(site.function, site.access.pos)

    def happens_once(self, site: Site) -> bool:
        """Whether an access is made once, by a goroutine that start-up code does not wait for."""
        return site.function.name in self._started

    # --- what goroutines run --------------------------------------------------------------------------

    def _go_edges(self) -> Iterator[Edge]:
        for edge in self.context.graph.edges:
            if edge.kind == "go" and not self.context.is_test(edge.file):
                yield edge

    def _find_looping(self) -> dict[str, list[tuple[Edge, bool]]]:
        """The functions that run in the loops of goroutines that go on, and the go statements that start those.

        With each comes whether all of it does: of the function that has the loop only the loop does.
        """
        found: dict[str, dict[tuple[Edge, bool], None]] = defaultdict(dict)
        for edge in self._go_edges():
            for variant in self.context.graph.functions.get(edge.callee, ()):
                for serving in never_back(self.context, variant):
                    found[serving.name][(edge, False)] = None
                    for name in self._called_by(serving, everywhere=False):
                        found[name][(edge, True)] = None
        return {name: list(edges) for name, edges in found.items()}

    def _find_timed(self) -> dict[str, Edge]:
        """The functions that timers run, in goroutines of their own, and the calls that set them."""
        found: dict[str, Edge] = {}
        for edge in self._go_edges():
            if any(call.callee == TIMER for call in self.context.calls.of(edge)):
                for variant in self.context.graph.functions.get(edge.callee, ()):
                    for name in (variant.name, *self._called_by(variant, everywhere=True)):
                        found.setdefault(name, edge)
        return found

    def _find_started(self) -> dict[str, Edge]:
        """The functions that goroutines run which start-up code starts and does not wait for.

        Not those that register or serve something themselves: what they do before that comes before the requests.
        """
        found: dict[str, Edge] = {}
        for edge in self._go_edges():
            starter = next((f for f in self.context.graph.functions.get(edge.caller, ()) if f.file == edge.file), None)
            if starter is None or not self.context.reach(edge.caller).startup_only:
                continue
            go = next((go for go in starter.gos if go.pos <= edge.pos < go.end), None)
            if (
                go is not None
                and not go.waited
                and not any(
                    handling_of(call.callee) is Handling.KEEPS
                    for variant in self.context.graph.functions.get(edge.callee, ())
                    for call in variant.calls
                )
            ):
                found.setdefault(edge.callee, edge)
        return found

    def _called_by(self, function: FunctionFacts, *, everywhere: bool) -> Iterator[str]:
        """What a function calls, or only its endless loops do, a few levels down, without a lock."""
        level = {function.name}
        seen = set(level)
        for depth in range(_LOOP_LEVELS):
            following: set[str] = set()
            for name in sorted(level):
                for edge in self.context.graph.callees.get(name, ()):
                    if edge.mode != "static" or edge.kind != "static" or edge.callee in seen:
                        continue
                    caller = next((v for v in self.context.graph.functions.get(name, ()) if v.file == edge.file), None)
                    if caller is None or self.guards.at(caller, edge.pos) or self.guards.named_locked(name):
                        continue
                    if everywhere or depth or inside_endless_loop(caller, edge.pos):
                        following.add(edge.callee)
            seen |= following
            level = following
        yield from sorted(seen - {function.name})
