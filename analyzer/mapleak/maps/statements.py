"""Single statements that rules tell of, whatever becomes of the map: part of the map model."""

from __future__ import annotations

import msgspec

from mapleak.model import Certainty, Location


class RangeInsert(msgspec.Struct, frozen=True):
    """An insertion into a built-in map inside a range over the same map.

    ``key`` is ``new`` when the key is made from others or allocated, ``absent`` when it was looked up and not found
    (``empty``: and nothing yet is stored under it), ``related`` when it may be the visited one in another form (read
    out of the visited value, for one), ``settled`` when a visit of the new entry would add nothing more, most likely,
    ``unknown`` otherwise. ``location`` is the insertion, or the call in the loop's body that leads to it; ``chain``
    lists the calls from the body to the insertion.
    """

    map: str
    key: str
    key_text: str
    location: Location
    insert: Location
    range: Location
    chain: tuple[Location, ...]
    function: str
    deletes_visited: bool  # the body also removes the visited key
    reachable: bool
    in_test: bool
    generated: bool
    supports: bool = False  # only tests, examples and tools of the repository run it
    starting: bool = False  # it runs once, while the program starts


class Decode(msgspec.Struct, frozen=True):
    """A call of a decoder into something that was there before and holds a map, which keeps its entries.

    ``text`` is how the map is reached in the source, ``kept`` why the target has earlier messages' entries, and
    ``kept_certainty`` how sure that is. ``loop`` is the loop that decodes one message after the other, None when the
    call is in none; ``assumed`` as in :class:`mapleak.maps.model.Operation`.
    """

    map: str
    text: str
    decoder: str
    kept: str
    kept_certainty: Certainty
    location: Location
    loop: Location | None
    function: str
    package: str
    assumed: bool
    reachable: bool
    in_test: bool
    generated: bool
    supports: bool = False  # as in RangeInsert
