"""The calls behind the edges of the call graph, by their places."""

from __future__ import annotations

from collections.abc import Mapping

from mapleak.callgraph.model import Edge
from mapleak.resolve.model import CallFact, FunctionFacts


class CallSites:
    """Finds the call that an edge stands for.

    The calls of a function are put in order when first asked for: a function may have as many edges as calls, and
    looking at all of its calls for each of them is quadratic in generated code.
    """

    def __init__(self, functions: Mapping[str, tuple[FunctionFacts, ...]]) -> None:
        self._functions = functions
        self._known: dict[str, dict[tuple[str, int], list[CallFact]]] = {}

    def of(self, edge: Edge) -> list[CallFact]:
        """The calls at an edge's place: one, but for edges that no call of the source stands for."""
        calls = self._known.get(edge.caller)
        if calls is None:
            calls = self._known[edge.caller] = {}
            for variant in self._functions.get(edge.caller, ()):
                for call in variant.calls:
                    calls.setdefault((variant.file, call.end), []).append(call)
        return calls.get((edge.file, edge.end), [])
