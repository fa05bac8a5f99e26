"""Sizes and alignments as the gc compiler lays types out (``go/types.SizesFor("gc", …)``), for both word sizes.

A type whose size depends on something unknown (a package that is not on disk, a type parameter, an array length that
is no integer constant we can work out) has none: it is never guessed.
"""

from __future__ import annotations

from typing import NamedTuple

from mapleak.types.types import (
    UNKNOWN,
    Array,
    Basic,
    Chan,
    Interface,
    Map,
    Named,
    Pointer,
    Signature,
    Slice,
    Struct,
    Type,
    TypeParam,
    underlying,
)

WORDS = (4, 8)
"""Bytes of a pointer on the platforms of gc; nothing is aligned more strictly than a word, 64-bit atomics apart."""

_FIXED = {
    "bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "float32": 4,
    "int64": 8, "uint64": 8, "float64": 8,
}  # fmt: skip
_WORD_SIZED = frozenset(("int", "uint", "uintptr", "unsafe.Pointer"))
_ALIGNED_TO_8 = frozenset(("sync/atomic.align64", "internal/runtime/atomic.align64"))
_LARGEST = 1 << 50  # gc refuses larger types


class Extent(NamedTuple):
    """What one value takes: bytes, the multiple of bytes it starts at, and whether the collector looks into it."""

    size: int
    align: int
    pointers: bool


_STANDARD = {
    4: {
        "time.Duration": Extent(8, 4, False),
        "time.Time": Extent(20, 4, True),
        "time.Month": Extent(4, 4, False),
        "sync.Mutex": Extent(8, 4, False),
        "sync.RWMutex": Extent(24, 4, False),
        "net/netip.Addr": Extent(20, 4, True),
    },
    8: {
        "time.Duration": Extent(8, 8, False),
        "time.Time": Extent(24, 8, True),
        "time.Month": Extent(8, 8, False),
        "sync.Mutex": Extent(8, 4, False),
        "sync.RWMutex": Extent(24, 4, False),
        "net/netip.Addr": Extent(24, 8, True),
    },
}
"""Types of the standard library that maps often hold by value, where it is not on disk; the same in all versions."""


def extent(t: Type, word: int) -> Extent | None:
    """What a value of type ``t`` takes where a pointer has ``word`` bytes, or None where that is not known."""
    memo = t.memo
    if memo is None:
        memo = t.memo = {}
    key = f"extent{word}"
    if key not in memo:
        memo[key] = None  # a type that contains itself has no size
        memo[key] = _extent(t, word)
    found = memo[key]
    return found if isinstance(found, Extent) else None


def _extent(t: Type, word: int) -> Extent | None:
    if isinstance(t, Named):
        return _named(t, word)
    if isinstance(t, TypeParam):
        core = underlying(t)  # an interface there is a constraint, and says nothing of the size
        return None if isinstance(core, Interface) else extent(core, word)
    match t:
        case Basic():
            return _basic(t.name, word)
        case Pointer() | Map() | Chan() | Signature():
            return Extent(word, word, True)
        case Slice():
            return Extent(3 * word, word, True)
        case Interface():
            return Extent(2 * word, word, True)
        case Array():
            return _array(t, word)
        case Struct():
            return _struct(t, word)
    return None


def _named(t: Named, word: int) -> Extent | None:
    if t.underlying is UNKNOWN:
        return _STANDARD[word].get(t.name)
    found = extent(t.underlying, word)
    return found._replace(align=8) if found is not None and t.name in _ALIGNED_TO_8 else found


def _basic(name: str, word: int) -> Extent | None:
    if name == "string":
        return Extent(2 * word, word, True)
    if name in _WORD_SIZED:
        return Extent(word, word, name == "unsafe.Pointer")
    if name in ("complex64", "complex128"):
        part = 4 if name == "complex64" else 8
        return Extent(2 * part, min(part, word), False)
    size = _FIXED.get(name)
    return Extent(size, min(size, word), False) if size is not None else None


def _array(t: Array, word: int) -> Extent | None:
    length, elem = t.count, extent(t.elem, word)
    if length is None or elem is None or length * max(elem.size, 1) > _LARGEST:
        return None
    return Extent(length * elem.size, elem.align, elem.pointers and length > 0)


def _struct(t: Struct, word: int) -> Extent | None:
    size, align, pointers = 0, 1, False
    for field in t.fields:
        found = extent(field.type, word)
        if found is None:
            return None
        size = up(size, found.align) + found.size
        align = max(align, found.align)
        pointers = pointers or found.pointers
        if size > _LARGEST:
            return None
    if t.fields and size > 0 and found is not None and found.size == 0:
        size += 1  # the address of a last field without size must not be that of what comes next
    return Extent(up(size, align), align, pointers)


def up(size: int, align: int) -> int:
    """The next multiple of ``align`` from ``size`` on."""
    return -(-size // align) * align
