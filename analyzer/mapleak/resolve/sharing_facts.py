"""The facts about values that share memory, pieces of buffers and copied structs: part of mapleak.resolve.model."""

from __future__ import annotations

import msgspec


class Cut(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A part of a buffer that a function puts into a map, passes to a call or returns, see mapleak.resolve.cuts.

    ``place`` is key, value, argument or result; ``pos`` and ``end`` are those of the operation, call or return,
    ``index`` the position of the argument. ``shape`` is piece or whole. ``kind`` says where the buffer comes from:
    read (``name`` is the function that reads), lent (the function whose next call may overwrite it), made (``name``
    is its length), parameter (its node), result (the function), copied (the function, all of whose result was copied);
    ``at`` and ``at_end`` are where. ``inner`` is true in
    a loop that the buffer was made outside of: then many of its pieces may be kept. ``is_bytes`` tells byte slices from
    strings.
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
    is_bytes: bool = False


class SharedCopy(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A struct that was copied by value, and a map in it that is changed through the copy, see mapleak.resolve.copies.

    ``node`` is the map's field, ``field`` how it is reached from the copy (``opts.labels``); ``copy`` is the name of
    the copy, ``source`` what was copied, as written. ``kind`` says what that is: variable (of a package), field,
    pointer, element, range (an element of what is ranged over), given (one of a parameter that is ranged over),
    receiver, parameter, local. ``pos`` and ``end`` are where it is copied; ``change`` and
    ``change_end`` where the map is changed: by an operation, or by the method ``method``, if that changes it.
    ``got`` is the function that gave what it was copied out of, "?" for one that is not known, where the function that
    copies does not use that afterwards; "" for all others.
    ``apart`` says what tells that the copy is meant to be another thing than the source: returned, stored, assigned
    (another field of it), passed. ``lazy`` is true where a map is made for the copy if it has none.
    """

    node: str
    field: str
    copy: str
    source: str
    kind: str
    pos: int
    end: int
    change: int
    change_end: int
    method: str
    apart: str
    lazy: bool
    got: str = ""


class KeptCopy(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A copy of a struct that is kept beyond the call, and keeps a map that the original then lets go of.

    ``node`` is the map's field, ``field`` how it is reached from ``source``, as written; ``place`` is the node of the
    variable or field that keeps the copy, ``text`` how it is written. ``reset`` is where the original gets another map.
    ``of_package``: the original is a package variable, or a part of one.
    """

    node: str
    field: str
    source: str
    place: str
    text: str
    pos: int
    end: int
    reset: int
    reset_end: int
    of_package: bool = False
