"""What leads to the removals of a map: which functions may take entries out of it, themselves or by what they call."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.context import Context
from mapleak.maps.removal.missed_ways import on_different_ways
from mapleak.maps.removal.tables import Table
from mapleak.resolve.model import FunctionFacts

_LEVELS = 5
"""How many calls up from a removal are looked at."""

_MOST = 200
"""Functions that may lead to a removal; where there are more, nobody knows when they do."""

_LEVELS_UP = 2
"""How many calls up those are looked for that clean up before or after they call a function."""


class Leading:
    """The functions that lead to what takes entries out of one map, or replaces it."""

    def __init__(self, context: Context, table: Table) -> None:
        self._context = context
        self._removals = (*table.removes, *table.resets)
        self._functions = self._find()

    @property
    def known(self) -> bool:
        """Whether they are few enough to tell when they run."""
        return bool(self._functions)

    def at(self, function: FunctionFacts, pos: int) -> bool:
        """Whether an entry may be taken out on a way through ``function`` on which ``pos`` lies, there or by those
        that call it."""
        return self.within(function, pos) or self._by_callers(function.name, _LEVELS_UP)

    def within(self, function: FunctionFacts, pos: int) -> bool:
        """Whether an entry may be taken out on a way through ``function`` on which ``pos`` lies."""
        return any(not on_different_ways(function, pos, place) for place in self._places(function))

    def on_failure(self, name: str, levels: int = _LEVELS_UP) -> bool:
        """Whether those that call a function may take an entry out when it has failed, or whatever it does."""
        edges = self._context.graph.callers.get(name, ()) if levels else ()
        for caller in sorted({edge.caller for edge in edges if not self._context.is_test(edge.file)}):
            called = self._context.graph.callees.get(caller, ())
            deferred = (e for e in called if e.kind == "defer" and e.callee != name)
            if any(edge.callee in self._functions for edge in deferred):
                return True
            for variant in self._context.graph.functions.get(caller, ()):
                failures = [arm for arm in variant.arms if arm.failure]
                unknown = levels == _LEVELS_UP and not variant.arms  # those of functions without maps are not kept
                for place in self._places(variant, but=name):
                    if unknown or any(arm.pos <= place < arm.end for arm in failures):
                        return True
            if self.on_failure(caller, levels - 1):
                return True
        return False

    def _places(self, function: FunctionFacts, but: str = "") -> Iterator[int]:
        """Where a function removes, or calls (``but`` one), makes or starts what leads to a removal."""
        own = (function.name, function.file)
        yield from (d.site.op.pos for d in self._removals if (d.function.name, d.function.file) == own)
        for edge in self._context.graph.callees.get(function.name, ()):
            if edge.file == function.file and edge.callee in self._functions and edge.callee != but:
                yield edge.pos
        for name in self._functions:
            if self._context.parent(name) == function.name:
                yield from (v.pos for v in self._context.graph.functions.get(name, ()) if v.file == function.file)

    def _by_callers(self, name: str, levels: int) -> bool:
        edges = self._context.graph.callers.get(name, ()) if levels else ()
        for caller in {e.caller for e in edges if e.kind != "go" and not self._context.is_test(e.file)}:
            called = self._context.graph.callees.get(caller, ())
            if caller in {done.function.name for done in self._removals}:
                return True
            if any(edge.callee in self._functions and edge.callee != name for edge in called):
                return True
            if self._by_callers(caller, levels - 1):
                return True
        return False

    def _find(self) -> frozenset[str]:
        graph = self._context.graph
        level = {done.function.name for done in self._removals}
        found = set(level)
        for _ in range(_LEVELS):
            above = {edge.caller for name in level for edge in graph.callers.get(name, ())}
            above |= {self._context.parent(name) for name in level} - {""}
            level = above - found
            found |= level
            if len(found) > _MOST:
                return frozenset()
        return frozenset(found)
