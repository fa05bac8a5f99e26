"""Follows functions as values: from where they are named, along the flows, to the calls that call them.

An inclusion-based analysis that knows neither order nor calling context: every node has the set of functions
that may reach it, and a function that reaches a node is handed on along every flow out of it, once. A call
whose callee a function reaches becomes an edge, and its arguments and results become new flows. Both sets
only grow and both are finite, so it ends; ``LIMIT`` bounds the time it may take on a tree where nearly every
function reaches nearly every node, or nearly every call, and running into it is part of the answer (``complete``).

What is inside a container (``N[]``) is shared by every node the container itself flows from or to: the
containers of Go are references. So all of them have one set of functions: their elements are one *place*,
which grows as flows join containers (a disjoint-set forest), and nothing is copied from element to element.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from mapleak.callgraph.bindings import Binding
from mapleak.callgraph.static import Site
from mapleak.resolve.model import Flow

FUNCTION = "func:"
"""Prefix of the node that is a function as a value."""

ELEMENT = "[]"
"""Suffix of the node that is what a container holds."""

CONTAINER_DEPTH = 2
"""How many containers deep (a map of slices) elements are shared between a container and its aliases."""

LIMIT = 20_000_000
"""How many times a function may be handed from a place to another before the rest is left unfollowed."""

EDGE_COST = 50
"""How many of those one callee of one call counts for: an edge takes that much more time, and memory that stays.

Thousands of closures of which each calls whatever is in a list of them all have millions of edges.
"""

_T = TypeVar("_T")

_LEVELS = CONTAINER_DEPTH + 1
"""Places of a node: its own, that of its elements, that of their elements."""


class ValueFlow:
    """The flows of the program and the functions that reach each node; grows as calls are found.

    ``on_call`` is told of every call and every function found for it, once for each pair, and answers with
    the flows that follow from it. ``sites`` are the calls by the node they call.
    """

    def __init__(
        self,
        sites: Mapping[str, Iterable[Site]],
        on_call: Callable[[Site, str], Iterable[Binding]],
        limit: int = LIMIT,
    ) -> None:
        self._on_call = on_call
        self._left = limit
        self._running = False
        self._numbers: dict[str, int] = {}  # of nodes; the places of node n are _LEVELS * n and the next two
        self._joined: list[int] = []  # the place that a place has become part of, itself when it stands for a place
        self._targets: dict[int, list[int]] = {}
        self._calls: dict[int, list[tuple[Iterable[Site], set[str]]]] = {}  # with the functions already told of
        self._functions: dict[int, set[str]] = {}
        self._pending: dict[int, set[str]] = {}
        self._queue: deque[int] = deque()
        self.flows: dict[Flow, None] = {}  # in the order they were found
        self.complete = True
        for node, called in sites.items():
            self._calls[_LEVELS * self._number(node)] = [(called, set())]

    def add_flow(self, flow: Flow) -> None:
        """Add one flow; while functions are being followed, also whatever already follows from it."""
        target, source = flow.target, flow.source
        if target == source or flow in self.flows:
            return
        self.flows[flow] = None
        to = _LEVELS * self._number(target)
        by = _LEVELS * self._number(source)
        self._targets.setdefault(self._place(by), []).append(to)
        for depth in range(1, _LEVELS - max(0, _depth(target) - 1, _depth(source) - 1)):
            self._join(to + depth, by + depth)
        if self._running:
            if source.startswith(FUNCTION):
                self._seed(source)
            self._hand_on(to, self._functions.get(self._place(by)))

    def run(self) -> None:
        """Hand functions on until nothing new reaches any place, or the limit is reached."""
        self._running = True
        self._gather()
        for node in [node for node in self._numbers if node.startswith(FUNCTION)]:
            self._seed(node)
        while self._queue:
            if self._left <= 0:
                self.complete = False
                return
            place = self._queue.popleft()
            new = self._pending.pop(place, None)
            if new is None:
                continue  # it has become part of another, whose turn comes
            for target in self._targets.get(place, ()):
                self._hand_on(target, new)
            for sites, told in self._calls.get(place, ()):
                self._call(sites, new - told)
                told.update(new)

    def functions(self, node: str, depth: int = 0) -> frozenset[str] | set[str]:
        """The functions that may be the value of a node, or what is ``depth`` containers deep in it."""
        number = self._numbers.get(node)
        if number is not None:
            return self._functions.get(self._place(_LEVELS * number + depth), frozenset())
        return self.functions(node + ELEMENT, depth - 1) if depth else frozenset()

    def nodes(self) -> Iterator[str]:
        """All nodes of the flows and calls."""
        return iter(self._numbers)

    def _number(self, node: str) -> int:
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self._numbers)
            own = _LEVELS * number
            self._joined.extend(range(own, own + _LEVELS))
            for depth in range(1, _LEVELS):
                if node.endswith(ELEMENT * depth):
                    self._identify(self._numbers.get(node[: -len(ELEMENT) * depth]), number, depth)
                self._identify(number, self._numbers.get(node + ELEMENT * depth), depth)
        return number

    def _identify(self, container: int | None, element: int | None, depth: int) -> None:
        """Let a node be what is ``depth`` containers deep in another one, whose name says so."""
        if container is not None and element is not None:
            for below in range(_LEVELS - depth):
                self._join(_LEVELS * container + depth + below, _LEVELS * element + below)

    def _place(self, place: int) -> int:
        """What stands for a place; the way there is made shorter for the next time."""
        joined = self._joined
        while joined[place] != place:
            joined[place] = place = joined[joined[place]]
        return place

    def _join(self, one: int, other: int) -> None:
        """Make two places one, which hands on what either had not yet."""
        one, other = self._place(one), self._place(other)
        if one == other:
            return
        self._joined[other] = one
        if not self._running:
            return
        _move(self._targets, other, one)
        _move(self._calls, other, one)
        given, also = self._functions.get(one, set()), self._functions.pop(other, set())
        new = (given ^ also) | self._pending.pop(other, set())
        if new:
            self._functions[one] = given | also
            self._await(one, new)

    def _gather(self) -> None:
        """Bring what was noted of places to the places they have become part of."""
        for place in [place for place in self._targets if self._joined[place] != place]:
            _move(self._targets, place, self._place(place))
        for place in [place for place in self._calls if self._joined[place] != place]:
            _move(self._calls, place, self._place(place))

    def _seed(self, node: str) -> None:
        self._hand_on(_LEVELS * self._numbers[node], {node.removeprefix(FUNCTION)})

    def _call(self, sites: Iterable[Site], functions: set[str]) -> None:
        for site in sites:
            self._left -= EDGE_COST * len(functions)
            if self._left <= 0:
                self.complete = False
                return
            for function in sorted(functions):
                for target, source in self._on_call(site, function):
                    self.add_flow(Flow(target, source))

    def _hand_on(self, place: int, functions: set[str] | None) -> None:
        if not functions:
            return
        place = self._place(place)
        known = self._functions.get(place)
        if known is None:
            known = self._functions[place] = set()
        new = functions - known
        if new:
            self._left -= len(new)
            known |= new
            self._await(place, new)

    def _await(self, place: int, new: set[str]) -> None:
        waiting = self._pending.get(place)
        if waiting is None:
            self._pending[place] = new
            self._queue.append(place)
        else:
            waiting |= new


def _depth(node: str) -> int:
    """How many containers deep a node is by its name."""
    depth = 0
    while node.endswith(ELEMENT, 0, len(node) - len(ELEMENT) * depth):
        depth += 1
    return depth


def _move(table: dict[int, list[_T]], place: int, to: int) -> None:
    if moved := table.pop(place, None):
        table.setdefault(to, []).extend(moved)
