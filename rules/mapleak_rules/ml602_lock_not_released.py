"""ML602: a lock held around a map that some way out of the function does not give back."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.locks.model import Stays, UnreleasedLock
from mapleak.maps.model import AbstractMap, MapModel
from mapleak.model import Certainty, Confidence, Finding, Level, Link, MapRef, Step
from mapleak.rule import Rule
from mapleak_rules.argument import assumptions, declared, map_ref
from mapleak_rules.confidence import weigh
from mapleak_rules.wording import prose, short

BAD = """\
package p

import "sync"

var (
	mu     sync.Mutex
	prices = map[string]int{}
)

func Raise(item string) int {
	mu.Lock()
	price, ok := prices[item]
	if !ok {
		return 0
	}
	prices[item] = price + 1
	mu.Unlock()
	return price + 1
}

func Drop(item string) {
	mu.Lock()
	defer mu.Unlock()
	delete(prices, item)
}
"""

GOOD = """\
package p

import "sync"

var (
	mu     sync.Mutex
	prices = map[string]int{}
)

func Raise(item string) int {
	mu.Lock()
	defer mu.Unlock()
	price, ok := prices[item]
	if !ok {
		return 0
	}
	prices[item] = price + 1
	return price + 1
}

func Drop(item string) {
	mu.Lock()
	defer mu.Unlock()
	delete(prices, item)
}
"""


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each locking call that some way leaves without a release."""
    maps = {subject.name: subject for subject in model.maps}
    for lock in model.unreleased:
        if not lock.in_test:
            yield _finding(lock, maps.get(lock.map))


def _finding(lock: UnreleasedLock, subject: AbstractMap | None) -> Finding:
    links = _links(lock)
    confidence = weigh(RULE.confidence, links)
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        confidence=confidence,
        message=_message(lock),
        location=lock.location,
        map=map_ref(subject) if subject is not None else MapRef(lock.map, "var", "map", lock.access),
        package=_package(lock, subject),
        function=lock.function,
        trace=(
            *((declared(subject),) if subject is not None else ()),
            *_steps(lock),
            *assumptions(lock.location, links, confidence),
        ),
        remedy=_remedy(lock),
        links=links,
    )


def _package(lock: UnreleasedLock, subject: AbstractMap | None) -> str:
    return subject.package if subject is not None else lock.map.rpartition(".")[0]


def _links(lock: UnreleasedLock) -> tuple[Link, ...]:
    """How sure it is that the way exists and runs."""
    reach = Link("reach", Certainty.SURE, "running code leads to the lock")
    if not lock.reachable:
        reach = Link("reach", Certainty.UNKNOWN, "no code that runs was found to reach this place")
    way = Link("release", Certainty.SURE, "the function itself shows the way without a release")
    if lock.stays is Stays.ONE_WAY:
        way = Link("release", Certainty.LIKELY, "one of several ways to the rest of the function keeps the lock")
    elif lock.stays not in (Stays.MISMATCH, Stays.TWICE) and lock.release is None:
        way = Link("release", Certainty.LIKELY, "the function never releases the lock, and nothing else is seen to")
    return (way, reach)


def _message(lock: UnreleasedLock) -> str:
    call = f"{lock.lock}.{lock.method}"
    if lock.stays is Stays.MISMATCH:
        return f"{call} is given back by {lock.release_method}: {_mismatch(lock)}"
    name = short(lock.map)
    if lock.stays is Stays.TWICE:
        return f"defer {call}, with the lock held around {name}, locks instead of releasing: {_effect(lock)}"
    match lock.stays:
        case Stays.AGAIN:
            way = "the next turn of the loop begins"
        case Stays.ONE_WAY:
            way = "one way through the function goes on"
        case _:
            way = f"{short(lock.function)} returns"
    return f"{call}, held around {name}, is not released when {way}: {_effect(lock)}"


def _mismatch(lock: UnreleasedLock) -> str:
    if lock.release_method == "Unlock":
        return "unlocking for writing what is locked for reading stops the whole process"
    return "unlocking for reading what is locked for writing stops the whole process"


def _effect(lock: UnreleasedLock) -> str:
    if lock.stays is Stays.TWICE and lock.method == "Lock":
        return "it waits for itself for ever"
    if lock.method == "RLock":
        return "the next writer waits for ever, and every reader after it"
    if lock.stays is Stays.AGAIN:
        return "it waits for itself for ever"
    return "whoever locks it next waits for ever"


def _steps(lock: UnreleasedLock) -> Iterator[Step]:
    twice = lock.stays is Stays.TWICE
    yield Step(
        lock.location,
        "this call comes when the function returns" if twice else f"{short(lock.function)} takes the lock here",
    )
    held = "is read or written while it is held" if lock.access_here else "is guarded by the same lock here"
    yield Step(lock.access, f"{short(lock.map)} {held}")
    if lock.release is not None:
        yield Step(lock.release, "another way releases it here")
    match lock.stays:
        case Stays.MISMATCH:
            yield Step(lock.way_out, f"and {lock.release_method} is called for a lock taken by {lock.method}")
        case Stays.AGAIN:
            yield Step(lock.way_out, "this way goes back to the start of the loop with the lock held")
        case Stays.ONE_WAY:
            yield Step(lock.way_out, "one way comes here with the lock held, and nothing after it releases it")
        case Stays.RETURN | Stays.TWICE:
            yield Step(lock.way_out, "this way leaves the function with the lock held")


def _remedy(lock: UnreleasedLock) -> str:
    release = "RUnlock" if lock.method == "RLock" else "Unlock"
    if lock.stays is Stays.MISMATCH:
        return f"release it with {release}"
    if lock.stays is Stays.TWICE:
        return f"write defer {lock.lock}.{release}()"
    if lock.stays is Stays.AGAIN:
        return (
            f"call {lock.lock}.{release}() before this way goes on, or put the locked part into a function of its own"
        )
    return f"write defer {lock.lock}.{release}() right after the lock is taken, or release it on this way as well"


RULE = Rule(
    id="ML602",
    name="lock-not-released",
    summary="A way out of a function leaves a lock held that guards a map.",
    rationale=prose("""
        A `sync.Mutex` belongs to no goroutine: nothing releases it but a call of `Unlock`. If one way through a
        function leaves it held, everything that takes it afterwards waits for ever, the same goroutine too. The
        program does not crash for it: the runtime reports a deadlock only when every goroutine waits.

        After a read lock that is left held, other readers go on. The first call of `Lock` waits for ever, and so does
        every `RLock` that comes after it. What waits keeps its memory: goroutines pile up, each with what it refers to.
        The map itself does not leak.

        A deferred call that locks (`defer mu.RLock()` where `defer mu.RUnlock()` was meant) releases nothing. With
        `Lock` the function never returns: it waits for itself.

        An `RWMutex` that is locked with `RLock` and released with `Unlock`, or the reverse, stops the process with
        `fatal error: sync: Unlock of unlocked RWMutex` (or `RUnlock`), which `recover` does not catch. If others
        are waiting for the lock at that moment, nothing is said, and the count of who holds it is wrong from then on.
    """),
    not_reported=prose("""
        Locks that another function releases: a helper, a method called at the end, a closure that is returned or
        handed on. A method `Unlock` is such a function only for those that return with the lock held on every way.
        Functions that leave with the lock held on every way, where callers may release it. Ways that end in
        a panic or end the process. A lock that is taken under a condition and released under the same condition later.
        A mutex that is a parameter, unless the function releases it itself on another way. Locks that are taken through
        a `Lock` method of your own types, or of other libraries, whose `Lock` may fail; `TryLock`. A lock that
        `continue` leaves held where each turn of the loop may lock that of another object (`for _, s := range shards`):
        to lock them all may be what is meant. Tests.
    """),
    remedy=prose("""
        Write `defer mu.Unlock()` right after `mu.Lock()`. Where the lock should not be held until the end of the
        function, or in a loop, put the locked part into a function of its own, with a `defer` in it.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.ERROR,
    confidence=Confidence.HIGH,
    precision="high",
    tags=("concurrency", "map", "deadlock"),
    cwe=667,
    check=check,
)
