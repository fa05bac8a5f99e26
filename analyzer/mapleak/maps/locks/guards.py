"""Which locks guard a place in a function: those it holds there itself, and those that its callers hold.

A lock that a called function leaves held (``s.lock()``) counts as held from the call on, to the end of the function:
where it is given back is not followed. Heuristic ``locked-by-name``: what is called ``…Locked``, ``…WithLock``,
``unsafe…`` or ``…NoLock`` says by its name that somebody else sees to the lock; others say so in their comment
(mapleak.syntax.docs).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from mapleak.callgraph.knowledge import is_handler_shaped
from mapleak.callgraph.model import Edge
from mapleak.maps.context import Context, endless_loops
from mapleak.maps.knowledge import START_PHASES, words
from mapleak.maps.locks.accesses import regions_at
from mapleak.maps.locks.literals import is_put_away
from mapleak.maps.removal.emptying import begins_work, makes_and_returns, makes_owner
from mapleak.resolve.lock_facts import COPIED, OWN
from mapleak.resolve.model import FunctionFacts

_LOCKED_WORDS = frozenset({"locked", "lock", "unsafe", "unlocked", "nolock", "lockless", "holding", "unprotected"})
_ROOT = re.compile(r"\w+")

_SEARCH_LIMIT = 400
"""Calls that one search for a way without a lock looks at; after that it is given up."""

_LONGEST_WAY = 3
"""Calls from what begins a way to the access. On longer ones some caller is bound to be misjudged."""

_LONGEST_TO_STARTER = 8
"""Calls to what starts a goroutine: whatever locks are held there, only whether somebody else gets there counts."""


class Held(msgspec.Struct, frozen=True):
    """A lock at a place: for writing or not, for sure or perhaps."""

    lock: str
    write: bool
    certain: bool


class Way(msgspec.Struct, frozen=True):
    """How a function is reached without a lock: the calls, outermost first, and what begins them.

    ``together`` says why what begins may run beside itself and others: goroutine, handler, callback, exported.
    """

    entry: str
    together: str
    calls: tuple[Edge, ...]


@dataclass(slots=True)
class Guards:
    """Answers questions about locks, each once."""

    context: Context
    _held: dict[tuple[str, str], tuple[tuple[int, str], ...]] = field(default_factory=dict)
    _ways: dict[tuple[str, str, str], Way | None] = field(default_factory=dict)
    _put_away: dict[str, bool] = field(default_factory=dict)
    _shared: dict[tuple[str, str], bool] = field(default_factory=dict)
    _own_objects: dict[str, frozenset[str]] = field(default_factory=dict)
    _constructors: dict[str, list[str]] = field(init=False)
    _wide: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        functions = self.context.resolved.functions
        self._wide = frozenset(wide for f in functions if f.locks is not None for wide in f.locks.wide)
        self._constructors = defaultdict(list)
        for function in functions:
            for made in function.made:
                if makes_and_returns(self.context, function.name, made):
                    self._constructors[made].append(function.name)

    def at(self, function: FunctionFacts, pos: int) -> tuple[Held, ...]:
        """The locks that a function itself holds at a position, or may hold; no channels with room for several."""
        own = self._own_copies(function) | self._wide
        found = [Held(r.lock, r.write, r.certain) for r in regions_at(function, pos) if r.lock not in own]
        found += [Held(lock, True, False) for since, lock in self._by_helpers(function) if since <= pos]
        return tuple(dict.fromkeys(found))

    def copied(self, function: FunctionFacts, pos: int) -> tuple[str, ...]:
        """The locks held at a position which are the call's own copies, and keep nobody out."""
        own = self._own_copies(function)
        return tuple(r.lock for r in regions_at(function, pos) if r.lock in own) if own else ()

    def lasting(self, function: FunctionFacts, held: tuple[Held, ...]) -> tuple[Held, ...]:
        """Without the mutexes that are variables of the function, or of one around it, which each call has anew: what
        is shared between calls they do not guard."""
        return tuple(h for h in held if not self._of_call(function, h.lock)) if held else held

    def _of_call(self, function: FunctionFacts, lock: str) -> bool:
        declaring = self.context.nodes.function(lock)
        if not declaring or self.context.reach(declaring).startup_only:
            return False
        ops = function.locks.ops if function.locks is not None else ()
        return {op.place for op in ops if op.lock == lock} == {OWN}

    def calls_with_locks(self, function: FunctionFacts) -> Iterator[tuple[FunctionFacts, Edge, tuple[Held, ...]]]:
        """The plain calls of a function at which its caller surely holds locks, outside tests.

        Of a method only locks of the object that it is called on count: those of another guard that one's maps.
        """
        for edge in self._callers(function.name, "") or ():
            caller = self._variant(edge) if edge.kind == "static" else None
            held = self.at(caller, edge.pos) if caller is not None else ()
            if caller is not None and function.receiver_type:
                objects = {call.receiver.rpartition(".")[2] for call in self.context.calls.of(edge)}
                held = tuple(h for h in held if _objects_locked(caller, h.lock) <= objects)
            if caller is not None and any(h.certain for h in held):
                yield caller, edge, held

    def named_locked(self, function: str) -> bool:
        """Whether a function, or the one it is written in, leaves the lock to its callers, by its name or comment."""
        outer = self.context.outermost(function)
        if _LOCKED_WORDS & set(words(outer)):
            return True
        variants = self.context.graph.functions.get(outer, ())
        return any(variant.locks is not None and variant.locks.left_to_callers for variant in variants)

    def way_without(self, function: FunctionFacts, lock: str, owner: str) -> Way | None:
        """A way on which a function runs while the program serves without holding ``lock`` ("" for any lock).

        Constructors of ``owner`` and code that runs once lead nowhere: nobody else has the map then.
        """
        key = (function.name, lock, owner)
        if key not in self._ways:
            self._ways[key] = next(self._search(function.name, lock, owner), None)
        return self._ways[key]

    def ways(self, function: FunctionFacts, owner: str) -> Iterator[Way]:
        """All ways of that kind on which no lock is held, the shortest first."""
        return self._search(function.name, "", owner)

    def ways_at_all(self, function: FunctionFacts, owner: str) -> Iterator[Way]:
        """All ways on which a function runs while the program serves, whatever is held there."""
        return self._search(function.name, None, owner)

    def ways_from_afar(self, function: FunctionFacts, owner: str) -> Iterator[Way]:
        """The same, by more calls: who comes to a function, whatever is held and however far away."""
        return self._search(function.name, None, owner, nested=True)

    def starts_only(self, function: FunctionFacts) -> bool:
        """Whether all that leads to a function, however far away, is called while a program starts.

        Heuristic ``start-phase``: a framework calls one method of all its units (``PreRun``, ``Init``, ``Setup``)
        before it lets any of them serve, so what only these do nobody meets; nor what only initialisers do.
        """
        queue = [function.name]
        seen = set(queue)
        for name in queue:
            if words(name) in START_PHASES and not self.context.parent(name):
                continue
            root = self.context.graph.roots.get(name)
            if root is not None and root.kind == "init":
                continue
            callers = self._callers(name, None)
            if not callers or (root is not None and root.kind == "callback") or len(seen) > _SEARCH_LIMIT:
                return False
            if any(edge.kind == "go" for edge in callers):
                return False
            new = sorted({edge.caller for edge in callers} - seen)
            seen.update(new)
            queue += new
        return True

    def read_locks(
        self, function: FunctionFacts, pos: int
    ) -> tuple[tuple[str, ...], tuple[Edge, ...], FunctionFacts] | None:
        """The locks held for reading alone at a position, the call that leads to it where a caller takes them, and the
        function that does; None when none is, or another lock is held as well."""
        held = self.at(function, pos)
        if held:
            return (tuple(h.lock for h in held), (), function) if _for_reading(held) else None
        for edge in self._callers(function.name, "") or ():
            caller = self._variant(edge)
            if caller is not None and edge.kind == "static" and _for_reading(self.at(caller, edge.pos)):
                return tuple(h.lock for h in self.at(caller, edge.pos)), (edge,), caller
        return None

    def _own_copies(self, function: FunctionFacts) -> frozenset[str]:
        """The locks of which a function only has copies."""
        if function.locks is None:
            return frozenset()
        shared = {op.lock for op in function.locks.ops if op.place != COPIED}
        return frozenset(op.lock for op in function.locks.ops if op.place == COPIED) - shared

    def _by_helpers(self, function: FunctionFacts) -> tuple[tuple[int, str], ...]:
        """Locks that functions leave held which this one calls, and since when; and those that it, or what it calls,
        gives back for its own callers: they hold them from the beginning."""
        key = (function.name, function.file)
        if key not in self._held:
            found = [(0, lock) for lock in (function.locks.released if function.locks is not None else ())]
            for call in function.calls:
                if call.mode == "static" and call.how == "call":
                    for callee in self.context.graph.functions.get(call.callee, ()):
                        if callee.locks is not None:
                            found += [(call.end, lock) for lock in callee.locks.kept]
                            found += [(0, lock) for lock in callee.locks.released]
            self._held[key] = tuple(found)
        return self._held[key]

    def _search(self, start: str, lock: str | None, owner: str, *, nested: bool = False) -> Iterator[Way]:
        """Breadth first from callee to caller, along calls at which the lock is not held (None: whatever is held).

        ``nested``: the search is for the starter of a goroutine, and takes other goroutines as they are.
        """
        queue: list[tuple[str, tuple[Edge, ...]]] = [(start, ())]
        seen = {start}
        looked = 0
        for name, calls in queue:
            if self._beginning(name, owner):
                continue
            callers = self._callers(name, lock)
            if callers is None:
                continue
            together = self._root(name, callers)
            if together:
                yield Way(name, together, calls)
            if len(calls) == (_LONGEST_TO_STARTER if nested else _LONGEST_WAY):
                continue
            for edge in callers:
                looked += 1
                if looked > _SEARCH_LIMIT:
                    return
                caller = self._variant(edge)
                if caller is None or edge.caller in seen or self._guarded(caller, edge, lock):
                    continue
                if edge.kind == "go":
                    if nested or self._shares(edge.caller, owner):
                        yield Way(edge.caller, "goroutine", (edge, *calls))
                    continue
                seen.add(edge.caller)
                queue.append((edge.caller, (edge, *calls)))

    def _beginning(self, name: str, owner: str) -> bool:
        """Whether a function runs before anything else can have the map: once, or named like what starts an object."""
        if runs_on(self.context, name):
            return False
        variants = self.context.graph.functions.get(self.context.outermost(name), ())
        return (
            self.context.reach(name).startup_only
            or name in self.context.graph.startup_here
            or begins_work(self.context.outermost(name))
            or any(makes_owner(self.context, variant, owner) for variant in variants)
            or name in self._having_made(owner)
        )

    def _having_made(self, owner: str) -> frozenset[str]:
        """The functions that call a constructor of an object: what they do with one, they do with one of their own."""
        if owner not in self._own_objects:
            found: set[str] = set()
            for maker in self._constructors.get(owner, ()):
                found.update(edge.caller for edge in self.context.graph.callers.get(maker, ()) if edge.mode == "static")
            self._own_objects[owner] = frozenset(found)
        return self._own_objects[owner]

    def _shares(self, starter: str, owner: str) -> bool:
        """Whether others than a goroutine and its starter may have an object: the starter makes it or begins its work,
        or is reached by those that have it."""
        key = (starter, owner)
        if key not in self._shared:
            ways = self._search(starter, None, owner, nested=True)
            self._shared[key] = self._beginning(starter, owner) or next(ways, None) is not None
        return self._shared[key]

    def _root(self, name: str, callers: tuple[Edge, ...]) -> str:
        """Why a function may run beside others, "" when only its callers tell."""
        root = self.context.graph.roots.get(name)
        if root is None or not root.repeats or name in self.context.supporting:
            return ""
        if root.kind == "callback":
            return "callback"
        supports = any(self._supports(edge) for edge in self.context.graph.callers.get(name, ()))
        return "" if callers or supports else "exported"

    def _callers(self, name: str, lock: str | None) -> tuple[Edge, ...] | None:
        """The calls outside tests, and what supports them, by which a function comes to run, None when the lock is held
        at one that tells.

        A literal runs where it is written, unless a goroutine is started with it or it is put away (literals): what
        calls it by way of a variable or parameter calls many others as well. But if that holds the lock
        (``s.withLock(func() { … })``), it is held.
        """
        edges = tuple(e for e in self.context.graph.callers.get(name, ()) if not self._is_of_tests(e))
        parent = self.context.parent(name)
        started = tuple(e for e in edges if e.kind == "go")
        if not parent or started:
            return tuple(e for e in edges if e.mode != "value" or e.kind == "go" or self._wraps(e))
        if self._is_put_away(name):
            return edges
        for edge in edges:
            caller = self._variant(edge)
            if caller is not None and self._guarded(caller, edge, lock):
                return None
        closure = self.context.graph.functions[name][0]
        return (Edge(parent, name, "value", "value", closure.file, closure.pos, closure.end, 0),)

    def _is_of_tests(self, edge: Edge) -> bool:
        return self.context.is_test(edge.file) or self._supports(edge)

    def _supports(self, edge: Edge) -> bool:
        return self.context.outermost(edge.caller) in self.context.supporting

    def _wraps(self, edge: Edge) -> bool:
        """Heuristic ``middleware``: one handler calls another as a value, which it wraps."""
        pair = (self.context.graph.functions.get(name, ()) for name in (edge.caller, edge.callee))
        return all(any(is_handler_shaped(variant.signature) for variant in variants) for variants in pair)

    def _is_put_away(self, literal: str) -> bool:
        if literal not in self._put_away:
            self._put_away[literal] = is_put_away(self.context, literal)
        return self._put_away[literal]

    def _variant(self, edge: Edge) -> FunctionFacts | None:
        return next((f for f in self.context.graph.functions.get(edge.caller, ()) if f.file == edge.file), None)

    def _guarded(self, caller: FunctionFacts, edge: Edge, lock: str | None) -> bool:
        if lock is None:
            return False
        if self.named_locked(caller.name):
            return True
        if edge.kind == "go":
            return False
        held = self.lasting(caller, self.at(caller, edge.pos))
        return any(not lock or h.lock == lock for h in held)


def runs_on(context: Context, name: str) -> bool:
    """Whether a goroutine runs a function that has a loop without an end: whoever started it, others go on as well."""
    started = any(edge.kind == "go" and not context.is_test(edge.file) for edge in context.graph.callers.get(name, ()))
    return started and any(True for f in context.graph.functions.get(name, ()) for _ in endless_loops(f))


def _objects_locked(function: FunctionFacts, lock: str) -> set[str]:
    """The variables of which a function locks that field: it may be the lock of any of them that is held."""
    ops = function.locks.ops if function.locks is not None else ()
    return {root(op.text) for op in ops if op.lock == lock}


def spelled(function: FunctionFacts, lock: str) -> str:
    """The lock as a function that holds it writes it, "" when it takes it by way of another function."""
    ops = function.locks.ops if function.locks is not None else ()
    return next((op.text for op in ops if op.lock == lock), "")


def root(text: str) -> str:
    """The variable that an expression begins with: ``s`` of ``(*s).m``."""
    match = _ROOT.search(text)
    return match[0] if match else ""


def _for_reading(held: tuple[Held, ...]) -> bool:
    """Whether all locks are held for reading, for sure."""
    return bool(held) and all(not h.write and h.certain for h in held)
