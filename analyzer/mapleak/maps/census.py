"""Which maps the program has, and which operation belongs to which of them.

A map is listed under the place that keeps it: package variable, field, what is stored inside one of these
(``element``). A local variable or named result is listed when a map is made for it, here or in a function
whose result it takes. A parameter is listed when callers exist that are not seen, or when they make a map just for
the call; both when something is done to it or a goroutine gets it. A local that merely names
another map is no map of its own: its operations are listed under the map it names.

An operation on node R belongs to R's own map and to every map that R is an alias of:

* what flows forward from the map (``m := s.peers``, ``f(s.peers)``);
* what flows into it (``m := make(…); fill(m); s.peers = m``). Insertions made on the way are the map's *initial
  fill*: they run once for each map that is made, so they do not make any one map grow;
* one step from place to place (``s.peers = cfg.peers``). The map stored in a container of maps is one of many,
  so of what happens to a container's elements only removals are believed to concern it. Heuristic ``field-of-new``:
  nor does what a function inserts into the field of an object that it makes or decodes itself concern what other
  objects share, unless it gives that object their map.

The initial fill may be a copy: ``n := make(…); for k, v := range s.m { n[k] = v }; n[key] = value; s.m = n``. Then
the map is *carried over*: what is added to the copy makes it grow, and its replacement empties nothing. A copy that
nothing is added to is how maps are swept, and a replacement like any other.

Replacing a map (``m = make(…)``) concerns only the variable that is assigned: an alias that is set to nil empties
nothing, unless the alias is a pointer to the map and what it points to is assigned.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

import msgspec
from msgspec.structs import replace

from mapleak.maps.aliases import CLOSURE_LIMIT, Walk
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.knowledge import CLONING, gives_contents
from mapleak.maps.model import KeyOrigin
from mapleak.maps.nodes import ELEMENT, NodeKind, brief, container_of, is_result, short_name
from mapleak.resolve.model import FunctionFacts, KeyFact, MapOp, MapRead, Variable

_REMOVALS = ("remove", "reset")
_CONTAINED_LEVELS = 2
"""How deep structs inside a struct are looked at."""


class Site(msgspec.Struct, frozen=True):
    """One operation as it concerns one map. ``via`` as in the map model; ``initial``: part of its initial fill."""

    function: FunctionFacts
    op: MapOp
    via: str
    initial: bool


class Subject(msgspec.Struct, frozen=True):
    """One map: its node, what declares it (None for elements of things that are no maps), what happens to it."""

    node: str
    kind: str  # var, field, local, param, result, element
    variable: Variable | None
    sites: tuple[Site, ...]
    aliases: tuple[str, ...]  # every node it goes by, its own first
    neighbours: tuple[str, ...]  # places it is also stored in, or comes from
    makes: tuple[str, ...]
    outside: tuple[str, ...]  # values of code that is not analysed that it may hold
    capped: bool
    carried_over: frozenset[str]  # functions that put a copy with more entries in its place


class Census(msgspec.Struct, frozen=True):
    """All maps by node, sorted, and the maps that each alias may be."""

    subjects: dict[str, Subject]
    names: dict[str, tuple[str, ...]]

    def maps_of(self, node: str) -> tuple[str, ...]:
        """The maps a node may be: itself when it is listed, else those it is an alias of."""
        return (node,) if node in self.subjects else self.names.get(node, ())


def take_census(context: Context) -> Census:
    """Lists all maps of the program. Places first: what they cover is not listed again under locals and parameters."""
    subjects: dict[str, Subject] = {}
    names: dict[str, list[str]] = {}

    def enter(nodes: Iterable[str]) -> None:
        for node in nodes:
            subject = _subject(context, node)
            if not (subject.sites or subject.variable or container_of(node) in context.variables):
                continue  # an element of a field outside the tree to which nothing is done: no place to show
            subjects[node] = subject
            for alias in (node, *context.aliases.forward(node).aliases):
                names.setdefault(alias, []).append(node)

    enter(_sorted(v.node for v in context.variables.values() if v.kind in ("var", "field") and v.container))
    enter(_sorted(node for node in _locals(context) if _is_made(context, node)))
    leading = context.aliases.leading_to(context.operations)
    elements = (node for node in context.aliases.elements() if node in leading)
    enter(_sorted(node for node in elements if _is_element_map(context, node, subjects)))
    used = {*context.operations, *(node for node in _given_to_goroutines(context) if node not in names)}
    enter(_sorted(node for node in _params(context) if _has_unseen_callers(context, node, names, used)))
    enter(_sorted(node for node in _locals(context) if node in used and node not in names))
    return Census(dict(sorted(subjects.items())), {alias: tuple(found) for alias, found in names.items()})


def _sorted(nodes: Iterable[str]) -> list[str]:
    return sorted(set(nodes))


def _locals(context: Context) -> Iterator[str]:
    return (v.node for v in context.variables.values() if v.kind in ("local", "result"))


def _params(context: Context) -> Iterator[str]:
    return (v.node for v in context.variables.values() if v.kind == "param")


def _is_made(context: Context, node: str) -> bool:
    """Whether a map is made for a local: a creation flows into it directly, or out of functions it is the result of."""
    seen = {node}
    queue = [node]
    for current in queue:
        for source in context.aliases.sources(current):
            if context.nodes.kind(source) is NodeKind.MAKE:
                return True
            comes_up = is_result(source) or context.nodes.kind(source) is NodeKind.LOCAL
            if comes_up and source not in seen and len(seen) < CLOSURE_LIMIT:
                seen.add(source)
                queue.append(source)
    return False


def _is_element_map(context: Context, node: str, subjects: dict[str, Subject]) -> bool:
    """Whether an element node is a map that something is done to, inside something that is listed or a place."""
    container = container_of(node)
    if container not in subjects and not context.nodes.is_place(container):
        return False
    return context.aliases.comes_by(node, context.operations)


def _given_to_goroutines(context: Context) -> Iterator[str]:
    return (n for function in context.resolved.functions for go in function.gos for n in (*go.captured, *go.passed))


def _has_unseen_callers(context: Context, node: str, names: dict[str, list[str]], used: Container[str]) -> bool:
    """Whether a parameter that something is done with may be handed a map that is listed nowhere else."""
    if node in names and context.variables[node].function not in context.graph.roots:
        return False
    return any(alias in used for alias in (node, *context.aliases.forward(node).aliases))


def _subject(context: Context, node: str) -> Subject:
    variable = context.variables.get(node)
    forward, backward = context.aliases.forward(node), context.aliases.backward(node)
    direct = {node: None, **dict.fromkeys(forward.aliases)}
    building = _building(context, node, direct) if node.endswith(ELEMENT) or _is_place(variable) else {}
    neighbours = {*forward.places, *backward.places}
    for alias in building:
        neighbours.update(context.aliases.forward(alias).places)
    neighbours.discard(node)
    ordered = tuple(sorted(neighbours))
    filling = tuple(_sites(context, node, building, initial=True))
    carried = _carried_over(context, filling, direct)
    sites = [
        *_sites(context, node, direct, initial=False),
        *(_unless_carried(site, carried, direct) for site in filling),
    ]
    if _is_place(variable) or node.endswith(ELEMENT):
        sites += _neighbour_sites(context, ordered)
        further = sorted(place for place in _of_the_same(context, backward) if place != node and place not in ordered)
        sites += (site for site in _neighbour_sites(context, further) if site.op.effect in _REMOVALS)
    names = {node, *direct, *building}
    return Subject(
        node,
        "element" if node.endswith(ELEMENT) else variable.kind if variable is not None else "local",
        variable,
        _once_each(_as_visited(context, site, names) for site in sites),
        tuple(direct) + tuple(building),
        ordered,
        backward.makes,
        backward.outside,
        forward.capped or backward.capped or len(building) > CLOSURE_LIMIT,
        carried,
    )


def _of_the_same(context: Context, origin: Walk) -> Iterator[str]:
    """``handed-on``: where else the map of a place is stored that is only ever handed the map of one other place.

    Why: ``newFiller(a.pending)`` and ``newSweeper(a.pending)`` work on one map; a step from place to place would see
    what each does to the map of ``a``, and not what they do to each other's. What is removed there is believed to
    concern it; what is inserted may be of another ``a``.
    """
    if len(origin.places) == 1 and not (origin.makes or origin.outside or origin.capped):
        only = origin.places[0]
        if not only.endswith(ELEMENT):
            yield from context.aliases.forward(only).places


def _is_place(variable: Variable | None) -> bool:
    return variable is not None and variable.kind in ("var", "field")


def _building(context: Context, node: str, direct: dict[str, None]) -> dict[str, None]:
    """The names a map has before it is stored in its place: what flows into the place, and where else that flows."""
    found: dict[str, None] = {}
    for source in context.aliases.backward(node).aliases:
        for alias in (source, *context.aliases.forward(source).aliases):
            if alias not in direct:
                found[alias] = None
        if len(found) > CLOSURE_LIMIT:
            break
    return found


def _sites(context: Context, node: str, aliases: Iterable[str], *, initial: bool) -> Iterator[Site]:
    for alias in aliases:
        for function, op in context.operations.get(alias, ()):
            if op.effect == "reset" and alias != node and not _through_pointer(context, alias, op):
                continue
            if alias != node and (function.name, function.file, op.pos) in context.in_helpers:
                continue
            fills = initial and _fills_new_map(context, alias, function, op)
            yield Site(function, op, "" if alias == node else short_name(alias), fills)


def _through_pointer(context: Context, alias: str, op: MapOp) -> bool:
    """Whether a replacement is one of what an alias points to (``*p = m``), and not of the pointer (``p = &m``)."""
    variable = context.variables.get(alias)
    return variable is not None and variable.type.startswith("*") and op.text.startswith("*")


def _fills_new_map(context: Context, alias: str, function: FunctionFacts, op: MapOp) -> bool:
    """Whether an insertion on the way to a map's place belongs to its making.

    Not inside a loop that never ends (it goes on when the map is long in place), nor in a closure of the function
    that owns the variable (it may run at any later time).
    """
    if inside_endless_loop(function, op.pos):
        return False
    owner = context.nodes.function(alias)
    return function.name == owner or not (owner and context.encloses(owner, function.name))


def _carried_over(context: Context, filling: Iterable[Site], names: Container[str]) -> frozenset[str]:
    """The functions that fill a new map with the entries of the old one, whose names are ``names``, and with more."""
    copying: set[str] = set()
    adding: set[str] = set()
    for site in filling:
        if site.initial and site.op.effect == "insert" and site.op.key is not None:
            if not _copies(site, names):
                adding.add(site.function.name)
            elif _copies_all(site):
                copying.add(site.function.name)
    for name in sorted(adding - copying):
        calls = [call for variant in context.graph.functions.get(name, ()) for call in variant.calls]
        if any(call.callee in CLONING and any(arg in names for arg in call.args) for call in calls):
            copying.add(name)
    return frozenset(copying & adding)


def _copies(site: Site, names: Container[str]) -> bool:
    """Whether the key of an insertion is one that the old map is being ranged over."""
    key = site.op.key
    return key is not None and key.origin == KeyOrigin.OTHER_MAP.value and key.node in names


def _copies_all(site: Site) -> bool:
    """Whether a copy leaves no entry out: no arm of a branch lies between it and the loop over the old map, and it is
    such a loop that brings the keys. One that looks them up in the old map takes over what something else asks for."""
    function, pos = site.function, site.op.pos
    loops = [read for read in function.reads if read.form == "range" and read.pos <= pos < read.end]
    if not loops and any(_asks_for(read, site.op.key) for read in function.reads):
        return False
    return not any(loop.pos < arm.pos <= pos < arm.end for loop in loops for arm in function.arms)


def _asks_for(read: MapRead, key: KeyFact | None) -> bool:
    """Whether a read looks a key up in the map whose key it is taken to be."""
    return key is not None and read.key is not None and (read.node, read.key.text) == (key.node, key.text)


def _unless_carried(site: Site, carried: frozenset[str], names: Container[str]) -> Site:
    if site.initial and site.function.name in carried and not _copies(site, names):
        return replace(site, initial=False)
    return site


def _neighbour_sites(context: Context, neighbours: Iterable[str]) -> Iterator[Site]:
    for place in neighbours:
        one_of_many = place.endswith(ELEMENT)
        for alias in (place, *context.aliases.forward(place).aliases):
            for function, op in context.operations.get(alias, ()):
                if op.effect == "reset" or (one_of_many and op.effect not in _REMOVALS):
                    continue
                if (function.name, function.file, op.pos) in context.in_helpers:
                    continue
                if op.effect == "insert" and alias == place and _makes_owner_of(context, function, place):
                    continue
                yield Site(function, op, brief(place), False)


def _makes_owner_of(context: Context, function: FunctionFacts, place: str) -> bool:
    """Whether a function makes an object that has the field ``place``, or that contains one by value, or is a method
    that gives it its contents, and gives it no map but a new one."""
    if any(flow.target == place and context.nodes.kind(flow.source) is not NodeKind.MAKE for flow in function.flows):
        return False
    made = dict.fromkeys(name for name in function.made if name in context.types)
    for _ in range(_CONTAINED_LEVELS):
        made |= dict.fromkeys(part for name in made for part in context.types[name].embeds if part in context.types)
    owner = container_of(place).rpartition(".")[0]
    return owner in made or (owner == function.receiver_type and gives_contents(function.name))


def _as_visited(context: Context, site: Site, names: Container[str]) -> Site:
    """``m.Range(func(k, v any) bool { m.Delete(k); … })``: the key is one of the map's own."""
    key = site.op.key
    if key is None or key.origin != KeyOrigin.PARAMETER.value:
        return site
    for ranged, keys in context.visited.get(site.function.name, ()):
        if ranged in names and key.node in keys:
            own = msgspec.structs.replace(key, origin=KeyOrigin.SAME_MAP.value)
            guards = tuple(sorted({*site.op.guards, "ranging"}))
            return replace(site, op=msgspec.structs.replace(site.op, key=own, guards=guards))
    return site


def _once_each(sites: Iterable[Site]) -> tuple[Site, ...]:
    """Each place in the source once, by its most direct way, in source order."""
    found: dict[tuple[str, int, int, str, str], Site] = {}
    for site in sites:
        found.setdefault((site.function.file, site.op.pos, site.op.end, site.op.effect, site.op.form), site)
    return tuple(found[key] for key in sorted(found))
