"""Whether an object is there before the events that fill its map, or is made within each of them.

The paths that lead to an insertion are followed from it to what runs again and again: handlers, endless loops,
exported functions. A path that passes a function which makes the map's owner ends there: on this path the owner is
new. When all paths do, the owner belongs to one call (``within``). A path that reaches an event without making the
owner shows that it was there before and sees many of them.

Heuristics: ``spoken-for``, an exported function that the tree of a program itself calls runs as often as those calls
say; ``vague-call``, an interface or function value may mean many functions, and brings its object along: it proves
nothing; ``run-on-the-spot``, a literal given to code that is not known to keep it is run by whoever writes it;
``own-method``, a method of the owner fills its receiver's map, whatever further owners it leads to the making of.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from mapleak.callgraph.knowledge import handling_of, handling_of_field, is_handler_shaped
from mapleak.callgraph.model import Edge, Root
from mapleak.callgraph.roots import is_importable
from mapleak.callgraph.serving import COMMAND_FIELDS
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.knowledge import CLEAR_CALLERS, gives_contents
from mapleak.maps.lives.carriers import Carriers
from mapleak.maps.lives.making import Making
from mapleak.maps.lives.repeaters import is_repeated
from mapleak.maps.lives.turning import takes_messages
from mapleak.maps.lives.waits import joined, waiting
from mapleak.maps.nodes import is_result
from mapleak.resolve.model import FunctionFacts

_MOST_FUNCTIONS = 1500  # visited on the way up before the answer is that it is not known
_MOST_ANCESTORS = 20_000
"""Functions that lead to the making of an owner, before the answer is that everything may."""

_RENDERERS = frozenset({"(*text/template.Template).Funcs", "(*html/template.Template).Funcs"})
"""What these are given runs while somebody has a template executed, as a rule whoever writes the function."""

Sites: TypeAlias = Iterable[tuple[str, str, int]]


class Event(enum.Enum):
    """What lets an insertion happen again on the same object; in order of what it proves."""

    LOOP = "loop"  # an endless loop, with the object made outside it
    HANDLER = "handler"  # something outside calls it at every event
    KEPT = "kept"  # a function literal that is handed out or kept uses the object
    EXPORTED = "exported"  # importers may call it on an object they have
    FOUND = "found"  # it is not handed the object, and nothing that it calls makes one
    UNCLEAR = "unclear"  # it may find the object or make it


class Seen(msgspec.Struct, frozen=True):
    """What was found on the paths to some insertions: the first function for each kind of event.

    ``within`` is one of the functions that make the owner on the way, while the program serves; "" when none does.
    ``turning`` is a function on the way that takes messages to it in a loop of its own. ``clear`` is false when there
    was too much to follow, or calls that may mean many functions.
    """

    events: dict[Event, str]
    within: str
    turning: str
    clear: bool

    def first(self, *kinds: Event) -> str:
        """The function of the first of ``kinds`` that was found, else ""."""
        return next((self.events[kind] for kind in kinds if kind in self.events), "")


class _Makers(msgspec.Struct, frozen=True):
    """The functions that make an owner: themselves, or by calls that are seen; and those that keep what they make."""

    direct: frozenset[str]
    all: frozenset[str]
    keepers: frozenset[str]


@dataclass(slots=True)
class Events:
    """Finds the events that lead to insertions. Remembers what it learnt of the program."""

    context: Context
    carriers: Carriers
    _above: dict[frozenset[str], frozenset[str] | None] = field(default_factory=dict)
    _leading: dict[str, frozenset[str]] = field(default_factory=dict)
    _waiting: frozenset[str] = field(init=False)
    joined: frozenset[str] = field(init=False)  # run by goroutines that are waited for by those who start them

    def __post_init__(self) -> None:
        self._waiting = waiting(self.context)
        self.joined = joined(self.context)

    def follow(self, making: Making, owner: str, sites: Sites, keepers: frozenset[str], handed: Iterable[str]) -> Seen:
        """Follows the paths to ``sites`` (function, file, offset) up to the functions that make the ``owner`` and keep
        none. Those ``handed`` have the map alone, and cannot show where its owner comes from."""
        made = self._made_with(making, owner)
        direct = frozenset(maker.name for maker in making.makers.get(made, ()))
        makers = _Makers(direct, making.of(made) - keepers, keepers | making.keepers.get(made, frozenset()))
        return _Walk(self, makers, self.carriers.company(owner), making, owner, set(handed)).run(sites)

    def _made_with(self, making: Making, owner: str) -> str:
        """The owner, or the first type with makers that holds one which nothing makes: a zero value comes with it."""
        holders = self.carriers.held_by.get(owner, ())
        return next((made for made in (owner, *holders) if made in making.makers), owner)

    def may_make(self, name: str, makers: _Makers) -> bool:
        """Whether a function may lead to the making of an object that is not kept, by whatever calls."""
        if makers.direct not in self._above:
            self._above[makers.direct] = self._ancestors(makers)
        above = self._above[makers.direct]
        return above is None or name in above

    def _ancestors(self, makers: _Makers) -> frozenset[str] | None:
        """All functions that lead to the making without keeping it, None when they are too many to tell anything."""
        seen: set[str] = set()
        level = set(makers.direct - makers.keepers)
        known = self._leading
        while level:
            seen |= level
            if len(seen) > _MOST_ANCESTORS:
                return None
            leading = [known[name] if name in known else self._find_leading(name) for name in level]
            level = set().union(*leading) - seen - makers.keepers
        return frozenset(seen)

    def _find_leading(self, name: str) -> frozenset[str]:
        """Who lets a function run: its callers, as far as the calls are clear, and the writer of a literal."""
        edges = self.context.graph.callers.get(name, ())
        callers = {edge.caller for edge in edges if edge.mode == "static"}
        others = [edge.caller for edge in edges if edge.mode != "static"]
        if len(others) <= CLEAR_CALLERS:
            callers.update(others)
        if parent := self.context.parent(name):
            callers.add(parent)
        self._leading[name] = frozenset(callers)
        return self._leading[name]

    def serves(self, name: str, file: str, pos: int) -> bool:
        """Whether an offset of a function lies in a loop that goes on with every event."""
        return any(
            v.file == file and (inside_endless_loop(v, pos) or self._waits_in_loop(v, pos))
            for v in self.context.graph.functions.get(name, ())
        )

    def _waits_in_loop(self, function: FunctionFacts, pos: int) -> bool:
        """A loop that can be left, and that calls what waits for events, or that a goroutine is started for."""
        ending = function.ending
        if ending.kind != "loops" or not ending.pos <= pos < ending.end:
            return False
        graph = self.context.graph
        if any(edge.kind == "go" for edge in graph.callers.get(function.name, ())):
            return True
        return any(
            edge.callee in self._waiting and edge.mode == "static" and ending.pos <= edge.pos < ending.end
            for edge in graph.callees.get(function.name, ())
        )


class _Walk(msgspec.Struct):
    known: Events
    makers: _Makers
    company: frozenset[str]
    making: Making
    owner: str
    blind: set[str]  # functions that cannot tell where the owner comes from
    events: dict[Event, str] = msgspec.field(default_factory=dict)
    within: str = ""
    turning: str = ""
    clear: bool = True

    @property
    def context(self) -> Context:
        return self.known.context

    def run(self, sites: Sites) -> Seen:
        queue = list(dict.fromkeys(sites))
        seen = {name for name, _, _ in queue}
        for name, file, pos in queue:
            for edge in self._visit(name, file, pos):
                if edge.mode != "static":
                    self.blind.add(edge.caller)
                if edge.caller != name and takes_messages(self.context, edge, self.makers.all):
                    self.turning = self.turning or edge.caller
                if edge.caller in seen:
                    self._note_loop(edge.caller, edge.file, edge.pos)
                else:
                    seen.add(edge.caller)
                    queue.append((edge.caller, edge.file, edge.pos))
            if len(queue) > _MOST_FUNCTIONS:
                self.clear = False
                break
        return Seen(self.events, self.within, self.turning, self.clear)

    def _visit(self, name: str, file: str, pos: int) -> Iterator[Edge]:
        """Notes what a function on the way says and returns the calls through which the way goes on."""
        context = self.context
        if self._makes(name):
            if not self._note_loop(name, file, pos) and not context.reach(name).startup_only:
                self.within = self.within or name
            return
        if not self._carries(name):
            self._note_found(name, file, pos)
            return
        if not self._is_own_method(name) and self._may_make(name):
            self.events.setdefault(Event.UNCLEAR, name)
            return
        if self._note_loop(name, file, pos):
            return
        if self._is_repeated(name):
            self.events.setdefault(Event.KEPT, name)
            return
        root = context.graph.roots.get(name)
        if root is not None and root.repeats and self._note_root(name, root):
            return
        if self._api_method(name):
            self.events.setdefault(Event.EXPORTED, name)
        yield from self._callers(name)

    def _is_own_method(self, name: str) -> bool:
        return any(variant.receiver_type == self.owner for variant in self.context.graph.functions.get(name, ()))

    def _note_found(self, name: str, file: str, pos: int) -> None:
        """A function that is not handed the object: where nothing below it makes one, it finds one that is there."""
        if self.context.reach(name).startup_only and not self.known.serves(name, file, pos):
            return
        unclear = name in self.blind or self._may_make(name) or self._makes_rival(name)
        self.events.setdefault(Event.UNCLEAR if unclear else Event.FOUND, name)

    def _makes_rival(self, name: str) -> bool:
        """Whether a function makes what it uses, of another type behind the same interface."""
        return any(name in self.making.of(rival) for rival in self.known.carriers.rivals(self.owner))

    def _makes(self, name: str) -> bool:
        """Whether a function makes the owner, or is a literal that one writes and runs on the spot, or decodes it."""
        if name in self.makers.all or self._gives_contents(name):
            return True
        parent = self.context.parent(name)
        return bool(parent) and not self._outlasts(name) and self._makes(parent)

    def _may_make(self, name: str) -> bool:
        """Whether a function, or the writer of a literal that runs while its writer does, may lead to the making."""
        if self.known.may_make(name, self.makers):
            return True
        parent = self.context.parent(name)
        return bool(parent) and not self._outlasts(name) and self._may_make(parent)

    def _gives_contents(self, name: str) -> bool:
        variants = self.context.graph.functions.get(name, ())
        if not any(variant.receiver_type in self.company for variant in variants):
            return False
        return gives_contents(name)

    def _outlasts(self, closure: str) -> bool:
        """Whether a function literal may run when its writer is gone."""
        root = self.context.graph.roots.get(closure)
        if root is not None and root.kind == "callback" and self._registered(closure, root):
            return True
        if any(edge.kind == "go" for edge in self.context.graph.callers.get(closure, ())):
            return closure not in self.known.joined
        return self._handed_out(closure) or self._is_repeated(closure)

    def _is_repeated(self, name: str) -> bool:
        return is_repeated(self.context, name, self.known.joined)

    def _carries(self, name: str) -> bool:
        """Whether a function may have the owner from its callers, or, a literal, from its writer."""
        parent = self.context.parent(name)
        if parent and (self._carries(parent) or self._makes(parent)):
            return True
        return any(self.known.carriers.carries(v, self.company) for v in self.context.graph.functions.get(name, ()))

    def _note_loop(self, name: str, file: str, pos: int) -> bool:
        """Whether a function goes through here with every event, on an object that is made before it."""
        if not self.known.serves(name, file, pos) or name in self.known.joined:
            return False
        if self.context.ends_by_itself(name) is not None:
            return False  # a program's only piece of work, however long its loop
        if name in self.makers.all and self._made_in_loop(name, file):
            return False
        self.events.setdefault(Event.LOOP, name)
        return True

    def _made_in_loop(self, name: str, file: str) -> bool:
        """Whether a function makes the owner in its endless loop, as far as a call shows where."""
        calls = [
            edge.pos
            for edge in self.context.graph.callees.get(name, ())
            if edge.mode == "static" and edge.callee in self.makers.all and edge.file == file
        ]
        if name in self.makers.direct or not calls:
            return True  # where is not known
        return any(self.known.serves(name, file, pos) for pos in calls)

    def _note_root(self, name: str, root: Root) -> bool:
        """Notes what calls a function from outside; whether that is all there is to say of it."""
        context = self.context
        if root.kind == "callback":
            if self._registered(name, root):
                self.events.setdefault(Event.HANDLER, name)
                return True
            return False
        if root.kind != "exported":
            return False
        variants = context.graph.functions[name]
        if any(is_handler_shaped(v.signature) for v in variants):
            self.events.setdefault(Event.HANDLER, name)
            return True
        if self._spoken_for(name):
            return False
        own = any(v.receiver_type in self.company for v in variants)
        self.events.setdefault(Event.EXPORTED if own else Event.UNCLEAR, name)
        return False

    def _spoken_for(self, name: str) -> bool:
        package = self.context.graph.functions[name][0].package
        return bool(self.context.resolved.main_packages) and any(
            not self.context.is_test(edge.file) and self._package(edge.caller) != package
            for edge in self.context.graph.callers.get(name, ())
        )

    def _package(self, name: str) -> str:
        variants = self.context.graph.functions.get(name, ())
        return variants[0].package if variants else ""

    def _api_method(self, name: str) -> bool:
        """Whether importers get at a method of an owner whose type is not exported, through an interface."""
        for variant in self.context.graph.functions.get(name, ()):
            method = name.rpartition(".")[2]
            if variant.receiver_type in self.company and not variant.exported and method[:1].isupper():
                edges = self.context.graph.callers.get(name, ())
                return all(edge.mode == "interface" for edge in edges) and is_importable(
                    variant.package, frozenset(self.context.resolved.main_packages)
                )
        return False

    def _registered(self, name: str, root: Root) -> bool:
        """Whether a callback is called at events, for all that is known, and not on the spot."""
        if any(is_handler_shaped(v.signature) for v in self.context.graph.functions.get(name, ())):
            return True
        for prefix, known in (("handed to ", handling_of), ("stored in ", handling_of_field)):
            if root.reason.startswith(prefix):
                taker = root.reason.removeprefix(prefix)
                return known(taker) is not None and taker not in _RENDERERS
        return True  # called through an interface of a known package

    def _callers(self, name: str) -> Iterator[Edge]:
        context = self.context
        edges = [edge for edge in context.graph.callers.get(name, ()) if not context.is_test(edge.file)]
        parent = context.parent(name)
        if parent:
            yield from self._writer(name, parent, edges)
            return
        unclear = [edge for edge in edges if edge.mode != "static"]
        if len(unclear) > CLEAR_CALLERS:
            self.clear = False
            edges = [edge for edge in edges if edge.mode == "static"]
        yield from edges

    def _writer(self, name: str, parent: str, edges: list[Edge]) -> Iterator[Edge]:
        """The way goes on from a function literal to its writer, from which it has the variables; where it is handed
        out, to those who call it."""
        if self._handed_out(name):
            if edges:
                yield from edges
                return
            if not self._belongs(parent):
                self.events.setdefault(Event.KEPT, name)
        variant = self.context.graph.functions[name][0]
        yield next(
            (edge for edge in edges if edge.caller == parent),
            Edge(parent, name, "static", "static", variant.file, variant.pos, variant.end, 0),
        )

    def _belongs(self, writer: str) -> bool:
        """Whether the writer of a literal is a method of the owner or its holder: then it lives as they do."""
        return any(v.receiver_type in self.company for v in self.context.graph.functions.get(writer, ()))

    def _handed_out(self, closure: str) -> bool:
        """Whether a function literal is returned or stored, so that it runs when its writer is long gone. A command
        runs once, whenever that is."""
        walk = self.context.aliases.forward(f"func:{closure}")
        stored = any(not COMMAND_FIELDS.fullmatch(place) for place in walk.places)
        return stored or any(is_result(alias) for alias in walk.aliases)
