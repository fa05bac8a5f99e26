"""Follows functions as values: from where they are named, along the flows, to the calls that call them.

An inclusion-based analysis that knows neither order nor calling context: every node has the set of functions
that may reach it, and a function that reaches a node is handed on along every flow out of it, once. A call
whose callee a function reaches becomes an edge, and its arguments and results become new flows. Both sets
only grow and both are finite, so it ends; ``LIMIT`` bounds the time it may take on a tree where nearly every
function reaches nearly every node, and running into it is part of the answer (``complete``).

What is inside a container (``N[]``) is shared by every node the container itself flows from or to: the
containers of Go are references.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

from mapleak.callgraph.bindings import Binding
from mapleak.callgraph.static import Site

FUNCTION = "func:"
"""Prefix of the node that is a function as a value."""

ELEMENT = "[]"
"""Suffix of the node that is what a container holds."""

CONTAINER_DEPTH = 2
"""How many containers deep (a map of slices) elements are shared between a container and its aliases."""

LIMIT = 20_000_000
"""How many times a function may be handed from a node to another before the rest is left unfollowed."""


class ValueFlow:
    """The flows of the program and the functions that reach each node; grows as calls are found.

    ``on_call`` is told of every call and every function found for it, once for each pair, and answers with
    the flows that follow from it.
    """

    def __init__(
        self,
        sites: Mapping[str, list[Site]],
        on_call: Callable[[Site, str], Iterable[Binding]],
        limit: int = LIMIT,
    ) -> None:
        self._sites = sites
        self._on_call = on_call
        self._left = limit
        self._running = False
        self._targets: dict[str, list[str]] = {}
        self._sources: dict[str, list[str]] = {}
        self.flows: dict[Binding, None] = {}  # in the order they were found
        self._pending: dict[str, set[str]] = {}
        self._queue: deque[str] = deque()
        self.functions: dict[str, set[str]] = {}
        self.complete = True

    def add_flow(self, target: str, source: str) -> None:
        """Add one flow; while functions are being followed, also whatever already follows from it."""
        flow = (target, source)
        if flow in self.flows or target == source:
            return
        self.flows[flow] = None
        self._targets.setdefault(source, []).append(target)
        self._sources.setdefault(target, []).append(source)
        if self._running:
            if source.startswith(FUNCTION):
                self._seed(source)
            self._hand_on(target, self.functions.get(source))
            self._share_elements(target, source)

    def run(self) -> None:
        """Hand functions on until nothing new reaches any node, or the limit is reached."""
        self._running = True
        for node in (*self._sites, *self._targets):
            if node.startswith(FUNCTION):
                self._seed(node)
        while self._queue:
            if self._left <= 0:
                self.complete = False
                return
            node = self._queue.popleft()
            new = self._pending.pop(node)
            for target in self._targets.get(node, ()):
                self._hand_on(target, new)
            if node.endswith(ELEMENT):
                for alias in self._aliases(node):
                    self._hand_on(alias, new)
            for site in self._sites.get(node, ()):
                self._call(site, new)

    def _seed(self, node: str) -> None:
        if node not in self.functions:
            self._hand_on(node, {node.removeprefix(FUNCTION)})

    def _call(self, site: Site, new: set[str]) -> None:
        for function in sorted(new):
            for target, source in self._on_call(site, function):
                self.add_flow(target, source)

    def _hand_on(self, node: str, functions: set[str] | None) -> None:
        if not functions:
            return
        known = self.functions.setdefault(node, set())
        new = functions - known
        if not new:
            return
        self._left -= len(new)
        known |= new
        waiting = self._pending.get(node)
        if waiting is None:
            self._pending[node] = new
            self._queue.append(node)
        else:
            waiting |= new

    def _share_elements(self, target: str, source: str) -> None:
        for depth in range(1, CONTAINER_DEPTH + 1):
            inner_target, inner_source = target + ELEMENT * depth, source + ELEMENT * depth
            self._hand_on(inner_target, self.functions.get(inner_source))
            self._hand_on(inner_source, self.functions.get(inner_target))

    def _aliases(self, node: str) -> Iterator[str]:
        """Yield the nodes that stand for the same elements as ``node`` because their containers are the same."""
        container = node
        for depth in range(1, CONTAINER_DEPTH + 1):
            if not container.endswith(ELEMENT):
                return
            container = container.removesuffix(ELEMENT)
            suffix = ELEMENT * depth
            for other in (*self._targets.get(container, ()), *self._sources.get(container, ())):
                if not (other + suffix).endswith(ELEMENT * (CONTAINER_DEPTH + 2)):
                    yield other + suffix
