"""What maps share with others: buffers that entries are pieces of, structs that were copied. Part of the model."""

from __future__ import annotations

import msgspec

from mapleak.model import Certainty, Location


class Pin(msgspec.Struct, frozen=True):
    """A buffer that an insertion keeps alive by a piece of it (see mapleak.maps.holding.pinned).

    ``role`` is key or value, ``text`` the piece as written, ``buffer`` what the buffer is in words, ``made`` where it
    is made and ``function`` by which function; ``certainty`` and ``reason`` say whether it is large. ``lent``: it is
    the buffer of a reader, which overwrites it.
    """

    role: str
    text: str
    buffer: str
    made: Location
    function: str
    certainty: Certainty
    reason: str
    lent: bool = False


class SharedMap(msgspec.Struct, frozen=True):
    """A map that is changed through a copy of the struct that holds it (see mapleak.maps.shared_maps).

    ``field`` is how the map is reached from ``copy``, ``source`` what was copied, as written; ``kind`` and ``apart``
    are those of mapleak.resolve.sharing_facts.SharedCopy. ``location`` is where the map is changed, ``method`` the
    method of the copy that does it, "" when the function itself does.
    """

    map: str
    type: str
    location: Location
    copied: Location
    function: str
    field: str
    copy: str
    source: str
    kind: str
    apart: str
    method: str
    lazy: bool
    reachable: bool
    in_test: bool
    generated: bool
    supports: bool = False  # only tests, examples and tools of the repository run it


class KeptMap(msgspec.Struct, frozen=True):
    """A map that a kept copy of a struct still has after the original has let go of it.

    ``location`` is where ``source`` is copied to ``place``, ``reset`` where its ``field`` gets another map or none;
    ``lasting`` says why the place lasts, ``certainty`` how sure that is. ``others`` are further maps of the struct that
    the same copy keeps, as fields of ``source``.
    """

    map: str
    type: str
    location: Location
    reset: Location
    function: str
    source: str
    field: str
    place: str
    lasting: str
    certainty: Certainty
    reachable: bool
    in_test: bool
    generated: bool
    supports: bool = False  # as in SharedMap
    others: tuple[str, ...] = ()
