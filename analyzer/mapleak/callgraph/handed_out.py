"""Objects of types that importers cannot name, and whose methods they call nevertheless.

``func Connect() (Conn, error)`` of a library hands out a ``*conn``. Heuristic ``handed-out``: where an exported
function whose results speak of an exported interface of the tree, or of the type itself, makes an object of a type that
importers cannot name, or calls what makes one, they call the exported methods of that type, again and again.
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
    declared = (fact for fact in resolved.types if fact.underlying == "interface")
    known = frozenset(fact.name for fact in declared if _is_open(fact, importable))
    interfaces = resolved.interfaces
    for name in sorted(makers):
        if _is_open(types[name][0], importable):
            continue  # its methods are roots anyway
        given = _given_as(functions, _near(makers[name], callers), name, known, importable)
        called = {method for method, _ in interfaces[given].methods} if given in interfaces else None
        for method in (method for fact in types[name] for method in fact.methods) if given else ():
            if method.name[:1].isupper() and method.function in functions and (called is None or method.name in called):
                reason = f"importers that have a {given} may call it"
                yield Root(method.function, "exported", reason, True)


def _is_open(fact: TypeFacts, importable: frozenset[str]) -> bool:
    return fact.exported and fact.package in importable


def _near(makers: Iterable[str], callers: Mapping[str, tuple[Edge, ...]]) -> list[str]:
    """What makes a type, and what calls that: a constructor is a call or two deep."""
    found = dict.fromkeys(makers)
    for maker in makers:
        found.update(dict.fromkeys(edge.caller for edge in callers.get(maker, ()) if edge.mode == "static"))
    return list(found)


def _given_as(
    functions: Functions, makers: Iterable[str], name: str, interfaces: frozenset[str], importable: frozenset[str]
) -> str:
    """As what the first exported function of ``makers`` that does so hands an object of the type ``name`` out: as
    itself, or as one of the ``interfaces``; "" for none."""
    for maker in makers:
        for variant in functions.get(maker, ()):
            if variant.exported and variant.package in importable:
                named = _NAME.findall(results_of(variant.signature))
                if name in named:
                    return name
                if given := interfaces.intersection(named):
                    return min(given)
    return ""
