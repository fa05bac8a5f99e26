"""The cost of an entry of each map, from what it is made of and the Go version that will run it.

What an entry takes depends on how full its table happens to be, so on how many entries there are. A cost tells it for
some numbers of entries, and for large maps in general: the mean over all numbers of entries between two doublings, with
the least and the most. Nothing is said where a size is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from msgspec.structs import replace

from mapleak.maps.costs.heap import block
from mapleak.maps.costs.tables import LARGEST_INLINE, Buckets, Stored, Structure, Swiss, Trie, TwoMaps
from mapleak.maps.model import AbstractMap, MapModel
from mapleak.model import EntryCost, Half
from mapleak.resolve.model import EntryLayout, ValueLayout

FIRST_SWISS = 24
"""Go 1.24 has new maps and a new ``sync.Map``."""

_SIX_PER_BUCKET = 21
"""Go 1.21 doubles a little earlier: an integer division in its load factor."""

_MANY = 100_000
"""A number of entries from which on the cost no longer depends on how many there are, only on how full tables are."""

SHOWN = (1_000, 10_000, 100_000, 1_000_000)
"""Numbers of entries whose cost is told where nobody asks for another."""

_STEPS = 16  # numbers of entries looked at in each doubling

Version = Callable[[str], tuple[int, str]]
"""The minor version of Go that builds a file, 24 of Go 1.24, and what says so."""


def priced(model: MapModel, word: int | None, version: Version, entries: int = 0) -> MapModel:
    """The model with the cost of an entry in every map; ``word`` is the size of a pointer, None if not known.

    ``entries`` is the number of entries that is asked for, 0 for none.
    """

    def cost(found: AbstractMap) -> EntryCost:
        if word is None:
            return EntryCost(unknown="the size of a word on the platform asked for is not known")
        minor, because = version(found.declaration.file)
        return replace(_cost(found.entry, word, minor, (found.key, found.value), entries), because=because)

    return replace(model, maps=tuple(replace(found, cost=cost(found)) for found in model.maps))


def _cost(entry: EntryLayout | None, word: int, minor: int, types: tuple[str, str], entries: int) -> EntryCost:
    if entry is None:
        return EntryCost(unknown="how it stores its entries is not known")
    for what, name, layout in (("key", types[0], entry.key), ("value", types[1], entry.value)):
        if _extent(layout, word) is None:
            return EntryCost(unknown=f"the size of the {what} type {name or 'of its entries'} is not known")
    return entry_cost(entry, word, minor, entries)


@lru_cache(maxsize=4096)
def entry_cost(entry: EntryLayout, word: int, minor: int, entries: int = 0) -> EntryCost:
    """What an entry takes with Go 1.``minor``; the sizes of key and value are known for this word."""
    structure = structure_of(entry, word, minor)
    in_own_objects = objects(entry, word)
    tables = [structure.per_entry(n) for n in _counts(structure)]
    costs = [table + in_own_objects for table in tables]
    mean = round(sum(costs) / len(costs))
    name, freed = _name_and_freed(structure, in_own_objects, mean)
    halves = (_half(entry.key, word, entry.container), _half(entry.value, word, entry.container))
    lost = structure.rounding * sum(tables) / len(tables)
    return EntryCost(
        bytes=mean,
        least=round(min(costs)),
        most=round(max(costs)),
        freed=freed,
        structure=name,
        word=word,
        key=halves[0],
        value=halves[1],
        block=structure.block,
        lost=round(lost) + sum(half.block.lost for half in halves if half.block is not None),
        at=tuple(
            (n, round(structure.per_entry(n) + in_own_objects))
            for n in ((entries,) if entries else SHOWN)
            if n <= _different(entry.key, word)
        ),
        asked=entries > 0,
    )


def _different(key: ValueLayout, word: int) -> int:
    """How many keys of a type there can be at most."""
    return 1 << 8 * min(_known(key, word)[0], 8)


def structure_of(entry: EntryLayout, word: int, minor: int) -> Structure:
    """How Go 1.``minor`` keeps such entries."""
    load = 6.0 if minor <= _SIX_PER_BUCKET else 6.5
    if entry.container == "sync.Map":
        return Trie(word) if minor >= FIRST_SWISS else TwoMaps(word, load)
    key, value = _stored(entry.key, word), _stored(entry.value, word)
    return Swiss(key, value, word) if minor >= FIRST_SWISS else Buckets(key, value, word, load)


def objects(entry: EntryLayout, word: int) -> int:
    """Bytes of the objects that a key and a value too large for the table are stored in."""
    if entry.container == "sync.Map":
        return 0
    halves = (_half(entry.key, word, entry.container), _half(entry.value, word, entry.container))
    return sum(half.block.taken for half in halves if half.block is not None)


def _counts(structure: Structure) -> list[int]:
    """Numbers of entries, evenly spread over a doubling, or over what it takes a trie to grow by one level."""
    doublings = 4 if isinstance(structure, Trie) else 1
    return [round(_MANY * 2 ** (step / _STEPS)) for step in range(_STEPS * doublings)]


def _name_and_freed(structure: Structure, in_own_objects: int, mean: int) -> tuple[str, int]:
    match structure:
        case Swiss():
            return "swiss", in_own_objects
        case Buckets():
            return "buckets", in_own_objects
        case Trie():
            return "trie", mean
        case TwoMaps():
            return "two-maps", structure.cells


def _stored(layout: ValueLayout, word: int) -> Stored:
    size, align = _known(layout, word)
    if size > LARGEST_INLINE:
        return Stored(word, word, True)
    return Stored(size, align, layout.pointers)


def _half(layout: ValueLayout, word: int, container: str) -> Half:
    size, align = _known(layout, word)
    if container == "sync.Map":
        return Half(size, align, "interface", layout.pointers, layout.boxes)
    if size > LARGEST_INLINE:
        own = block(size, word, pointers=layout.pointers)
        return Half(size, align, "pointer", layout.pointers, layout.boxes, own)
    return Half(size, align, "inline", layout.pointers, layout.boxes)


def _known(layout: ValueLayout, word: int) -> tuple[int, int]:
    found = _extent(layout, word)
    assert found is not None
    return found


def _extent(layout: ValueLayout, word: int) -> tuple[int, int] | None:
    return layout.wide if word == 8 else layout.narrow
