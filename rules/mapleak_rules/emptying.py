"""Which operations of a map count: insertions that make it grow while the program serves, and what empties it.

Reads the map model only. An operation in a test, at start-up, or that nothing reaches neither grows nor empties
a running program's map.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mapleak.maps.model import AbstractMap, Growth, KeyOrigin, Operation

FINITE_ORIGINS = frozenset({KeyOrigin.CONSTANT, KeyOrigin.ENUM, KeyOrigin.TYPE, KeyOrigin.SAME_MAP})
"""Keys of these origins add a fixed number of entries, however often the insertion runs."""

MAY_GROW = frozenset({Growth.UNBOUNDED, Growth.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Discounted:
    """A removal that does not count, and why."""

    operation: Operation
    reason: str


def counts(removal: Operation) -> bool:
    """Whether a removal or reset happens again and again in the running program."""
    return removal.reachable and not removal.in_test and not removal.startup_only


def emptying(subject: AbstractMap) -> tuple[Operation, ...]:
    """The removals and resets of a map that count."""
    return tuple(op for op in (*subject.removes, *subject.resets) if counts(op))


def discounted(subject: AbstractMap) -> tuple[Discounted, ...]:
    """The removals and resets of a map that do not count, with the reason, in source order."""
    idle = (op for op in (*subject.removes, *subject.resets) if not counts(op))
    return tuple(Discounted(op, _why_not(op)) for op in sorted(idle, key=lambda op: op.location))


def growing(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """The insertions that can add ever more keys, the most telling first.

    Left out: tests, code that runs only at start-up, insertions behind a size check, updates of keys that are
    there, and keys from a finite set. Insertions that something reaches come before those that nothing reaches.
    """
    return tuple(sorted((op for op in operations if _can_grow(op)), key=_telling))


def _can_grow(op: Operation) -> bool:
    if op.in_test or op.startup_only or op.size_guarded or op.presence_guarded:
        return False
    return op.key is None or op.key.origin not in FINITE_ORIGINS


def _telling(op: Operation) -> tuple[object, ...]:
    """Sort key: what runs first, generated code and loop indexes (small integers) last, then by place."""
    index = op.key is not None and op.key.origin is KeyOrigin.INDEX
    return (not op.reachable, op.generated, index, op.location)


def _why_not(op: Operation) -> str:
    if op.in_test:
        return "only tests run it"
    if not op.reachable:
        return "no code that runs reaches it"
    return "it runs only at start-up"
