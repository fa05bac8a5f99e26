"""Which functions a call through an interface may reach: class-hierarchy analysis over the types that are made.

A type is made when some function of the tree creates or converts one, when a type that holds it by value is
made, or when importers of the tree may make it: an exported type of a package they can import.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mapleak.callgraph.signatures import agree
from mapleak.resolve.model import FunctionFacts, InterfaceFacts, MethodFact, TypeFacts


def types_by_name(types: Iterable[TypeFacts]) -> dict[str, tuple[TypeFacts, ...]]:
    """Group the declarations of each named type (build variants) under its name; interfaces are left out."""
    grouped: dict[str, list[TypeFacts]] = {}
    for declared in types:
        if declared.underlying != "interface":
            grouped.setdefault(declared.name, []).append(declared)
    return {name: tuple(group) for name, group in grouped.items()}


def makers(
    functions: Mapping[str, tuple[FunctionFacts, ...]], types: Mapping[str, tuple[TypeFacts, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return, for each type that functions of the tree make, those functions, sorted.

    The makers of a type make what it embeds or holds by value, too.
    """
    direct: dict[str, set[str]] = {}
    for name, variants in functions.items():
        for function in variants:
            for made in (*function.made, *function.nil_types):
                if made in types:
                    direct.setdefault(made, set()).add(name)
    found: dict[str, set[str]] = {}
    pending = list(direct.items())
    while pending:
        made, by = pending.pop()
        known = found.setdefault(made, set())
        new = by - known
        if not new:
            continue
        known |= new
        pending.extend((part, new) for part in _parts(types, made))
    return {made: tuple(sorted(by)) for made, by in found.items()}


def with_parts(types: Mapping[str, tuple[TypeFacts, ...]], names: Iterable[str]) -> set[str]:
    """Return ``names`` and every type that one of them embeds or holds by value, at any depth."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(_parts(types, name))
    return found


def _parts(types: Mapping[str, tuple[TypeFacts, ...]], name: str) -> list[str]:
    return [part for declared in types[name] for part in declared.embeds if part in types]


class Hierarchy:
    """Answers which methods implement an interface's, for a fixed set of types that are made."""

    def __init__(
        self,
        types: Mapping[str, tuple[TypeFacts, ...]],
        made: Iterable[str],
        interfaces: Mapping[str, InterfaceFacts],
    ) -> None:
        self._interfaces = interfaces
        self._method_sets: list[dict[str, list[MethodFact]]] = []
        self._having: dict[str, list[int]] = {}
        for name in sorted(made):
            self._add(types[name])
        self._implementing: dict[str, tuple[int, ...]] = {}

    def _add(self, declarations: tuple[TypeFacts, ...]) -> None:
        methods: dict[str, list[MethodFact]] = {}
        for declared in declarations:
            for method in declared.methods:
                methods.setdefault(method.name, []).append(method)
        if methods:
            place = len(self._method_sets)
            self._method_sets.append(methods)
            for name in methods:
                self._having.setdefault(name, []).append(place)

    def implementations(self, key: str, method: str) -> tuple[str, ...]:
        """Return the functions that ``method`` of interface ``key`` may stand for, sorted; () when unknown."""
        found: set[str] = set()
        for place in self._implementers(key):
            found.update(fact.function for fact in self._method_sets[place].get(method, ()))
        return tuple(sorted(found))

    def _implementers(self, key: str) -> tuple[int, ...]:
        known = self._implementing.get(key)
        if known is None:
            known = self._implementing[key] = self._find(self._interfaces.get(key))
        return known

    def _find(self, interface: InterfaceFacts | None) -> tuple[int, ...]:
        if interface is None or not interface.methods:
            return ()
        # The rarest method leaves the fewest types to look at.
        candidates = min((self._having.get(name, []) for name, _ in interface.methods), key=len)
        return tuple(place for place in candidates if _implements(self._method_sets[place], interface))


def _implements(methods: Mapping[str, list[MethodFact]], interface: InterfaceFacts) -> bool:
    """Tell whether a method set has all methods of an interface.

    The facts do not tell a value from a pointer among the types made, so the method set is that of the
    pointer. Parts of a signature that are not known are taken to agree (mapleak.callgraph.signatures).
    """
    for name, signature in interface.methods:
        own = methods.get(name)
        if own is None:
            return False
        if not any(agree(fact.signature, signature) for fact in own):
            return False
    return True
