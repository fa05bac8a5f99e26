"""Maps that no lock guards where goroutines may meet at them.

* ``handlers``: a handler writes a package variable, or the field of an object that all requests have in common.
* ``background``: a handler reads one of these that the loop of a goroutine writes.
* ``loop``: a constructor starts a goroutine that goes on; its loop and methods that others call access one field. Or
  the initialiser of a package does, and the field is a package variable.
* ``started``: a method starts a goroutine, or a timer, and both access the map.

In all of them no lock is in sight, on either side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mapleak.callgraph.knowledge import SERVICE_MARKER, is_handler_shaped
from mapleak.callgraph.model import Edge
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.lives.goroutine_loops import never_back
from mapleak.maps.locks.guards import Guards, Way
from mapleak.maps.locks.model import Unguarded
from mapleak.maps.locks.sites import Race, Shared, Site, of_owner
from mapleak.maps.model import AbstractMap, Lifetime
from mapleak.maps.removal.emptying import begins_work, makes_owner
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts

_LOOP_LEVELS = 2
"""How many calls down from a goroutine's loop its accesses are looked for."""

_TIMER = "time.AfterFunc"


@dataclass(slots=True)
class Unlocked:
    """Looks for these; indexes the goroutines of the program once."""

    context: Context
    guards: Guards
    maps: Mapping[str, AbstractMap]
    _looping: dict[str, list[tuple[Edge, bool]]] = field(init=False)
    _makers: dict[str, list[FunctionFacts]] = field(init=False)

    def __post_init__(self) -> None:
        self._looping = _find_looping(self.context, self.guards)
        self._makers = defaultdict(list)
        for function in self.context.resolved.functions:
            for made in function.made if not self.context.is_test(function.file) else ():
                self._makers[made].append(function)

    def find(self, found: Shared) -> Race | None:
        """The first of these for a map."""
        return self._handled(found) or self._beside_loop(found) or self._started(found)

    # --- handlers ---------------------------------------------------------------------------------

    def _handled(self, found: Shared) -> Race | None:
        """What a handler writes, or what it reads while a goroutine's loop writes it."""
        if found.subject.kind != "var" and not self._for_all_requests(found):
            return None
        serving = [site for site in found.serving if not site.held]
        handled: list[tuple[Site, Way]] = []
        for site in serving:
            if found.subject.kind == "var" or of_owner(self.context, site, found.owner, ()):
                ways = self.guards.ways(site.function, found.owner)
                way = next((way for way in ways if self._is_handler(way)), None)
                if way is not None:
                    handled.append((site, way))
        counts = (0, len(serving))
        for site, way in handled:
            if site.access.writes and not self.guards.named_locked(site.function.name):
                return Race(found.node, Unguarded.HANDLERS, site, site, way, counts=counts)
        looping = [site for site in found.sites if not site.held and self._in_background(site)]
        for site, way in handled:
            other = next((other for other in looping if other.access.writes), None)
            if other is not None:
                return Race(found.node, Unguarded.BACKGROUND, site, other, way, counts=counts)
        return None

    def _for_all_requests(self, found: Shared) -> bool:
        """Whether the object that holds a map is there before the requests and serves them all."""
        subject, fact = self.maps.get(found.node), self.context.types.get(found.owner)
        if fact is not None and any(SERVICE_MARKER.search(part) for part in fact.embeds):
            return True
        if subject is None or subject.lifetime is not Lifetime.PROCESS or found.owner not in self.context.types:
            return False
        if subject.lifetime_certainty in (Certainty.SURE, Certainty.LIKELY):
            return True
        makers = self._makers.get(found.owner, ())
        return not any(self._is_handler(way) for maker in makers for way in self.guards.ways(maker, ""))

    def _is_handler(self, way: Way) -> bool:
        """Whether a way begins with a handler of requests, registered here or there for importers to register."""
        if way.together not in ("callback", "exported"):
            return False
        variants = self.context.graph.functions.get(way.entry, ())
        return any(is_handler_shaped(variant.signature) or self._is_rpc(variant) for variant in variants)

    def _is_rpc(self, function: FunctionFacts) -> bool:
        """Whether a function is one of the exported methods that a gRPC service serves."""
        fact = self.context.types.get(function.receiver_type)
        return function.exported and fact is not None and any(SERVICE_MARKER.search(part) for part in fact.embeds)

    def _in_background(self, site: Site) -> bool:
        """Whether an access is made again and again by a goroutine that goes on while the program serves."""
        return any(True for _ in self._loops_around(site))

    def _loops_around(self, site: Site) -> Iterator[Edge]:
        """The go statements of the goroutines in whose endless loops an access is made."""
        for edge, whole in self._looping.get(site.function.name, ()):
            if whole or inside_endless_loop(site.function, site.access.pos):
                yield edge

    # --- the goroutine of an object -----------------------------------------------------------------

    def _beside_loop(self, found: Shared) -> Race | None:
        """A field that the goroutine of an object, which its constructor starts, and its methods access; likewise a
        package variable and a goroutine that is started once."""
        if found.subject.kind != "var" and found.owner not in self.context.types:
            return None
        inside = [
            (site, edge)
            for site in found.sites
            if not site.held and not self.guards.named_locked(site.function.name)
            for edge in self._loops_around(site)
            if self._made_with(edge, found)
        ]
        if not inside:
            return None
        started = {edge.callee for _, edge in inside}
        for site in found.serving:
            if site.held or self.guards.named_locked(site.function.name):
                continue
            if not of_owner(self.context, site, found.owner, ()):
                continue
            met = [o for o, _ in inside if o.access.writes or site.access.writes]
            other = min(met, key=lambda o: not o.access.writes, default=None)
            if other is None or other.function.name == site.function.name:
                continue
            for way in self.guards.ways(site.function, found.owner):
                if not (way.calls and way.calls[0].callee in started):
                    edge = next(edge for o, edge in inside if o is other)
                    steps = (self.context.location(edge.file, edge.pos, edge.end),)
                    return Race(found.node, Unguarded.LOOP, site, other, way, steps=steps)
        return None

    def _made_with(self, edge: Edge, found: Shared) -> bool:
        """Whether a goroutine is started by what makes the owner of the map, before anybody else has it; for a package
        variable by an initialiser of the package."""
        outer = self.context.outermost(edge.caller)
        variants = self.context.graph.functions.get(outer, ())
        if found.subject.kind == "var":
            return any(outer.startswith(f"{variant.package}.init") for variant in variants)
        return any(
            makes_owner(self.context, variant, found.owner) for variant in variants if not begins_work(variant.name)
        )

    # --- what a method starts -----------------------------------------------------------------------

    def _started(self, found: Shared) -> Race | None:
        """A goroutine or timer that a function starts accesses what the function accesses itself."""
        by_function: dict[str, list[Site]] = defaultdict(list)
        for site in found.serving:
            if not site.held and not self.guards.named_locked(site.function.name):
                by_function[site.function.name].append(site)
        for name, inside in by_function.items():
            for edge in self.context.graph.callers.get(name, ()):
                if edge.kind != "go" or edge.caller not in by_function:
                    continue
                for site in by_function[edge.caller]:
                    race = self._beside_start(found, edge, site, inside)
                    if race is not None:
                        return race
        return None

    def _beside_start(self, found: Shared, edge: Edge, site: Site, inside: list[Site]) -> Race | None:
        """The access ``site`` of a function, and what the goroutine that it starts with ``edge`` does."""
        starter = site.function
        timer = any(call.callee == _TIMER for call in self.context.calls.of(edge))
        other = next((o for o in inside if o.access.writes or site.access.writes), None)
        if other is None or starter.file != edge.file or not of_owner(self.context, site, found.owner, (other,)):
            return None
        way = self.guards.way_without(starter, "", found.owner)
        if way is None or not (self._later(starter, edge, site) or (timer and _for_each_key(starter, way))):
            return None
        together = "timer" if timer else "goroutine"
        steps = (self.context.location(edge.file, edge.pos, edge.end),)
        way = Way(starter.name, together, way.calls)
        return Race(found.node, Unguarded.STARTED, other, site, way, steps=steps)

    def _later(self, starter: FunctionFacts, edge: Edge, site: Site) -> bool:
        """Whether the starter goes on to the access without waiting for anything."""
        for go in starter.gos:
            if go.pos <= edge.pos < go.end:
                return go.end <= site.access.pos and (go.next_wait < 0 or site.access.pos < go.next_wait)
        return False


def _for_each_key(starter: FunctionFacts, way: Way) -> bool:
    """Whether a function is there to be called for one key after another, and not once, to begin with."""
    return bool(starter.params) and not begins_work(starter.name) and way.together in ("callback", "exported")


def _find_looping(context: Context, guards: Guards) -> dict[str, list[tuple[Edge, bool]]]:
    """The functions that run in the loops of goroutines that go on, and the go statements that start those.

    With each comes whether all of it does: of the function that has the loop only the loop does.
    """
    found: dict[str, dict[tuple[Edge, bool], None]] = defaultdict(dict)
    for edge in context.graph.edges:
        if edge.kind != "go" or context.is_test(edge.file):
            continue
        for variant in context.graph.functions.get(edge.callee, ()):
            for serving in never_back(context, variant):
                found[serving.name][(edge, False)] = None
                for name in _called_in_loop(context, guards, serving):
                    found[name][(edge, True)] = None
    return {name: list(edges) for name, edges in found.items()}


def _called_in_loop(context: Context, guards: Guards, function: FunctionFacts) -> Iterator[str]:
    """What the endless loops of a function call, a few levels down, without a lock."""
    level = {function.name}
    seen = set(level)
    for depth in range(_LOOP_LEVELS):
        following: set[str] = set()
        for name in sorted(level):
            for edge in context.graph.callees.get(name, ()):
                if edge.mode != "static" or edge.kind != "static" or edge.callee in seen:
                    continue
                caller = next((v for v in context.graph.functions.get(name, ()) if v.file == edge.file), None)
                if caller is None or guards.at(caller, edge.pos) or guards.named_locked(name):
                    continue
                if depth or inside_endless_loop(caller, edge.pos):
                    following.add(edge.callee)
        seen |= following
        level = following
    yield from sorted(seen - {function.name})
