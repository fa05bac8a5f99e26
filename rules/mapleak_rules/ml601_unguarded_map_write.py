"""ML601: a map that one goroutine may write while another reads or writes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from mapleak.maps.locks.model import ALONE, ONCE, PASSING, SIDE_BY_SIDE, UNCALLED, Unguarded, UnguardedAccess
from mapleak.maps.model import AbstractMap, MapModel
from mapleak.model import Certainty, Confidence, Finding, Level, Link, MapRef, Step
from mapleak.rule import Rule
from mapleak_rules.argument import assumptions, declared, map_ref
from mapleak_rules.confidence import weigh
from mapleak_rules.wording import plural, prose, short

BAD = """\
package p

import "sync"

type Stock struct {
	mu    sync.RWMutex
	items map[string]int
}

func (s *Stock) Add(item string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[item] += n
}

func (s *Stock) Of(item string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.items[item]
}

func (s *Stock) Drop(item string) {
	delete(s.items, item)
}
"""

GOOD = """\
package p

import "sync"

type Stock struct {
	mu    sync.RWMutex
	items map[string]int
}

func (s *Stock) Add(item string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.items[item] += n
}

func (s *Stock) Of(item string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.items[item]
}

func (s *Stock) Drop(item string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.items, item)
}
"""


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each map that goroutines may meet at."""
    maps = {subject.name: subject for subject in model.maps}
    for race in model.unguarded:
        if not race.in_test:
            yield _finding(race, maps.get(race.map))


def _finding(race: UnguardedAccess, subject: AbstractMap | None) -> Finding:
    links = _links(race)
    confidence = weigh(RULE.confidence, links)
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        confidence=confidence,
        message=_message(race),
        location=race.location,
        map=map_ref(subject) if subject is not None else MapRef(race.map, "var", "map", race.location),
        package=subject.package if subject is not None else race.map.rpartition(".")[0],
        function=race.function,
        trace=(
            *((declared(subject),) if subject is not None else ()),
            *_steps(race),
            *assumptions(race.location, links, confidence),
        ),
        remedy=_remedy(race),
        links=links,
    )


def _links(race: UnguardedAccess) -> tuple[Link, ...]:
    """How sure it is that the access is without a lock, and that others happen at the same time."""
    guard = Link("guard", Certainty.SURE, "the source shows that nothing keeps the goroutines apart")
    if race.kind is Unguarded.OTHER_LOCK:
        guard = Link("guard", Certainty.LIKELY, "that the two locks are ever held together is seen nowhere")
    told = race.kind is Unguarded.MISSED_LOCK and race.proof not in (SIDE_BY_SIDE, ONCE)
    if told:
        reason = f"that the map needs the lock is read off the {race.guarded} places that hold it"
        guard = Link("guard", Certainty.LIKELY, reason)
    meeting = Link("meeting", Certainty.SURE, "goroutines or handlers that run side by side lead to it")
    if race.together == "exported":
        meeting = Link("meeting", Certainty.LIKELY, "only importers that are not seen may call it from two goroutines")
    if race.proof == PASSING:
        certainty = Certainty.ASSUMED if race.together == "exported" else Certainty.LIKELY
        meeting = Link("meeting", certainty, "such objects are made again and again: goroutines may share one, or none")
    if race.proof == ALONE:
        reason = "nothing in this tree calls it, and all such objects in it die with the call that makes them"
        meeting = Link("meeting", Certainty.UNKNOWN, reason)
    if race.proof == UNCALLED:
        meeting = Link("meeting", Certainty.ASSUMED, "nothing in this program calls it, or makes what it is called on")
    if race.proof == ONCE:
        meeting = Link("meeting", Certainty.ASSUMED, "one side does it once, perhaps before the others begin")
    access = Link("access", Certainty.SURE, "it is a write, or meets one")
    if not race.writes and (told or race.kind is Unguarded.READ_LOCK):
        access = Link("access", Certainty.LIKELY, "it is a read: harmless where only the goroutine that writes does it")
    return (guard, meeting, access)


def _message(race: UnguardedAccess) -> str:
    return f"{_what(race)}: goroutines that meet at the map stop the whole process"


def _what(race: UnguardedAccess) -> str:
    name, done = short(race.map), "written" if race.writes else "read"
    match race.kind:
        case Unguarded.MISSED_LOCK if race.writes:
            hold = "holds" if race.guarded == 1 else "hold"
            return f"{name} is written without {race.lock}, which {plural(race.guarded, 'other place')} {hold}"
        case Unguarded.MISSED_LOCK:
            return f"{name} is read without {race.lock}, which is held where it is written"
        case Unguarded.READ_LOCK:
            return f"{name} is written under {race.lock}.RLock, which others hold at the same time"
        case Unguarded.COPIED_LOCK:
            return f"{name} is {done} under {race.lock or 'a lock'} of a copy: every call locks a mutex of its own"
        case Unguarded.OTHER_LOCK:
            return f"{name} is {done} under {race.held} here and accessed under {race.lock} elsewhere"
        case Unguarded.LOOP:
            return f"{name} is {done} without a lock while the loop of a goroutine {_does(race.other_writes)} it"
        case Unguarded.STARTED if race.together == "timer":
            return f"{name} is {done} by a timer's goroutine without a lock, and by what sets the timer"
        case Unguarded.STARTED:
            return f"{name} is {done} by a goroutine without a lock, and by what starts it"
        case Unguarded.BOTH:
            return f"{name} is {done} without a lock by two goroutines that run side by side"
        case Unguarded.GOROUTINES:
            return f"{name} is written without a lock by all the goroutines that a loop starts"
        case Unguarded.HANDLERS:
            return f"{name} is written without a lock by {_handlers(race).rstrip(',')}"
        case Unguarded.BACKGROUND:
            return f"{name} is read without a lock by {_handlers(race)} while a goroutine writes it"
    assert_never(race.kind)


def _handlers(race: UnguardedAccess) -> str:
    """Handlers that the program registers, or one that importers may."""
    if race.together == "exported":
        return f"{short(race.entry)}, which servers would run for several requests at once,"
    return "handlers that run side by side"


def _does(writes: bool) -> str:
    return "writes" if writes else "reads"


def _steps(race: UnguardedAccess) -> Iterator[Step]:
    """The access, what it may meet, and how it is reached."""
    yield Step(race.location, f"{short(race.function)} {_does(race.writes)} it here")
    if race.other is not None:
        held = race.kind in (Unguarded.MISSED_LOCK, Unguarded.OTHER_LOCK)
        lock = f" with {race.lock} held" if held else ""
        yield Step(
            race.other, f"{short(race.other_function)} {_does(race.other_writes)} it{lock}, perhaps at the same time"
        )
    for i, call in enumerate(race.way):
        if i == 0 and race.together == "timer":
            yield Step(call, "the timer is set here")
        elif i == 0 and (race.together == "goroutine" or race.kind is Unguarded.LOOP):
            yield Step(call, "a goroutine starts here")
        else:
            yield Step(call, "this call leads there without the lock")
    if race.together == "callback":
        yield Step(race.location, f"{short(race.entry)} is called from outside, for several events at once")


def _remedy(race: UnguardedAccess) -> str:
    if race.kind is Unguarded.READ_LOCK:
        return f"take {race.lock}.Lock for what writes"
    if race.kind is Unguarded.COPIED_LOCK:
        return "give the method a pointer receiver, or the function a pointer: then all calls lock the same mutex"
    if race.kind is Unguarded.OTHER_LOCK:
        return f"hold one of the two, {race.held} or {race.lock}, at every access"
    if race.kind is Unguarded.MISSED_LOCK:
        return f"hold {race.lock} here as well"
    return "hold one sync.Mutex at every read and write of the map, or let one goroutine alone have it"


RULE = Rule(
    id="ML601",
    name="unguarded-map-write",
    summary="A map is written by one goroutine while others may read or write it.",
    rationale=prose("""
        Built-in maps are not made for use by several goroutines at once. Every operation looks for another one that is
        writing at that moment; if it finds one, the runtime stops the process with `fatal error: concurrent map writes`
        (or `concurrent map read and map write`, or `concurrent map iteration and map write`). That is no panic:
        `recover` does not catch it, and all other work of the process ends with it. Whether the map is growing does not
        matter.

        The look is no guarantee: writes that do not overlap in time pass unnoticed, for years perhaps, until the load
        is higher. Nothing leaks; this is a crash that waits for its moment. The race detector (`go test -race`) sees
        it earlier, in what the tests run.

        A lock for reading does not help what writes: `RLock` lets in all others that hold it for reading. Two locks do
        not help either, where one is held here and the other there. And a mutex in a receiver or parameter that is
        passed by value is copied with it: every call locks its own, while the map is the same for all (`go vet` reports
        such a copy, too).
    """),
    not_reported=prose("""
        What runs before anybody else has the map: package initialisers, constructors, start-up code, what a `sync.Once`
        guards. Functions that all callers call with the lock held, or whose name (`dropLocked`) or comment ("the caller
        must hold s.mu") says so. Maps that nothing guards and that no two goroutines are seen to share. `sync.Map`,
        which needs none. Tests, and what only tests, examples and tools of the repository run. Writes under the lock
        that only methods lead to which frameworks call of all their parts before any of them serves (`Init`, `Setup`,
        `PreRun`): nobody else is there yet.

        Handlers of requests, timers, goroutines that go on and the loop that `main` ends in are seen to run beside each
        other: there one access without a lock is enough. Where only importers could call two methods at once, the lock
        must be held for writing in one function (one that registers things, by its name, does not count: that comes
        first), by no fewer functions than go without it, and what waits for goroutines first (`WaitGroup.Wait`) or
        works on an object that it has made itself is left out; confidence is medium, and low for objects that are made
        again and again, or where nothing in the tree of a program calls the function and all objects of the kind die
        with the call that makes them. A field without its lock counts in methods of its type, and elsewhere where a
        package variable holds the object.

        A function literal that is sent on a channel or stored runs where it is taken from there. That several
        goroutines take from one channel of functions is not seen. A channel that a function sends to and receives from
        counts as a lock unless it is made with a constant that gives it room for several; so does a semaphore. What
        goroutines of a loop write only if their item equals something may be written by one of them. Of such goroutines
        the function that they run is looked into, and what a literal calls by name: not what that calls in turn, no
        function values (`add := func() { … }`), no field of a local variable that the literal itself writes
        (`t.m[k]++`); a mutex that each of them has for itself counts as a lock. Other goroutines are compared with
        their starter, or the next one, only by what literals access themselves; one that waits before it comes to the
        map, were it only in `time.Sleep`, is taken to come after the others. Only the built-in operations are looked
        at, and ways of at most a few calls. A handler that a middleware has wrapped is one; that the middleware holds a
        lock around it is seen where it calls a function, not an `http.Handler`.
    """),
    remedy=prose("""
        Hold one `sync.Mutex` (or a `sync.RWMutex`, for writing) at every access, range loops included; or let one
        goroutine alone have the map and send it what is to be done; or, for keys that are written once and read often,
        take a `sync.Map`.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.ERROR,
    confidence=Confidence.HIGH,
    precision="medium",
    tags=("concurrency", "map", "data-race"),
    cwe=362,
    check=check,
)
