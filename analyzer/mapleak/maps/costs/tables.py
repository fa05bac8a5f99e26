"""Bytes per entry of the runtime's map structures, as functions of the number of entries.

The numbers are expectations over random hashes; what key and value refer to is not part of them. A structure's
``per_entry`` says what each entry takes on average when the map has so many of them, inserted one by one.
"""

from __future__ import annotations

from math import erfc, exp, sqrt

import msgspec

from mapleak.maps.costs.heap import block
from mapleak.model import Block
from mapleak.types.sizes import up

LARGEST_INLINE = 128
"""Keys and values of more bytes are stored behind a pointer, each an object of its own."""

_SLOTS = 8  # of a group or bucket
_TABLE = 1024  # slots of a table that is split instead of doubled
_FULL = 7 / 8


class Stored(msgspec.Struct, frozen=True):
    """A key or value as a table has it."""

    size: int
    align: int
    pointers: bool


class Swiss(msgspec.Struct, frozen=True):
    """Since Go 1.24 (internal/runtime/maps): tables of groups, a group 8 control bytes and 8 slots."""

    key: Stored
    value: Stored
    word: int

    @property
    def block(self) -> Block:
        """A whole table, which is what large maps are made of."""
        return self._groups(_TABLE // _SLOTS)

    @property
    def rounding(self) -> float:
        """The part of the bytes that size classes lose."""
        return self.block.lost / self.block.taken

    def per_entry(self, n: int) -> float:
        return self._bytes(n) / n

    def _groups(self, count: int) -> Block:
        pointers = self.key.pointers or self.value.pointers
        return block(count * (8 + _SLOTS * self._slot()), self.word, pointers=pointers)

    def _slot(self) -> int:
        """``struct{ key K; elem V }``: a last field without size is padded, so that no pointer leads past the end."""
        end = up(self.key.size, self.value.align) + (self.value.size or 1)
        return up(end, max(self.key.align, self.value.align))

    def _bytes(self, n: int) -> float:
        header, table = (48, 32) if self.word == 8 else (32, 24)
        if n <= _SLOTS:
            return header + self._groups(1).taken
        if n <= _TABLE * _FULL:
            slots = 2 * _SLOTS
            while slots * _FULL < n:
                slots *= 2
            return header + self.word + table + self._groups(slots // _SLOTS).taken
        tables, depth = self._tables(n)
        directory = block(self.word * 2**depth, self.word).taken
        return header + tables * (self._groups(_TABLE // _SLOTS).taken + table) + directory

    @staticmethod
    def _tables(n: int) -> tuple[float, int]:
        """How many tables, and the depth of their directory: a table is split when the 897th entry comes."""
        nodes, leaves, depth, level = 1.0, 0.0, 0, 0
        while nodes > 1e-3:
            mean = n / 2**level
            deviation = sqrt(mean * (1 - mean / n)) or 1e-9
            splits = 0.5 * erfc((_TABLE * _FULL + 0.5 - mean) / deviation / sqrt(2))
            leaves += nodes * (1 - splits)
            nodes *= 2 * splits
            level += 1
            if nodes > 0.5:
                depth = level
        return leaves, depth


class Buckets(msgspec.Struct, frozen=True):
    """Up to Go 1.23 (runtime/map.go): an array of buckets of 8 keys and 8 values, and overflow buckets.

    ``load`` is how many entries a bucket has on average before the array doubles: 6.5, and 6 in Go 1.21.
    """

    key: Stored
    value: Stored
    word: int
    load: float = 6.5

    @property
    def block(self) -> Block:
        """One bucket; arrays of them are so large that rounding loses next to nothing."""
        size = up(_SLOTS + _SLOTS * self.key.size + _SLOTS * self.value.size, self.word) + self.word
        return block(size, self.word)

    @property
    def rounding(self) -> float:
        """The part of the bytes that size classes lose: large arrays are whole pages."""
        return 0.0

    def per_entry(self, n: int) -> float:
        return self._bytes(n) / n

    def _array(self, bits: int) -> int:
        spare = 2 ** (bits - 4) if bits >= 4 else 0
        return block((2**bits + spare) * self.block.size, self.word).taken

    def _bytes(self, n: int) -> float:
        header = 48 if self.word == 8 else 32
        if n <= _SLOTS:
            return header + self.block.taken
        bits: int = 1
        while n > self.load * 2**bits:
            bits += 1
        total = header + self._array(bits) + self._overflow(n, bits) * self.block.taken
        before = 2 ** (bits - 1)
        if bits > 1 and n - self.load * before < 0.75 * before:
            total += self._array(bits - 1)  # the old array stays while it is emptied
        return total

    @staticmethod
    def _overflow(n: int, bits: int) -> float:
        """Overflow buckets beyond those that the array brings with it."""
        buckets = float(2**bits)
        mean = n / buckets
        chance, each = exp(-mean), 0.0
        for entries in range(1, 60):
            chance *= mean / entries
            if entries > _SLOTS:
                each += chance * -(-(entries - _SLOTS) // _SLOTS)
        return max(0.0, buckets * each - (buckets / 16 if bits >= 4 else 0))


class Trie(msgspec.Struct, frozen=True):
    """``sync.Map`` since Go 1.24 (internal/sync.HashTrieMap): a node for each entry, inner nodes of 16 children."""

    word: int

    @property
    def block(self) -> Block:
        """The node of an entry: kind, next of the same hash, key and value as interfaces."""
        return block(6 * self.word, self.word)

    @property
    def rounding(self) -> float:
        """The part of the bytes that size classes lose: a few of an inner node's, none of an entry's."""
        return 0.0

    def per_entry(self, n: int) -> float:
        inner = block((24 if self.word == 8 else 20) + 16 * self.word, self.word)
        return self.block.taken + self._inner_nodes(n) * inner.taken / n

    @staticmethod
    def _inner_nodes(n: int) -> float:
        """The root, and one wherever at least two entries agree in the hash so far."""
        nodes, places = 1.0, 16.0
        while places < n * n:
            mean = n / places
            nodes += places * (1 - exp(-mean) * (1 + mean))
            places *= 16
        return nodes


class TwoMaps(msgspec.Struct, frozen=True):
    """``sync.Map`` up to Go 1.23: a ``map[any]*entry``, a cell for each entry, and the value as an interface."""

    word: int
    load: float = 6.5

    @property
    def block(self) -> Block:
        """The interface that an entry's cell points to."""
        return block(2 * self.word, self.word)

    @property
    def rounding(self) -> float:
        """The part of the bytes that size classes lose."""
        return 0.0

    @property
    def cells(self) -> int:
        """Bytes of the cell and of the interface that it points to."""
        return block(self.word, self.word).taken + self.block.taken

    def per_entry(self, n: int) -> float:
        key, value = Stored(2 * self.word, self.word, True), Stored(self.word, self.word, True)
        return Buckets(key, value, self.word, self.load).per_entry(n) + self.cells


Structure = Swiss | Buckets | Trie | TwoMaps
