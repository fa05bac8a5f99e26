"""Who tells the story of a wrapper: the map inside it, one for all instances, or those who hold one.

Where nothing that runs ever takes an entry out of the inner map, the wrapper is to blame, and the inner map speaks
for all its holders, as long as one of them grows and lasts. When none does (keys from a finite set, wrappers that die
with a call) there is nothing to tell. Where the wrapper is emptied, but not by every holder, the holder that is only
filled speaks for itself.

Several holders may hold the same object; they tell one story, and what any of them takes out is taken out for all.
A holder that is not seen may do anything: removals out of sight count for every holder that they may be done to (of the
same instantiation of a generic wrapper, and by importers only to what they can name); insertions out of sight leave the
word to the inner map.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec.structs import replace

from mapleak.maps.census import Census, Site, Subject
from mapleak.maps.context import Context
from mapleak.maps.holding.summaries import Place, Wrapper
from mapleak.maps.holding.wrappers import Unseen
from mapleak.maps.model import AbstractMap, Growth, Lifetime
from mapleak.maps.nodes import brief, container_of, position_function
from mapleak.maps.removal.emptying import emptying

OUT_OF_SIGHT = "its own type"
"""By way of what a removal counts that is done to a holder which is not seen."""

_MAY_GROW = frozenset({Growth.UNBOUNDED, Growth.UNKNOWN})


class Holders(msgspec.Struct, frozen=True):
    """The holders of each wrapper type, sorted, and the wrappers that something out of sight inserts into."""

    by_wrapper: Mapping[str, tuple[str, ...]]
    filled_unseen: frozenset[str]


def find_holders(context: Context, census: Census) -> tuple[Census, Holders]:
    """The holders of all wrappers; the census, with what is removed out of sight listed under each of them."""
    transparent = context.wrapped
    holders: dict[str, list[str]] = defaultdict(list)
    unseen = {name: list(places) for name, places in transparent.unseen.items()}
    for node, subject in census.subjects.items():
        wrapper = _wrapper_of(context, subject)
        if not wrapper:
            continue
        known = _is_known(subject)
        if known:
            holders[wrapper].append(node)
        if not known or _lasts_longer(context, subject, wrapper):
            instance = subject.variable.instance if subject.variable is not None else ""
            unseen.setdefault(wrapper, []).extend(Unseen((site.function, site.op), instance) for site in subject.sites)
    for node, wrapper in transparent.held.items():
        if not census.maps_of(node):
            instance, places = transparent.instances[node], transparent.operations.get(node, ())
            unseen.setdefault(wrapper, []).extend(Unseen(place, instance) for place in places)
    for name in holders:
        unseen.setdefault(name, []).extend(map(Unseen, _handed_out(census, transparent.summaries.wrappers[name])))
    cut_short = {transparent.summaries.receivers[method] for method in transparent.summaries.capped}
    subjects = dict(census.subjects)
    for wrapper in cut_short & holders.keys():  # not all that is done to its holders is listed
        for node in holders[wrapper]:
            subjects[node] = replace(subjects[node], capped=True)
    for wrapper, deeds in unseen.items():
        removals = tuple(_removals(context, deeds))
        for node in holders.get(wrapper, ()) if removals else ():
            met = {(s.function.file, s.op.pos): s for deed, s in removals if _may_meet(subjects[node], deed)}
            subjects[node] = replace(subjects[node], sites=(*subjects[node].sites, *met.values()))
    filled = {name for name, deeds in unseen.items() if any(_fills(context, deed) for deed in deeds)}
    return (
        replace(census, subjects=subjects),
        Holders({name: tuple(sorted(nodes)) for name, nodes in holders.items()}, frozenset(filled)),
    )


def _handed_out(census: Census, wrapper: Wrapper) -> Iterator[Place]:
    """``handed-out``: what takes entries out of a wrapper's map and is no method of the wrapper, because a method has
    given the map away (``newLease(key, r.Table())``): whose it is, is not seen there."""
    for node in wrapper.inner:
        for site in census.subjects[node].sites if node in census.subjects else ():
            own = site.function.receiver_type in wrapper.parts
            if site.via and not own and site.op.effect == "remove":
                yield site.function, site.op


def _wrapper_of(context: Context, subject: Subject) -> str:
    """The wrapper type that a subject holds, "" when it is a map or something else."""
    if subject.variable is not None:
        name = subject.variable.container
        return name if name in context.wrapped.summaries.wrappers else ""
    return next((context.wrapped.held[alias] for alias in subject.aliases if alias in context.wrapped.held), "")


def _is_known(subject: Subject) -> bool:
    """Whether it is seen where a holder's wrapper comes from, so that its other names are known too."""
    if subject.kind in ("var", "field", "element"):
        return True
    if subject.kind == "param" or subject.variable is None:
        return False
    return bool(subject.makes) or (subject.kind == "local" and not subject.variable.type.startswith("*"))


def _lasts_longer(context: Context, subject: Subject, wrapper: str) -> bool:
    """Whether the call that a local wrapper dies with may be the whole program's: one of main, or one that the wrapper
    works in on its own time. Then the map inside tells more of it."""
    if subject.variable is None or subject.kind not in ("local", "result"):
        return False
    root = context.graph.roots.get(subject.variable.function)
    if root is not None and root.kind == "main":
        return True
    receivers, parts = context.wrapped.summaries.receivers, context.wrapped.summaries.wrappers[wrapper].parts
    return any(receivers.get(context.outermost(site.function.name)) in parts for site in subject.sites)


def _removals(context: Context, deeds: Iterable[Unseen]) -> Iterator[tuple[Unseen, Site]]:
    """The removals among what is done out of sight, once for each kind of holder that it may be done to."""
    seen = set()
    for deed in deeds:
        function, op = deed.place
        key = (function.file, op.pos, deed.instance, deed.outside)
        if op.effect in ("remove", "reset") and key not in seen and not context.is_test(function.file):
            seen.add(key)
            yield deed, Site(function, op, OUT_OF_SIGHT, False)


def _may_meet(subject: Subject, deed: Unseen) -> bool:
    """Whether what is done out of sight may be done to this holder."""
    own = subject.variable.instance if subject.variable is not None else ""
    if own and deed.instance and own != deed.instance:
        return False
    return not (deed.outside and _is_private(subject))


def _is_private(subject: Subject) -> bool:
    """``private-holder``: whether importers cannot name what keeps a wrapper, and none is handed to or by them."""
    if subject.kind not in ("var", "field") or subject.node.rpartition(".")[2][:1].isupper():
        return False
    return not any(position_function(alias) for alias in (*subject.aliases, *subject.neighbours))


def _fills(context: Context, deed: Unseen) -> bool:
    function, op = deed.place
    return op.effect == "insert" and not context.is_test(function.file) and context.reach(function.name).reachable


def settle(context: Context, census: Census, holders: Holders, maps: dict[str, AbstractMap]) -> None:
    """Decides for each wrapper and its holders who speaks: sets ``told_by`` of those who do not."""
    wrappers = context.wrapped.summaries.wrappers
    for name in sorted(wrappers, key=lambda name: (len(wrappers[name].parts), name)):
        inner = [maps[node] for node in wrappers[name].inner if node in maps and _is_own(wrappers, name, node)]
        held = [maps[node] for node in holders.by_wrapper.get(name, ()) if not maps[node].in_test]
        to_blame = [m for m in inner if m.inserts and not _is_emptied(m)]
        if to_blame:
            for m in held:
                maps[m.name] = replace(m, told_by=to_blame[0].name)
            growing = [m for m in held if _grows(m)]
            for m in to_blame:
                maps[m.name] = _inner_story(m, held, growing, name in holders.filled_unseen)
        else:
            for group in _same_objects(census, held):
                for m, speaker in _one_speaks(group):
                    maps[m.name] = replace(m, told_by=speaker)


def _is_own(wrappers: Mapping[str, Wrapper], name: str, node: str) -> bool:
    """Whether a map inside a wrapper is not that of another wrapper it is built on, which a field of its own holds."""
    owner = container_of(node).rpartition(".")[0]
    return owner == name or owner not in wrappers


def _inner_story(inner: AbstractMap, held: list[AbstractMap], growing: list[AbstractMap], unseen: bool) -> AbstractMap:
    """What is to be said of an inner map that nothing empties, given its holders and those that grow and last.

    Holders that nothing is seen to fill tell nothing of what fills the inner map: of objects in a map, for example, of
    which only the one that has just been made is a holder.
    """
    if any(m.inserts for m in held) and not growing and not unseen:
        return replace(inner, told_by=held[0].name)
    lasting = next((m for m in growing if m.lifetime is Lifetime.PROCESS), None)
    if lasting is None or inner.lifetime is not Lifetime.UNKNOWN:
        return inner
    return replace(
        inner,
        lifetime=lasting.lifetime,
        lifetime_reason=f"{brief(lasting.name)} holds it: {lasting.lifetime_reason}",
        lifetime_certainty=lasting.lifetime_certainty,
    )


def _same_objects(census: Census, held: list[AbstractMap]) -> list[list[AbstractMap]]:
    """Holders that may hold the very same wrapper: what one keeps was handed to the other, over any number of steps."""
    group_of: dict[str, list[str]] = {}
    for m in held:
        merged = [m.name]
        for node in (m.name, *census.subjects[m.name].neighbours):
            known = group_of.get(node)
            if known is not None and known is not merged:
                merged += known
            else:
                merged.append(node)
            for member in merged:
                group_of[member] = merged
    groups = {id(group_of[m.name]): group_of[m.name] for m in held}
    by_name = {m.name: m for m in held}
    return [[by_name[node] for node in sorted(set(group)) if node in by_name] for group in groups.values()]


def _one_speaks(group: list[AbstractMap]) -> Iterator[tuple[AbstractMap, str]]:
    """Of several holders of the same wrapper one that is filled speaks; none does when any of them empties it."""
    emptied = next((m for m in group if _is_emptied(m)), None)
    filled = [m for m in group if _grows(m)]
    speaker = emptied or min(
        filled or group, key=lambda m: (m.lifetime is not Lifetime.PROCESS, m.kind != "var", m.name)
    )
    for m in group:
        if m is not speaker:
            yield m, speaker.name


def _is_emptied(m: AbstractMap) -> bool:
    """Whether something takes entries out of a map, and nothing speaks against its helping."""
    return any(op.missed is None for op in emptying(m))


def _grows(held: AbstractMap) -> bool:
    return held.growth in _MAY_GROW and held.lifetime is not Lifetime.CALL
