"""Which types hold maps or functions, and how types are written for users."""

from __future__ import annotations

import re

import msgspec

from mapleak.program.values import Value
from mapleak.resolve.enums import Enums
from mapleak.resolve.libraries import library
from mapleak.types.types import (
    UNKNOWN,
    Array,
    Basic,
    Interface,
    Map,
    Named,
    Pointer,
    Slice,
    Struct,
    Type,
    TypeParam,
    underlying,
)
from mapleak.types.universe import EMPTY_INTERFACE, STRING

_QUALIFIED = re.compile(r"((?:[\w.\-~]+/)*[\w\-~]+(?:\.[\w\-~]+)*)\.([A-Za-z_]\w*)")

_TYPE_PARAMETER = re.compile(r"\$\w+")

SMALL_BASIC = {"bool": "bool", "uint8": "byte", "int8": "int8"}
"""Key types with so few values that a map keyed by them cannot grow far."""


class MapShape(msgspec.Struct, frozen=True):
    """A map-like type: ``container`` is map, sync.Map or the named type's qualified name."""

    container: str
    key: Type
    value: Type


SYNC_MAP = MapShape("sync.Map", EMPTY_INTERFACE, EMPTY_INTERFACE)


def receiver_shape(method: str) -> MapShape:
    """The shape of the receiver of a library method such as ``(net/http.Header).Add``."""
    receiver = method[1:].partition(")")[0].lstrip("*")
    return SYNC_MAP if receiver == "sync.Map" else MapShape(receiver, STRING, Slice(STRING))


def library_shape(name: str, args: tuple[Type, ...] = ()) -> MapShape:
    """The shape of a library's container: its type arguments are key and value, or anything goes."""
    key, value = (*args, EMPTY_INTERFACE, EMPTY_INTERFACE)[:2]
    return MapShape(name, key, value)


def map_shape(t: Type) -> MapShape | None:
    """The map-like type that ``t`` is or points to, or None."""
    memo = t.memo
    if memo is None:
        memo = t.memo = {}
    if "shape" not in memo:
        memo["shape"] = _map_shape(t)
    shape = memo["shape"]
    return shape if isinstance(shape, MapShape) else None


def _map_shape(t: Type) -> MapShape | None:
    if isinstance(t, Pointer):
        return _map_shape(t.elem) if not isinstance(t.elem, Pointer) else None
    if isinstance(t, Named):
        if t.name == "sync.Map":
            return SYNC_MAP
        u = t.underlying
        if isinstance(u, Map):
            return MapShape(t.name, u.key, u.value)
        return library_shape(t.name, t.args) if library(t.name) is not None else None
    u = underlying(t) if isinstance(t, TypeParam) else t
    return MapShape("map", u.key, u.value) if isinstance(u, Map) else None


def stored_type(shape: MapShape, stored: Value | None) -> Type:
    """The type of what a map of that shape is given: a container of anything has what its values are at least."""
    known = stored is not None and not (stored.type is UNKNOWN or isinstance(stored.type, TypeParam))
    return stored.type if stored is not None and known and underlying(shape.value) == EMPTY_INTERFACE else shape.value


def spell_type(t: Type, package: str) -> str:
    """``t`` as it is written in ``package``: own names bare, others with their package's last element."""

    def short(match: re.Match[str]) -> str:
        path, name = match.group(1), match.group(2)
        return name if path == package else f"{path.rsplit('/', 1)[-1]}.{name}"

    return _QUALIFIED.sub(short, t.text.replace("$", ""))


def signature_text(t: Type) -> str:
    """A signature's canonical form; type parameters stand for any type and read ``unknown``."""
    return _TYPE_PARAMETER.sub("unknown", t.text)


def bounded_key(t: Type, enums: Enums) -> str:
    """Why keys of type ``t`` are finitely many in any program, or "".

    ``enums`` knows the named types with declared constants. ``reflect.Type`` counts: a program has finitely
    many types unless it builds them at run time.
    """
    if isinstance(t, Named):
        if t.name == "reflect.Type":
            return "reflect.Type"
        if t in enums:
            return f"enum {t.declaration.name}"
    u = underlying(t)
    if isinstance(u, Basic):
        return SMALL_BASIC.get(u.name, "")
    if isinstance(u, Array):
        return bounded_key(u.elem, enums) if u.length in ("1", "2") else ""
    if isinstance(u, Struct) and u.fields and len(u.fields) <= 4:
        parts = [bounded_key(f.type, enums) for f in u.fields]
        return " and ".join(parts) if all(parts) else ""
    return ""


def hazards_of(t: Type) -> tuple[tuple[str, str], ...]:
    """Hazards that the key type itself carries: (kind, where inside the key)."""
    found: list[tuple[str, str]] = []
    _collect_hazards(t, "", found, 0)
    return tuple(found)


def _collect_hazards(t: Type, path: str, found: list[tuple[str, str]], depth: int) -> None:
    if depth > 4:
        return
    if isinstance(t, Named) and t.name == "reflect.Value":
        found.append(("reflect-value", path))
        return
    u = underlying(t)
    if isinstance(u, Basic):
        if u.name == "unsafe.Pointer":
            found.append(("unsafe-pointer", path))
    elif isinstance(u, Array):
        _collect_hazards(u.elem, "array element", found, depth + 1)
    elif isinstance(u, Struct) and not _is_opaque(t):
        for field in u.fields:
            _collect_hazards(field.type, f"field {field.name}", found, depth + 1)


def _is_opaque(t: Type) -> bool:
    """What a library's type holds inside is its own business: ``weak.Pointer`` has an unsafe.Pointer that pins nothing.

    Files of the tree have relative paths, others absolute ones or none.
    """
    return isinstance(t, Named) and (not t.declaration.file or t.declaration.file.startswith("/"))


def is_interface(t: Type) -> bool:
    return isinstance(underlying(t), Interface) and t is not UNKNOWN
