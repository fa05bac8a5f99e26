"""Owners that are replaced as a whole: what their fields held goes with the old one (``s.state = newState()``).

A replacement counts on the terms of removals (mapleak.maps.removal.emptying): running code outside the tests reaches
it, again and again, and it is none of

* ``lazy``: the place is known to hold nothing;
* ``constructor``: the function makes what holds the place, or is named like what begins its work;
* ``serving``: a method that runs as long as its object works (Run, Serve) makes it, before it serves: once for each;
* ``local``: the place is a variable of the function itself, outside of an endless loop: it held nothing, or what this
  very call made;
* ``set-up``: what is no method of the holder, or is one that sets something up by its name (``EnableCache``), gives it
  its object, and only importers could have it do so again;
* ``shutdown``, ``seldom``: it runs at the end of the holder's life, or when the process changes its part;
* ``support``: the place belongs to what only tests, examples and tools have (maps.support): others keep it elsewhere.

What a function gives instead must be made by it (mapleak.maps.lives.making): a getter may give the old one again. The
objects of a type go with the place only where nothing else keeps them: not those that are entries of maps, nor those
that several types have fields for. With them goes what only such an object has: types whose one holder it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from mapleak.callgraph.testing import is_for_tests
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.knowledge import CONFIGURING_NAME, words
from mapleak.maps.lives.owners import Owners
from mapleak.maps.model import AbstractMap, Effect, Operation
from mapleak.maps.nodes import brief, container_of, short_name
from mapleak.maps.removal.emptying import at_start_up_here, ends_owner, makes_owner, runs_seldom
from mapleak.resolve.model import FunctionFacts, Replaced

_SERVING = frozenset({("run",), ("serve",), ("listen",), ("listen", "and", "serve")})
"""Methods that are an object's whole work, by their names."""

_LEVELS = 4
"""How deep the parts of what is replaced are followed."""


def with_replaced(context: Context, owners: Owners, maps: Mapping[str, AbstractMap]) -> dict[str, AbstractMap]:
    """The maps by name, those in fields with the replacements of their owners among what releases them."""
    by_type = _replacements(context, owners)
    found = dict(maps)
    for name, subject in maps.items() if by_type else ():
        if subject.kind in ("field", "element"):
            released = by_type.get(container_of(name).rpartition(".")[0], ())
            if released:
                found[name] = replace(subject, released=(*subject.released, *released))
    return found


def _replacements(context: Context, owners: Owners) -> dict[str, list[Operation]]:
    """The replacements that empty the maps of a type's objects, by the type."""
    found: dict[str, list[Operation]] = defaultdict(list)
    variables: dict[str, set[str]] = defaultdict(set)  # that hold objects of each type
    for variable, held in context.resolved.holders:
        variables[held].add(variable)
    for function in context.resolved.functions:
        for replaced in function.replaced:
            if _counts(context, owners, function, replaced):
                operation = _operation(context, function, replaced)
                for name in _going(context, owners, variables, replaced):
                    found[name].append(operation)
    return found


def _counts(context: Context, owners: Owners, function: FunctionFacts, replaced: Replaced) -> bool:
    """Whether another object takes the place of the old one while the program runs, again and again."""
    pos = replaced.pos
    if replaced.lazy or context.is_test(function.file) or not context.reach(function.name).reachable:
        return False
    if context.outermost(function.name) in context.supporting or is_for_tests(function.package):
        return False
    if replaced.callee and replaced.callee not in owners.making.of(replaced.type):
        return False
    if context.runs_once(function, pos) or at_start_up_here(context, function, pos):
        return False
    if context.nodes.function(replaced.place) == function.name and not inside_endless_loop(function, pos):
        return False
    owner = _holder(context, replaced.place)
    if context.guarded_once(function, pos, owner) or makes_owner(context, function, owner):
        return False
    sets_up = function.receiver_type != owner or CONFIGURING_NAME.fullmatch(short_name(function.name))
    if context.assumed(function, pos) and owner and sets_up:
        return False
    if function.receiver_type == owner and words(function.name) in _SERVING and not inside_endless_loop(function, pos):
        return False
    return not runs_seldom(context, function) and not ends_owner(context, function, owner)


def _holder(context: Context, place: str) -> str:
    """The type whose field a place is, "" for a variable."""
    owner = container_of(place).rpartition(".")[0]
    return owner if owner in context.types else ""


def _going(context: Context, owners: Owners, variables: Mapping[str, set[str]], replaced: Replaced) -> Iterator[str]:
    """The types whose objects go with the replaced one, that of its own first."""
    if not _alone(context, owners, variables.get(replaced.type, set()), replaced):
        return
    going = {replaced.type: None}
    level = [replaced.type]
    for _ in range(_LEVELS):
        parts = (part for whole in level if whole in context.types for part in context.types[whole].field_types)
        level = [part for part in dict.fromkeys(parts) if part not in going and going.keys() >= {*owners.holders(part)}]
        going.update(dict.fromkeys(level))
    yield from going


def _alone(context: Context, owners: Owners, variables: set[str], replaced: Replaced) -> bool:
    """Whether nothing but the place, as far as declarations tell, keeps objects of the type that is replaced."""
    if owners.making.kept.get(replaced.type):
        return False
    if not variables <= {container_of(replaced.place)}:
        return False
    return set(owners.holders(replaced.type)) <= {_holder(context, replaced.place)}


def _operation(context: Context, function: FunctionFacts, replaced: Replaced) -> Operation:
    reach = context.reach(function.name)
    return Operation(
        effect=Effect.RESET,
        form="remake",
        location=context.location(function.file, replaced.pos, replaced.end),
        function=function.name,
        key=None,
        hazards=(),
        value="",
        via=brief(replaced.place),
        in_loop=False,
        size_guarded=False,
        presence_guarded=False,
        startup_only=False,
        reachable=reach.reachable,
        entry=reach.entry,
        in_test=False,
        generated=context.is_generated(function.file),
        constraint=context.constraint(function.file),
        assumed=context.assumed(function, replaced.pos),
    )
