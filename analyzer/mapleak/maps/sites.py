"""Where maps and closures are made, by line: what a question about one line of the source is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

import msgspec

from mapleak.maps.model import AbstractMap, MapModel
from mapleak.maps.nodes import ELEMENT, brief, make_place
from mapleak.maps.places import Places
from mapleak.model import Location
from mapleak.resolve.model import Flow, FunctionFacts, ResolvedProgram, Variable

INITIALISER = "the package's initialisation"


class Site(msgspec.Struct, frozen=True):
    """A place where a map or closure is made. ``extent`` is that of a closure's literal, else the place itself.

    ``function`` is the one around it in words, ``maker`` the place of its name (of ``func`` for a closure), None for
    the initialisation of the package.
    """

    what: str  # map, closure
    location: Location
    function: str
    maker: Location | None
    extent: Location


class OfLine(msgspec.Struct, frozen=True):
    """The places that make what a line is about, and the maps that it declares, makes, fills or empties.

    ``others`` are places that make another object's map of the same name: of the same field, in another function.
    """

    sites: tuple[Site, ...]
    maps: tuple[AbstractMap, ...]
    others: tuple[Location, ...] = ()


def of_line(resolved: ResolvedProgram, model: MapModel, file: str, line: int) -> OfLine:
    """What a line of a file is about: a map that is only named there leads to the places where it is made.

    A field is one map for all objects of its type. Where the line makes such a map itself, or the function around it
    does, it is about that one. The declaration of the field is about all of them.

    What is filled by methods of its own (a cache with a map in it) leads to where the map in it is made: the compiler
    says nothing of maps at the literal of the struct around.
    """
    places = Places(resolved.files)
    maps = tuple(found for found in model.maps if _is_about(found, file, line))
    around = {found.container for found in maps}
    inner = (found for found in model.maps if found.name.rpartition(".")[0] in around)
    creations = {place for found in (*maps, *inner) for place in found.creations}
    creations |= {place for place in _makes(resolved, places, file) if place.line == line}
    creations -= {place for found in model.maps if found.container != "map" for place in found.creations}
    made = [_site("map", place, place, resolved, places) for place in creations]
    sites = _nearest(made, maps, _functions_of(resolved, places, file, line), file, line)
    others = tuple(sorted(site.location for site in made if site not in sites))
    for function in resolved.functions:
        if function.parent and function.file == file:
            extent = places.location(file, function.pos, function.end)
            if extent.line == line:
                start = places.location(file, function.pos, function.pos + 1)
                sites.append(_site("closure", start, extent, resolved, places))
    return OfLine(tuple(sorted(set(sites), key=lambda site: (site.location, site.what))), maps, others)


def _nearest(
    made: list[Site], maps: tuple[AbstractMap, ...], around: frozenset[Location], file: str, line: int
) -> list[Site]:
    """Those made on the line, else those made in the function around it; all of them if there are none of either."""
    fields = (found.declaration for found in maps if found.kind == "field")
    if any(declared.file == file and declared.line == line for declared in fields):
        return list(made)
    here = [site for site in made if site.location.file == file and site.location.line == line]
    return here or [site for site in made if site.maker in around] or list(made)


def _functions_of(resolved: ResolvedProgram, places: Places, file: str, line: int) -> frozenset[Location]:
    """The functions around a line, by the places of their names."""
    found = set()
    for function in resolved.functions:
        if function.file == file and function.end > function.pos:
            body = places.location(file, function.pos, function.end)
            if body.line <= line <= body.end_line:
                found.add(places.location(file, function.pos, function.pos + 1))
    return frozenset(found)


def _is_about(found: AbstractMap, file: str, line: int) -> bool:
    operations = (*found.inserts, *found.updates, *found.removes, *found.resets)
    places = (found.declaration, *found.creations, *(operation.location for operation in operations))
    return any(place.file == file and place.line == line for place in places)


def _makes(resolved: ResolvedProgram, places: Places, file: str) -> Iterator[Location]:
    """Every place of a file that makes a map which is kept, passed on or operated on."""
    prefix = f"make@{file}:"
    maps = {variable.node: variable for variable in resolved.variables}
    named = {declared.name for declared in resolved.types if declared.underlying == "struct"}
    for function in resolved.functions:
        maps |= {variable.node: variable for variable in function.variables}
    for function in resolved.functions:
        if function.file != file:
            continue
        flows = [flow for flow in function.flows if flow.source.startswith(prefix) or flow.target.startswith(prefix)]
        nodes = {node for flow in flows for node in (flow.source, flow.target)}
        nodes |= {node for op in function.ops for node in (op.node, op.stored)}
        nodes |= {node for call in function.calls for node in (call.receiver, *call.args)}
        nodes |= {read.node for read in function.reads}
        for node in nodes - _structs(function, flows, maps, named):
            if node.startswith(prefix) and not node.endswith(ELEMENT):
                pos = make_place(node)[1]
                yield places.location(file, pos, pos + 1)


def _structs(function: FunctionFacts, flows: list[Flow], maps: Mapping[str, Variable], named: Set[str]) -> set[str]:
    """The literals among what is made that are structs: they go to variables that are no maps, into what stores
    structs, or are results of such a type. ``named`` are the struct types of the tree."""
    targets = {flow.source: flow.target for flow in flows}
    short = {name.rpartition(".")[2] for name in named}
    results = function.signature.rpartition("(")[2].rstrip(")").split(",")
    found: set[str] = set()
    for flow in flows:
        holder = flow.target.removesuffix(ELEMENT)
        variable = maps.get(targets.get(holder, holder))
        if flow.target.endswith(ELEMENT):
            is_struct = variable is not None and variable.value.lstrip("*").rpartition(".")[2] in short
        elif flow.target.startswith(f"{function.name}$r"):
            number = int(flow.target.rpartition("$r")[2])
            is_struct = number < len(results) and results[number].lstrip("*") in named
        else:
            is_struct = variable is None and "$" not in flow.target
        found |= {flow.source} if is_struct else set()
    return found - {flow.source for flow in flows if flow.target in maps}


def _site(what: str, location: Location, extent: Location, resolved: ResolvedProgram, places: Places) -> Site:
    """A site with the innermost function around it; that of a closure is the one it is written in."""
    around: tuple[FunctionFacts, Location] | None = None
    for function in resolved.functions:
        if function.file != location.file or function.end <= function.pos:
            continue
        body = places.location(function.file, function.pos, function.end)
        inside = (body.line, body.column) <= (location.line, location.column) < (body.end_line, body.end_column)
        if inside and not (what == "closure" and body == extent) and (around is None or body > around[1]):
            around = (function, body)
    if around is None:
        return Site(what, location, INITIALISER, None, extent)
    function, body = around
    name = places.location(function.file, function.pos, function.pos + 1)
    return Site(what, location, brief(function.name), name, extent)
