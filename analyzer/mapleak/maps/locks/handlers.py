"""Maps that handlers access without a lock. Servers run handlers side by side, each request in its own goroutine.

* ``handlers``: a handler writes a package variable, or the field of an object that all requests have in common.
* ``background``: a handler reads one of these that a goroutine's loop, a timer or main's own loop writes, or the
  reverse; or a goroutine that start-up code starts does it once.
* ``missed-lock``: it is the others that hold a lock.

One side without any lock is enough: whatever the other one holds keeps nobody out then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mapleak.callgraph.knowledge import SERVICE_MARKER, is_handler_shaped
from mapleak.maps.context import Context
from mapleak.maps.knowledge import PLUGIN_PHASES, words
from mapleak.maps.locks.background import Background
from mapleak.maps.locks.guards import Guards, Way
from mapleak.maps.locks.model import ONCE, SIDE_BY_SIDE, Unguarded
from mapleak.maps.locks.sites import Race, Shared, Site, of_owner
from mapleak.maps.model import AbstractMap, Lifetime
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts


@dataclass(slots=True)
class Handled:
    """Looks for these; indexes who makes which objects once."""

    context: Context
    guards: Guards
    background: Background
    maps: Mapping[str, AbstractMap]
    makers: Mapping[str, Sequence[FunctionFacts]]

    def find(self, found: Shared) -> Race | None:
        """The first of these for a map."""
        if found.subject.kind != "var" and not self.serves_all(found):
            return None
        handled = [site for site in self._own(found, found.serving) if self._is_handled(site, found)]
        if not handled:
            return None
        free = list(self._without_locks(handled, found))
        for site, way in free:
            if site.access.writes:
                counts = (0, len([site for site in found.serving if not site.held]))
                return Race(found.node, Unguarded.HANDLERS, site, site, way, counts=counts)
        going_on = [site for site in found.sites if self.background.goes_on(site)]
        at_once = [site for site in found.sites if self.background.happens_once(site)]
        return (
            self._reading(found, free, handled, SIDE_BY_SIDE)
            or self._reading(found, free, going_on, SIDE_BY_SIDE)
            or self._beside(found, going_on, handled, SIDE_BY_SIDE)
            or self._reading(found, free, at_once, ONCE)
            or self._beside(found, at_once, handled, ONCE)
        )

    def _own(self, found: Shared, sites: Iterable[Site]) -> Iterator[Site]:
        for site in sites:
            if found.subject.kind == "var" or of_owner(self.context, site, found.owner, ()):
                yield site

    def _is_handled(self, site: Site, found: Shared) -> bool:
        """Whether a handler comes to an access, whatever is held on the way."""
        return any(self.is_handler(way) for way in self.guards.ways_at_all(site.function, found.owner))

    def _without_locks(self, handled: Iterable[Site], found: Shared) -> Iterator[tuple[Site, Way]]:
        """The accesses that a handler comes to without any lock, and how."""
        for site in handled:
            if not (site.held or self.guards.named_locked(site.function.name)):
                way = next((way for way in self.guards.ways(site.function, found.owner) if self.is_handler(way)), None)
                if way is not None:
                    yield site, way

    def _reading(
        self, found: Shared, free: Sequence[tuple[Site, Way]], others: Sequence[Site], proof: str
    ) -> Race | None:
        """A read without a lock, by a handler, of what others write."""
        for site, way in free:
            other = next((o for o in others if o.access.writes and o.function.name != site.function.name), None)
            if other is not None:
                lock = self._lock_at(other)
                kind = Unguarded.MISSED_LOCK if lock else Unguarded.BACKGROUND
                return Race(found.node, kind, site, other, way, lock, counts=(1, len(free)), proof=proof)
        return None

    def _beside(self, found: Shared, others: Sequence[Site], handled: Sequence[Site], proof: str) -> Race | None:
        """An access without a lock, in the background, to what a handler accesses under one."""
        for site in others:
            if site.held or self.guards.named_locked(site.function.name):
                continue
            for met in handled:
                lock = self._lock_at(met) if met.access.writes or site.access.writes else ""
                if lock and met.function.name != site.function.name:
                    way = Way(site.function.name, "goroutine", ())
                    return Race(found.node, Unguarded.MISSED_LOCK, site, met, way, lock, counts=(1, 1), proof=proof)
        return None

    def _lock_at(self, site: Site) -> str:
        """The lock that is held at an access, or by what calls the function, "" for none."""
        if site.held:
            return site.held[0].lock
        called = (held[0].lock for _, _, held in self.guards.calls_with_locks(site.function) if held)
        return next(called, "")

    def serves_all(self, found: Shared) -> bool:
        """Whether the object that holds a map is there before the requests and serves them all."""
        subject, fact = self.maps.get(found.node), self.context.types.get(found.owner)
        if fact is not None and any(SERVICE_MARKER.search(part) for part in fact.embeds):
            return True
        if subject is None or subject.lifetime is not Lifetime.PROCESS or found.owner not in self.context.types:
            return False
        if subject.lifetime_certainty in (Certainty.SURE, Certainty.LIKELY):
            return True
        makers = self.makers.get(found.owner, ())
        return not any(self.is_handler(way) for maker in makers for way in self.guards.ways(maker, ""))

    def is_handler(self, way: Way) -> bool:
        """Whether a way begins with a handler of requests, registered here or there for importers to register."""
        if way.together not in ("callback", "exported"):
            return False
        variants = self.context.graph.functions.get(way.entry, ())
        return any(is_handler_shaped(variant.signature) or self._is_rpc(variant) for variant in variants)

    def _is_rpc(self, function: FunctionFacts) -> bool:
        """Whether a function is one of the exported methods that a gRPC service serves, side by side with all others.

        Heuristic ``plugin-phase``: not those with which a host sets up its plug-in before it uses it.
        """
        fact = self.context.types.get(function.receiver_type)
        serves = function.exported and words(function.name) not in PLUGIN_PHASES
        return serves and fact is not None and any(SERVICE_MARKER.search(part) for part in fact.embeds)
