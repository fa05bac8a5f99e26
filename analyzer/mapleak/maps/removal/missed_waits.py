"""Waiters: who stops waiting leaves an entry that only the answer takes out.

A function puts what it waits with into a map, itself or by a function that it calls, and waits for the answer. Who
gets the answer finds the waiter by its key and takes it out. When the wait is given up, because the time is over or the
context is cancelled, and the entry is left, an answer that never comes leaves it there for good. So does one who, with
an error at hand, does not even begin to wait.

That is said when nothing else takes out entries of the map:

* each removal looks the entry up first, which is how an answer finds its waiter (who holds the entry itself, a worker
  that comes to its end, needs no look), or is a waiter's own that it runs, or has a function run, on another way;
* no removal goes through keys in a loop, no function with one is named like a clean-up of old entries, and nothing
  that importers alone call removes;
* nothing that runs in the waiting function, its closures, what inserts for it or those that call it leads to a
  removal, except on ways that do not lead to the end of the wait.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cached_property

import msgspec

from mapleak.callgraph.model import Edge
from mapleak.maps.knowledge import words
from mapleak.maps.model import Miss, Missed
from mapleak.maps.nodes import brief, position_function
from mapleak.maps.removal.key_places import same_key
from mapleak.maps.removal.missed_ways import arms_around, on_different_ways
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, MapOp
from mapleak.resolve.way_facts import Arm, Awaited

_GIVEN_UP = {
    "cancelled": "when its context is cancelled",
    "error": "when an error has come up",
    "timeout": "when it has waited too long",
}
_LEVELS = 5
"""How many calls up from a removal are looked at."""

_CALLERS = 200
"""Functions that may lead to a removal; where there are more, nobody knows when they do."""

_GET_OR_CREATE = frozenset({"sync.Map.LoadOrStore", "sync.Map.Swap"})
_NAME = re.compile(r"\w+")
_ANYTHING = frozenset({"any", "interface{}", ""})
_TAKING = re.compile(r".*\.(?:(?:Load|Get)And(?:Delete|Remove)|Pop|Take)")
"""Methods of libraries' maps that give what they remove."""

_OLD_ENTRY_WORDS = frozenset(
    {
        "age", "cleanup", "clean", "collect", "evict", "expire", "expired", "gc", "janitor", "prune", "purge", "reap",
        "stale", "sweep", "tick", "timeout", "timeouts",
    }
)  # fmt: skip


class _Wait(msgspec.Struct, frozen=True):
    """A way on which a function gives up waiting."""

    function: FunctionFacts
    arm: Arm
    places: tuple[Awaited, ...]  # the statements that have to do with what is waited for


class Waits:
    """The waits of the program that may be given up, by the functions that have to do with what is waited for."""

    def __init__(self, tables: Tables) -> None:
        self._context = tables.context

    def missed(self, table: Table) -> dict[Done, Missed]:
        """Why the removals of a map of waiters are none when the wait is given up; nothing unless that is so of all."""
        removals = table.emptying
        waits = tuple(self._of(table)) if removals and not table.replaced and self._all else ()
        waiters = {self._context.outermost(wait.function.name) for wait in waits}
        if not waits or not all(self._answers(table, done) or self._helps(done, waiters) for done in removals):
            return {}
        leading, calling = self._leading_to(removals), self._leading_to(removals, calling=True)
        for wait in waits if leading else ():
            if self._leaves_entry(wait, table, leading, calling):
                return {done: self._missed(table, wait, done, self._helps(done, waiters)) for done in removals}
        return {}

    # --- removals -----------------------------------------------------------------------------

    def _answers(self, table: Table, done: Done) -> bool:
        """Whether a removal is one that an answer brings about, or a waiter's own."""
        op, function = done.site.op, done.function
        outermost = self._context.outermost(function.name)
        if op.key is None or "ranging" in op.guards or op.key.origin in ("same-map", "other-map", "element"):
            return False
        if _OLD_ENTRY_WORDS & set(words(outermost)):
            return False
        if any(self._context.outermost(insert.function.name) == outermost for insert in table.inserts):
            return True
        root = self._context.graph.roots.get(outermost)
        if root is not None and root.kind == "exported" and not self._context.production_callers(outermost):
            return False
        if op.form == "sync.Map.LoadAndDelete" or "present" in op.guards or _takes_out(function, op):
            return True
        return any(read.node == op.node and read.key and read.key.text == op.key.text for read in function.reads)

    def _helps(self, done: Done, waiters: set[str]) -> bool:
        """Whether a removal is in a function that the waiters alone call, for what they have put in themselves."""
        outermost = self._context.outermost(done.function.name)
        key = done.site.op.key
        if key is None or position_function(key.node) != outermost:
            return False
        callers = {self._context.outermost(caller) for caller in self._context.production_callers(outermost)}
        return bool(callers) and callers <= waiters

    def _leading_to(self, removals: tuple[Done, ...], *, calling: bool = False) -> frozenset[str]:
        """The functions that may lead to a removal; none when they are too many. Only those ``calling`` what does, or
        those that make or hand over a handler which does, too."""
        graph = self._context.graph
        level = {done.function.name for done in removals}
        found = set(level)
        for _ in range(_LEVELS):
            edges = (edge for name in level for edge in graph.callers.get(name, ()))
            above = {edge.caller for edge in edges if not calling or edge.mode == "static"}
            if not calling:
                above |= {self._context.parent(name) for name in level} - {""}
            level = above - found
            found |= level
            if len(found) > _CALLERS:
                return frozenset()
        return frozenset(found)

    # --- waits --------------------------------------------------------------------------------

    @cached_property
    def _all(self) -> tuple[_Wait, ...]:
        return tuple(
            _Wait(function, arm, tuple(place for place in arm.awaits if _leads_to(function, place, arm)))
            for function in self._context.resolved.functions
            for arm in function.arms
            if arm.awaits and not self._context.is_test(function.file)
            if self._context.reach(function.name).reachable
        )

    @cached_property
    def _by_callee(self) -> Mapping[str, tuple[_Wait, ...]]:
        """The waits by the functions called with what is waited for, and those that these call."""
        found: dict[str, dict[_Wait, None]] = defaultdict(dict)
        for wait in self._all:
            for edge in self._edges_in(wait):
                for name in (edge.callee, *self._called_by(edge.callee)):
                    found[name][wait] = None
        return {name: tuple(waits) for name, waits in found.items()}

    @cached_property
    def _by_file(self) -> Mapping[str, tuple[_Wait, ...]]:
        found: dict[str, list[_Wait]] = defaultdict(list)
        for wait in self._all:
            found[wait.function.file].append(wait)
        return {file: tuple(waits) for file, waits in found.items()}

    def _of(self, table: Table) -> Iterator[_Wait]:
        """The waits for entries of a map."""
        for insert in table.inserts:
            op = insert.site.op
            if op.form in _GET_OR_CREATE or "absent" in op.guards or op.loop_depth or op.key is None:
                continue
            for wait in self._by_file.get(insert.function.file, ()):
                if any(place.given and place.pos <= op.pos < place.end for place in wait.places):
                    yield wait
            for wait in self._by_callee.get(insert.function.name, ()):
                if any(self._stored_by(insert, edge, place) for place, edge in self._calls_of(wait)):
                    yield wait

    def _edges_in(self, wait: _Wait) -> Iterator[Edge]:
        return (edge for _, edge in self._calls_of(wait))

    def _calls_of(self, wait: _Wait) -> Iterator[tuple[Awaited, Edge]]:
        """The calls in the statements that have to do with what is waited for."""
        file = wait.function.file
        for name in self._family(wait.function.name):
            for edge in self._context.graph.callees.get(name, ()):
                for place in wait.places:
                    if edge.file == file and edge.kind != "go" and place.pos <= edge.pos < place.end:
                        yield place, edge

    def _called_by(self, name: str) -> Iterator[str]:
        edges = self._context.graph.callees.get(name, ())
        return (edge.callee for edge in edges if edge.mode == "static" and edge.kind == "static")

    def _stored_by(self, insert: Done, edge: Edge, place: Awaited) -> bool:
        """Whether what a call is given, or gives, is what the insertion stores, by its type.

        What a sync.Map stores has no type: there the function called must store it itself.
        """
        if edge.callee == insert.function.name:
            if place.given and insert.site.op.value in _ANYTHING:
                return True
        elif insert.function.name not in set(self._called_by(edge.callee)):
            return False
        stored = (_NAME.findall(insert.site.op.value) or [""])[-1]
        for variant in self._context.graph.functions.get(edge.callee, ()):
            params, _, results = variant.signature.rpartition(")(")
            if stored and stored in (params if place.given else results):
                return True
        return False

    def _family(self, name: str) -> Iterator[str]:
        """The declared function that ``name`` is or is written in, with all of its closures."""
        outermost = self._context.outermost(name)
        yield outermost
        yield from self._closures.get(outermost, ())

    @cached_property
    def _closures(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name, variants in self._context.graph.functions.items():
            if variants[0].parent:
                found[self._context.outermost(name)].append(name)
        return {name: tuple(inner) for name, inner in found.items()}

    # --- ways ---------------------------------------------------------------------------------

    def _leaves_entry(self, wait: _Wait, table: Table, leading: frozenset[str], calling: frozenset[str]) -> bool:
        """Whether nothing on the way out of a wait, nor those that wait for it, may take the entry out."""
        outermost = self._context.outermost(wait.function.name)
        inserters = {insert.function.name for insert in table.inserts} - {outermost}
        own = {edge.callee for edge in self._edges_in(wait)}
        own |= inserters & {inner for callee in own for inner in self._called_by(callee)}
        leading -= own  # which are looked into
        if any(self._on_the_way(place, wait) for place in self._removing(outermost, table, leading)):
            return False
        for name in sorted(own):
            if any(not _failed(function, pos) for function, pos in self._removing(name, table, leading)):
                return False
        callers = self._context.production_callers(outermost)
        return not any(self._cleans_up(caller, outermost, calling) for caller in callers)

    def _cleans_up(self, caller: str, waiter: str, calling: frozenset[str]) -> bool:
        """Whether one that calls a waiter may take the entry out afterwards; what it did before, outside any loop, was
        for the entry of somebody else."""
        called = self._context.graph.callees.get(caller, ())
        waits = [(edge.file, edge.pos) for edge in called if edge.callee == waiter and not edge.loop_depth]
        return any(
            edge.callee in calling
            and edge.callee != waiter
            and (edge.kind == "defer" or not waits or edge.loop_depth > 0 or (edge.file, edge.pos) > min(waits))
            for edge in called
        )

    def _removing(self, name: str, table: Table, leading: frozenset[str]) -> Iterator[tuple[FunctionFacts, int]]:
        """The places of a function and its closures where an entry may be taken out."""
        family = set(self._family(name))
        for done in table.emptying:
            if done.function.name in family:
                yield from self._runs_at(done.function, done.site.op.pos, family)
        for member in sorted(family):
            for variant in self._context.graph.functions.get(member, ()):
                for edge in self._context.graph.callees.get(member, ()):
                    known = edge.file == variant.file and edge.callee in leading and edge.callee not in family
                    if known and not _is_set_up(variant, edge, table):
                        yield from self._runs_at(variant, edge.pos, family)

    def _runs_at(
        self, function: FunctionFacts, pos: int, family: Set[str], levels: int = _LEVELS
    ) -> Iterator[tuple[FunctionFacts, int]]:
        """Where something runs that stands in a function, or in a closure that is called where it was made: there."""
        graph = self._context.graph
        edges = graph.callers.get(function.name, ()) if function.parent and function.name not in graph.roots else ()
        if not edges or not levels or any(edge.caller not in family for edge in edges):
            yield function, pos
            return
        for edge in edges:
            for variant in graph.functions.get(edge.caller, ()):
                if variant.file == edge.file:
                    yield from self._runs_at(variant, edge.pos, family, levels - 1)

    def _on_the_way(self, place: tuple[FunctionFacts, int], wait: _Wait) -> bool:
        """Whether what stands at a place may run when the wait is given up."""
        function, pos = place
        if self._context.outermost(function.name) != self._context.outermost(wait.function.name):
            return True
        return function.file != wait.function.file or not on_different_ways(wait.function, pos, wait.arm.pos)

    def _missed(self, table: Table, wait: _Wait, done: Done, helps: bool) -> Missed:
        function = wait.function
        line = self._context.location(function.file, wait.arm.pos, wait.arm.pos).line
        waiter, remover = self._context.outermost(function.name), self._context.outermost(done.function.name)
        where = f"line {line}" if function.file == done.function.file else f"{function.file}:{line}"
        if helps:
            removes = f"{brief(remover)} removes the entry for those who wait, on another way out only; {brief(waiter)}"
        elif waiter == remover:
            removes = f"{brief(remover)} removes its entry on another way out only; it"
        elif any(self._context.outermost(insert.function.name) == remover for insert in table.inserts):
            removes = f"{brief(remover)} removes what it has put in itself; {brief(waiter)}"
        else:
            removes = f"{brief(remover)} removes an entry when the answer to it comes; {brief(waiter)}"
        reason = f"{removes} gives up in {where} {_GIVEN_UP[wait.arm.failure]} and leaves its entry"
        return Missed(Miss.ONE_WAY_OUT, done.operation.location, reason, Certainty.LIKELY)


def _is_set_up(function: FunctionFacts, edge: Edge, table: Table) -> bool:
    """Whether a call stands before all that a function puts in, and is not told the key: it makes ready what will get
    the answers, and takes no entry of the function's own out."""
    put = [insert.site.op for insert in table.inserts if insert.function is function]
    if not put or edge.kind == "defer" or edge.loop_depth or any(op.loop_depth or op.pos < edge.pos for op in put):
        return False
    call = next((call for call in function.calls if call.end == edge.end), None)
    keys = [op.key for op in put if op.key is not None]
    return call is not None and not any(
        given is not None and same_key(given, key) for given in call.arg_keys for key in keys
    )


def _failed(function: FunctionFacts, pos: int) -> bool:
    return any(arm.failure for arm in arms_around(function, pos))


def _leads_to(function: FunctionFacts, place: Awaited, arm: Arm) -> bool:
    """Whether a statement may have run when ``arm`` does; a call in the select itself has."""
    return place.pos >= arm.statement or not on_different_ways(function, place.pos, arm.pos)


def _takes_out(function: FunctionFacts, op: MapOp) -> bool:
    """Whether a removal by a library's method gives what was there."""
    return op.form == "call" and any(call.end == op.end and _TAKING.fullmatch(call.callee) for call in function.calls)
