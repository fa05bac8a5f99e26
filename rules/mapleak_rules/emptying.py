"""Which operations of a map count: insertions that make it grow while the program serves, and what empties it.

Reads the map model only. An operation in a test, at start-up, or that nothing reaches neither grows nor empties
a running program's map; for a map of the tests themselves, what tests do counts.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from mapleak.maps.model import AbstractMap, Element, Growth, KeyOrigin, Miss, Missed, Operation
from mapleak.model import Certainty

FINITE_ORIGINS = frozenset({KeyOrigin.CONSTANT, KeyOrigin.ENUM, KeyOrigin.TYPE, KeyOrigin.SAME_MAP})
"""Keys of these origins add a fixed number of entries, however often the insertion runs."""

KEYS_STAY = frozenset({Miss.TOMBSTONE, Miss.INNER_LEVEL})
"""What looks like a removal and leaves the key where it is."""

MAY_GROW = frozenset({Growth.UNBOUNDED, Growth.UNKNOWN})


_BY_CERTAINTY = (Certainty.SURE, Certainty.LIKELY, Certainty.ASSUMED, Certainty.UNKNOWN)


class Discounted(msgspec.Struct, frozen=True):
    """A removal that does not count, and why."""

    operation: Operation
    reason: str


def counts(removal: Operation, in_test: bool = False) -> bool:
    """Whether a removal or reset happens again and again in the running program, or in its tests."""
    if removal.in_test and not in_test:
        return False
    return removal.reachable and not (removal.no_effect or removal.startup_only)


def emptying(subject: AbstractMap) -> tuple[Operation, ...]:
    """The removals and resets of a map that count, and those that take it out of the map it is stored in."""
    return tuple(op for op in (*subject.removes, *subject.resets, *subject.released) if counts(op, subject.in_test))


def helping(subject: AbstractMap) -> tuple[Operation, ...]:
    """The removals and resets of a map that count and are not known to miss what is put in."""
    return tuple(op for op in emptying(subject) if op.missed is None)


def missed_by(subject: AbstractMap) -> tuple[Missed, ...]:
    """Why the removals of a map miss, and which are missing; the surest first, then the most telling.

    What keeps the key (a tombstone, a removal at the inner level) is no removal of it, and told elsewhere.
    """
    due = (missed for missed in subject.missing if missed.kind not in KEYS_STAY)
    found = (*(op.missed for op in subject.removes if op.missed is not None), *due)
    return tuple(sorted(found, key=lambda missed: missed.certainty is not Certainty.SURE))


def discounted(subject: AbstractMap) -> tuple[Discounted, ...]:
    """The removals and resets of a map that do not count, with the reason, in source order."""
    idle = (op for op in (*subject.removes, *subject.resets) if not counts(op, subject.in_test))
    return tuple(Discounted(op, _why_not(op)) for op in sorted(idle, key=lambda op: op.location))


def growing(operations: Iterable[Operation], in_test: bool = False) -> tuple[Operation, ...]:
    """The insertions that can add ever more keys, the most telling first.

    Left out: tests (unless the map is one of theirs), code that runs only at start-up, insertions behind a size
    check, updates of keys that are there, and keys from a finite set. Insertions that certainly grow the map come
    before those of which nobody knows, and what something reaches before what nothing reaches.
    """
    return _added_first(tuple(sorted((op for op in operations if _can_grow(op, in_test)), key=_telling)))


def _added_first(ordered: tuple[Operation, ...]) -> tuple[Operation, ...]:
    """``counted-down``: what counts down meets keys that another place has added. That place is shown, with what is
    known of the keys here."""
    if not ordered or ordered[0].element is not Element.DOWN:
        return ordered
    down = ordered[0]
    adding = next((op for op in ordered if op.element is not Element.DOWN), None)
    if adding is None:
        return ordered
    told = replace(
        adding,
        growth=down.growth,
        growth_reason=down.growth_reason,
        growth_certainty=down.growth_certainty,
        growth_named=down.growth_named,
        growth_typed=down.growth_typed,
        growth_few=down.growth_few,
        growth_of_field=down.growth_of_field,
    )
    return (told, *(op for op in ordered if op is not adding))


def _can_grow(op: Operation, in_test: bool) -> bool:
    if (op.in_test and not in_test) or op.startup_only or op.size_guarded or op.presence_guarded:
        return False
    return op.growth in MAY_GROW and (op.key is None or op.key.origin not in FINITE_ORIGINS)


def _telling(op: Operation) -> tuple[object, ...]:
    """Sort key: what runs first, generated code and loop indexes last, then the surest, then by place."""
    index = op.key is not None and op.key.origin is KeyOrigin.INDEX
    certainty = _BY_CERTAINTY.index(op.growth_certainty)
    return (not op.reachable, op.growth is Growth.UNKNOWN, op.generated, index, op.assumed, certainty, op.location)


def _why_not(op: Operation) -> str:
    if op.no_effect:
        return op.no_effect
    if op.in_test:
        return "only tests run it"
    if not op.reachable:
        return "nothing that runs reaches it"
    return "it runs only at start-up"
