"""Which types wrap maps, and which values are followed through the program: maps, wrappers, functions, what holds them.

A wrapper is a small named struct of the analysed tree that has methods and keeps its entries in maps of its own: a
safe map, set, store, cache, registry, possibly cut into shards. Decided by the declared types alone; whether its
methods really insert under keys that they are handed is found out later (mapleak.maps.holding.wrappers).
"""

from __future__ import annotations

from mapleak.resolve.shapes import MapShape, map_shape
from mapleak.types.types import Array, Basic, Chan, Map, Named, Pointer, Signature, Slice, Struct, Type, underlying

MOST_FIELDS = 8
"""Fields of a wrapper, embedded ones included. What has more is a part of the program with a life of its own, and one
map for all its instances tells its story as well."""

_DEPTH = 3
"""How deep inside slices, pointers, channels and maps a map, wrapper or function is still followed."""

_HELD_ATOMICALLY = frozenset(("sync/atomic.Pointer",))


def wrapper_shape(t: Type) -> MapShape | None:
    """The wrapper that ``t`` is or points to, with key and value of its first map; None for every other type."""
    memo = t.memo
    if memo is None:
        memo = t.memo = {}
    if "wrapper" not in memo:
        memo["wrapper"] = None  # a type that leads back to itself
        memo["wrapper"] = _wrapper_shape(t)
    shape = memo["wrapper"]
    return shape if isinstance(shape, MapShape) else None


def wrapped_map(t: Type) -> MapShape | None:
    """The first map that a wrapper keeps its entries in, as it is declared there; None for every other type."""
    if wrapper_shape(t) is None:
        return None
    return _kept_in(underlying(t.elem if isinstance(t, Pointer) else t), 0)


def instance_of(t: Type) -> str:
    """A generic wrapper's instantiation, as all packages write it; "" of other types, and inside of generic code."""
    named = t.elem if isinstance(t, Pointer) else t
    if not isinstance(named, Named) or not named.args or wrapper_shape(t) is None:
        return ""
    return "" if "$" in named.text else named.text


def container_shape(t: Type) -> MapShape | None:
    """What ``t`` is when it behaves as a map: a map, a library's container or a wrapper."""
    return map_shape(t) or wrapper_shape(t)


def followed(t: Type) -> bool:
    """Whether values of type ``t`` are followed through the program."""
    memo = t.memo
    if memo is None:
        memo = t.memo = {}
    if "followed" not in memo:
        memo["followed"] = _followed(t, 0)
    return memo["followed"] is True


def _followed(t: Type, depth: int) -> bool:
    if container_shape(t) is not None:
        return True
    if depth > _DEPTH:
        return False
    u = underlying(t)
    match u:
        case Signature():
            return True
        case Pointer() | Slice() | Array() | Chan():
            return not isinstance(u.elem, Basic) and _followed(u.elem, depth + 1)
    return False


def never_a_key(t: Type) -> bool:
    """Whether values of type ``t`` are followed and can be no keys: maps, slices, functions.

    A pointer to a connection that has maps of its own is followed for those, and is a key of the table of connections.
    """
    return followed(t) and isinstance(underlying(t), Map | Slice | Signature)


def _wrapper_shape(t: Type) -> MapShape | None:
    if isinstance(t, Pointer):
        return wrapper_shape(t.elem) if isinstance(t.elem, Named) else None
    if not isinstance(t, Named) or not t.declaration.methods or not _in_tree(t):
        return None
    inner = _kept_in(t.underlying, 0)
    return MapShape(t.name, inner.key, inner.value) if inner is not None else None


def _kept_in(struct: Type, depth: int) -> MapShape | None:
    """The first map among a struct's fields, those of its shards included."""
    if not isinstance(struct, Struct) or len(struct.fields) > MOST_FIELDS:
        return None
    for field in struct.fields:
        shape = _map_inside(field.type, depth)
        if shape is not None:
            return shape
    return None


def _map_inside(t: Type, depth: int) -> MapShape | None:
    shape = map_shape(t)
    if shape is not None or depth > _DEPTH:
        return shape
    match t:
        case Slice() | Array() | Pointer():
            return _map_inside(t.elem, depth + 1)
        case Named() if t.name in _HELD_ATOMICALLY and t.args:
            return _map_inside(t.args[0], depth + 1)
        case Named() if _in_tree(t):
            return _kept_in(t.underlying, depth + 1)
        case Struct():
            return _kept_in(t, depth + 1)
    return None


def _in_tree(t: Named) -> bool:
    """Files of the tree have relative paths, others absolute ones or none."""
    return bool(t.declaration.file) and not t.declaration.file.startswith("/")
