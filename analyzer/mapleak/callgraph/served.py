"""Objects of the tree that code outside it is given, and whose methods it calls: file systems, plug-ins, servers.

A library cannot name a type of the tree. What it takes is an interface, most of which are not known here. Heuristic
``served-object``: of an object that is given to a library, each exported method that nothing in the tree calls is
called by that library, at every event, or once if it is named like a part of the object's life; it would have no reason
to be there otherwise. What only has methods of the standard library's interfaces (String, Close), and what is merely
written down or compared, is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mapleak.callgraph.knowledge import DESCRIBING_NAME, LIFE_METHOD, METHODS
from mapleak.callgraph.model import Edge, Root
from mapleak.resolve.model import FileInfo, FunctionFacts, MethodFact, TypeFacts

Functions = Mapping[str, tuple[FunctionFacts, ...]]


def served_objects(
    functions: Functions,
    types: Mapping[str, tuple[TypeFacts, ...]],
    callers: Mapping[str, tuple[Edge, ...]],
    files: Mapping[str, FileInfo],
    tests: frozenset[str],
) -> Iterator[tuple[str, Root]]:
    """Yield each function that gives an object away with a method that is a root once the function runs."""
    open_methods: dict[str, tuple[str, ...]] = {}
    for name, variants in functions.items():
        if name in tests:
            continue
        for taker, made in sorted({pair for variant in variants for pair in variant.given}):
            if made not in types or DESCRIBING_NAME.fullmatch(taker.rpartition(".")[2]):
                continue
            if made not in open_methods:
                written = [fact for fact in types[made] if not (info := files.get(fact.file)) or not info.generated]
                methods = [method for fact in written for method in fact.methods]
                open_methods[made] = tuple(_uncalled(functions, methods, callers, tests))
            reason = f"called by the package of {taker}, which is given its object"
            for method in open_methods[made]:
                once = LIFE_METHOD.fullmatch(method.rpartition(".")[2])
                yield name, Root(method, "callback", reason, once is None)


def _uncalled(
    functions: Functions, methods: list[MethodFact], callers: Mapping[str, tuple[Edge, ...]], tests: frozenset[str]
) -> Iterator[str]:
    """The exported methods that no code but tests calls, if any is of no known interface. A call through an interface
    that has a method of a known one may mean any type."""
    found = [
        method
        for method in methods
        if method.name[:1].isupper()
        and method.function in functions
        and not any(
            (edge.mode == "static" or method.name not in METHODS) and edge.caller not in tests
            for edge in callers.get(method.function, ())
        )
    ]
    if any(method.name not in METHODS for method in found):
        yield from dict.fromkeys(method.function for method in found)
