"""Maps that one goroutine may write while another reads or writes them.

That a program is concurrent is seen everywhere; that two goroutines really meet at one map hardly ever. So a map is
suspected only where the program itself says so: by the locks that guard it elsewhere (mapleak.maps.locks.under_locks),
by handlers (handlers), goroutines and timers that go on beside each other (without_locks), or by goroutines that one
function starts (loops).

What runs before the map is shared never counts: package initialisers, start-up code, constructors of the map's owner
and methods that only they call, what a sync.Once guards. Nor does a function that is called with the lock held
wherever it is called, or says so by its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from mapleak.maps.census import Census
from mapleak.maps.closed_world import is_program
from mapleak.maps.context import Context
from mapleak.maps.lives.unmade import makers_by_type, unmade
from mapleak.maps.locks.background import Background
from mapleak.maps.locks.guards import Guards, spelled
from mapleak.maps.locks.handlers import Handled
from mapleak.maps.locks.loops import find_in_functions
from mapleak.maps.locks.model import ALONE, PASSING, PLAIN, SIDE_BY_SIDE, UNCALLED, Unguarded, UnguardedAccess
from mapleak.maps.locks.sites import Race, collect_sites, shared
from mapleak.maps.locks.under_locks import find_under_locks
from mapleak.maps.locks.without_locks import Unlocked
from mapleak.maps.model import AbstractMap, Lifetime
from mapleak.maps.removal.emptying import owner_of
from mapleak.resolve.model import FunctionFacts

_EMBEDDED = frozenset({"Mutex", "RWMutex"})
"""Names of locks that are embedded."""


def find_unguarded(context: Context, census: Census, maps: Mapping[str, AbstractMap]) -> tuple[UnguardedAccess, ...]:
    """All maps that goroutines may meet at, one access each, in source order."""
    guards = Guards(context)
    sites = collect_sites(context, guards)
    background = Background(context, guards)
    makers = makers_by_type(context)
    handled = Handled(context, guards, background, maps, makers)
    unlocked = Unlocked(context, guards, background)
    found: dict[str, Race] = {}
    for node in sorted(sites):
        subject = census.subjects.get(node)
        if subject is None or subject.kind not in ("var", "field", "element"):
            continue
        fact = context.types.get(owner_of(subject)) if subject.kind == "field" else None
        nobody = fact is not None and unmade(context, makers.get(fact.name, ()), fact) is not None
        together = shared(context, guards, subject, sites[node])
        race = find_under_locks(context, guards, together)
        if race is None or race.kind is Unguarded.MISSED_LOCK:
            race = _surer(race, handled.find(together)) or unlocked.find(together)
        if race is not None and race.proof == PLAIN and subject.kind != "var" and not _lasts(maps.get(node)):
            race = replace(race, proof=PASSING)
        if race is not None and race.way.together == "exported" and _is_local(context, maps.get(node)):
            race = replace(race, proof=ALONE)
        elif race is not None and (nobody or _is_uncalled(context, guards, race, together.owner)):
            race = replace(race, proof=UNCALLED)
        if race is not None:
            found[node] = race
    for race in find_in_functions(context, guards, census):
        found.setdefault(race.node, race)
    told = (_access(context, race) for race in found.values())
    return tuple(sorted(told, key=lambda access: (access.location, access.map)))


def _lasts(subject: AbstractMap | None) -> bool:
    """Whether a map is believed to be there for as long as the process: of others each user may have one."""
    return subject is not None and subject.lifetime is Lifetime.PROCESS


def _is_local(context: Context, subject: AbstractMap | None) -> bool:
    """Whether a map dies with the call that makes its owner wherever one is made, and all who make one are seen."""
    if subject is None or subject.kind == "var" or subject.lifetime is not Lifetime.CALL:
        return False
    return is_program(subject.package, context.programs)


def _is_uncalled(context: Context, guards: Guards, race: Race, owner: str) -> bool:
    """Whether all ways to an access without a lock begin at functions of a program that nothing calls or names."""
    if race.way.together != "exported" or not context.left_to_importers(race.way.entry):
        return False
    return all(context.left_to_importers(way.entry) for way in guards.ways(race.site.function, owner))


def _surer(missed: Race | None, handled: Race | None) -> Race | None:
    """What the locks held elsewhere tell, and what handlers do: together, where both are about one function."""
    if missed is None or handled is None:
        return missed or handled
    together = missed.site.function.name == handled.site.function.name
    return replace(missed, proof=handled.proof or SIDE_BY_SIDE) if together else missed


def _access(context: Context, race: Race) -> UnguardedAccess:
    function, access = race.site.function, race.site.access
    other = race.other
    alone = other is race.site
    calls = tuple(context.location(edge.file, edge.pos, edge.end) for edge in race.way.calls)
    return UnguardedAccess(
        map=race.node,
        kind=race.kind,
        writes=access.writes,
        lock=_shown(other.function, race.lock),
        location=context.location(function.file, access.pos, access.end),
        other=None if alone else context.location(other.function.file, other.access.pos, other.access.end),
        other_writes=other.access.writes,
        other_function=other.function.name,
        guarded=race.counts[0],
        unguarded=race.counts[1],
        entry=race.way.entry,
        together=race.way.together,
        way=race.steps or calls,
        function=function.name,
        in_test=context.is_test(function.file),
        generated=context.is_generated(function.file),
        held=_shown(function, race.other_lock),
        proof=race.proof,
    )


def _shown(function: FunctionFacts, lock: str) -> str:
    """A lock as a function writes it, ``s.RWMutex`` where that is embedded and the function says ``s.Lock()``; one that
    another function takes by its name alone."""
    text = spelled(function, lock)
    if not text:
        return re.sub(r".*/", "", lock)
    own = lock.rpartition(".")[2]
    return f"{text}.{own}" if own in _EMBEDDED and not text.endswith(own) else text
