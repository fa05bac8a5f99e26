"""Methods that an interface of a library is meant for, which the tree does not hold.

``func (h *hub) ServeEvent(c lib.Conn, e lib.Event)`` of a type that importers do not know: no code here calls the
method, nor hands it on as a value, and yet it takes what only the library has, and may be called from other packages.
Heuristic ``library-method``: the library declares an interface with this method, and calls it at every event, or once
if it is named like a part of an object's life (see mapleak.callgraph.served for what is given to a library directly;
here the object may go to it by way of maps, fields and functions that take its interface). Nobody may have had a use
for the method, either; so something must show the interface:

* the tree calls a method of this name of a type of the library (``h.table[name].ServeEvent(c, e)``);
* other types of the tree have the same method.

Left out is what importers can call, for they may be meant; and what writes down or reads in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set

from mapleak.callgraph.knowledge import DESCRIBING_NAME, LIFE_METHOD
from mapleak.callgraph.model import Edge, Root
from mapleak.resolve.model import FileInfo, FunctionFacts, TypeFacts

_LIBRARY_TYPE = re.compile(r"(?P<package>[\w-]+\.[\w.-]+/[\w./-]+)\.[A-Z]\w*")
"""A type of a package that is fetched from a host: the standard library's paths have no dot in their first element."""


def library_methods(
    functions: Mapping[str, tuple[FunctionFacts, ...]],
    types: Mapping[str, tuple[TypeFacts, ...]],
    makers: Mapping[str, tuple[str, ...]],
    callers: Mapping[str, tuple[Edge, ...]],
    values: Set[str],
    open_types: Set[str],
    files: Mapping[str, FileInfo],
) -> Iterator[tuple[str, Root]]:
    """Yield each function that makes an object of a type with such a method, with the method as a root.

    ``values`` are the functions used as values, ``open_types`` the types that importers know.
    """
    packages = {variants[0].package for variants in functions.values()}
    called = _called_of_libraries(functions)
    alike = _implementations(functions, types, files)
    for name in sorted(makers.keys() - open_types):
        for declared in types[name]:
            info = files.get(declared.file)
            if info is not None and (info.generated or info.is_test):
                continue
            for method in declared.methods:
                if method.function not in functions or method.function in values or callers.get(method.function):
                    continue
                library = _library(method.signature, packages)
                if not library or not _may_be_meant(method.name):
                    continue
                asked = any(callee.startswith(library) for callee in called.get(method.name, ()))
                if not (asked or len(alike[method.name, method.signature]) > 1):
                    continue
                once = LIFE_METHOD.fullmatch(method.name)
                root = Root(
                    method.function, "callback", f"its parameters are of {library}, which calls it", once is None
                )
                for by in makers[name]:
                    yield by, root


def _called_of_libraries(functions: Mapping[str, tuple[FunctionFacts, ...]]) -> dict[str, set[str]]:
    """The methods outside the tree that it calls, by their last names, without the mark of a pointer."""
    found: dict[str, set[str]] = defaultdict(set)
    for variants in functions.values():
        for variant in variants:
            for call in variant.calls:
                if call.callee.startswith("(") and call.callee not in functions:
                    found[call.callee.rpartition(".")[2]].add(call.callee.lstrip("(*"))
    return found


def _implementations(
    functions: Mapping[str, tuple[FunctionFacts, ...]],
    types: Mapping[str, tuple[TypeFacts, ...]],
    files: Mapping[str, FileInfo],
) -> dict[tuple[str, str], set[str]]:
    """The methods of the tree, outside tests, by name and signature; what is promoted counts once."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for group in types.values():
        for method in group[0].methods:
            for variant in functions.get(method.function, ()):
                info = files.get(variant.file)
                if info is None or not info.is_test:
                    found[method.name, method.signature].add(method.function)
    return found


def _may_be_meant(method: str) -> bool:
    return method[:1].isupper() and not DESCRIBING_NAME.fullmatch(method)


def _library(signature: str, packages: Set[str]) -> str:
    """The package outside the tree that a method's parameters are of, "" for none."""
    taken = signature.partition(")(")[0]
    found = (match["package"] for match in _LIBRARY_TYPE.finditer(taken))
    return next((package for package in found if package not in packages), "")
