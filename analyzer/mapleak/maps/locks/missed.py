"""Maps that a lock guards, and accesses that go without it.

A lock that is held where a map is written, and is part of the same object or a variable beside it, says that the map
is shared, and that this is its lock. How many places must say so depends on how sure it is that two goroutines meet:

* at a place that a goroutine's loop comes to, one function that holds the lock is enough;
* so it is where the map is written under the lock in one function and accessed without any in another, and importers
  may call both (``plainly``), unless more functions go without the lock than hold it: then it may be there for
  something else;
* else at least two functions must hold it, and twice as many as do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.knowledge import words
from mapleak.maps.locks.accesses import Access
from mapleak.maps.locks.guards import Guards, Way
from mapleak.maps.locks.model import PLAIN, Unguarded
from mapleak.maps.locks.sites import Race, Shared, Site, belongs, functions_of, meeting, of_owner

_LEAST_GUARDED = 2
"""Functions that must hold a lock at the map before it counts as the map's."""

_GUARDED_PER_UNGUARDED = 2
"""How many of them there must be for each function that does not."""


_JOINS = frozenset({"(*sync.WaitGroup).Wait", "(*golang.org/x/sync/errgroup.Group).Wait"})
"""Calls that come back when the goroutines of a group have ended."""


def find_missed(context: Context, guards: Guards, found: Shared) -> Race | None:
    """An access without the lock that is held at most others."""
    subject, owner, serving = found.subject, found.owner, found.serving
    led_to = list(_led_to(guards, serving))
    if not any(site.held for site in (*serving, *led_to)):
        return None
    lock = _lock_of((*serving, *led_to))
    if not lock or not belongs(lock, found) or not any(site.access.writes for site in serving):
        return None
    with_lock = [site for site in (*serving, *led_to) if site.holds(lock)]
    without: list[tuple[Site, Way]] = []
    called_with: list[Site] = []
    for site in serving:
        if site.held or guards.named_locked(site.function.name) or not of_owner(context, site, owner, with_lock):
            continue
        way = guards.way_without(site.function, "", owner)
        if way is not None and _has_waited(guards, site, way):
            continue
        if way is not None:
            without.append((site, way))
        elif guards.way_without(site.function, lock, owner) is None:
            called_with.append(site)
    guarded = len(with_lock) + len(called_with)
    holding = functions_of([*with_lock, *called_with])
    missing = functions_of([site for site, _ in without])
    surely = len(missing) == 1 and _goes_on(*without[0]) and any(site.holds(lock) for site in serving)
    enough = len(functions_of(with_lock)) >= _LEAST_GUARDED and len(holding) >= _GUARDED_PER_UNGUARDED * len(missing)
    plain = len(holding) >= len(missing) and _is_written_under(guards, with_lock, lock, owner)
    if not (enough or surely or plain):
        return None
    met = [*with_lock, *(site for site in _led_to(guards, serving, named=True) if site.holds(lock))]
    for site, way in sorted(without, key=lambda found: not found[0].access.writes):
        other = _meeting(guards, site, way, met, owner)
        if other is not None:
            counts = (guarded, len(without))
            proof = "" if enough or surely else PLAIN
            return Race(subject.node, Unguarded.MISSED_LOCK, site, other, way, lock, counts=counts, proof=proof)
    return None


def _has_waited(guards: Guards, site: Site, way: Way) -> bool:
    """Whether the function, or one on the way to it, waits for goroutines first: then the map may well be its own. What
    starts a goroutine after that starts it when the others are gone."""
    if any(_waits_before(guards, edge.caller, edge.pos) for edge in way.calls):
        return True
    return _waits_before(guards, site.function.name, site.access.pos)


def _waits_before(guards: Guards, function: str, pos: int) -> bool:
    return any(
        call.callee in _JOINS and call.how == "call" and call.end <= pos
        for variant in guards.context.graph.functions.get(function, ())
        for call in variant.calls
    )


def _is_written_under(guards: Guards, with_lock: Iterable[Site], lock: str, owner: str) -> bool:
    """Whether the program writes the map, again and again, with the lock held for that.

    What registers something (heuristic ``registering-by-name``) is called by initialisers and while a server is being
    put together, one call after the other; the lock is there because it costs nothing.
    """
    return any(
        site.access.writes
        and (owner or not _registers(guards, site.function.name))
        and any(held.lock == lock and held.write and held.certain for held in site.held)
        and any(not _registers(guards, way.entry) for way in guards.ways_at_all(site.function, owner))
        for site in with_lock
    )


def _registers(guards: Guards, function: str) -> bool:
    return "register" in words(guards.context.outermost(function))


def _meeting(guards: Guards, site: Site, way: Way, with_lock: Iterable[Site], owner: str) -> Site | None:
    """An access with the lock that may meet one without it: not one that only the same goroutine comes to, nor one that
    is made while the program starts. One that another goroutine, or something else from outside, comes to tells most.
    """
    others = [
        other
        for other in with_lock
        if not _same_goroutine(guards, way, other, owner) and not guards.starts_only(other.function)
    ]
    return meeting(site, sorted(others, key=lambda other: _apart(guards, way, other, owner)))


def _apart(guards: Guards, way: Way, other: Site, owner: str) -> int:
    """How little is seen of another goroutine that comes to an access: 0 for one that is started for something else, 1
    for other events, 2 where all begins as the way to the first access does."""
    ways = list(guards.ways_from_afar(other.function, owner))
    if any(found.together == "goroutine" and found.calls[:1] != way.calls[:1] for found in ways):
        return 0
    return 1 if any(found.entry != way.entry for found in ways) else 2


def _same_goroutine(guards: Guards, way: Way, other: Site, owner: str) -> bool:
    starts = {found.calls[:1] for found in guards.ways_at_all(other.function, owner)}
    return way.together == "goroutine" and starts == {way.calls[:1]}


def _goes_on(site: Site, way: Way) -> bool:
    """Whether an access is made again and again by a goroutine that nothing waits for."""
    return way.together == "goroutine" and inside_endless_loop(site.function, site.access.pos)


def _led_to(guards: Guards, serving: Iterable[Site], *, named: bool = False) -> Iterator[Site]:
    """The calls at which a lock is held that lead to accesses without one in the called function itself: one that says
    (``named``), or does not say, that it leaves the lock to its callers."""
    told: set[tuple[str, str, int, bool]] = set()
    for site in serving:
        if not site.held and guards.named_locked(site.function.name) is named:
            for caller, edge, held in guards.calls_with_locks(site.function):
                key = (caller.name, caller.file, edge.pos, site.access.writes)
                if key not in told:
                    told.add(key)
                    access = Access(site.access.node, edge.pos, edge.end, site.access.writes, "call")
                    yield Site(caller, access, held)


def _lock_of(sites: Iterable[Site]) -> str:
    """The lock that is held, for sure, at most of the places."""
    count = Counter(lock for site in sites for lock in {h.lock for h in site.held if h.certain})
    return min(count, key=lambda lock: (-count[lock], lock), default="")
