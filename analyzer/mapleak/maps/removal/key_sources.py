"""Whether two keys are the same value: where each comes from, followed up through parameters to the callers.

A source is a node (a parameter, the result of one call, a field of something other than the map's owner) or, for a
local variable that has none, the function and the text of the key. Two keys with a source in common are given the
same value on at least one way through the program.
"""

from __future__ import annotations

import re

import msgspec

from mapleak.maps.context import Context
from mapleak.maps.nodes import position_function
from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact

_CALL = re.compile(r"[\w.]+\((?P<arguments>[\w., ]+)\)")

_LEVELS = 4
"""How many calls up a key is followed."""

_CALLERS = 12
"""Callers looked at of each function; with more than these a parameter is anything."""


class KeySources:
    """Sources of keys. Remembers those of parameters."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._parameters: dict[str, frozenset[str]] = {}
        self._calls: dict[tuple[str, str], dict[int, CallFact]] = {}

    def of(self, function: FunctionFacts, key: KeyFact | None) -> frozenset[str]:
        """The sources of ``key``, used in ``function``; none for keys that are not shown or constant."""
        if key is None or key.origin in ("constant", "enum", "type"):
            return frozenset()
        outermost = self._context.outermost(function.name)
        found = {f"{outermost} {key.text}"} if key.text else set()
        if key.node and not key.parts:
            found |= self._of_node(key.node, _LEVELS)
        return frozenset(found)

    def with_parts(self, key: KeyFact) -> KeyFact:
        """The key; one that a function of the tree combines from its arguments (``key(tenant, user)``) with these as
        its parts."""
        call = _CALL.fullmatch(key.text)
        variants = self._context.graph.functions.get(key.callee, ())
        if key.parts or call is None or not variants:
            return key
        combines = all(v.results and v.results[0] and all(len(key.parts) > 1 for key in v.results[0]) for v in variants)
        return msgspec.structs.replace(key, parts=tuple(call["arguments"].split(", "))) if combines else key

    def arguments(self, node: str) -> tuple[KeyFact | None, ...]:
        """What running callers pass for the parameter ``F$pN``, as far as they are seen."""
        function, _, index = node.rpartition("$p")
        found = []
        for edge in self._context.graph.callers.get(function, ())[:_CALLERS]:
            call = self._call_at(edge.caller, edge.file, edge.end)
            known = call is not None and index.isdigit() and int(index) < len(call.arg_keys)
            if not self._context.is_test(edge.file):
                found.append(call.arg_keys[int(index)] if call is not None and known else None)
        return tuple(found)

    def makers(self, key: KeyFact | None, levels: int = _LEVELS) -> frozenset[str]:
        """The functions whose result a key is, as far up as its parameters are followed; "" for what is none."""
        if key is not None and key.callee:
            return frozenset({key.callee})
        function = position_function(key.node) if key is not None and not key.parts and "$p" in key.node else ""
        callers = self._context.graph.callers.get(function, ())
        if key is None or not callers or len(callers) > _CALLERS or not levels:
            return frozenset({""})
        found = (self.makers(argument, levels - 1) for argument in self.arguments(key.node))
        return frozenset().union(*found) or frozenset({""})

    def _of_node(self, node: str, levels: int) -> frozenset[str]:
        if not position_function(node) or "$p" not in node:
            return frozenset({node})
        known = self._parameters.get(node)
        if known is None:
            self._parameters[node] = frozenset({node})  # a function that calls itself
            found = {node}
            if levels:
                for argument in self.arguments(node):
                    if argument is not None and argument.node:
                        found |= self._of_node(argument.node, levels - 1)
            known = self._parameters[node] = frozenset(found)
        return known

    def _call_at(self, caller: str, file: str, end: int) -> CallFact | None:
        calls = self._calls.get((caller, file))
        if calls is None:
            variants = self._context.graph.functions.get(caller, ())
            calls = {call.end: call for variant in variants if variant.file == file for call in variant.calls}
            self._calls[caller, file] = calls
        return calls.get(end)
