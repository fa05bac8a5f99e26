"""Functions that make a new wrapper at each call: ``NewCache`` and its like.

The value flows know no calling context: all that ``NewCache`` returns would flow to all its callers, and the holders
of one wrapper would share a name with those of another. Where a function's result is always made in that very call
and stored nowhere else, each call of the function is a creation of its own instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mapleak.callgraph.bindings import parameter_list
from mapleak.callgraph.model import CallGraph
from mapleak.callgraph.signatures import results_of
from mapleak.maps.aliases import AliasGraph
from mapleak.maps.nodes import NodeKind, is_result
from mapleak.resolve.model import FunctionFacts, ResolvedProgram

_MOST_NAMES = 40
"""How many names a value may have before it is returned; constructors use one or two."""

_TYPE = re.compile(r"\*?([^\[\]*()]+)")

_CALL = re.compile(r"call@(.+)\$r\d+$")


def tell_constructors_apart(resolved: ResolvedProgram, graph: CallGraph, aliases: AliasGraph) -> frozenset[str]:
    """Cuts the flows out of constructors of wrappers; returns the names that wrappers have inside these."""
    shaped = {fact.name for fact in resolved.types if fact.wraps}
    inside: dict[str, None] = {}
    results: list[str] = []
    for name, variants in sorted(graph.functions.items()):
        for index in _wrapper_results(variants[0], shaped):
            names = _made_anew(f"{name}$r{index}", aliases)
            if names:
                results.append(f"{name}$r{index}")
                inside.update(dict.fromkeys(names))
    for result in results:
        for target in aliases.targets(result):
            call = _CALL.match(target)
            if call is not None:
                aliases.replace(target, result, f"make@{call[1]}")
    return frozenset(inside)


def _wrapper_results(function: FunctionFacts, shaped: set[str]) -> Iterator[int]:
    """The positions of a function's results that are wrappers, by its signature."""
    if not shaped or not function.returns:
        return
    for index, text in enumerate(result_types(function.signature)):
        match = _TYPE.match(text)
        if match is not None and match[1] in shaped:
            yield index


def result_types(signature: str) -> list[str]:
    """The types of a function's results, by its canonical signature."""
    return parameter_list(results_of(signature)) or []


def _made_anew(result: str, aliases: AliasGraph) -> tuple[str, ...]:
    """All names of what a function returns when each call makes it anew; none when it may be kept somewhere."""
    seen: Mapping[str, None] = {result: None}
    names = dict(seen)
    queue = [result]
    makes = False
    for node in queue:
        if node != result and any(aliases.nodes.is_place(target) for target in aliases.targets(node)):
            return ()
        sources = aliases.sources(node)
        if not sources or len(names) > _MOST_NAMES:
            return ()
        for source in sources:
            kind = aliases.nodes.kind(source)
            if kind is NodeKind.MAKE:
                makes = True
            elif kind is NodeKind.LOCAL or is_result(source):
                if source not in names:
                    names[source] = None
                    queue.append(source)
            else:
                return ()
    return tuple(names) if makes else ()
