"""The map model of a program: the entry point of this stage.

Pure: the resolved program and its call graph go in, every map with its operations, lifetime and growth, every
goroutine and every store inside a Range come out, sorted and the same on every run. Raises nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from mapleak.callgraph.model import CallGraph
from mapleak.maps.census import Census, Site, Subject, take_census
from mapleak.maps.context import Context, make_context
from mapleak.maps.decodes import find_decodes
from mapleak.maps.describe import declaration_of, types_of
from mapleak.maps.filling.fresh_keys import fresh_key, with_walked
from mapleak.maps.filling.growth import follow_other_maps, judge_element, judge_insertion, judge_keys, judge_map
from mapleak.maps.filling.judgement import Judgement
from mapleak.maps.filling.keys import Keys
from mapleak.maps.filling.looked_up import follow_tables
from mapleak.maps.filling.nan_keys import nan_key
from mapleak.maps.filling.registration import configures
from mapleak.maps.goroutines import find_goroutines
from mapleak.maps.handed import find_handed, has_unseen_uses
from mapleak.maps.holding.holders import find_holders, settle
from mapleak.maps.holding.pinned import with_pins
from mapleak.maps.lives.lifetime import find_lifetimes
from mapleak.maps.lives.living import Living
from mapleak.maps.lives.owners import Owners
from mapleak.maps.locks.races import find_unguarded
from mapleak.maps.locks.unreleased import find_unreleased
from mapleak.maps.model import (
    AbstractMap,
    Effect,
    Element,
    Growth,
    Hazard,
    Key,
    KeyOrigin,
    Lifetime,
    MapModel,
    Operation,
)
from mapleak.maps.nodes import container_of, make_place
from mapleak.maps.range_inserts import find_range_inserts
from mapleak.maps.range_stores import find_range_stores
from mapleak.maps.removal import emptying
from mapleak.maps.removal.effects import PRESENCE_GUARD, effect_of
from mapleak.maps.removal.emptying import owner_of, with_released
from mapleak.maps.removal.levels import kept_keys
from mapleak.maps.removal.missed import with_missed
from mapleak.maps.removal.reopened import with_reopened
from mapleak.maps.removal.replaced import with_replaced
from mapleak.maps.removal.unread import Unread, find_unread, unread_removal
from mapleak.maps.shared_maps import find_kept_maps, find_shared_maps
from mapleak.model import Certainty, Location
from mapleak.resolve.model import ResolvedProgram

_NOT_JUDGED = Judgement(Growth.UNKNOWN, "")
"""Of operations that insert nothing."""


def build(resolved: ResolvedProgram, graph: CallGraph) -> MapModel:
    """Builds the map model."""
    context = make_context(resolved, graph)
    census, holders = find_holders(context, take_census(context))
    owners = Owners(context)
    handed, unread = find_handed(context), find_unread(context)
    keys = Keys(context, owners)
    livings = find_lifetimes(context, owners, handed, census)
    judgements = _judge(context, census, keys, livings)
    maps = {
        node: _abstract_map(
            context, census, subject, livings[node], judgements[node], has_unseen_uses(context, handed, subject), unread
        )
        for node, subject in census.subjects.items()
    }
    maps = with_walked(
        context, census, with_released(with_missed(context, census, with_replaced(context, owners, maps)))
    )
    maps = with_pins(context, census, with_reopened(maps))
    settle(context, census, holders, maps)
    return MapModel(
        maps=tuple(maps[node] for node in sorted(maps)),
        goroutines=find_goroutines(context, owners, census, maps),
        range_stores=find_range_stores(context, census),
        shared_maps=find_shared_maps(context),
        unreleased=find_unreleased(context, census),
        range_inserts=find_range_inserts(context, census),
        decodes=find_decodes(context, owners, census),
        unguarded=find_unguarded(context, census, maps),
        kept_maps=find_kept_maps(context, owners),
    )


def _insertions(subject: Subject) -> tuple[Site, ...]:
    return tuple(site for site in subject.sites if effect_of(site) is Effect.INSERT)


def _judge(
    context: Context, census: Census, keys: Keys, livings: dict[str, Living]
) -> dict[str, tuple[Judgement, ...]]:
    """What each insertion of each map makes of it; keys taken from other maps are followed in a second pass."""
    first = {
        node: tuple(
            judge_insertion(context, keys, subject, site, livings[node].lifetime) for site in _insertions(subject)
        )
        for node, subject in census.subjects.items()
    }
    wholes = {node: judge_map(judgements) for node, judgements in first.items()}

    def whole(name: str) -> Judgement:
        subject, living = census.subjects[name], livings[name]
        insertions = _insertions(subject)
        if living.lifetime is Lifetime.PROCESS or (living.lifetime is Lifetime.UNKNOWN and insertions):
            return wholes[name]
        if not insertions:
            return Judgement(Growth.UNKNOWN, "what fills it is not seen", Certainty.UNKNOWN)
        return judge_map([judge_keys(context, keys, subject, site) for site in insertions])

    def wholes_of(node: str) -> Sequence[Judgement]:
        return [whole(name) for name in census.maps_of(node)]

    return {
        node: tuple(
            follow_tables(context, follow_other_maps(judgement, site, wholes_of), site, wholes_of)
            for judgement, site in zip(first[node], _insertions(subject), strict=True)
        )
        for node, subject in census.subjects.items()
    }


def _abstract_map(
    context: Context,
    census: Census,
    subject: Subject,
    living: Living,
    judgements: tuple[Judgement, ...],
    unseen: bool,
    unread: Unread,
) -> AbstractMap:
    operations: dict[Effect, list[Operation]] = {effect: [] for effect in Effect}
    remaining = iter(judgements)
    for site in subject.sites:
        effect = effect_of(site)
        empties = effect in (Effect.REMOVE, Effect.RESET)
        operation = _operation(
            context,
            site,
            effect,
            next(remaining) if effect is Effect.INSERT else _NOT_JUDGED,
            emptying.no_effect(context, subject, site) if empties else "",
        )
        if operation.element is Element.GROWS:
            element = judge_element(context, subject, site, living.lifetime)
            operation = replace(operation, element_growth=element.growth, element_reason=element.reason)
        operations[effect].append(operation)
    types = types_of(context, subject)
    declaration = declaration_of(context, subject)
    inserts, whole = tuple(operations[Effect.INSERT]), judge_map(judgements)
    return AbstractMap(
        name=subject.node,
        kind=subject.kind,
        container=types.container,
        type=types.type,
        key=types.key,
        value=types.value,
        declaration=declaration,
        package=types.package,
        lifetime=living.lifetime,
        lifetime_reason=living.reason,
        growth=whole.growth,
        growth_reason=whole.reason,
        inserts=inserts,
        updates=tuple(operations[Effect.UPDATE]),
        removes=tuple(operations[Effect.REMOVE]),
        resets=tuple(operations[Effect.RESET]),
        creations=tuple(_creation(context, make) for make in subject.makes),
        reported=any(context.is_reported(file) for file in {declaration.file, *(op.location.file for op in inserts)}),
        generated=context.is_generated(declaration.file),
        in_test=context.is_test(declaration.file),
        unseen_uses=unseen,
        lifetime_certainty=living.certainty,
        missing=kept_keys(context, census, subject),
        stored=subject.kind == "local" and bool(subject.neighbours),
        of_variable=_is_of_package_variable(context, subject),
        entry=types.entry,
        unread=unread_removal(unread, subject, types.key),
    )


def _is_package_variable(context: Context, owner: str) -> bool:
    return owner not in context.types and owner.rpartition(".")[0] in context.packages


def _creation(context: Context, make: str) -> Location:
    file, pos = make_place(make)
    return context.location(file, pos, pos + 1)


def _operation(context: Context, site: Site, effect: Effect, judgement: Judgement, no_effect: str) -> Operation:
    function, op = site.function, site.op
    reach = context.reach(function.name)
    key = op.key
    return Operation(
        effect=effect,
        form=op.form,
        location=context.location(function.file, op.pos, op.end),
        function=function.name,
        key=Key(key.type, key.text, KeyOrigin(key.origin), key.detail) if key is not None else None,
        hazards=tuple(Hazard(kind, path) for kind, path in key.hazards) if key is not None else (),
        value=op.value,
        via=site.via,
        in_loop=op.loop_depth > 0,
        size_guarded="size" in op.guards,
        presence_guarded=PRESENCE_GUARD in op.guards,
        startup_only=context.runs_once(function, op.pos),
        reachable=reach.reachable,
        entry=reach.entry,
        in_test=context.is_test(function.file),
        generated=context.is_generated(function.file),
        constraint=context.constraint(function.file),
        growth=judgement.growth,
        growth_reason=judgement.reason,
        growth_certainty=judgement.certainty,
        growth_named=judgement.named,
        growth_typed=judgement.typed,
        growth_few=judgement.few,
        growth_of_field=bool(judgement.holder),
        no_effect=no_effect,
        assumed=context.assumed(function, op.pos),
        used_within=context.used_within(reach.entry),
        left_to_importers=context.left_to_importers(reach.entry),
        unwired=context.unwired(function.name),
        element=Element(op.element),
        fresh_key=fresh_key(context, site) if effect is Effect.INSERT else "",
        key_unkept=key is not None and key.unkept,
        nan=nan_key(context, site) if effect is Effect.INSERT and function.floats else None,
        configures=effect in (Effect.INSERT, Effect.UPDATE) and configures(context, site),
        way=context.way(function.name) if effect is Effect.INSERT else (),
    )


def _is_of_package_variable(context: Context, subject: Subject) -> bool:
    """A field of a package variable's anonymous struct, or a map in a package variable that is an array or slice."""
    if subject.kind == "field":
        return _is_package_variable(context, owner_of(subject))
    holder = context.variables.get(container_of(subject.node)) if subject.kind == "element" else None
    return holder is not None and holder.kind == "var" and not holder.container
