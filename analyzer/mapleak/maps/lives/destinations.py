"""Where the objects of a type go from what makes them: to which fields and maps, behind interfaces too.

Values of struct and interface types are not followed by the resolved facts. What shows where they go are the functions
on the way: a *giver* makes the type, or calls a giver whose results speak of it or of an interface that it implements.
The way ends at a function

* that makes a type with a field for it, or is a method of such a type, or hands what it was given to one (*holder*);
* that stores values of such an interface in a map (*place*).

A function that is given an object and is none of these may use it and drop it: then what is known of the type is not
``whole``. Interfaces with one method or declared elsewhere (error, io.Reader, http.Handler) lead nowhere, and a call
that may mean many functions (``vague-call``) is not followed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from mapleak.callgraph.signatures import results_of
from mapleak.maps.context import Context
from mapleak.maps.knowledge import CLEAR_CALLERS
from mapleak.maps.lives.carriers import Carriers
from mapleak.maps.lives.making import Making, mentions, parameters_of
from mapleak.resolve.model import FunctionFacts

_LEVELS = 5
"""How many functions an object is handed on by before it is stored."""

_MOST_CANDIDATES = 40
"""An interface for which more types than this have a field tells nothing."""


class Destinations(msgspec.Struct, frozen=True):
    """``holders``: types with a field that objects come into, each with the function that is seen to bring one there.
    ``places``: maps likewise. ``whole``: nothing else is seen to get one. ``keepers``: those of the functions that do
    so for an object which was there before."""

    holders: Mapping[str, str]
    places: Mapping[str, str]
    whole: bool
    keepers: frozenset[str]


_NOWHERE = Destinations({}, {}, whole=False, keepers=frozenset())


class Finder(msgspec.Struct):
    """Finds the destinations of types. Remembers its answers, nothing else."""

    context: Context
    making: Making
    carriers: Carriers
    _known: dict[str, Destinations] = msgspec.field(default_factory=dict)
    _stores: dict[str, list[tuple[str, str]]] | None = None

    def of(self, name: str) -> Destinations:
        """Where objects of the named type go."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._find(name)
        return known

    def _find(self, name: str) -> Destinations:
        fact = self.context.types.get(name)
        makers = [maker.name for maker in self.making.makers.get(name, ()) if not _initialises(maker)]
        if fact is None or not makers:
            return _NOWHERE
        spoken = (name, *self.carriers.implemented(fact))
        candidates = list(dict.fromkeys(held for key in spoken for held in self.carriers.held_by.get(key, ())))
        if len(candidates) > _MOST_CANDIDATES:
            return _NOWHERE
        return _Way(self, spoken, tuple(c for c in candidates if c != name)).follow(makers)

    def stores(self, function: str, word: str) -> Iterator[str]:
        """The maps in which a function stores values of a type, by the last part of its name."""
        if self._stores is None:
            self._stores = defaultdict(list)
            for fact in self.context.resolved.functions:
                for op in fact.ops:
                    if op.effect == "insert" and self.context.nodes.is_place(op.node):
                        value = op.value.lstrip("*[]").rpartition(".")[2]
                        self._stores[fact.name].append((value, op.node))
        yield from (node for value, node in self._stores.get(function, ()) if value == word)


class _Way(msgspec.Struct):
    """The way of the objects of one type, ``spoken`` of by its name and its interfaces."""

    finder: Finder
    spoken: tuple[str, ...]
    candidates: tuple[str, ...]
    holders: dict[str, str] = msgspec.field(default_factory=dict)
    places: dict[str, str] = msgspec.field(default_factory=dict)
    keepers: set[str] = msgspec.field(default_factory=set)
    whole: bool = True

    def follow(self, makers: list[str]) -> Destinations:
        """Follows objects from the functions that make them."""
        seen = set(makers)
        level = makers
        for _ in range(_LEVELS):
            following: dict[str, None] = {}
            for name in level:
                if self._ends(name):
                    continue
                if not self._hands_on(name):
                    self.whole = False
                    continue
                following.update(dict.fromkeys(self._callers(name)))
            level = [name for name in following if name not in seen]
            seen.update(level)
        self.whole = self.whole and not level
        return Destinations(self.holders, self.places, self.whole, frozenset(self.keepers))

    def _hands_on(self, name: str) -> bool:
        return any(self._speaks(results_of(v.signature)) for v in self.finder.context.graph.functions.get(name, ()))

    def _speaks(self, text: str) -> bool:
        return any(mentions(text, key) for key in self.spoken)

    def _ends(self, name: str) -> bool:
        """Whether an object that a function has is seen to be stored by it."""
        found = False
        takers = tuple(self._takers(name))
        for holder in self.candidates:
            if self._makes(name, holder):
                self.holders.setdefault(holder, name)
                found = True
            elif self._is_method(name, holder) or any(self._is_method(taker, holder) for taker in takers):
                self.holders.setdefault(holder, name)
                self.keepers.add(name)
                found = True
        for function in (name, *takers):
            for key in self.spoken[1:]:
                for place in self.finder.stores(function, key.rpartition(".")[2]):
                    self.places.setdefault(place, name)
                    self.keepers.add(name)
                    found = True
        return found

    def _makes(self, name: str, holder: str) -> bool:
        making = self.finder.making
        if name in making.of(holder) or name in making.keepers.get(holder, ()):
            return True
        return any(maker.name == name for maker in making.makers.get(holder, ()))

    def _is_method(self, name: str, holder: str) -> bool:
        functions = self.finder.context.graph.functions
        outermost = self.finder.context.outermost(name)
        return any(variant.receiver_type == holder for variant in functions.get(outermost, ()))

    def _takers(self, name: str) -> Iterator[str]:
        """The functions that a function calls with an object for a parameter."""
        graph = self.finder.context.graph
        for edge in graph.callees.get(name, ()):
            if edge.mode == "static":
                variants = graph.functions.get(edge.callee, ())
                if any(self._speaks(parameters_of(variant.signature)) for variant in variants):
                    yield edge.callee

    def _callers(self, name: str) -> Iterator[str]:
        context = self.finder.context
        edges = [edge for edge in context.graph.callers.get(name, ()) if not context.is_test(edge.file)]
        unclear = sum(edge.mode != "static" for edge in edges)
        if unclear > CLEAR_CALLERS:
            self.whole = False
            edges = [edge for edge in edges if edge.mode == "static"]
        yield from (edge.caller for edge in edges if context.reach(edge.caller).reachable)


def _initialises(maker: FunctionFacts) -> bool:
    """Whether it is a package initialiser: what ``var _ Store = &diskStore{}`` makes goes nowhere."""
    return maker.name == f"{maker.package}.init"
