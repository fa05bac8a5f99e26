"""What the entries of a map are made of, read off its type: sizes of key and value, pointers, interfaces."""

from __future__ import annotations

from mapleak.resolve.libraries import library
from mapleak.resolve.model import EntryLayout, ValueLayout
from mapleak.resolve.shapes import map_shape
from mapleak.resolve.wrapping import wrapped_map
from mapleak.types.sizes import extent
from mapleak.types.types import Array, Chan, Interface, Map, Named, Pointer, Slice, Struct, Type, TypeParam, underlying

_LEVELS = 4
"""How many levels of maps in maps, slices and so on are looked at."""

_DEPTH = 8
"""How deep inside structs and arrays an interface is looked for."""


def entry_layouts(t: Type) -> tuple[EntryLayout | None, ...]:
    """Layouts by level: of the map that ``t`` is or points to, of the maps that are stored in that, and so on.

    None stands for a level that is no map, or one whose inside is not known: a library's container.
    """
    memo = t.memo
    if memo is None:
        memo = t.memo = {}
    if "entries" not in memo:
        memo["entries"] = _entry_layouts(t)
    found = memo["entries"]
    assert isinstance(found, tuple)
    return found


def _entry_layouts(t: Type) -> tuple[EntryLayout | None, ...]:
    found: list[EntryLayout | None] = []
    level: Type | None = t
    while level is not None and len(found) < _LEVELS:
        found.append(_layout(level))
        level = _stored(level)
    while found and found[-1] is None:
        found.pop()
    return tuple(found)


def _layout(t: Type) -> EntryLayout | None:
    shape = map_shape(t) or wrapped_map(t)
    if shape is None or library(shape.container) is not None:
        return None
    container = "sync.Map" if shape.container == "sync.Map" else "map"
    return EntryLayout(container, _value(shape.key), _value(shape.value))


def _value(t: Type) -> ValueLayout:
    narrow, wide = extent(t, 4), extent(t, 8)
    return ValueLayout(
        narrow=narrow[:2] if narrow is not None else None,
        wide=wide[:2] if wide is not None else None,
        pointers=wide is None or wide.pointers,
        boxes=wide is not None and _boxes(t, 0),
    )


def _boxes(t: Type, depth: int) -> bool:
    """Whether a value of the type holds an interface, whose dynamic value is an object of its own."""
    if depth > _DEPTH or isinstance(t, TypeParam):
        return False
    match underlying(t):
        case Interface():
            return True
        case Array(elem=elem):
            return _boxes(elem, depth + 1)
        case Struct(fields=fields):
            return any(_boxes(field.type, depth + 1) for field in fields)
    return False


def _stored(t: Type) -> Type | None:
    """What is stored inside: the value of a map, the element of a slice, what a pointer points to."""
    u = underlying(t)
    if isinstance(u, Pointer):
        inner = underlying(u.elem) if not isinstance(u.elem, Named) else u.elem
        return _stored(inner) if isinstance(inner, Map | Slice | Array) else u.elem
    match u:
        case Map(value=inner):
            return inner
        case Slice(elem=inner) | Array(elem=inner) | Chan(elem=inner):
            return inner
    return None
