"""Maps that one goroutine may write while another reads or writes them.

That a program is concurrent is seen everywhere; that two goroutines really meet at one map hardly ever. So a map is
suspected only where the program itself says so:

* ``missed-lock``: at most places a lock is held, so the map is shared; at this one it is not, and nor is any other.
* ``read-lock``: the lock is held, but for reading, which lets others in.
* ``goroutines``: a loop starts goroutines that write a map made before the loop, and no lock is in sight.
* ``handlers``: a handler writes a package variable, and no lock is held on the way there.
* ``background``: a handler reads a package variable that the loop of a goroutine writes, and no lock is in sight.

What runs before the map is shared never counts: package initialisers, start-up code, constructors of the map's owner
and methods that only they call, what a sync.Once guards. Nor does a function that is called with the lock held
wherever it is called, or says so by its name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from mapleak.callgraph.knowledge import is_handler_shaped
from mapleak.maps.census import Census, Subject
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.knowledge import SHUTDOWN_NAMES, first_word
from mapleak.maps.lives.goroutine_loops import bodies, find_serving
from mapleak.maps.locks.accesses import Access, accesses
from mapleak.maps.locks.guards import Guards, Held, Way
from mapleak.maps.locks.model import Unguarded, UnguardedAccess
from mapleak.maps.removal.emptying import ends_owner, makes_owner, owner_of
from mapleak.resolve.model import FunctionFacts, GoFact

_FORMS = frozenset({"assign", "op_assign", "inc_dec", "range_assign", "delete", "clear", "index", "range"})
"""What the runtime checks: built-in operations of built-in maps."""

_ROOT = re.compile(r"\w+")

_LEAST_GUARDED = 2
"""Functions that must hold a lock at the map before it counts as the map's."""

_GUARDED_PER_UNGUARDED = 2
"""How many of them there must be for each function that does not."""


@dataclass(frozen=True, slots=True)
class _Site:
    function: FunctionFacts
    access: Access
    held: tuple[Held, ...]


def find_unguarded(context: Context, census: Census) -> tuple[UnguardedAccess, ...]:
    """All maps that goroutines may meet at, one access each, in source order."""
    guards = Guards(context)
    sites = _sites(context, guards)
    found: dict[str, UnguardedAccess] = {}
    background = frozenset(find_serving(context))
    for node in sorted(sites):
        subject = census.subjects.get(node)
        if subject is None or subject.kind not in ("var", "field", "element"):
            continue
        race = _read_locked(context, guards, subject, sites[node]) or _missed(context, guards, subject, sites[node])
        race = race or _handled(context, guards, subject, sites[node], background)
        if race is not None:
            found[node] = race
    for race in _goroutines(context, guards, census):
        found.setdefault(race.map, race)
    return tuple(sorted(found.values(), key=lambda race: (race.location, race.map)))


def _sites(context: Context, guards: Guards) -> dict[str, list[_Site]]:
    """By map, its accesses outside tests, in source order."""
    found: dict[str, list[_Site]] = defaultdict(list)
    for function in context.resolved.functions:
        if not (function.ops or function.reads) or context.is_test(function.file):
            continue
        for access in accesses(function):
            if access.form in _FORMS and access.node:
                found[access.node].append(_Site(function, access, guards.at(function, access.pos)))
    for sites in found.values():
        sites.sort(key=lambda site: (site.function.file, site.access.pos))
    return found


def _serving(context: Context, subject: Subject, sites: Sequence[_Site]) -> list[_Site]:
    """The accesses that others may run beside: not those before the map is shared, nor after its owner's end."""
    owner = _owner(context, subject)
    made: dict[str, bool] = {}
    kept = []
    for site in sites:
        name = site.function.name
        if name not in made:
            outer = context.graph.functions.get(context.outermost(name), (site.function,))[0]
            made[name] = (
                not context.reach(name).reachable
                or context.reach(name).startup_only
                or makes_owner(context, outer, owner)
                or first_word(context.outermost(name)) in SHUTDOWN_NAMES
                or ends_owner(context, site.function, owner if subject.kind != "var" else "")
            )
        once = "once" in site.access.guards or "off" in site.access.guards
        if not (made[name] or once or context.guarded_once(site.function, site.access.pos, owner)):
            kept.append(site)
    return kept


# --- a lock that is missed ------------------------------------------------------------------------


def _missed(context: Context, guards: Guards, subject: Subject, sites: Sequence[_Site]) -> UnguardedAccess | None:
    """An access without the lock that is held at most others."""
    if not any(site.held for site in sites):
        return None
    serving = _serving(context, subject, sites)
    lock = _lock_of(serving)
    if (
        not lock
        or not _belongs(lock, owner_of(subject), _owner(context, subject), subject.node)
        or not any(site.access.writes for site in serving)
    ):
        return None
    owner = _owner(context, subject)
    with_lock = [site for site in serving if any(h.lock == lock for h in site.held)]
    without: list[tuple[_Site, Way]] = []
    called_with: list[_Site] = []
    for site in serving:
        if site.held or guards.named_locked(site.function.name) or not _of_owner(context, site, owner, with_lock):
            continue
        way = guards.way_without(site.function, "", owner)
        if way is not None:
            without.append((site, way))
        elif guards.way_without(site.function, lock, owner) is None:
            called_with.append(site)
    guarded = len(with_lock) + len(called_with)
    holding = _functions([*with_lock, *called_with])
    missing = _functions([site for site, _ in without])
    if len(_functions(with_lock)) < _LEAST_GUARDED or len(holding) < _GUARDED_PER_UNGUARDED * len(missing):
        return None
    for site, way in sorted(without, key=lambda found: not found[0].access.writes):
        other = _meets(site, with_lock)
        if other is not None:
            counts = (guarded, len(without))
            return _race(context, subject.node, Unguarded.MISSED_LOCK, site, other, lock, counts, way)
    return None


def _functions(sites: Iterable[_Site]) -> set[str]:
    return {site.function.name for site in sites}


def _of_owner(context: Context, site: _Site, owner: str, others: Sequence[_Site]) -> bool:
    """Whether an access is to the map of the object at hand: in a method of the map's owner, through its receiver.

    Elsewhere it may be one of an object that was just made, or is nobody else's yet.
    """
    if not owner:
        return True
    outer = context.graph.functions.get(context.outermost(site.function.name), (site.function,))[0]
    if outer.receiver_type != owner and owner in context.types:
        return False
    roots = {_root(other.access.text) for other in others if other.access.text}
    return not site.access.text or not roots or _root(site.access.text) in roots


def _root(text: str) -> str:
    """The variable that an expression begins with: ``s`` of ``(*s).m``."""
    match = _ROOT.search(text)
    return match[0] if match else ""


def _lock_of(sites: Sequence[_Site]) -> str:
    """The lock that is held, for sure, at most of the places."""
    count = Counter(lock for site in sites for lock in {h.lock for h in site.held if h.certain})
    return min(count, key=lambda lock: (-count[lock], lock), default="")


def _meets(site: _Site, others: Sequence[_Site]) -> _Site | None:
    """A guarded access in another function that must not happen at the same time, a write if there is one."""
    apart = [other for other in others if other.function.name != site.function.name]
    writes = next((other for other in apart if other.access.writes), None)
    return writes or (next(iter(apart), None) if site.access.writes else None)


# --- written under a lock for reading -------------------------------------------------------------


def _read_locked(context: Context, guards: Guards, subject: Subject, sites: Sequence[_Site]) -> UnguardedAccess | None:
    """A write under RLock of the map's own lock, taken here or by a caller, with no other lock held."""
    writes = [(site, guards.read_locks(site.function, site.access.pos)) for site in sites if site.access.writes]
    suspects = [(site, found) for site, found in writes if found is not None]
    if not suspects:
        return None
    serving = _serving(context, subject, sites)
    owner = _owner(context, subject)
    for site, (locks, calls, holder) in suspects:
        lock = next((lock for lock in locks if _belongs(lock, owner_of(subject), owner, subject.node)), "")
        with_lock = [s for s in serving if any(h.lock == lock for h in s.held)]
        if site not in serving or not lock:
            continue
        if not calls and owner in context.types and _root(site.access.text) != _root(_spelled(holder, lock)):
            continue  # the lock of one object, the map of another
        way = guards.way_without(holder, "", owner)
        if way is None or guards.named_locked(site.function.name):
            continue
        if way.together == "exported" and len(_functions(with_lock)) < _LEAST_GUARDED:
            continue  # nothing shows that the object is used by more than one goroutine
        way = replace(way, calls=(*way.calls, *calls))
        other = _meets(site, with_lock) or site
        return _race(context, subject.node, Unguarded.READ_LOCK, site, other, lock, (0, len(suspects)), way)
    return None


def _belongs(lock: str, holder: str, owner: str, node: str) -> bool:
    """Whether a lock is a field of what holds the map, or of the type around that, or a variable beside it."""
    place = lock.rpartition(".")[0]
    return place in (holder, owner) if holder else place == node.rpartition(".")[0]


def _owner(context: Context, subject: Subject) -> str:
    """The type or variable that holds a map; for a struct without a name in a type that type."""
    owner = owner_of(subject)
    around = owner.rpartition(".")[0]
    return around if owner not in context.types and around in context.types else owner


# --- no lock at all -------------------------------------------------------------------------------


def _handled(
    context: Context, guards: Guards, subject: Subject, sites: Sequence[_Site], background: frozenset[str]
) -> UnguardedAccess | None:
    """A package variable that a handler writes, or that it reads while a goroutine's loop writes, without a lock."""
    if subject.kind != "var":
        return None
    serving = [site for site in _serving(context, subject, sites) if not site.held]
    found: list[tuple[_Site, Way]] = []
    for site in serving:
        way = guards.way_without(site.function, "", "")
        if way is not None and _is_handler(context, way.entry) and way.together == "callback":
            found.append((site, way))
    counts = (0, len(serving))
    for site, way in found:
        if site.access.writes and not guards.named_locked(site.function.name):
            return _race(context, subject.node, Unguarded.HANDLERS, site, site, "", counts, way)
    looping = [site for site in sites if not site.held and _in_background(site, background)]
    for site, way in found:
        other = next((other for other in looping if other.access.writes), None)
        if other is not None:
            return _race(context, subject.node, Unguarded.BACKGROUND, site, other, "", counts, way)
    return None


def _in_background(site: _Site, background: frozenset[str]) -> bool:
    """Whether an access is made again and again by a goroutine that goes on while the program serves."""
    return site.function.name in background and inside_endless_loop(site.function, site.access.pos)


def _is_handler(context: Context, name: str) -> bool:
    return any(is_handler_shaped(variant.signature) for variant in context.graph.functions.get(name, ()))


def _goroutines(context: Context, guards: Guards, census: Census) -> Iterator[UnguardedAccess]:
    """Writes of goroutines that a loop starts to a map that is older than the loop."""
    for function in context.resolved.functions:
        started = [go for go in function.gos if go.loop_pos >= 0 and go.closure_pos >= 0 and go.captured]
        if not started or context.is_test(function.file) or not context.reach(function.name).reachable:
            continue
        for go in started:
            for body in bodies(context, function, go):
                yield from _of_loop(context, guards, census, function, go, body)


def _of_loop(
    context: Context, guards: Guards, census: Census, function: FunctionFacts, go: GoFact, body: FunctionFacts
) -> Iterator[UnguardedAccess]:
    for access in accesses(body):
        variable = context.variables.get(access.node)
        if not access.writes or access.node not in go.captured or access.form not in _FORMS or variable is None:
            continue
        own = variable.function == function.name and variable.pos >= go.loop_pos
        if own or variable.kind not in ("local", "param", "var") or guards.at(body, access.pos):
            continue
        site = _Site(body, access, ())
        way = Way(function.name, "goroutine", ())
        maps = census.maps_of(access.node)
        yield _race(
            context, maps[0] if maps else access.node, Unguarded.GOROUTINES, site, site, "", (0, 1), way, (go, function)
        )


# --- what is said ---------------------------------------------------------------------------------


def _race(
    context: Context,
    node: str,
    kind: Unguarded,
    site: _Site,
    other: _Site,
    lock: str,
    counts: tuple[int, int],
    way: Way,
    started: tuple[GoFact, FunctionFacts] | None = None,
) -> UnguardedAccess:
    function, access = site.function, site.access
    calls = tuple(context.location(edge.file, edge.pos, edge.end) for edge in way.calls)
    if started is not None:
        calls = (context.location(started[1].file, started[0].pos, started[0].end),)
    return UnguardedAccess(
        map=node,
        kind=kind,
        writes=access.writes,
        lock=_spelled(other.function, lock),
        location=context.location(function.file, access.pos, access.end),
        other=None if other is site else context.location(other.function.file, other.access.pos, other.access.end),
        other_writes=other.access.writes,
        other_function=other.function.name,
        guarded=counts[0],
        unguarded=counts[1],
        entry=way.entry,
        together=way.together,
        way=calls,
        function=function.name,
        in_test=context.is_test(function.file),
        generated=context.is_generated(function.file),
    )


def _spelled(function: FunctionFacts, lock: str) -> str:
    """The lock as a function that holds it writes it; a promoted one by its name alone."""
    ops = function.locks.ops if function.locks is not None else ()
    return next((op.text for op in ops if op.lock == lock), re.sub(r".*/", "", lock))
