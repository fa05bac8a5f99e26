"""Calls that may mean so many functions that they say little about how often any of them runs.

Heuristic ``vague-call``: a call through an interface or function value *of the standard library* (``io.Writer``,
``error``, the function in ``sync.Once``) with many possible callees. Class-hierarchy analysis lets such a call
stand for every implementation in the tree, so in a large tree everything would be called again and again from
everywhere. What they may call stays reachable; only "runs as often as the caller" is not concluded. A program's
own interfaces are never vague: a hundred message handlers behind one call in the server's loop do run there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from mapleak.callgraph.model import Edge
from mapleak.resolve.model import FunctionFacts

MANY = 12
"""More possible callees than this say nothing about one of them; a dozen implementations are a small program's all."""

Site = tuple[str, int]


def vague_calls(
    functions: Mapping[str, tuple[FunctionFacts, ...]], callees: Mapping[str, tuple[Edge, ...]]
) -> dict[str, frozenset[Site]]:
    """By caller, its vague calls as (file, offset of their end); callers without any are left out."""
    own = frozenset(variants[0].package for variants in functions.values())
    found: dict[str, frozenset[Site]] = {}
    for caller, edges in callees.items():
        if len(edges) <= MANY:
            continue
        counts = Counter((edge.file, edge.end) for edge in edges if edge.mode != "static")
        sites = [site for site, count in counts.items() if count > MANY]
        vague = frozenset(site for site in sites if _of_standard_library(functions.get(caller, ()), site, own))
        if vague:
            found[caller] = vague
    return found


def _of_standard_library(variants: tuple[FunctionFacts, ...], site: Site, own: frozenset[str]) -> bool:
    file, end = site
    for variant in variants:
        if variant.file != file:
            continue
        for call in variant.calls:
            if call.end == end and call.mode == "interface":
                return is_standard(call.callee.rpartition(".")[0], own)
            if call.end == end and call.mode == "value":
                return is_standard(variant.package, own)
    return False


def is_standard(package: str, own: frozenset[str]) -> bool:
    """Whether a package is the standard library's; ``own`` are the packages of the tree, "" is the universe.

    Import paths outside it begin with a domain name (``go help importpath``), but a program's own need not.
    A tree that holds package runtime is the standard library.
    """
    outside_tree = package not in own or "runtime" in own
    return outside_tree and "." not in package.partition("/")[0]
