"""What the methods of wrapper types do to the maps inside: insert, remove, empty, and with which parameter as the key.

A summary lists *deeds*. A deed is found where the method itself (or a closure written in it) changes a map of the
wrapper, one of its shards included, or where it calls another method of the same object or of a part of it; keys are
carried from parameter to parameter. Methods that call each other are summed up from the callees up; a method of a
cycle takes what the others of the cycle are known to do when it is looked at, in a second round once more.

Only methods have summaries. What a plain function does to a wrapper it is given, or returns, or captures, is found by
following the wrapper's own value there: its calls of methods are then calls on the holder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from mapleak.maps.aliases import AliasGraph
from mapleak.maps.knowledge import INITIALISER_WORDS, SHUTDOWN_NAMES, first_word
from mapleak.maps.nodes import ELEMENT, Nodes, container_of
from mapleak.resolve.model import CallFact, FunctionFacts, KeyFact, MapOp, ResolvedProgram, TypeFacts

MOST_DEEDS = 24
"""Deeds of one method. One that does more to its maps is no container's method; it is cut short and said to be."""

_ROUNDS = 2
"""How often methods that call each other are looked at."""

_PART_LEVELS = 3
"""How deep parts of a wrapper (shards, the wrapper it is built on) are its own maps. What has a field for the wrapper
is no part: it knows whose it is, and may change the maps of the wrapper itself (``r.parent.active``)."""


Place = tuple[FunctionFacts, MapOp]


class Deed(msgspec.Struct, frozen=True):
    """One thing a method does to the maps of its receiver.

    ``param`` is the number of the parameter that is the key, -1 when the key comes from elsewhere (``key`` says
    where). ``whole``: all entries go. ``driven``: it happens on its own time, in a loop without end or a goroutine,
    and not when the method is called. ``function`` and ``op`` are the operation itself.
    """

    effect: str  # insert, remove
    key: KeyFact | None
    param: int
    whole: bool
    driven: bool
    function: FunctionFacts
    op: MapOp


class Wrapper(msgspec.Struct, frozen=True):
    """A wrapper type: the maps inside, and the types its parts have (itself among them)."""

    name: str
    inner: tuple[str, ...]
    parts: frozenset[str]


class Summaries(msgspec.Struct, frozen=True):
    """The wrapper types of the program that methods insert into, and the deeds of all methods that have any."""

    wrappers: Mapping[str, Wrapper]
    deeds: Mapping[str, tuple[Deed, ...]]  # by method
    receivers: Mapping[str, str]  # method -> its wrapper type
    composed: frozenset[tuple[str, str, int]]  # calls that are part of their method's summary: function, file, end
    capped: frozenset[str]  # methods that do more than is listed


NO_SUMMARIES = Summaries({}, {}, {}, frozenset(), frozenset())


def summarise(
    resolved: ResolvedProgram,
    functions: Mapping[str, tuple[FunctionFacts, ...]],
    operations: Mapping[str, Sequence[Place]],
    aliases: AliasGraph,
) -> Summaries:
    """Sums up the methods of all wrapper types. ``operations`` are those of the program by node, tests left out."""
    wrappers = _candidates(resolved)
    if not wrappers:
        return NO_SUMMARIES
    methods = _methods(resolved, functions, wrappers)
    work = _Work(wrappers, methods, aliases.nodes, aliases)
    for _ in range(_ROUNDS):
        work.settled.clear()
        for name in sorted(methods):
            work.sum_up(name)
    handed = {work.receivers[name] for name, deeds in work.deeds.items() if any(map(_is_handed_its_key, deeds))}
    filled = {name for name in handed if not _is_reached_into(work, wrappers[name], operations, functions)}
    return Summaries(
        {name: wrapper for name, wrapper in wrappers.items() if name in filled},
        {name: deeds for name, deeds in work.deeds.items() if deeds and work.receivers[name] in filled},
        work.receivers,
        frozenset(call for call in work.composed if work.receivers[call[0].partition("$")[0]] in filled),
        frozenset(work.capped),
    )


def _is_reached_into(
    work: _Work,
    wrapper: Wrapper,
    operations: Mapping[str, Sequence[Place]],
    functions: Mapping[str, tuple[FunctionFacts, ...]],
) -> bool:
    """Whether code other than its methods and constructors, and the closures written there, changes the maps of a
    wrapper: then these methods do not tell all that happens to it."""
    for node in wrapper.inner:
        for alias in (node, *work.aliases.forward(node).aliases):
            for function, op in operations.get(alias, ()):
                if op.effect == "update" or wrapper.name in (*function.made, *_outermost(functions, function).made):
                    continue
                name = function.name.partition("$")[0]
                if name not in work.receivers or work.receivers[name] not in wrapper.parts:
                    return True
    return False


def _candidates(resolved: ResolvedProgram) -> dict[str, Wrapper]:
    types = {fact.name: fact for fact in resolved.types}
    inner: dict[str, list[str]] = {}
    for variable in resolved.variables:
        if variable.kind == "field":
            inner.setdefault(variable.owner, []).append(variable.node)
    for variable in resolved.containers:
        if variable.kind == "field" and "map[" in variable.type:
            inner.setdefault(variable.owner, []).append(variable.node + ELEMENT)
    for variable in resolved.wrapped:
        if variable.kind == "field":
            inner.setdefault(variable.owner, []).append(variable.node)
    within: dict[str, list[str]] = {}  # type -> structs written in place inside it
    for owner in inner:
        if owner not in types:
            within.setdefault(owner.rpartition(".")[0], []).append(owner)
    found: dict[str, Wrapper] = {}
    for fact in resolved.types:
        if not fact.wraps:
            continue
        parts = {fact.name}
        level = [fact.name]
        for _ in range(_PART_LEVELS):
            held = [part for name in level for part in (*_fields(types, name), *within.get(name, ()))]
            level = [
                part
                for part in held
                if part not in parts
                and fact.name not in _fields(types, part)
                and (part in inner or (part in types and types[part].wraps))
            ]
            parts.update(level)
        maps = tuple(sorted(node for part in parts for node in inner.get(part, ())))
        found[fact.name] = Wrapper(fact.name, maps, frozenset(parts))
    return found


def _fields(types: Mapping[str, TypeFacts], name: str) -> tuple[str, ...]:
    fact = types.get(name)
    return fact.field_types if fact is not None else ()


def _methods(
    resolved: ResolvedProgram, functions: Mapping[str, tuple[FunctionFacts, ...]], wrappers: Mapping[str, Wrapper]
) -> dict[str, list[FunctionFacts]]:
    """The bodies of each method of a wrapper: its variants and the closures written in them."""
    found: dict[str, list[FunctionFacts]] = {}
    for function in resolved.functions:
        outer = _outermost(functions, function)
        if outer.receiver_type in wrappers:
            found.setdefault(outer.name, []).append(function)
    return found


def _outermost(functions: Mapping[str, tuple[FunctionFacts, ...]], function: FunctionFacts) -> FunctionFacts:
    """The declared function that a closure is written in; itself for every other function."""
    while function.parent and function.parent in functions:
        function = functions[function.parent][0]
    return function


@dataclass(slots=True)
class _Work:
    """The summaries as far as they have got."""

    wrappers: Mapping[str, Wrapper]
    methods: Mapping[str, list[FunctionFacts]]
    nodes: Nodes
    aliases: AliasGraph
    deeds: dict[str, tuple[Deed, ...]] = field(default_factory=dict)
    receivers: dict[str, str] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    composed: set[tuple[str, str, int]] = field(default_factory=set)
    capped: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name, bodies in self.methods.items():
            self.receivers[name] = next(body.receiver_type for body in bodies if not body.parent)

    def sum_up(self, name: str) -> tuple[Deed, ...]:
        """The deeds of a method, callees first; what is in the making counts as far as it is known."""
        if name in self.settled:
            return self.deeds.get(name, ())
        self.settled.add(name)
        wrapper = self.wrappers[self.receivers[name]]
        found: dict[tuple[object, ...], Deed] = {}
        for body in self.methods[name]:
            for deed in (*self._own(name, wrapper, body), *self._passed_on(name, body)):
                found.setdefault(
                    (deed.effect, deed.param, deed.whole, deed.driven, deed.function.name, deed.op.pos), deed
                )
        ordered = sorted(found.values(), key=lambda d: (d.effect, -d.param, d.function.file, d.op.pos))
        if len(ordered) > MOST_DEEDS:
            self.capped.add(name)
        self.deeds[name] = tuple(ordered[:MOST_DEEDS])
        return self.deeds[name]

    def _own(self, name: str, wrapper: Wrapper, body: FunctionFacts) -> Iterator[Deed]:
        for op in body.ops:
            if op.effect == "update" or not self._is_inner(wrapper, op.node):
                continue
            effect = "remove" if op.effect == "reset" else op.effect
            if op.effect == "reset" and ("lazy" in op.guards or _begins_or_ends(name)):
                continue
            whole = op.effect == "reset" or op.key is None or "ranging" in op.guards
            driven = _loops(body, op.pos) or bool(body.parent and body.ending.kind in ("endless", "stoppable"))
            yield Deed(effect, op.key, _parameter(op.key, name), whole, driven, body, op)

    def _is_inner(self, wrapper: Wrapper, node: str) -> bool:
        if node in wrapper.inner:
            return True
        if self.nodes.is_place(node):
            return False
        return any(place in wrapper.inner for place in self.aliases.backward(node).places)

    def _passed_on(self, name: str, body: FunctionFacts) -> Iterator[Deed]:
        """What the methods do that a method calls on its own receiver, or on a part of it."""
        for call in body.calls:
            if call.mode != "static" or call.callee == name or call.callee not in self.methods:
                continue
            if not self._on_itself(name, call):
                continue
            self.composed.add((body.name, body.file, call.end))
            driven = call.how == "go" or _loops(body, call.pos)
            for deed in self.sum_up(call.callee):
                key, param = deed.key, deed.param
                if param >= 0:
                    argument = call.arg_keys[param] if param < len(call.arg_keys) else None
                    key = as_key(argument, deed.key)
                    param = _parameter(argument, name)
                yield replace(deed, key=key, param=param, driven=deed.driven or driven)

    def _on_itself(self, name: str, call: CallFact) -> bool:
        """Whether a call in a method is one on its own receiver, or on a part of it."""
        wrapper = self.wrappers[self.receivers[name]]
        callee = self.receivers[call.callee]
        for node in (call.receiver, call.holder):
            if node and f"{name}$recv" in self.aliases.sources(node):
                return callee in wrapper.parts
        if callee == wrapper.name or callee not in wrapper.parts:
            return False
        owner = container_of(call.receiver).rpartition(".")[0]
        return owner in wrapper.parts or not self.nodes.is_place(call.receiver)


def _is_handed_its_key(deed: Deed) -> bool:
    return deed.effect == "insert" and deed.param >= 0


def _parameter(key: KeyFact | None, function: str) -> int:
    """Which parameter of ``function`` a key is, -1 when it is none."""
    node = key.node if key is not None and key.origin == "parameter" else ""
    owner, _, number = node.rpartition("$p")
    return int(number) if owner == function and number.isdigit() else -1


def as_key(argument: KeyFact | None, key: KeyFact | None) -> KeyFact | None:
    """The key that an argument is, with the type it has where it is used."""
    if argument is None or key is None:
        return None
    return msgspec.structs.replace(argument, type=key.type, hazards=())


def _loops(body: FunctionFacts, pos: int) -> bool:
    ending = body.ending
    return ending.kind in ("endless", "stoppable") and ending.pos <= pos < ending.end


def _begins_or_ends(name: str) -> bool:
    return first_word(name) in SHUTDOWN_NAMES or first_word(name) in INITIALISER_WORDS
