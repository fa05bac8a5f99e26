"""Locks around map accesses that a way out of a function leaves held.

A function may well return with a lock held: another one gives it back. So nothing is said

* of a lock that any function outside the tests gives back without having taken it (an ``unlock`` helper, the Close of
  an iterator, a returned closure), or whose Unlock is handed on as a value;
* of a function that leaves on every way with a lock held which code that is not seen can give back: an embedded or
  exported one;
* of locks that have no name of their own in the program (``lockFor(key).Lock()``, a variable of the function, which
  may be another name for one), and of those that are not of package sync, whose Lock may fail;
* of what only tests run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mapleak.maps.census import Census
from mapleak.maps.context import Context
from mapleak.maps.locks.accesses import Access, accesses, regions_at
from mapleak.maps.locks.model import Stays, UnreleasedLock
from mapleak.resolve.lock_facts import LockFacts, LockLeft, LockMismatch, LockOp
from mapleak.resolve.model import FunctionFacts

_RELEASES = frozenset({"Unlock", "RUnlock"})
_UNLOCK_VALUES = ("sync.Mutex).Unlock", "sync.RWMutex).Unlock", "sync.RWMutex).RUnlock", "sync.Locker).Unlock")

Place = tuple[FunctionFacts, Access]


def find_unreleased(context: Context, census: Census) -> tuple[UnreleasedLock, ...]:
    """All locking calls that leave a lock held around a map, in source order, each with the first way that does."""
    suspects = [
        function
        for function in context.resolved.functions
        if function.locks is not None and (function.locks.left or function.locks.mismatches)
    ]
    if not suspects:
        return ()
    elsewhere = _released_elsewhere(context)
    guarded = _guarded(context)
    found = [lock for function in suspects for lock in _of_function(context, census, function, elsewhere, guarded)]
    return tuple(sorted(found, key=lambda lock: (lock.location, lock.way_out)))


def _of_function(
    context: Context, census: Census, function: FunctionFacts, elsewhere: frozenset[str], guarded: Mapping[str, Place]
) -> Iterator[UnreleasedLock]:
    locks = function.locks
    if locks is None or _hands_on_unlock(function):
        return
    taken = {op.pos: op for op in locks.ops}
    told: set[int] = set()
    for mismatch in locks.mismatches:
        op = taken[mismatch.pos]
        if op.known and op.pos not in told:
            told.add(op.pos)
            yield from _issue(context, census, function, op, mismatch, guarded)
    for left in locks.left:
        lock = taken.get(left.taken)
        if lock is None or lock.pos in told or not (lock.known and lock.named) or lock.lock in elsewhere:
            continue
        if context.nodes.function(lock.lock) == function.name:
            continue
        if left.lock in locks.kept and _may_be_released_outside(lock.lock):
            continue
        told.add(lock.pos)
        yield from _issue(context, census, function, lock, left, guarded)


def _issue(
    context: Context,
    census: Census,
    function: FunctionFacts,
    lock: LockOp,
    way: LockLeft | LockMismatch,
    guarded: Mapping[str, Place],
) -> Iterator[UnreleasedLock]:
    assert function.locks is not None
    here = next((a for a in accesses(function) if lock.lock in {r.lock for r in regions_at(function, a.pos)}), None)
    holder, access = (function, here) if here is not None else guarded.get(lock.lock, (function, None))
    if access is None or not access.node:
        return
    mismatch = isinstance(way, LockMismatch)
    pos, end = (way.release_pos, way.release_end) if isinstance(way, LockMismatch) else (way.pos, way.end)
    release = _release(function.locks, lock)
    maps = census.maps_of(access.node)
    yield UnreleasedLock(
        map=maps[0] if maps else access.node,
        lock=lock.text,
        method=lock.method,
        stays=Stays.MISMATCH if isinstance(way, LockMismatch) else _STAYS[way.kind],
        location=context.location(function.file, lock.pos, lock.end),
        way_out=context.location(function.file, pos, end),
        access=context.location(holder.file, access.pos, access.end),
        access_here=here is not None,
        release=None if mismatch or release is None else context.location(function.file, release.pos, release.end),
        release_method=way.release if isinstance(way, LockMismatch) else "",
        function=function.name,
        reachable=context.reach(function.name).reachable,
        in_test=context.is_test(function.file),
        generated=context.is_generated(function.file),
    )


_STAYS = {"return": Stays.RETURN, "end": Stays.RETURN, "again": Stays.AGAIN, "way": Stays.ONE_WAY}


def _release(locks: LockFacts, lock: LockOp) -> LockOp | None:
    """The first release of a lock that comes after it was taken."""
    ops = (op for op in locks.ops if op.lock == lock.lock and op.pos > lock.pos and op.method in _RELEASES)
    return next(ops, None)


def _released_elsewhere(context: Context) -> frozenset[str]:
    """The locks that some function outside the tests gives back without having taken them."""
    found: set[str] = set()
    absorbed = {
        (name, function.file)
        for function in context.resolved.functions
        if function.locks is not None
        for name in function.locks.absorbed
    }
    for function in context.resolved.functions:
        if function.locks is not None and (function.name, function.file) not in absorbed:
            found.update(function.locks.released)
    return frozenset(found)


def _guarded(context: Context) -> dict[str, Place]:
    """For each lock that is held somewhere around a map's access, the first such access."""
    found: dict[str, Place] = {}
    for function in context.resolved.functions:
        if function.locks is None or not (function.ops or function.reads) or context.is_test(function.file):
            continue
        for access in accesses(function):
            for region in regions_at(function, access.pos):
                found.setdefault(region.lock, (function, access))
    return found


def _hands_on_unlock(function: FunctionFacts) -> bool:
    """Whether a function hands on the release of some lock as a value."""
    values = (*(flow.source for flow in function.flows), *(arg for call in function.calls for arg in call.args))
    return any(value.endswith(_UNLOCK_VALUES) for value in values)


def _may_be_released_outside(lock: str) -> bool:
    """Whether the field or variable of a lock is one that importers can name: exported, or embedded."""
    return lock.rpartition(".")[2][:1].isupper()
