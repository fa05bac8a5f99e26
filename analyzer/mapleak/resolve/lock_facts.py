"""What is recorded of the locks of one function: see mapleak.resolve.lock_flow, which finds it out.

Positions are byte offsets, as in mapleak.resolve.model.
"""

from __future__ import annotations

import msgspec

COPIED, OWN = "copied", "own"
"""Where a mutex is: part of a copy that the function was given, or of what others have as well."""


class LockOp(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What locks or unlocks. ``method`` is Lock, Unlock, RLock, RUnlock, TryLock or TryRLock, for a channel that the
    same function sends to and receives from ``send`` or ``receive``.

    ``lock`` is the node of the lock, or its source text where that is not known (``named`` is false then).
    ``known`` is true of the locks of package sync. ``place`` says where a mutex is: see mapleak.resolve.lock_places.
    """

    method: str
    lock: str
    text: str
    known: bool
    deferred: bool
    pos: int
    end: int
    named: bool
    place: str = ""


class LockRegion(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True):
    """Statements from ``pos`` to ``end`` during which a lock is held, for writing or not; ``certain`` on every way."""

    pos: int
    end: int
    lock: str
    write: bool
    certain: bool


class LockLeft(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A way on which a lock that was taken at offset ``taken`` stays held.

    ``kind``: return and end leave the function at ``pos``, again goes into the next turn of the loop that locks it,
    way is one of several ways through a statement that ends there, after which nothing releases the lock, twice leaves
    the function by way of a deferred call at ``taken`` that locks instead of releasing.
    """

    lock: str
    write: bool
    taken: int
    kind: str
    pos: int
    end: int


class LockMismatch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A lock that is taken by ``method`` (RLock) and given back by ``release`` (Unlock), or the reverse."""

    lock: str
    pos: int
    end: int
    method: str
    release_pos: int
    release_end: int
    release: str


class LockFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The locks of one function: see mapleak.resolve.locking.

    ``released`` are locks that it gives back, on some way, without having taken them; ``kept`` those that every way
    out leaves held; ``absorbed`` the literals, deferred or called on the spot, that ``left`` takes into account.
    ``wide`` are the channels that it makes with room for several elements: as locks they let as many in.
    ``left_to_callers``: its comment says that they see to the lock (mapleak.syntax.docs).
    """

    ops: tuple[LockOp, ...]
    regions: tuple[LockRegion, ...]
    left: tuple[LockLeft, ...] = ()
    mismatches: tuple[LockMismatch, ...] = ()
    released: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    absorbed: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()
    left_to_callers: bool = False
