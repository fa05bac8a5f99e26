"""Maps that no lock guards where goroutines may meet at them.

* ``loop``: a constructor starts a goroutine that goes on; its loop and methods that others call access one field. Or
  the initialiser of a package does, and the field is a package variable.
* ``started``: a method starts a goroutine, or a timer, and both access the map.

In all of them no lock is in sight, on either side.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from mapleak.callgraph.model import Edge
from mapleak.maps.context import Context
from mapleak.maps.locks.background import TIMER, Background
from mapleak.maps.locks.guards import Guards, Way
from mapleak.maps.locks.model import Unguarded
from mapleak.maps.locks.sites import Race, Shared, Site, of_owner
from mapleak.maps.removal.emptying import begins_work, makes_owner
from mapleak.resolve.model import FunctionFacts


class Unlocked(msgspec.Struct):
    """Looks for these."""

    context: Context
    guards: Guards
    background: Background

    def find(self, found: Shared) -> Race | None:
        """The first of these for a map."""
        return self._beside_loop(found) or self._started(found)

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
            for edge in self.background.loops_around(site)
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
                if started.isdisjoint(call.callee for call in way.calls):  # else it is the loop, started elsewhere
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
        timer = any(call.callee == TIMER for call in self.context.calls.of(edge))
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
