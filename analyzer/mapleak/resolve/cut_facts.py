"""The facts about pieces of buffers: part of the contract of mapleak.resolve.model."""

from __future__ import annotations

import msgspec


class Cut(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A part of a buffer that a function puts into a map, passes to a call or returns, see mapleak.resolve.cuts.

    ``place`` is key, value, argument or result; ``pos`` and ``end`` are those of the operation, call or return,
    ``index`` the position of the argument. ``shape`` is piece or whole. ``kind`` says where the buffer comes from: read
    (``name`` is the function that reads), made (``name`` is its length), parameter (its node), result (the function);
    ``at`` and ``at_end`` are where. ``inner`` is true in a loop that the buffer was made outside of: then many of its
    pieces may be kept.
    """

    place: str
    pos: int
    end: int
    index: int
    shape: str
    kind: str
    name: str
    at: int
    at_end: int
    inner: bool
    text: str
