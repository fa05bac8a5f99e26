"""How long objects of a named type live: what decides the lifetime of the maps in their fields.

The resolved facts do not follow structs through the program, so this is judged type by type, by the first of
these heuristics that applies:

* ``package-variable``: a package variable holds the type, or a package initialiser makes it, and nothing makes
  more of them while the program serves: process;
* ``start-up``: only code that runs a fixed number of times makes it: process (what main builds and serves with);
* ``endless-goroutine``: a goroutine without end runs one of its methods: process;
* ``part-of``: a type that lives that long holds it by value, or only the makers of such a type make it: process;
* ``per-call-name``: it is called Request, Conn, Parser, …: object;
* ``service``: a mutex and a method like Close or Serve, or a mutex and a name like Cache or Server: several
  goroutines share it and it is started once: process. For a library this stands for the unknown program;
* ``entry``: it is made again and again and a long-lived type or map holds values of it: object;
* ``made-per-call``: it is made again and again and no type holds it: object.

Otherwise the answer is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from mapleak.maps.context import Context
from mapleak.maps.knowledge import LIFECYCLE_METHODS, LONG_LIVED_WORDS, PER_CALL_WORDS, last_word
from mapleak.maps.model import Lifetime
from mapleak.maps.nodes import brief
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, TypeFacts

_MAKER_LEVELS = 3
"""How many calls up from where a type is made its holder may be made."""


@dataclass(frozen=True, slots=True)
class Living:
    """A lifetime and the reason for it, in words a user understands."""

    lifetime: Lifetime
    reason: str
    certainty: Certainty = Certainty.SURE


@dataclass(frozen=True, slots=True)
class _Index:
    makers: dict[str, list[FunctionFacts]]  # type -> functions outside tests that run and make it
    held_by: dict[str, list[str]]  # type -> types with fields that reach it
    within: dict[str, list[str]]  # type -> types that contain it by value
    variables: dict[str, str]  # type -> first package variable that holds it
    endless: dict[str, str]  # type -> method that an endless goroutine runs
    entries: dict[str, str]  # type -> first map variable or field whose values are of it


MOST_OWNERS = 60
"""How long a chain of types that hold each other is followed; no real program's objects nest so deep."""


@dataclass(slots=True)
class Owners:
    """Lifetimes of types. Remembers its answers, nothing else."""

    context: Context
    _index: _Index = field(init=False)
    _known: dict[str, Living] = field(default_factory=dict)
    _depth: int = 0

    def __post_init__(self) -> None:
        self._index = _make_index(self.context)

    def lifetime(self, name: str) -> Living:
        """How long objects of the type (or the variable of anonymous struct type) ``name`` live."""
        known = self._known.get(name)
        if known is None:
            self._known[name] = Living(Lifetime.UNKNOWN, "its types hold each other")
            if self._depth >= MOST_OWNERS:
                return self._known[name]
            self._depth += 1
            known = self._known[name] = self._decide(name)
            self._depth -= 1
        return known

    def _decide(self, name: str) -> Living:
        fact = self.context.types.get(name)
        if fact is None:
            return self._variable(name)
        return (
            self._kept(fact)
            or self._part(fact)
            or _by_name(fact)
            or _service(fact)
            or self._made(fact)
            or Living(Lifetime.UNKNOWN, f"where objects of type {brief(name)} are kept is not known")
        )

    def _variable(self, name: str) -> Living:
        """An anonymous struct type belongs to the variable that has it."""
        if self.context.nodes.function(name):
            return Living(Lifetime.UNKNOWN, f"{brief(name)} is a local variable")
        if name.rpartition(".")[0] in self.context.types:
            return self.lifetime(name.rpartition(".")[0])
        return Living(Lifetime.PROCESS, f"{brief(name)} is a package variable")

    def _kept(self, fact: TypeFacts) -> Living | None:
        makers = self._index.makers.get(fact.name, [])
        made_once = all(self.context.reach(maker.name).startup_only for maker in makers)
        variable = self._index.variables.get(fact.name)
        if variable is not None and made_once:
            return Living(Lifetime.PROCESS, f"{brief(fact.name)} is kept in {variable}")
        if makers and made_once:
            return Living(Lifetime.PROCESS, f"{brief(fact.name)} is made at start-up, by {brief(makers[0].name)}")
        method = self._index.endless.get(fact.name)
        if method is not None:
            return Living(Lifetime.PROCESS, f"a goroutine without end runs {brief(method)}")
        return None

    def _part(self, fact: TypeFacts) -> Living | None:
        for whole in self._index.within.get(fact.name, ()):
            if self.lifetime(whole).lifetime is Lifetime.PROCESS:
                return Living(Lifetime.PROCESS, f"it is part of {brief(whole)}: {self.lifetime(whole).reason}")
        makers = self._index.makers.get(fact.name, [])
        for holder in self._index.held_by.get(fact.name, ()):
            if self.lifetime(holder).lifetime is not Lifetime.PROCESS:
                continue
            if makers and all(self._made_with(maker.name, holder) for maker in makers):
                return Living(
                    Lifetime.PROCESS, f"it is made together with {brief(holder)}: {self.lifetime(holder).reason}"
                )
        return None

    def _made_with(self, maker: str, holder: str) -> bool:
        """Whether a function makes ``holder``, or is called only (a few calls up) by functions that do."""
        level = {maker}
        makers = {function.name for function in self._index.makers.get(holder, [])}
        for _ in range(_MAKER_LEVELS):
            level -= makers
            if not level:
                return True
            callers: set[str] = set()
            for name in level:
                found = {edge.caller for edge in self.context.graph.callers.get(name, ())}
                if not found:
                    return False
                callers |= found
            level = callers
        return level <= makers

    def _made(self, fact: TypeFacts) -> Living | None:
        makers = self._index.makers.get(fact.name, [])
        again = [maker for maker in makers if not self.context.reach(maker.name).startup_only]
        if not again:
            return None
        by = brief(again[0].name)
        holders = self._index.held_by.get(fact.name, ())
        for holder in holders:
            if self.lifetime(holder).lifetime is Lifetime.PROCESS:
                return Living(Lifetime.OBJECT, f"{by} makes one again and again, for {brief(holder)} to hold")
        kept = self._index.entries.get(fact.name)
        if kept is not None:
            return Living(Lifetime.OBJECT, f"{by} makes one again and again, for {brief(kept)} to hold")
        if not holders:
            return Living(Lifetime.OBJECT, f"{by} makes one again and again, and no type keeps it")
        return None


def _by_name(fact: TypeFacts) -> Living | None:
    word = last_word(fact.name)
    if word in PER_CALL_WORDS:
        return Living(
            Lifetime.OBJECT, f"{brief(fact.name)} is named like something that belongs to one call or connection"
        )
    return None


def _service(fact: TypeFacts) -> Living | None:
    if not fact.has_mutex:
        return None
    found = sorted({method.name for method in fact.methods} & LIFECYCLE_METHODS)
    if found:
        return Living(Lifetime.PROCESS, f"{brief(fact.name)} has a mutex and {found[0]}, as long-lived services have")
    word = last_word(fact.name)
    if word in LONG_LIVED_WORDS:
        return Living(Lifetime.PROCESS, f"{brief(fact.name)} has a mutex and is named like something long-lived")
    return None


def _make_index(context: Context) -> _Index:
    makers: dict[str, list[FunctionFacts]] = defaultdict(list)
    endless: dict[str, str] = {}
    variables: dict[str, str] = {}
    for function in context.resolved.functions:
        if not context.is_test(function.file) and context.reach(function.name).reachable:
            for made in function.made:
                makers[made].append(function)
                if not function.parent and function.name == f"{function.package}.init":
                    variables.setdefault(made, f"a package variable of {brief(function.package)}")
        for go in function.gos:
            _note_endless(context, function, go.call, endless)
    entries = _entries(context)
    for variable, held in context.resolved.holders:
        if variable in context.variables:
            entries.setdefault(held, variable)
        else:
            variables[held] = f"package variable {brief(variable)}"
    held_by: dict[str, list[str]] = defaultdict(list)
    within: dict[str, list[str]] = defaultdict(list)
    for fact in context.resolved.types:
        for part in fact.field_types:
            held_by[part].append(fact.name)
        for part in fact.embeds:
            within[part].append(fact.name)
    return _Index(makers, held_by, within, variables, endless, entries)


def _entries(context: Context) -> dict[str, str]:
    """For each type the first map whose values are of it, as far as the text of the value's type says."""
    found: dict[str, str] = {}
    for variable in context.resolved.variables:
        value = variable.value.lstrip("*[]")
        if value.isidentifier():
            found.setdefault(f"{variable.package}.{value}", variable.node)
    return found


def _note_endless(context: Context, function: FunctionFacts, call: int, endless: dict[str, str]) -> None:
    """Notes the receivers of methods that a go statement runs and that never end."""
    fact = function.calls[call]
    if fact.mode != "static" or context.is_test(function.file):
        return
    for body in context.graph.functions.get(fact.callee, ()):
        if body.receiver_type and body.ending.kind == "endless":
            endless.setdefault(body.receiver_type, body.name)
