"""Maps that locks guard, but not one lock at all places.

* ``missed-lock``: see mapleak.maps.locks.missed.
* ``read-lock``: the lock is held, but for reading, which lets others in.
* ``copied-lock``: the lock is part of a receiver or parameter passed by value, so every call locks one of its own.
* ``other-lock``: one lock is held here, another there, and none at both.
"""

from __future__ import annotations

from itertools import product

from msgspec.structs import replace

from mapleak.maps.context import Context
from mapleak.maps.locks.guards import Guards, Held, Way, root, spelled
from mapleak.maps.locks.missed import find_missed
from mapleak.maps.locks.model import Unguarded
from mapleak.maps.locks.sites import Race, Shared, Site, belongs, functions_of, meeting, of_owner
from mapleak.resolve.lock_facts import OWN
from mapleak.resolve.model import FunctionFacts

_LEAST_GUARDED = 2
"""Functions that must hold a lock at the map before it counts as shared."""


def find_under_locks(context: Context, guards: Guards, found: Shared) -> Race | None:
    """The first of these for a map, the surest kind first."""
    return (
        _copied(guards, found)
        or _read_locked(context, guards, found)
        or find_missed(context, guards, found)
        or _other_lock(context, guards, found)
    )


# --- written under a lock for reading -------------------------------------------------------------


def _read_locked(context: Context, guards: Guards, found: Shared) -> Race | None:
    """A write under RLock of the map's own lock, taken here or by a caller, with no other lock held."""
    writes = [(site, guards.read_locks(site.function, site.access.pos)) for site in found.sites if site.access.writes]
    suspects = [(site, read) for site, read in writes if read is not None]
    owner = found.owner
    for site, (locks, calls, holder) in suspects:
        lock = next((lock for lock in locks if belongs(lock, found)), "")
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
        lock = next((lock for lock in guards.copied(site.function, site.access.pos) if belongs(lock, found)), "")
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
    return held.certain and places == {OWN} and belongs(held.lock, found)


def _way_apart(guards: Guards, found: Shared, site: Site, other: Site) -> Way | None:
    """How ``site`` is reached, if neither function is always called with the other's lock held."""
    first = [guards.way_without(site.function, h.lock, found.owner) for h in other.held]
    second = [guards.way_without(other.function, h.lock, found.owner) for h in site.held]
    return first[0] if first and None not in (*first, *second) else None
