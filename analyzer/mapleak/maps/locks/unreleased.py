"""Locks around map accesses that a way out of a function leaves held.

A function may well return with a lock held: another one gives it back. So nothing is said

* of a lock that some function outside the tests gives back without having taken it (the Close of an iterator), or
  whose Unlock is handed on as a value. Where only functions that take the lock themselves call what gives it back, or
  return it as a closure, they alone are passed over. A method Unlock is there for those who call its Lock: it does not
  excuse a function that leaves the lock held on some ways only, and releases it itself on the others; but a way on
  which the function calls it has released the lock;
* of a function that leaves on every way with a lock held which code that is not seen can give back: an embedded or
  exported one;
* of locks that have no name of their own in the program (``lockFor(key).Lock()``, a variable of the function, which
  may be another name for one; but a parameter that the function itself releases on other ways is one), and of those
  that are not of package sync, whose Lock may fail;
* of a loop that may lock another object's in each turn, and of functions whose names say that they return locked;
* of what only tests run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mapleak.maps.census import Census
from mapleak.maps.context import Context
from mapleak.maps.knowledge import words
from mapleak.maps.locks.accesses import Access, accesses, regions_at
from mapleak.maps.locks.model import Stays, UnreleasedLock
from mapleak.resolve.lock_facts import LockFacts, LockLeft, LockMismatch, LockOp
from mapleak.resolve.model import FunctionFacts

_RELEASES = frozenset({"Unlock", "RUnlock"})
_UNLOCK_VALUES = ("sync.Mutex).Unlock", "sync.RWMutex).Unlock", "sync.RWMutex).RUnlock", "sync.Locker).Unlock")

_LOCKING_WORDS = frozenset({"lock", "locked"})

_INDEX = re.compile(r"\[([A-Za-z_]\w*)\]")
"""An index that is a variable, in the text of a lock."""

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
    elsewhere = _Elsewhere(context)
    guarded = _guarded(context)
    found = [lock for function in suspects for lock in _of_function(context, census, function, elsewhere, guarded)]
    return tuple(sorted(found, key=lambda lock: (lock.location, lock.way_out)))


def _of_function(
    context: Context, census: Census, function: FunctionFacts, elsewhere: _Elsewhere, guarded: Mapping[str, Place]
) -> Iterator[UnreleasedLock]:
    locks = function.locks
    if locks is None or _hands_on_unlock(context, function) or _hands_over(context, function):
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
        if lock is None or lock.pos in told or not (lock.known and lock.named):
            continue
        if left.kind == "twice":
            told.add(lock.pos)
            yield from _issue(context, census, function, lock, left, guarded)
            continue
        some_ways = left.lock not in locks.kept and _release(locks, lock) is not None
        if elsewhere.gives_back(lock.lock, function.name, some_ways=some_ways):
            continue
        if elsewhere.called_on_the_way(function, lock, left):
            continue
        if context.nodes.function(lock.lock) == function.name:
            given = lock.lock in function.params and some_ways
            if not given or elsewhere.caller_gives_back(function.name):
                continue
        if left.kind == "again" and _another_each_turn(function, lock):
            continue
        if left.lock in locks.kept and _may_be_released_outside(lock.lock):
            continue
        told.add(lock.pos)
        yield from _issue(context, census, function, lock, left, guarded)


def _another_each_turn(function: FunctionFacts, lock: LockOp) -> bool:
    """Whether a loop may lock that of another object in each turn: it is reached from a variable of the function, or
    is that of an element (``s.shards[i].mu``) which such a variable picks."""
    root = lock.text.partition(".")[0]
    given = {function.receiver, *(node.rpartition(".")[2] for node in function.params)}
    if any(index not in given for index in _INDEX.findall(lock.text)):
        return True
    return root not in given and not lock.lock.endswith(f".{root}")


def _hands_over(context: Context, function: FunctionFacts) -> bool:
    """Heuristic ``locked-by-name``: what is called ``…Locked`` or ``lock…`` gives its caller a lock that is held."""
    return bool(_LOCKING_WORDS & set(words(context.outermost(function.name))))


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


_STAYS = {
    "return": Stays.RETURN,
    "end": Stays.RETURN,
    "again": Stays.AGAIN,
    "way": Stays.ONE_WAY,
    "twice": Stays.TWICE,
}


def _release(locks: LockFacts, lock: LockOp) -> LockOp | None:
    """The first release of a lock that comes after it was taken."""
    ops = (op for op in locks.ops if (op.lock, op.text) == (lock.lock, lock.text) and op.pos > lock.pos)
    return next((op for op in ops if op.method in _RELEASES), None)


class _Elsewhere:
    """The locks that functions outside the tests give back without having taken them, and for whom."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._for_anybody: set[str] = set()
        self._for: set[tuple[str, str]] = set()  # lock, function that takes it
        self._by_method: dict[str, set[str]] = {}  # lock to the methods Unlock of what it is part of that release it
        self._literals: dict[str, set[str]] = {}  # declared function to those in it that lock something
        for function in context.resolved.functions:
            if function.locks is not None and function.parent:
                self._literals.setdefault(context.outermost(function.name), set()).add(function.name)
        absorbed = {
            (name, function.file)
            for function in context.resolved.functions
            if function.locks is not None
            for name in function.locks.absorbed
        }
        for function in context.resolved.functions:
            if function.locks is not None and (function.name, function.file) not in absorbed:
                for lock in function.locks.released:
                    self._note(lock, function)

    def gives_back(self, lock: str, function: str, *, some_ways: bool) -> bool:
        """Whether the lock that ``function`` leaves held may be given back by another.

        A method Unlock is for those who call its Lock: not for a function that leaves the lock held on ``some_ways``
        only, and releases it itself on others.
        """
        if lock in self._by_method and not some_ways:
            return True
        return lock in self._for_anybody or (lock, function) in self._for

    def called_on_the_way(self, function: FunctionFacts, lock: LockOp, left: LockLeft) -> bool:
        """Whether a method Unlock that releases the lock is called between its taking and a way out."""
        methods = self._by_method.get(lock.lock, ())
        edges = self._context.graph.callees.get(function.name, ()) if methods else ()
        return any(
            edge.callee in methods and edge.file == function.file and lock.pos < edge.pos < left.end for edge in edges
        )

    def caller_gives_back(self, function: str) -> bool:
        """Whether some caller of a function releases locks that it has not taken."""
        return any(
            caller.locks is not None and caller.locks.released
            for edge in self._context.graph.callers.get(function, ())
            for caller in self._context.graph.functions.get(edge.caller, ())
        )

    def _note(self, lock: str, function: FunctionFacts) -> None:
        method = function.name.rpartition(".")[2]
        if method in _RELEASES and function.receiver_type and lock.startswith(f"{function.receiver_type}."):
            self._by_method.setdefault(lock, set()).add(function.name)
            return
        takers = self._takers(lock, function.name)
        if takers:
            self._for.update((lock, taker) for taker in takers)
        else:
            self._for_anybody.add(lock)

    def _takers(self, lock: str, releaser: str) -> set[str]:
        """The functions that what ``releaser`` gives back must come from, none when it may come from any.

        They are its callers, if all are seen and take the lock themselves; for a literal the function it is in, and
        the literals there: one of them may lock (``lock := func() { … }``) what another one unlocks.
        """
        graph = self._context.graph
        parent = self._context.parent(releaser)
        if parent:
            near = {parent, *self._literals.get(self._context.outermost(releaser), ())}
            return {name for name in near if self._takes(name, lock)}
        if releaser in graph.roots:
            return set()
        edges = [edge for edge in graph.callers.get(releaser, ()) if not self._context.is_test(edge.file)]
        if any(edge.mode != "static" or not self._takes(edge.caller, lock) for edge in edges):
            return set()
        return {edge.caller for edge in edges}

    def _takes(self, name: str, lock: str) -> bool:
        return any(
            op.lock == lock and op.method not in _RELEASES
            for variant in self._context.graph.functions.get(name, ())
            if variant.locks is not None
            for op in variant.locks.ops
        )


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


def _hands_on_unlock(context: Context, function: FunctionFacts) -> bool:
    """Whether a function, or a function value that it defers, hands on the release of some lock as a value."""
    edges = context.graph.callees.get(function.name, ())
    deferred = {edge.callee for edge in edges if edge.kind == "defer" and edge.mode == "value"}
    for part in (function, *(variant for name in deferred for variant in context.graph.functions.get(name, ()))):
        values = (*(flow.source for flow in part.flows), *(arg for call in part.calls for arg in call.args))
        if any(value.endswith(_UNLOCK_VALUES) for value in values):
            return True
    return False


def _may_be_released_outside(lock: str) -> bool:
    """Whether the field or variable of a lock is one that importers can name: exported, or embedded."""
    return lock.rpartition(".")[2][:1].isupper()
