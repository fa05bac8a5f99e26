"""Objects that importers only know by an interface: what they call of them are methods that no importer can name.

``func Connect() (Conn, error)`` of a library hands out a ``*conn``. Heuristic ``handed-out``: where an exported
function whose results speak of an exported interface of the tree makes an object of a type that importers cannot name,
or calls what makes one, they call the exported methods of that type through the interface, again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from mapleak.callgraph.model import Edge, Root
from mapleak.callgraph.signatures import results_of
from mapleak.resolve.model import FunctionFacts, ResolvedProgram, TypeFacts

Functions = Mapping[str, tuple[FunctionFacts, ...]]
_NAME = re.compile(r"[\w./~-]+")


def handed_out(
    functions: Functions,
    types: Mapping[str, tuple[TypeFacts, ...]],
    makers: Mapping[str, tuple[str, ...]],
    callers: Mapping[str, tuple[Edge, ...]],
    resolved: ResolvedProgram,
    importable: frozenset[str],
) -> Iterator[Root]:
    """Yield the methods of objects that are handed out."""
    known = {fact.name for fact in resolved.types if fact.underlying == "interface" and _is_open(fact, importable)}
    interfaces = resolved.interfaces
    for name in sorted(makers) if known else ():
        if _is_open(types[name][0], importable):
            continue  # its methods are roots anyway
        interface = _interface_of(functions, _near(makers[name], callers), known, importable)
        called = {method for method, _ in interfaces[interface].methods} if interface in interfaces else None
        for method in (method for fact in types[name] for method in fact.methods) if interface else ():
            if method.name[:1].isupper() and method.function in functions and (called is None or method.name in called):
                reason = f"importers may call it through {interface}"
                yield Root(method.function, "exported", reason, True)


def _is_open(fact: TypeFacts, importable: frozenset[str]) -> bool:
    return fact.exported and fact.package in importable


def _near(makers: Iterable[str], callers: Mapping[str, tuple[Edge, ...]]) -> list[str]:
    """What makes a type, and what calls that: a constructor is a call or two deep."""
    found = dict.fromkeys(makers)
    for maker in makers:
        found.update(dict.fromkeys(edge.caller for edge in callers.get(maker, ()) if edge.mode == "static"))
    return list(found)


def _interface_of(functions: Functions, makers: Iterable[str], interfaces: set[str], importable: frozenset[str]) -> str:
    """The interface that the first exported function of ``makers`` gives which gives any; "" for none."""
    for name in makers:
        for variant in functions.get(name, ()):
            if variant.exported and variant.package in importable:
                given = interfaces.intersection(_NAME.findall(results_of(variant.signature)))
                if given:
                    return min(given)
    return ""
