"""What is looked up when a key is followed: calls by their results, assignments by their fields, arguments by maps.

Indexed when first asked for; most programs have few keys that need it.
"""

from __future__ import annotations

import re

import msgspec

from mapleak.callgraph.model import Edge
from mapleak.maps.context import Context
from mapleak.maps.nodes import container_of, position_function
from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact

_RESULT = re.compile(r"call@(?P<file>.*):(?P<end>\d+)\$r(?P<position>\d*)")

CALLEES_LIMIT = 6
"""Implementations of an interface's method whose results are looked at; more say nothing together."""


class KeyFacts(msgspec.Struct):
    """The indexes. Remembers what it has built, nothing else."""

    context: Context
    _of_file: dict[str, list[FunctionFacts]] = msgspec.field(default_factory=dict)
    _by_end: dict[str, dict[int, tuple[FunctionFacts, CallFact]]] = msgspec.field(default_factory=dict)
    """Of files asked for so far."""
    _read: frozenset[str] | None = None
    _stores: dict[str, list[tuple[FunctionFacts, KeyFact]]] | None = None
    _ends: dict[tuple[str, str], dict[int, CallFact]] = msgspec.field(default_factory=dict)
    _called: dict[str, set[str]] | None = None

    def call_of(self, node: str) -> tuple[FunctionFacts, CallFact] | None:
        """The call whose first result ``node`` is, with the function that makes it."""
        found = self.result_of(node)
        return found[:2] if found is not None and found[2] == 0 else None

    def result_of(self, node: str) -> tuple[FunctionFacts, CallFact, int] | None:
        """The call whose result ``node`` is, with the function that makes it, and which of its results."""
        match = _RESULT.fullmatch(node)
        if match is None:
            return None
        if not self._of_file:
            for function in self.context.resolved.functions:
                self._of_file.setdefault(function.file, []).append(function)
        file = match["file"]
        calls = self._by_end.get(file)
        if calls is None:
            functions = self._of_file.get(file, ())
            calls = self._by_end[file] = {call.end: (f, call) for f in functions for call in f.calls}
        found = calls.get(int(match["end"]))
        return (*found, int(match["position"] or 0)) if found is not None else None

    def callees(self, function: FunctionFacts, call: CallFact) -> tuple[str, ...]:
        """The functions of the tree that a call may run, sorted; none when they are too many or not all known."""
        if call.mode == "static":
            return (call.callee,) if call.callee in self.context.graph.functions else ()
        edges = self.context.graph.callees.get(function.name, ())
        found = sorted({e.callee for e in edges if (e.file, e.end) == (function.file, call.end)})
        known = all(name in self.context.graph.functions for name in found)
        return tuple(found) if known and len(found) <= CALLEES_LIMIT else ()

    def called_in(self, package: str) -> set[str]:
        """The names, without package and receiver, of all that a package calls outside tests."""
        if self._called is None:
            self._called = {}
            for function in self.context.resolved.functions:
                if function.calls and not self.context.is_test(function.file):
                    names = (call.method or call.callee.rpartition(".")[2] for call in function.calls)
                    self._called.setdefault(function.package, set()).update(names)
        return self._called.get(package, set())

    def stores(self, node: str) -> list[tuple[FunctionFacts, KeyFact]]:
        """What is assigned to the field ``node`` outside tests, in order of the functions."""
        if self._stores is None:
            self._stores = {}
            for function in self.context.resolved.functions:
                if function.stores and not self.context.is_test(function.file):
                    for name, key in function.stores:
                        self._stores.setdefault(name, []).append((function, key))
        return self._stores.get(node, [])

    def is_setting(self, holder: str, node: str) -> bool:
        """Whether configuration is read into the field ``node`` of the type ``holder``: its tag says so, or the type is
        a part of what is read into a field with such a tag."""
        facts = self.context.types.get(holder)
        if facts is None:
            return False
        name = node.rpartition(".")[2]
        return name in facts.settings or (name[:1].isupper() and holder in self._read_types())

    def _read_types(self) -> frozenset[str]:
        """Types of values that configuration is read into, without those that goroutines share: they do more."""
        if self._read is None:
            types = self.context.types
            queue = [name for facts in types.values() for name in facts.setting_types]
            found: set[str] = set()
            while queue:
                facts = types.get(queue.pop())
                if facts is not None and facts.name not in found and not facts.has_mutex:
                    found.add(facts.name)
                    queue += facts.part_types
            self._read = frozenset(found)
        return self._read

    def call_at(self, edge: Edge) -> CallFact | None:
        """The call that an edge of the call graph stands for.

        Calls of a chain (``a().b()``) begin at the same place, so it is their ends that tell them apart.
        """
        calls = self._ends.get((edge.caller, edge.file))
        if calls is None:
            variants = self.context.graph.functions.get(edge.caller, ())
            calls = {call.end: call for variant in variants if variant.file == edge.file for call in variant.calls}
            self._ends[edge.caller, edge.file] = calls
        return calls.get(edge.end)

    def passes(self, edge: Edge, position: str, map_: str) -> bool:
        """Whether a call hands the map ``map_`` over at ``position`` (``F$p0``, ``F$recv``)."""
        call = self.call_at(edge)
        if call is None:
            return False
        index = position.rpartition("$p")[2]
        if position.endswith("$recv"):
            node = call.receiver
        else:
            node = call.args[int(index)] if index.isdigit() and int(index) < len(call.args) else ""
        if not node or node == map_:
            return bool(node)
        walk = self.context.aliases.backward(node)
        return map_ in walk.places or map_ in walk.aliases

    def position_of(self, function: FunctionFacts, node: str) -> str:
        """The parameter or receiver of a function, by position, that a variable of it stands for; "" for none."""
        for flow in function.flows:
            if flow.target == node and position_function(flow.source) == function.name:
                return flow.source
        return node if position_function(container_of(node)) == function.name else ""
