"""Which names a map goes by: the value flows of the program, followed from and to the places that keep it.

A map is named after the place that keeps it (package variable, field, element of one) or, failing that, the
local variable that holds it. Its *aliases* are the locals, parameters and results its value flows through; they
are found by following flows forward from the map (``m := s.peers``, ``f(s.peers)``) and backward from it
(``m := make(…); s.peers = m``: what ``m`` names is what the field holds). Both walks stop at the next place:
from one place to another (``s.peers = cfg.peers``) only a single step is taken, by the caller.

Containers are shared, not copied: where ``x`` and ``y`` may be the same outer map, ``x[]`` and ``y[]`` are the
same inner maps. So every flow ``x ← y`` stands for ``x[] ↔ y[]`` too; these links are made only for elements
that some operation or flow mentions. What a literal holds from the start is ``make@…[]``, an element like others.

The walks ignore from which of its callers a function was entered, so a function that returns its own argument
mixes the maps of all its callers. The number of nodes of a walk is limited, and a walk that reaches the limit
says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from mapleak.maps.knowledge import OPAQUE_CONTAINERS
from mapleak.maps.nodes import ELEMENT, NodeKind, Nodes, element_depth
from mapleak.resolve.model import Flow

CLOSURE_LIMIT = 300
"""Nodes of one walk. Beyond it a value passes through so much code that its aliases say nothing any more."""

DEPTH_LIMIT = 3
"""Levels of elements: map of maps of maps."""


class Walk(msgspec.Struct, frozen=True):
    """What one walk met: the aliases passed through, and where it ended."""

    aliases: tuple[str, ...]  # locals, parameters, results; the start is not among them
    places: tuple[str, ...]  # next places
    makes: tuple[str, ...]  # backward only: creation sites
    outside: tuple[str, ...]  # backward only: values from code that is not analysed
    capped: bool


class AliasGraph:
    """The flows of the program, by source and by target, with walks over them. Walks are remembered."""

    def __init__(self, flows: Iterable[Flow], mentioned: Iterable[str], nodes: Nodes) -> None:
        self.nodes = nodes
        self._targets: dict[str, dict[str, None]] = {}
        self._sources: dict[str, dict[str, None]] = {}
        elements = {node for node in mentioned if node.endswith(ELEMENT)}
        for flow in flows:
            if flow.target == flow.source or _opaque(flow.target):
                continue
            self._add(flow.target, flow.source)
            elements.update(node for node in (flow.target, flow.source) if node.endswith(ELEMENT))
        self._elements = elements
        self._link_elements(sorted(elements))
        self._forward: dict[str, Walk] = {}
        self._backward: dict[str, Walk] = {}
        self._wanted: Mapping[str, object] = {}  # what comes_by was asked for, and the answers for single steps
        self._straight: dict[str, bool] = {}

    def replace(self, target: str, source: str, made: str) -> None:
        """Lets ``made``, a creation, flow into ``target`` and not ``source`` any more. To be done before any walk."""
        self._sources.get(target, {}).pop(source, None)
        self._targets.get(source, {}).pop(target, None)
        self._add(target, made)

    def sources(self, node: str) -> tuple[str, ...]:
        """What flows into a node directly."""
        return tuple(self._sources.get(node, ()))

    def targets(self, node: str) -> tuple[str, ...]:
        """What a node flows into directly."""
        return tuple(self._targets.get(node, ()))

    def functions(self, node: str) -> tuple[str, ...]:
        """The functions that the value of a node may be, sorted: itself or what flows into it."""
        seen = {node}
        queue = [node]
        for current in queue:
            for source in self._sources.get(current, ()):
                if source not in seen:
                    seen.add(source)
                    queue.append(source)
        return tuple(sorted(name.removeprefix("func:") for name in seen if name.startswith("func:")))

    def elements(self) -> tuple[str, ...]:
        """All element nodes that something is said of, sorted."""
        return tuple(sorted(self._elements))

    def forward(self, node: str) -> Walk:
        """Everything the value of ``node`` is passed on to, up to the next places."""
        walk = self._forward.get(node)
        if walk is None:
            walk = self._forward[node] = self._walk(node, self._targets)
        return walk

    def backward(self, node: str) -> Walk:
        """Everything the value of ``node`` comes from, up to places, creations and code outside."""
        walk = self._backward.get(node)
        if walk is None:
            walk = self._backward[node] = self._walk(node, self._sources)
        return walk

    def leading_to(self, nodes: Iterable[str]) -> set[str]:
        """``nodes`` and everything from which a walk forward, were it not limited, comes by one of them."""
        found = set(nodes)
        queue = list(found)
        for node in queue:
            if self.nodes.passes_on(node):
                new = [source for source in self._sources.get(node, ()) if source not in found]
                found.update(new)
                queue.extend(new)
        return found

    def comes_by(self, node: str, wanted: Mapping[str, object]) -> bool:
        """Whether ``node`` or one of the aliases of its walk forward is among ``wanted``, without making that walk."""
        if node in wanted:
            return True
        seen = {node}
        queue = [node]
        for current in queue:
            steps = self._targets.get(current)
            if steps is None:
                continue
            if self._leads_straight_into(current, steps, wanted):
                return True
            if len(steps) > CLOSURE_LIMIT:
                return False
            new = [step for step in steps if step not in seen]
            seen.update(new)
            if len(seen) > CLOSURE_LIMIT:
                return False
            queue += filter(self.nodes.passes_on, new)
        return False

    def _leads_straight_into(self, node: str, steps: Iterable[str], wanted: Mapping[str, object]) -> bool:
        """Whether a node flows directly into an alias that is wanted."""
        if self._wanted is not wanted:
            self._wanted, self._straight = wanted, {}
        known = self._straight.get(node)
        if known is None:
            known = self._straight[node] = any(step in wanted and self.nodes.passes_on(step) for step in steps)
        return known

    def _walk(self, start: str, steps: Mapping[str, Iterable[str]]) -> Walk:
        seen = {start}
        aliases: list[str] = []
        places: list[str] = []
        makes: list[str] = []
        outside: list[str] = []
        kind_of = self.nodes.kind
        queue = [start]
        for node in queue:
            new = [step for step in steps.get(node, ()) if step not in seen]
            seen.update(new)
            for step in new:
                kind = kind_of(step)
                if kind is NodeKind.PLACE:
                    places.append(step)
                elif kind is NodeKind.MAKE:
                    makes.append(step)
                elif kind is NodeKind.OUTSIDE:
                    outside.append(step)
                elif kind is not NodeKind.FUNCTION:
                    aliases.append(step)
                    queue.append(step)
            if len(seen) > CLOSURE_LIMIT:
                break
        return Walk(
            tuple(aliases),
            tuple(sorted(places)),
            tuple(sorted(makes)),
            tuple(sorted(outside)),
            len(seen) > CLOSURE_LIMIT,
        )

    def _add(self, target: str, source: str) -> None:
        """Records a flow; keys of a dictionary, for they keep their order and each is kept once."""
        self._sources.setdefault(target, {})[source] = None
        self._targets.setdefault(source, {})[target] = None

    def _link_elements(self, elements: Iterable[str]) -> None:
        """Makes ``x[] ↔ y[]`` of ``x ← y`` wherever one of the two elements is mentioned."""
        queue = list(elements)
        named = {element[: -len(ELEMENT)]: element for element in queue}
        all_sources, all_targets = self._sources, self._targets
        nothing: dict[str, None] = {}
        for element in queue:
            container = element[: -len(ELEMENT)]
            same = (*all_sources.get(container, ()), *all_targets.get(container, ()))
            if not same or element_depth(container) >= DEPTH_LIMIT or container.startswith("outside:"):
                continue
            sources, targets = all_sources.get(element, nothing), all_targets.get(element, nothing)
            for other in same:
                linked = named.get(other)
                if linked in sources and linked in targets:
                    continue
                if other.startswith(("func:", "outside:")) or (linked is None and _is_made(other)):
                    continue
                if linked is None:
                    linked = named[other] = other + ELEMENT
                    self._elements.add(linked)
                    queue.append(linked)
                self._add(element, linked)
                self._add(linked, element)
                sources, targets = all_sources[element], all_targets[element]


def _is_made(container: str) -> bool:
    return container.startswith("make@") and not container.endswith(ELEMENT)


def _opaque(node: str) -> bool:
    """Whether a flow leads into a container's own implementation, whose calls are operations already."""
    return node.startswith(OPAQUE_CONTAINERS)
