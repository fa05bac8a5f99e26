"""What is stored under the keys of a map: which stores make it longer for ever, which cut it, and the maps inside."""

from __future__ import annotations

from collections.abc import Mapping

from mapleak.maps.model import AbstractMap, Element, Growth, Operation
from mapleak_rules.emptying import MAY_GROW, emptying, growing

CUTTING = frozenset({Element.REPLACED, Element.NIL, Element.EMPTY})
_ELEMENT = "[]"


def holder_of(maps: Mapping[str, AbstractMap], subject: AbstractMap) -> AbstractMap | None:
    """The map that ``subject`` is stored in, None when it is no map's element. ``maps`` are all maps by name."""
    return maps.get(subject.name.removesuffix(_ELEMENT)) if subject.kind == "element" else None


def lengthening(subject: AbstractMap) -> tuple[Operation, ...]:
    """The stores that make what is under a key longer again and again, in source order; none when something cuts it."""
    stores = [op for op in (*subject.inserts, *subject.updates) if _runs_often(op, subject.in_test)]
    if any(op.element in CUTTING for op in stores):
        return ()
    grown = [op for op in stores if op.element is Element.GROWS and op.element_growth in MAY_GROW]
    return tuple(sorted(grown, key=lambda op: (op.generated, op.location)))


def filling_inside(holder: AbstractMap, subject: AbstractMap) -> tuple[Operation, ...]:
    """The insertions that make a map stored in ``holder`` grow for ever, the most telling first.

    None when something empties it or puts another in its place; nor when the size of its holder is checked: such a
    table is looked after, and the maps in it are as small as its author takes them to be.
    """
    if any(op.size_guarded for op in holder.inserts):
        return ()
    replaced = any(
        op.element in CUTTING and _runs_often(op, holder.in_test) and not _sets_up(op)
        for op in (*holder.inserts, *holder.updates)
    )
    if subject.growth not in MAY_GROW or replaced or emptying(subject):
        return ()
    return growing(subject.inserts, subject.in_test)


def keys_are_the_story(subject: AbstractMap) -> bool:
    """Whether entries come without end, or go: then what is stored under one key is not what grows, or dies with it."""
    return bool(emptying(subject)) or (subject.growth is Growth.UNBOUNDED and bool(growing(subject.inserts)))


def _sets_up(op: Operation) -> bool:
    """Whether a store runs at start-up alone, but for what importers that are not seen might do: it gives the first."""
    return op.assumed and op.growth is Growth.START_UP


def _runs_often(op: Operation, in_test: bool) -> bool:
    return op.reachable and not op.startup_only and (in_test or not op.in_test)
