"""Finds the callees of calls through interfaces and function values, and binds arguments for all calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from mapleak.callgraph.bindings import (
    Binding,
    Shape,
    bind,
    shape_of,
    shape_of_method,
)
from mapleak.callgraph.hierarchy import Hierarchy
from mapleak.callgraph.knowledge import ONCE_WRAPPERS
from mapleak.callgraph.model import Edge
from mapleak.callgraph.static import Calls, Site, edge
from mapleak.callgraph.values import LIMIT, ValueFlow
from mapleak.resolve.model import Flow, FunctionFacts, ResolvedProgram


class Resolution(msgspec.Struct, frozen=True):
    """What following interfaces and values found.

    ``values`` knows the functions that may be the value of each node; ``lost`` the calls for which no
    callee at all was found, in the tree or outside; ``once`` the functions that package sync lets run once when what
    it returns for them is called. ``meant`` gives the functions of the tree that a value's name stands for: itself, or
    all implementations of an interface's method.
    """

    edges: list[Edge]
    values: ValueFlow
    lost: list[Site]
    complete: bool
    once: frozenset[str]
    meant: Callable[[str], tuple[str, ...]]


class _Finder(msgspec.Struct):
    """The working state of :func:`resolve_dynamic`."""

    resolved: ResolvedProgram
    functions: Mapping[str, tuple[FunctionFacts, ...]]
    hierarchy: Hierarchy
    results: Mapping[str, tuple[int, ...]]
    edges: list[Edge] = msgspec.field(default_factory=list)
    lost: list[Site] = msgspec.field(default_factory=list)
    shapes: dict[str, Shape] = msgspec.field(default_factory=dict)
    standing_for: dict[tuple[str, str], tuple[str, ...]] = msgspec.field(default_factory=dict)

    def shape(self, name: str) -> Shape:
        """Return the shape of a function of the tree."""
        known = self.shapes.get(name)
        if known is None:
            known = self.shapes[name] = shape_of(self.functions[name])
        return known

    def implementations(self, key: str, method: str) -> tuple[str, ...]:
        """Return what an interface's method may stand for.

        A method promoted from an embedded interface stands for whatever implements that one.
        """
        known = self.standing_for.get((key, method))
        if known is not None:
            return known
        found: set[str] = set()
        seen = {(key, method)}
        pending = [(key, method)]
        while pending:
            for name in self.hierarchy.implementations(*pending.pop()):
                inner = self.as_interface_method(name)
                if inner is None:
                    found.add(name)
                elif inner not in seen:
                    seen.add(inner)
                    pending.append(inner)
        self.standing_for[(key, method)] = tuple(sorted(found))
        return self.standing_for[(key, method)]

    def as_interface_method(self, name: str) -> tuple[str, str] | None:
        """Split ``(p.I).M`` when p.I is an interface; None for anything else."""
        if name in self.functions or not name.startswith("("):
            return None
        key, closed, method = name[1:].rpartition(").")
        return (key, method) if closed and key in self.resolved.interfaces else None

    def meant(self, name: str) -> tuple[str, ...]:
        """Return the functions of the tree that ``name``, as a value, may stand for."""
        inner = self.as_interface_method(name)
        return tuple(n for n in (self.implementations(*inner) if inner else (name,)) if n in self.functions)

    def interface_calls(self, key: str, method: str, sites: list[Site]) -> Iterator[Binding]:
        """Add the edges of all calls of one interface method and yield what they bind.

        Arguments go through the nodes of the interface's method, so that a thousand calls of a method with
        a thousand implementations make two thousand flows, not a million.
        """
        own = [name for name in self.implementations(key, method) if name in self.functions]
        if not own:
            self.lost.extend(sites)
        for site in sites:
            self.edges.extend(edge(site, name, "interface") for name in own)
        hub = shape_of_method(self.resolved.interfaces[key], method)
        used: dict[str, None] = {}
        for site in sites:
            for target, source in bind(site, hub, self.results):
                yield target, source
                used[source if source.startswith(hub.name) else target] = None
        for name in own:
            yield from self._through(hub, name, used)

    def _through(self, hub: Shape, name: str, used: Iterable[str]) -> Iterator[Binding]:
        for node in used:
            part = node.removeprefix(hub.name)
            if part[:2] == "$r" and part[2:3].isdigit():
                yield node, name + part
            else:
                yield name + part, node

    def value_call(self, site: Site, name: str) -> list[Binding]:
        """Record that a call of a function value may call ``name``; return what it binds."""
        inner = self.as_interface_method(name)
        flows: list[Binding] = []
        for callee in self.meant(name):
            self.edges.append(edge(site, callee, "interface" if inner else "value"))
            flows.extend(bind(site, self.shape(callee), self.results))
        return flows


def resolve_dynamic(
    resolved: ResolvedProgram,
    functions: Mapping[str, tuple[FunctionFacts, ...]],
    calls: Calls,
    results: Mapping[str, tuple[int, ...]],
    hierarchy: Hierarchy,
    limit: int = LIMIT,
) -> Resolution:
    """Return the callees of all calls that do not name theirs, and all value flows of the program.

    ``limit`` bounds the following of function values (:data:`mapleak.callgraph.values.LIMIT`).
    """
    finder = _Finder(resolved, functions, hierarchy, results)
    values = ValueFlow(calls.value, finder.value_call, limit)
    for variants in functions.values():
        for function in variants:
            for flow in function.flows:
                values.add_flow(flow)
    wrappings = list(_wrapped_once(functions))
    for target, source in wrappings:
        values.add_flow(Flow(target, source))
    for site in calls.bound:
        for target, source in bind(site, finder.shape(site.call.callee), results):
            values.add_flow(Flow(target, source))
    for (key, method), sites in calls.interface.items():
        for target, source in finder.interface_calls(key, method, sites):
            values.add_flow(Flow(target, source))
    values.run()
    unreached = [site for node, sites in calls.value.items() if not values.functions(node) for site in sites]
    return Resolution(
        edges=finder.edges,
        values=values,
        lost=[*finder.lost, *unreached, *calls.unknown],
        complete=values.complete,
        once=frozenset(name for _, source in wrappings for name in values.functions(source)),
        meant=finder.meant,
    )


def _wrapped_once(functions: Mapping[str, tuple[FunctionFacts, ...]]) -> Iterator[Binding]:
    """Yield the flows from what sync.OnceFunc and its kind are given to what they return."""
    for variants in functions.values():
        for function in variants:
            for call in function.calls:
                if call.callee in ONCE_WRAPPERS and call.mode == "static" and call.args and call.args[0]:
                    yield f"call@{function.file}:{call.end}$r0", call.args[0]
