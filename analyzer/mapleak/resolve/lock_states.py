"""What the walk over a body knows of locks at one place, and what it goes through: see mapleak.resolve.lock_flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mapleak.resolve.lock_facts import LockOp
from mapleak.syntax import ast

EFFECTS = {"Lock": (True, 1), "Unlock": (True, -1), "RLock": (False, 1), "RUnlock": (False, -1)}
TRIES = {"TryLock": True, "TryRLock": False}

Slot = tuple[str, bool]  # the lock as mapleak.resolve.lock_objects names it, and whether it is locked for writing


class Count(NamedTuple):
    held: int | None
    net: int | None
    lock: int  # offset of the last call that locked it, -1 for none
    taken: bool = False  # it was locked on every way


FREE = Count(0, 0, -1)
State = dict[Slot, Count]
Net = Mapping[Slot, int | None]
"""What a call of a function leaves of each lock, None where that depends."""


def together(counts: Sequence[Count]) -> Count:
    """What is known of a lock where ways meet: numbers that differ are not."""
    held, net = {c.held for c in counts}, {c.net for c in counts}
    return Count(
        held.pop() if len(held) == 1 else None,
        net.pop() if len(net) == 1 else None,
        max(c.lock for c in counts),
        all(c.taken for c in counts),
    )


class Literal(NamedTuple):
    """A function literal in the body that is followed."""

    name: str
    net: Net
    ops: Sequence[LockOp]


class Frame:
    """A statement that ``break`` leaves, and for loops ``continue`` as well."""

    def __init__(self, label: str, loop: bool) -> None:
        self.label = label
        self.loop = loop
        self.breaks: list[State] = []
        self.continues: list[tuple[State, ast.Node]] = []
        self.falls: State | None = None
