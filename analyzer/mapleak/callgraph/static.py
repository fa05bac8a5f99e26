"""Calls whose callee the source names, and every other call sorted by what it takes to find its callee.

One pass over all calls of the program; nothing here follows values or types.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from mapleak.callgraph.model import Edge
from mapleak.resolve.model import CallFact, FunctionFacts


class Site(NamedTuple):
    """A call and the function that holds it."""

    function: FunctionFacts
    call: CallFact


class Calls(msgspec.Struct, frozen=True):
    """All calls of the program by how their callee is found.

    ``edges`` are those whose callee is named and in the tree, ``bound`` the calls among them that pass or
    return a followed value. ``value`` lists calls by the node called, ``interface`` by interface and method;
    ``unknown`` are calls of expressions that are not followed; ``outward`` are calls of named functions outside the
    tree that are handed a followed value.
    """

    edges: list[Edge]
    bound: list[Site]
    value: dict[str, list[Site]]
    interface: dict[tuple[str, str], list[Site]]
    unknown: list[Site]
    outward: list[Site]


def index_functions(functions: tuple[FunctionFacts, ...]) -> dict[str, tuple[FunctionFacts, ...]]:
    """Group the build variants of each function under its name, in the order given."""
    variants: dict[str, list[FunctionFacts]] = {}
    for function in functions:
        variants.setdefault(function.name, []).append(function)
    return {name: tuple(group) for name, group in variants.items()}


def edge(site: Site, callee: str, mode: str) -> Edge:
    """Return the edge from a call to ``callee``; a go or defer statement gives its name to the edge's kind."""
    function, call = site
    kind = call.how if call.how in ("go", "defer") else mode
    return Edge(function.name, callee, kind, mode, function.file, call.pos, call.end, call.loop_depth)


def sort_calls(functions: Mapping[str, tuple[FunctionFacts, ...]], results: Mapping[str, tuple[int, ...]]) -> Calls:
    """Return every call of ``functions``, static ones as edges already; ``results`` are the followed ones."""
    calls = Calls([], [], {}, {}, [], [])
    for variants in functions.values():
        for function in variants:
            for call in function.calls:
                if call.mode == "static" and call.callee in functions:
                    site = Site(function, call)
                    calls.edges.append(edge(site, call.callee, "static"))
                    if call.receiver or any(call.args) or f"call@{function.file}:{call.end}" in results:
                        calls.bound.append(site)
                else:
                    _sort_call(calls, Site(function, call))
    return calls


def _sort_call(calls: Calls, site: Site) -> None:
    call = site.call
    if call.mode == "static":
        if call.receiver or any(call.args):
            calls.outward.append(site)
    elif call.mode == "interface":
        calls.interface.setdefault((call.callee, call.method), []).append(site)
    elif call.mode == "value":
        calls.value.setdefault(call.callee, []).append(site)
    else:
        calls.unknown.append(site)
