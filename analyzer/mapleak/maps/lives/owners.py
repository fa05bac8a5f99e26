"""How long objects of a named type live: what decides the lifetime of the maps in their fields.

Where an object is stored decides. Types stand for their objects: the resolved facts do not follow structs through
the program, but they say which functions make a type, which types and package variables hold it, in which maps its
objects are entries and on which objects goroutines run. The first of these that applies decides:

* ``package-variable``: a package variable holds the type, or a package initialiser makes it, and nothing makes
  more of them while the program serves: process, sure;
* ``start-up``: only code that runs a fixed number of times makes it (what main builds and serves with): process,
  sure; only code that this tree calls at start-up alone, though importers might do otherwise: process, likely;
* ``endless-goroutine``: a goroutine without end runs one of its methods: process, sure;
* ``part-of``: a type that lives that long holds it by value, or only the makers of such a type make it: process, as
  sure as its holder;
* ``entry``: its objects are entries of a map: each lives as long as its entry: object, likely;
* ``brought``: all its objects are seen to go to what lives long, behind an interface: mapleak.maps.lives.bringing;
* ``connection``: one that goroutines share until it is closed, and that only importers make: object, assumed;
* ``per-call-name``, ``service``, ``value``: the habits of Go programs (mapleak.maps.lives.marks);
* ``made-per-call``: code that runs again and again makes it, and nothing is seen to keep it: object, assumed.

Otherwise the answer is unknown. Whether the objects see many events is another question: mapleak.maps.lives.fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from mapleak.callgraph.roots import is_importable
from mapleak.callgraph.testing import is_for_tests
from mapleak.maps.context import Context
from mapleak.maps.knowledge import first_word, last_word
from mapleak.maps.lives.bringing import Bringing, holder_of
from mapleak.maps.lives.carriers import Carriers
from mapleak.maps.lives.destinations import Finder
from mapleak.maps.lives.index import OwnerIndex, make_index
from mapleak.maps.lives.living import Living
from mapleak.maps.lives.making import Making, find_making
from mapleak.maps.lives.marks import CONNECTION_WORDS, STAND_IN_WORDS, TEST_WORDS, Marks, marks_of
from mapleak.maps.lives.standins import stands_in_for
from mapleak.maps.lives.unmade import unmade
from mapleak.maps.model import Lifetime
from mapleak.maps.nodes import brief
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, TypeFacts

_MAKER_LEVELS = 3
"""How many calls up from where a type is made its holder may be made."""

_LASTING = frozenset({Lifetime.PROCESS, Lifetime.GOROUTINE})


MOST_OWNERS = 60
"""How long a chain of types that hold each other is followed; no real program's objects nest so deep."""


@dataclass(slots=True)
class Owners:
    """Lifetimes of types. Remembers its answers, nothing else."""

    context: Context
    making: Making = field(init=False)
    carriers: Carriers = field(init=False)
    _bringing: Bringing = field(init=False)
    _index: OwnerIndex = field(init=False)
    _known: dict[str, Living] = field(default_factory=dict)
    _depth: int = 0

    def __post_init__(self) -> None:
        self.making = find_making(self.context, self.context.types)
        self._index = make_index(self.context)
        self.carriers = Carriers(self.context, self._index.held_by)
        finder = Finder(self.context, self.making, self.carriers)
        self._bringing = Bringing(finder, self.lifetime, self._is_passing)

    def lifetime(self, name: str) -> Living:
        """How long objects of the type (or the variable of anonymous struct type) ``name`` live."""
        known = self._known.get(name)
        if known is None:
            self._known[name] = _unknown("its types hold each other")
            if self._depth >= MOST_OWNERS:
                return self._known[name]
            self._depth += 1
            known = self._known[name] = self._decide(name)
            self._depth -= 1
        return known

    @property
    def held_by(self) -> Mapping[str, list[str]]:
        """The types whose fields reach a type."""
        return self._index.held_by

    def holders(self, name: str) -> list[str]:
        """The types whose fields reach a type."""
        return self._index.held_by.get(name, [])

    def marks(self, fact: TypeFacts) -> Marks:
        """What the declaration of a type says."""
        return marks_of(self.context, fact, self._index.marks)

    def made_again(self, name: str) -> FunctionFacts | None:
        """The first function that makes a type again and again without importers that are not seen."""
        for maker in self.making.makers.get(name, ()):
            if not self._once_here(maker) and not self.context.assumed(maker, maker.pos):
                return maker
        return None

    def _decide(self, name: str) -> Living:
        fact = self.context.types.get(name)
        if fact is None:
            return self._variable(name)
        return (
            self._for_tests(fact)
            or self._stand_in(fact)
            or unmade(self.context, self.making.makers.get(fact.name, ()), fact)
            or self._kept(fact)
            or self._lazily_made(fact)
            or self._part_or_marked(fact)
            or self._entry(fact)
            or self._brought(fact)
            or self._marked(fact)
            or self._made(fact)
            or _unknown(f"where objects of type {brief(name)} are kept is not known")
        )

    def _is_passing(self, name: str) -> bool:
        """Whether a type belongs to tests or to one request, whatever has its objects."""
        marks = self.marks(self.context.types[name])
        return marks.testing or bool(marks.carried)

    def _for_tests(self, fact: TypeFacts) -> Living | None:
        if is_for_tests(fact.package):
            return _of_nobody(f"{brief(fact.name)} belongs to tests, by the name of its package")
        if first_word(fact.name) in TEST_WORDS or last_word(fact.name) in STAND_IN_WORDS:
            return _of_nobody(f"{brief(fact.name)} belongs to tests, by its name")
        return None

    def stand_in(self, name: str) -> str:
        """The type that keeps elsewhere what this one keeps in memory, "" when there is none."""
        return stands_in_for(self.context, self.carriers, self.context.types[name])

    def _stand_in(self, fact: TypeFacts) -> Living | None:
        real = self.stand_in(fact.name)
        if not real:
            return None
        reason = f"{brief(fact.name)} keeps in memory what {brief(real)} keeps elsewhere: its entries are its data"
        return Living(Lifetime.UNKNOWN, reason, Certainty.UNKNOWN)

    def _variable(self, name: str) -> Living:
        """An anonymous struct type belongs to the variable, or the field of a type or variable, that has it."""
        holder = name
        while "." in holder.rpartition("/")[2]:
            if self.context.nodes.function(holder):
                return _unknown(f"{brief(holder)} is local to a function")
            if holder in self.context.types:
                return self.lifetime(holder)
            holder = holder.rpartition(".")[0]
        return Living(Lifetime.PROCESS, f"{brief(name)} is a package variable")

    def _once_here(self, maker: FunctionFacts) -> bool:
        """Whether a function runs at start-up alone, in this tree at least.

        What calls it and is not seen to run may be called by reflection, as methods of RPC services are.
        """
        if self.context.reach(maker.name).startup_only:
            return True
        if not self.context.resolved.main_packages or not self.context.startup_here(maker, maker.pos):
            return False
        return all(self.context.reach(name).reachable for name in self.context.production_callers(maker.name))

    def _kept(self, fact: TypeFacts) -> Living | None:
        makers = self.making.makers.get(fact.name, ())
        made_once = all(self.context.reach(maker.name).startup_only for maker in makers)
        variable = self._index.variables.get(fact.name)
        if variable is not None and made_once:
            return Living(Lifetime.PROCESS, f"{brief(fact.name)} is kept in {variable}")
        if makers and made_once:
            return Living(Lifetime.PROCESS, f"{brief(fact.name)} is made at start-up, by {brief(makers[0].name)}")
        method = self._index.endless.get(fact.name)
        if method is not None:
            return Living(Lifetime.PROCESS, f"a goroutine without end runs {brief(method)}")
        if makers and all(self._once_here(maker) and not maker.receiver_type for maker in makers):
            reason = f"in this tree {brief(fact.name)} is only made at start-up, by {brief(makers[0].name)}"
            return Living(Lifetime.PROCESS, reason, Certainty.LIKELY)
        return None

    def _lazily_made(self, fact: TypeFacts) -> Living | None:
        """``lazily-made``: what is only made for a field that has none yet, lives as long as what has the field."""
        lazy = self.making.lazy.get(fact.name, {})
        makers = self.making.makers.get(fact.name, ())
        for maker in makers if lazy else ():
            if maker.name not in lazy and not lazy.keys() >= {*self.context.production_callers(maker.name)}:
                return None
        for function, place in lazy.items():
            holder = holder_of(self.context, place)
            if holder == fact.name:
                continue
            own = holder in self.context.types
            living = self.lifetime(holder) if own else Living(Lifetime.PROCESS, "it is a package variable")
            if living.certainty is not Certainty.UNKNOWN:
                reason = f"{brief(function)} makes one where {brief(place)} has none: {living.reason}"
                likely = living.certainty is Certainty.SURE  # that nothing drops it again is not
                return replace(living, reason=reason, certainty=Certainty.LIKELY if likely else living.certainty)
        return None

    def _part_or_marked(self, fact: TypeFacts) -> Living | None:
        """What its holder says, unless its own marks say the same with more certainty."""
        part = self._part(fact)
        if part is None or part.certainty is not Certainty.ASSUMED:
            return part
        marked = self._marked(fact)
        return marked if marked is not None and marked.certainty is Certainty.LIKELY else part

    def _part(self, fact: TypeFacts) -> Living | None:
        alone = [maker for maker in self.making.makers.get(fact.name, ()) if fact.name in maker.made]
        for whole in self._index.within.get(fact.name, ()):
            living = self.lifetime(whole)
            if living.lifetime is Lifetime.PROCESS and all(self._comes_with(maker, whole) for maker in alone):
                return replace(living, reason=f"it is part of {brief(whole)}: {living.reason}")
        return self._together(fact, Lifetime.PROCESS) or self._together(fact, Lifetime.OBJECT)

    def _together(self, fact: TypeFacts, lifetime: Lifetime) -> Living | None:
        """What a holder says whose makers alone make the type, if it lives that long."""
        makers = self.making.makers.get(fact.name, ())
        again = self.made_again(fact.name) is not None
        for holder in self.holders(fact.name) if makers else ():
            living = self.lifetime(holder)
            if living.lifetime is not lifetime or living.certainty is Certainty.UNKNOWN:
                continue
            if again and self.made_again(holder) is None:  # more of them than of what holds one
                continue
            if all(self._made_with(maker.name, holder) for maker in makers):
                return replace(living, reason=f"it is made together with {brief(holder)}: {living.reason}")
        return None

    def _comes_with(self, maker: FunctionFacts, whole: str) -> bool:
        """Whether a function that makes a type makes what contains it, too, or runs at start-up alone."""
        return maker in self.making.makers.get(whole, ()) or self.context.reach(maker.name).startup_only

    def _made_with(self, maker: str, holder: str) -> bool:
        """Whether a function makes ``holder``, or is called only (a few calls up) by functions that do."""
        level = {maker}
        makers = {function.name for function in self.making.makers.get(holder, ())}
        for _ in range(_MAKER_LEVELS):
            level -= makers
            if not level:
                return True
            callers: set[str] = set()
            for name in level:
                edges = self.context.graph.callers.get(name, ())
                found = {edge.caller for edge in edges if not self.context.is_test(edge.file)}
                if not found:
                    return False
                callers |= found
            level = callers
        return level <= makers

    def _entry(self, fact: TypeFacts) -> Living | None:
        """What is stored in a map, or in a package variable's elements, lives as long as its entry."""
        places = self.making.kept.get(fact.name, {})
        for place in places:
            owner = holder_of(self.context, place)
            if owner == fact.name:
                continue  # a tree of them
            living = self.lifetime(owner) if owner else Living(Lifetime.PROCESS, "it is a package variable")
            if living.lifetime in _LASTING or (
                living.lifetime is Lifetime.OBJECT and living.certainty is not Certainty.UNKNOWN
            ):
                kept = f"{brief(places[place])} keeps one for each entry of {brief(place)}"
                return Living(Lifetime.OBJECT, kept, Certainty.ASSUMED, place)
        variable = self._index.entries.get(fact.name)
        if variable is not None:
            return Living(Lifetime.OBJECT, f"{brief(variable)} keeps many of them", Certainty.ASSUMED)
        return None

    def _brought(self, fact: TypeFacts) -> Living | None:
        """What others have behind an interface, unless its own marks say the same with more certainty."""
        living = self._bringing.behind(fact.name)
        marked = self._marked(fact) if living is not None and living.certainty is Certainty.ASSUMED else None
        return marked if marked is not None and marked.certainty is Certainty.LIKELY else living

    def keepers(self, name: str) -> frozenset[str]:
        """The functions that keep what they make of a type, or of what its objects are brought to."""
        own = self.making.keepers.get(name, frozenset())
        return self._bringing.keepers(name) | own if self._is_brought(name) else own

    def brought_to(self, name: str) -> list[str]:
        """What the objects of a type that others have behind an interface are brought to, directly or by others."""
        return self._bringing.destinations(name) if self._is_brought(name) else []

    def _is_brought(self, name: str) -> bool:
        known = self._known.get(name)
        return known is not None and known is self._bringing.behind(name)

    def kept_by_nobody(self, name: str) -> bool:
        """Whether the objects of a type are only seen to be entries of maps that belong to one call themselves."""
        places = self.making.kept.get(name, {})
        holders = [holder for place in places if (holder := holder_of(self.context, place)) != name]
        return bool(holders) and all(
            holder and self.lifetime(holder).lifetime is Lifetime.OBJECT
            and self.lifetime(holder).certainty is Certainty.UNKNOWN
            for holder in holders
        )  # fmt: skip

    def _marked(self, fact: TypeFacts) -> Living | None:
        name, marks = brief(fact.name), self.marks(fact)
        connects = last_word(fact.name) in CONNECTION_WORDS and marks.shared and marks.lifecycle
        if marks.per_call and connects and self.made_again(fact.name) is None:
            reason = f"{name} is a connection that goroutines share until {marks.lifecycle}, and importers make them"
            return Living(Lifetime.OBJECT, reason, Certainty.ASSUMED)
        if marks.per_call:
            reason = f"{name} is named like something that belongs to one call or connection"
            return _of_nobody(reason)
        if marks.testing:
            return _of_nobody(f"{name} is named like a part of tests")
        if marks.carried:
            return _of_nobody(f"{brief(marks.carried)} takes it out of a context: it belongs to one request")
        again = self.made_again(fact.name)
        if again is not None:
            return self._many(fact, again, marks)
        if marks.shared and marks.lifecycle:
            reason = f"{name} has {marks.shared} and {marks.lifecycle}, as long-lived services have"
            return Living(Lifetime.PROCESS, reason, Certainty.LIKELY)
        if marks.shared and marks.long_lived:
            reason = f"{name} has {marks.shared} and is named like something long-lived"
            return Living(Lifetime.PROCESS, reason, Certainty.LIKELY)
        if marks.goroutine:
            reason = f"a goroutine that waits for events runs {brief(marks.goroutine)}"
            return Living(Lifetime.PROCESS, reason, Certainty.LIKELY)
        if marks.handler:
            return Living(Lifetime.PROCESS, f"{name} handles events, with {marks.handler}", Certainty.LIKELY)
        return None

    def _many(self, fact: TypeFacts, again: FunctionFacts, marks: Marks) -> Living | None:
        """Of one of many services, that lives until it is closed."""
        name = brief(fact.name)
        sign = f"has {marks.shared}" if marks.shared else ""
        if marks.goroutine:
            sign = f"has a goroutine that waits for events, {brief(marks.goroutine)}"
        elif marks.shared and marks.lifecycle:
            sign = f"has {marks.shared} and {marks.lifecycle}"
        elif not (marks.shared and marks.long_lived):
            return None
        reason = f"each call of {brief(again.name)} makes one, and {name} {sign}, as services have"
        if not self.may_be_kept(fact.name):
            return _of_nobody(f"{reason}; but nothing that outlives one operation is seen to keep it")
        lasting = marks.goroutine or marks.lifecycle
        return Living(Lifetime.OBJECT, reason, Certainty.ASSUMED if lasting else Certainty.UNKNOWN)

    def is_kept(self, name: str) -> bool:
        """Whether a map or a package variable has objects of a type."""
        index = self._index
        return bool(self.making.kept.get(name)) or name in index.variables or name in index.entries

    def may_be_kept(self, name: str) -> bool:
        """Whether a map or variable has objects of a type, or objects that may be kept themselves have a field for it.

        Where all that holds an object is made again and again and kept by nobody, the object belongs to the operation
        that makes it, with the goroutine that it may have.
        """
        if self.is_kept(name):
            return True
        fact = self.context.types[name]
        behind = [holder for key in self.carriers.implemented(fact) for holder in self.holders(key)]
        for holder in dict.fromkeys((*self.holders(name), *behind)):
            living = self.lifetime(holder)
            if living.lifetime is not Lifetime.OBJECT or living.certainty is not Certainty.UNKNOWN:
                return True
        return False

    def _made(self, fact: TypeFacts) -> Living | None:
        name, marks = brief(fact.name), self.marks(fact)
        again = self.made_again(fact.name)
        if again is not None:
            by = brief(again.name)
            for holder in self.holders(fact.name):
                if self.lifetime(holder).lifetime is Lifetime.PROCESS:
                    return _of_nobody(f"each call of {by} makes one, for {brief(holder)} to hold")
            return _of_nobody(f"each call of {by} makes one, and nothing is seen to keep it")
        if marks.shared:
            reason = (
                f"{name} has {marks.shared}: goroutines share it, and nothing in this tree makes it again and again"
            )
            return Living(Lifetime.PROCESS, reason, Certainty.ASSUMED)
        if marks.named:
            return Living(Lifetime.PROCESS, f"{name} is named like something long-lived", Certainty.ASSUMED)
        if fact.exported and is_importable(fact.package, frozenset(self.context.resolved.main_packages)):
            return Living(Lifetime.OBJECT, f"{name} lives as long as its user keeps it", Certainty.ASSUMED)
        return None


def _of_nobody(reason: str) -> Living:
    """Of one of many objects, with nothing to say that it sees more than one event."""
    return Living(Lifetime.OBJECT, reason, Certainty.UNKNOWN)


def _unknown(reason: str) -> Living:
    return Living(Lifetime.UNKNOWN, reason, Certainty.UNKNOWN)
