"""Maps that locks guard, but not one lock at all places.

* ``missed-lock``: at most places a lock is held, so the map is shared; at this one it is not, and nor is any other.
* ``read-lock``: the lock is held, but for reading, which lets others in.
* ``copied-lock``: the lock is part of a receiver or parameter passed by value, so every call locks one of its own.
* ``other-lock``: one lock is held here, another there, and none at both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.locks.accesses import Access
from mapleak.maps.locks.guards import Guards, Held, Way, root, spelled
from mapleak.maps.locks.model import Unguarded
from mapleak.maps.locks.sites import Race, Shared, Site, functions_of, meeting, of_owner
from mapleak.maps.removal.emptying import owner_of
from mapleak.resolve.lock_facts import OWN
from mapleak.resolve.model import FunctionFacts

_LEAST_GUARDED = 2
"""Functions that must hold a lock at the map before it counts as the map's."""

_GUARDED_PER_UNGUARDED = 2
"""How many of them there must be for each function that does not."""


def find_under_locks(context: Context, guards: Guards, found: Shared) -> Race | None:
    """The first of these for a map, the surest kind first."""
    return (
        _copied(guards, found)
        or _read_locked(context, guards, found)
        or _missed(context, guards, found)
        or _other_lock(context, guards, found)
    )


# --- a lock that is missed ------------------------------------------------------------------------


def _missed(context: Context, guards: Guards, found: Shared) -> Race | None:
    """An access without the lock that is held at most others."""
    subject, owner, serving = found.subject, found.owner, found.serving
    led_to = list(_led_to(guards, serving))
    if not any(site.held for site in (*serving, *led_to)):
        return None
    lock = _lock_of((*serving, *led_to))
    if not lock or not _belongs(lock, found) or not any(site.access.writes for site in serving):
        return None
    with_lock = [site for site in (*serving, *led_to) if site.holds(lock)]
    without: list[tuple[Site, Way]] = []
    called_with: list[Site] = []
    for site in serving:
        if site.held or guards.named_locked(site.function.name) or not of_owner(context, site, owner, with_lock):
            continue
        way = guards.way_without(site.function, "", owner)
        if way is not None:
            without.append((site, way))
        elif guards.way_without(site.function, lock, owner) is None:
            called_with.append(site)
    guarded = len(with_lock) + len(called_with)
    holding = functions_of([*with_lock, *called_with])
    missing = functions_of([site for site, _ in without])
    surely = len(missing) == 1 and _goes_on(*without[0]) and any(site.holds(lock) for site in serving)
    enough = len(functions_of(with_lock)) >= _LEAST_GUARDED and len(holding) >= _GUARDED_PER_UNGUARDED * len(missing)
    if not (enough or surely):  # one lock may be enough where a goroutine goes without it
        return None
    for site, way in sorted(without, key=lambda found: not found[0].access.writes):
        other = meeting(site, with_lock)
        if other is not None:
            counts = (guarded, len(without))
            return Race(subject.node, Unguarded.MISSED_LOCK, site, other, way, lock, counts=counts)
    return None


def _goes_on(site: Site, way: Way) -> bool:
    """Whether an access is made again and again by a goroutine that nothing waits for."""
    return way.together == "goroutine" and inside_endless_loop(site.function, site.access.pos)


def _led_to(guards: Guards, serving: Iterable[Site]) -> Iterator[Site]:
    """The calls at which a lock is held that lead to accesses without one in the called function itself."""
    told: set[tuple[str, str, int, bool]] = set()
    for site in serving:
        if not site.held and not guards.named_locked(site.function.name):
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


def _belongs(lock: str, found: Shared) -> bool:
    """Whether a lock is a field of what holds the map, or of the type around that, or a variable beside it."""
    place = lock.rpartition(".")[0]
    holder = owner_of(found.subject)
    return place in (holder, found.owner) if holder else place == found.node.rpartition(".")[0]


# --- written under a lock for reading -------------------------------------------------------------


def _read_locked(context: Context, guards: Guards, found: Shared) -> Race | None:
    """A write under RLock of the map's own lock, taken here or by a caller, with no other lock held."""
    writes = [(site, guards.read_locks(site.function, site.access.pos)) for site in found.sites if site.access.writes]
    suspects = [(site, read) for site, read in writes if read is not None]
    owner = found.owner
    for site, (locks, calls, holder) in suspects:
        lock = next((lock for lock in locks if _belongs(lock, found)), "")
        with_lock = [s for s in found.serving if s.holds(lock)]
        if site not in found.serving or not lock:
            continue
        if not calls and owner in context.types and root(site.access.text) != root(spelled(holder, lock)):
            continue  # the lock of one object, the map of another
        way = guards.way_without(holder, "", owner)
        if way is None or guards.named_locked(site.function.name):
            continue
        if way.together == "exported" and len(functions_of(with_lock)) < _LEAST_GUARDED:
            continue  # nothing shows that the object is used by more than one goroutine
        way = replace(way, calls=(*way.calls, *calls))
        other = meeting(site, with_lock) or site
        return Race(found.node, Unguarded.READ_LOCK, site, other, way, lock, counts=(0, len(suspects)))
    return None


# --- a lock that keeps nobody out -----------------------------------------------------------------


def _copied(guards: Guards, found: Shared) -> Race | None:
    """An access under a lock that is part of a struct which the function was given a copy of."""
    for site in sorted(found.serving, key=lambda site: not site.access.writes):
        lock = next((lock for lock in guards.copied(site.function, site.access.pos) if _belongs(lock, found)), "")
        if not lock or site.held or site.function.gos or guards.named_locked(site.function.name):
            continue
        if root(site.access.text) != root(spelled(site.function, lock)) and site.access.text:
            continue
        way = guards.way_without(site.function, "", found.owner)
        other = site if site.access.writes else meeting(site, found.serving)
        if way is not None and other is not None:
            return Race(found.node, Unguarded.COPIED_LOCK, site, other, way, lock)
    return None


# --- one lock here, another there -----------------------------------------------------------------


def _other_lock(context: Context, guards: Guards, found: Shared) -> Race | None:
    """A write under one lock of the map's owner, and an access under nothing but another one of it."""
    own = [site for site in found.serving if site.held and all(_is_own(site.function, h, found) for h in site.held)]
    kinds: dict[tuple[frozenset[str], bool], dict[str, Site]] = {}  # of each the first accesses of two functions
    for site in own:
        if not guards.named_locked(site.function.name) and of_owner(context, site, found.owner, own):
            kind = kinds.setdefault((frozenset(h.lock for h in site.held), site.access.writes), {})
            if len(kind) < 2:
                kind.setdefault(site.function.name, site)
    for (locks, writes), sites in kinds.items():
        for (other_locks, _), others in kinds.items():
            if writes and not locks & other_locks:
                for site, other in product(sites.values(), others.values()):
                    way = _way_apart(guards, found, site, other) if site.function.name != other.function.name else None
                    if way is not None:
                        lock, other_lock = other.held[0].lock, site.held[0].lock
                        return Race(found.node, Unguarded.OTHER_LOCK, site, other, way, lock, other_lock)
    return None


def _is_own(function: FunctionFacts, held: Held, found: Shared) -> bool:
    """Whether a lock is surely held, and it is a mutex beside the map, not what a pointer leads to: that may be any."""
    ops = function.locks.ops if function.locks is not None else ()
    places = {op.place for op in ops if op.lock == held.lock}
    return held.certain and places == {OWN} and _belongs(held.lock, found)


def _way_apart(guards: Guards, found: Shared, site: Site, other: Site) -> Way | None:
    """How ``site`` is reached, if neither function is always called with the other's lock held."""
    first = [guards.way_without(site.function, h.lock, found.owner) for h in other.held]
    second = [guards.way_without(other.function, h.lock, found.owner) for h in site.held]
    return first[0] if first and None not in (*first, *second) else None
