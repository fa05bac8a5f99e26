"""The key of a map operation: its type, where it comes from, and what is dangerous about it."""

from __future__ import annotations

from mapleak.program.values import Value
from mapleak.resolve.enums import Enums
from mapleak.resolve.model import KeyFact
from mapleak.resolve.origins import Origin, Origins
from mapleak.resolve.shapes import bounded_key, hazards_of, is_interface, spell_type
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.types import UNKNOWN, Basic, Named, Pointer, Type
from mapleak.types.universe import default_type

_FLAGS = ("true", "false")


class Keys:
    """Makes the key facts of one function; ``package`` is where types are spelled from."""

    def __init__(self, origins: Origins, enums: Enums, package: str, cache: dict[Origin, KeyFact]) -> None:
        self._cache = cache
        self._origins = origins
        self._enums = enums
        self._package = package

    def fact(self, e: ast.Expr, value: Value, origin: Origin, key_type: Type, map_node: str) -> KeyFact:
        """The key ``e`` of one operation on the map ``map_node`` with keys of type ``key_type``."""
        kind, detail, node, address, callee, path, parts, sources, part_of = origin
        written = default_type(value.type) if value.type is not UNKNOWN else key_type
        bounded = bounded_key(key_type, self._enums)
        if kind == "other-map" and node == map_node:
            kind = "same-map"
        elif kind not in ("constant", "same-map") and bounded:
            kind, detail = ("type" if bounded == "reflect.Type" else "enum"), bounded
        if kind == "unknown" and isinstance(written, Pointer) and isinstance(e, ast.Unary):
            kind = "fresh"
        hazards = self._hazards(value, key_type, written, address)
        shown = written if is_interface(key_type) and isinstance(written, Named | Basic | Pointer) else key_type
        return KeyFact(
            spell_type(shown, self._package),
            spell(e),
            kind,
            detail,
            node,
            hazards,
            callee,
            path,
            parts,
            sources=tuple(map(self.short, sources)),
            part_of=part_of,
        )

    def short(self, origin: Origin) -> KeyFact:
        """Where a value comes from that is no key itself but may become one: without type and text."""
        told = origin.origin == "call" or origin.detail.startswith("received") or origin.detail in _FLAGS
        detail = origin.detail if told else ""
        wanted = origin._replace(detail=detail, address=False)
        found = self._cache.get(wanted)
        if found is None:
            found = self._cache[wanted] = KeyFact(
                "", "", origin.origin, detail, origin.node, (), origin.callee, origin.path, origin.parts,
                sources=tuple(map(self.short, origin.sources)), part_of=origin.part_of,
            )  # fmt: skip
        return found

    def _hazards(self, value: Value, key_type: Type, written: Type, address: bool) -> tuple[tuple[str, str], ...]:
        found = list(hazards_of(key_type))
        found += [("uintptr-of-pointer", where) for where in self._origins.addresses(value)]
        if address:
            found.append(("uintptr-of-pointer", "" if not is_interface(key_type) else "dynamic value"))
        if is_interface(key_type) and written is not key_type:
            found += [(hazard, "dynamic value") for hazard, _ in hazards_of(written)]
        return tuple(dict.fromkeys(found))
