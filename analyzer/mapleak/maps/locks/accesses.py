"""Where maps are read and written in a function, and which of its locks are held there."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mapleak.resolve.lock_facts import LockRegion
from mapleak.resolve.model import FunctionFacts


class Access(msgspec.Struct, frozen=True):
    """One look into a map, or one change of it. ``node`` is the map as the function names it."""

    node: str
    pos: int
    end: int
    writes: bool
    form: str  # that of the operation or read
    guards: tuple[str, ...] = ()
    text: str = ""


def accesses(function: FunctionFacts) -> Iterator[Access]:
    """The accesses of a function's own body, writes first. What assigns a new map is none: it changes the variable."""
    for op in function.ops:
        if op.effect != "reset":
            yield Access(op.node, op.pos, op.end, True, op.form, op.guards, op.text)
    for read in function.reads:
        yield Access(read.node, read.pos, read.end, False, read.form, (), read.text)


def regions_at(function: FunctionFacts, pos: int) -> Iterator[LockRegion]:
    """The regions of held locks that a position lies in."""
    if function.locks is not None:
        yield from (region for region in function.locks.regions if region.pos <= pos < region.end)
