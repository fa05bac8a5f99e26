"""The places where a map is accessed, each with the locks that are held there, and which of them may meet others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from mapleak.maps.census import Subject
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.knowledge import SHUTDOWN_NAMES, first_word
from mapleak.maps.locks.accesses import Access, accesses
from mapleak.maps.locks.guards import Guards, Held, Way, root, runs_on
from mapleak.maps.locks.model import Unguarded
from mapleak.maps.removal.emptying import ends_owner, makes_owner, owner_of
from mapleak.model import Location
from mapleak.resolve.model import FunctionFacts

FORMS = frozenset({"assign", "op_assign", "inc_dec", "range_assign", "delete", "clear", "index", "range"})
"""What the runtime checks: built-in operations of built-in maps."""


class Site(msgspec.Struct, frozen=True):
    """An access, or a call that leads to one."""

    function: FunctionFacts
    access: Access
    held: tuple[Held, ...]

    def holds(self, lock: str) -> bool:
        return any(held.lock == lock for held in self.held)


class Race(msgspec.Struct, frozen=True):
    """``site`` may be accessed while ``other`` is, as the fields of mapleak.maps.locks.model.UnguardedAccess say.

    ``lock`` is the node of the lock in question, ``counts`` how many places hold it and how many do not; ``steps`` are
    the calls that lead to ``site`` where ``way`` does not list them.
    """

    node: str
    kind: Unguarded
    site: Site
    other: Site
    way: Way
    lock: str = ""
    other_lock: str = ""
    counts: tuple[int, int] = (0, 0)
    steps: tuple[Location, ...] = ()
    proof: str = ""


class Shared(msgspec.Struct, frozen=True):
    """A map with its accesses: all of them, and those that may happen while others have the map as well."""

    subject: Subject
    owner: str  # the type or variable that holds it
    sites: Sequence[Site]
    serving: Sequence[Site]

    @property
    def node(self) -> str:
        return self.subject.node


def collect_sites(context: Context, guards: Guards) -> dict[str, list[Site]]:
    """By map, its accesses outside tests, in source order."""
    found: dict[str, list[Site]] = defaultdict(list)
    for function in context.resolved.functions:
        if not (function.ops or function.reads) or context.is_test(function.file):
            continue
        for access in accesses(function):
            if access.form in FORMS and access.node:
                found[access.node].append(Site(function, access, guards.at(function, access.pos)))
    for sites in found.values():
        sites.sort(key=lambda site: (site.function.file, site.access.pos))
    return found


def shared(context: Context, guards: Guards, subject: Subject, sites: Sequence[Site]) -> Shared:
    """The accesses of a map; ``serving`` are not those before it is shared, nor those after its owner's end, nor what
    only tests, examples and tools of the repository run (maps.support). What a goroutine's loop without an end does is
    not before anything."""
    owner = owner_type(context, subject)
    sites = [_with_lasting(context, guards, subject, owner, site) for site in sites]
    first: dict[str, bool] = {}
    kept = []
    for site in sites:
        name = site.function.name
        if name not in first:
            first[name] = _comes_first(context, subject, owner, site.function)
        beside = inside_endless_loop(site.function, site.access.pos) and runs_on(context, name)
        runs = context.reach(name).reachable and context.outermost(name) not in context.supporting
        once = "once" in site.access.guards or "off" in site.access.guards
        once = once or context.guarded_once(site.function, site.access.pos, owner)
        if runs and not once and (beside or not first[name]):
            kept.append(site)
    return Shared(subject, owner, sites, kept)


def _comes_first(context: Context, subject: Subject, owner: str, function: FunctionFacts) -> bool:
    """Whether a function runs before others have the map, or after that."""
    outer = context.graph.functions.get(context.outermost(function.name), (function,))[0]
    return (
        context.reach(function.name).startup_only
        or makes_owner(context, outer, owner)
        or first_word(context.outermost(function.name)) in SHUTDOWN_NAMES
        or ends_owner(context, function, owner if subject.kind != "var" else "")
    )


def _with_lasting(context: Context, guards: Guards, subject: Subject, owner: str, site: Site) -> Site:
    """An access without the locks that each call has for itself, where all calls have the map."""
    outlives = subject.kind == "var" or of_owner(context, site, owner, ())
    held = guards.lasting(site.function, site.held) if outlives else site.held
    return site if len(held) == len(site.held) else replace(site, held=held)


def owner_type(context: Context, subject: Subject) -> str:
    """The type or variable that holds a map; for a struct without a name in a type that type."""
    owner = owner_of(subject)
    around = owner.rpartition(".")[0]
    return around if owner not in context.types and around in context.types else owner


def of_owner(context: Context, site: Site, owner: str, others: Sequence[Site]) -> bool:
    """Whether an access is to the map of the object at hand: in a method of the map's owner, through its receiver, or
    to that of an object which a package variable holds.

    Elsewhere it may be one of an object that was just made, or is nobody else's yet.
    """
    if not owner:
        return True
    outer = context.graph.functions.get(context.outermost(site.function.name), (site.function,))[0]
    if outer.receiver_type != owner and owner in context.types and not _of_variable(context, site, outer, owner):
        return False
    roots = {root(other.access.text) for other in others if other.access.text}
    return not site.access.text or not roots or root(site.access.text) in roots


def _of_variable(context: Context, site: Site, outer: FunctionFacts, owner: str) -> bool:
    """Whether an access begins with a package variable that holds the map's owner: ``store.items`` of ``var store``."""
    name = root(site.access.text)
    own = {node.rpartition(".")[2] for f in (outer, site.function) for node in f.params} | {outer.receiver}
    return name not in own and (f"{site.function.package}.{name}", owner) in context.objects


def functions_of(sites: Iterable[Site]) -> set[str]:
    return {site.function.name for site in sites}


def meeting(site: Site, others: Sequence[Site]) -> Site | None:
    """An access in another function that must not happen at the same time, a write if there is one."""
    apart = [other for other in others if other.function.name != site.function.name]
    writes = next((other for other in apart if other.access.writes), None)
    return writes or (next(iter(apart), None) if site.access.writes else None)


def belongs(lock: str, found: Shared) -> bool:
    """Whether a lock is a field of what holds the map, or of the type around that, or a variable beside it."""
    place = lock.rpartition(".")[0]
    holder = owner_of(found.subject)
    return place in (holder, found.owner) if holder else place == found.node.rpartition(".")[0]
