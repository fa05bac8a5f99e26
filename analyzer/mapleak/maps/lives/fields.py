"""How long the map in a field lives for those who fill it: its owner's life, seen from the events that insert.

A map grows for ever only when many events meet the same owner. If every path to an insertion makes the owner on the
way, the map is filled within one call, whatever its type looks like; if an event reaches the insertion on an owner
that was there before, an owner that lives as an entry grows with every event while it lives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from mapleak.maps.census import Site, Subject
from mapleak.maps.context import Context
from mapleak.maps.knowledge import last_word
from mapleak.maps.lives.events import Event, Events, Seen
from mapleak.maps.lives.living import Living
from mapleak.maps.lives.making import mentions, parameters_of
from mapleak.maps.lives.marks import CONNECTION_WORDS, Marks
from mapleak.maps.lives.owners import Owners
from mapleak.maps.lives.repeaters import is_repeated
from mapleak.maps.model import Lifetime
from mapleak.maps.nodes import brief, container_of
from mapleak.model import Certainty

_LOOP_WORDS = frozenset({"loop", "pump", "run", "serve"})
"""Last words of methods in which an object spends its life, not only a piece of work: ``readLoop``, ``run``."""


@dataclass(slots=True)
class Fields:
    """Lifetimes of maps in fields, by their owners and the events that fill them."""

    context: Context
    owners: Owners
    events: Events = field(init=False)

    _handed: dict[str, list[tuple[str, tuple[str, str, int]]]] = field(init=False)

    def __post_init__(self) -> None:
        self.events = Events(self.context, self.owners.carriers)
        self._handed = _handed_on(self.context)

    def life(self, owner: str, subject: Subject, living: Living) -> Living:
        """``living``, the life of the owner, as the insertions into one of its maps see it."""
        context, owners = self.context, self.owners
        if owner not in context.types or living.certainty is Certainty.SURE:
            return living
        sites = list(dict.fromkeys(self._sites(subject)))
        if not sites:
            return self._filled_when_made(owner, subject, living)
        seen = self.events.follow(owners.making, owner, sites, owners.keepers(owner), self._of_map_alone(subject))
        if any(event in seen.events for event in (Event.LOOP, Event.HANDLER, Event.KEPT, Event.FOUND, Event.EXPORTED)):
            return self._outlives(owner, living, seen, [name for name, _, _ in sites])
        if seen.within and not seen.events and seen.clear:
            return self._within(owner, seen)
        return _unmet(living) if seen.clear else living

    def _sites(self, subject: Subject) -> Iterator[tuple[str, str, int]]:
        """Where something is inserted, by code that has this map's owner: a function that is only handed the map
        knows nothing of it, so the calls that hand it on count in its place."""
        own = container_of(subject.node)
        for site in subject.sites:
            if site.op.effect != "insert" or site.initial or self.context.is_test(site.function.file):
                continue
            if self._of_new_object(site):
                continue
            node = container_of(site.op.node)
            if node == own:
                yield site.function.name, site.function.file, site.op.pos
            elif not self.context.nodes.is_place(node):
                function = site.function
                takes = any(container_of(flow.source) == own for flow in function.flows)
                handed = self._handed.get(own, ())
                direct = [call for callee, call in handed if callee == function.name]
                if takes or not handed:
                    yield function.name, function.file, site.op.pos
                else:
                    yield from direct or [call for _, call in handed]

    def _of_new_object(self, site: Site) -> bool:
        """``filled-when-made``: a function fills the map of what it has just made: that of the next one is another,
        whether it keeps them or not. What it does in a loop for all events, it does to the same one."""
        return site.op.of == "new" and not self.events.serves(site.function.name, site.function.file, site.op.pos)

    def _filled_when_made(self, owner: str, subject: Subject, living: Living) -> Living:
        for site in subject.sites:
            if self._of_new_object(site) and not self.context.reach(site.function.name).startup_only:
                reason = f"{brief(site.function.name)} fills the map of each {brief(owner)} when it has made it"
                return Living(Lifetime.CALL, reason, Certainty.LIKELY)
        return living

    def _of_map_alone(self, subject: Subject) -> Iterator[str]:
        """Functions that fill this map as a parameter of theirs."""
        for site in subject.sites:
            params = {param for variant in self.context.graph.functions[site.function.name] for param in variant.params}
            if site.op.node in params or container_of(site.op.node) in params:
                yield site.function.name

    def _within(self, owner: str, seen: Seen) -> Living:
        """Everything that fills the map makes its owner first."""
        if seen.turning and last_word(owner) in CONNECTION_WORDS:
            reason = f"{brief(seen.turning)} uses the same {brief(owner)} for all the messages of its loop"
            return Living(Lifetime.OBJECT, reason, Certainty.LIKELY)
        reason = f"{brief(seen.within)} makes a new {brief(owner)}, and all that fills it happens within that call"
        return Living(Lifetime.CALL, reason, Certainty.LIKELY)

    def _outlives(self, owner: str, living: Living, seen: Seen, filling: Iterable[str]) -> Living:
        """An event meets an owner that was made before it."""
        proof = seen.first(Event.LOOP, Event.HANDLER, Event.KEPT)
        found = "" if proof else self._found(owner, living, seen, filling)
        proof = proof or found
        if not proof or living.lifetime is Lifetime.PROCESS or self.owners.stand_in(owner):
            return living
        fact = self.context.types[owner]
        marks = self.owners.marks(fact)
        if marks.testing or marks.brief or marks.carried or self.owners.kept_by_nobody(owner):
            return _unmet(living)
        if self._ends_with_entry(owner, living, marks):
            return _unmet(living)
        if self._ends_with_operation(owner, living, seen, marks):
            reason = f"{living.reason}; {brief(proof)} works on the same one only within the operation that makes it"
            return replace(living, reason=reason)
        if living.lifetime is Lifetime.OBJECT:
            many = living.certainty is Certainty.UNKNOWN
            first = f"there may be more than one {brief(owner)}" if many else living.reason
            reason = f"{first}; {brief(proof)} works on the same one again and again"
            lasts = not many or self._lasts(owner, proof, marks, found=bool(found))
            certainty = Certainty.LIKELY if lasts else Certainty.ASSUMED
            return replace(living, reason=reason, certainty=certainty)
        reason = f"{brief(owner)} is there before the events that {brief(proof)} serves"
        if self.owners.made_again(owner):
            return Living(Lifetime.OBJECT, reason, Certainty.LIKELY)
        certainty = Certainty.ASSUMED if _is_service_like(marks) or not seen.first(Event.LOOP) else Certainty.UNKNOWN
        return Living(Lifetime.PROCESS, reason, certainty)

    def _lasts(self, owner: str, proof: str, marks: Marks, *, found: bool) -> bool:
        """Whether one of many is more than what an operation works with, where events meet it again and again: a
        connection, a service, or an object that spends its life in a loop of its own."""
        if last_word(owner) in CONNECTION_WORDS:
            return True
        serves = bool(marks.goroutine or marks.lifecycle)
        return not found and (serves or self._spends_life(proof, owner))

    def _spends_life(self, loop: str, owner: str) -> bool:
        """Whether a loop is the one in which an object spends its life: its own, one that a helper runs for a method of
        its (``repeater``), or ``loop-of-service``: that of a service which holds it or is handed it there
        (``go s.loop(state{…})``)."""
        if is_repeated(self.context, loop, self.events.joined):
            return self._is_method(loop, owner)
        if last_word(loop) not in _LOOP_WORDS:
            return False
        return self._is_method(loop, owner) or any(
            self._is_service(variant.receiver_type)
            and (
                variant.receiver_type in self.owners.holders(owner) or mentions(parameters_of(variant.signature), owner)
            )
            for variant in self.context.graph.functions.get(loop, ())
        )

    def _is_service(self, name: str) -> bool:
        fact = self.context.types.get(name)
        if fact is None:
            return False
        living, marks = self.owners.lifetime(name), self.owners.marks(fact)
        return living.lifetime is Lifetime.PROCESS and bool(marks.shared or marks.lifecycle or marks.goroutine)

    def _ends_with_operation(self, owner: str, living: Living, seen: Seen, marks: Marks) -> bool:
        """Whether a loop is all that meets an owner which is made many times, nothing keeps it, and it is no service:
        the loop of a worker that goes on until the operation is done, whatever it waits for meanwhile. The program's
        own loop is no operation's."""
        loop = seen.first(Event.LOOP)
        return (
            living.lifetime is Lifetime.OBJECT
            and living.certainty is Certainty.UNKNOWN
            and not seen.first(Event.HANDLER, Event.KEPT, Event.FOUND)
            and not (marks.lifecycle or marks.goroutine or last_word(owner) in CONNECTION_WORDS)
            and not self._spends_life(loop, owner)
            and not self.context.reach(loop).startup_only
            and not self.owners.may_be_kept(owner)
        )

    def _ends_with_entry(self, owner: str, living: Living, marks: Marks) -> bool:
        """Whether an owner is an entry that the program takes out again, and plain data: its maps go with it."""
        if not living.entry or marks.shared or last_word(owner) in CONNECTION_WORDS:
            return False
        wholes = [self.context.types[name] for name in self.owners.brought_to(owner) if name in self.context.types]
        if any(whole.goroutine or whole.lifecycle for whole in (marks, *map(self.owners.marks, wholes))):
            return False
        return any(
            op.effect == "remove"
            and op.key is not None
            and not self.context.is_test(function.file)
            and self.context.reach(function.name).reachable
            and not self.context.runs_once(function, op.pos)
            for function, op in self.context.operations.get(living.entry, ())
        )

    def _found(self, owner: str, living: Living, seen: Seen, filling: Iterable[str]) -> str:
        """A function that finds the owner, where something is seen to keep it: a variable, a map, or what these hold.

        Without such a source it may as well come out of what one request carries, or through a channel, made a moment
        before; so may one of many that is plain data: no goroutines share it, and no method of its own fills its map.
        """
        if not any(map(self.owners.is_kept, self.owners.carriers.company(owner))):
            return ""
        if living.lifetime is Lifetime.OBJECT and living.certainty is Certainty.UNKNOWN:
            marks = self.owners.marks(self.context.types[owner])
            acts = any(self._is_method(function, owner) for function in filling)
            if not (acts or marks.shared or marks.goroutine or last_word(owner) in CONNECTION_WORDS):
                return ""
        return seen.first(Event.FOUND)

    def _is_method(self, function: str, owner: str) -> bool:
        """Whether what meets the owner again and again is a method of its own."""
        variants = self.context.graph.functions.get(self.context.outermost(function), ())
        return any(variant.receiver_type == owner for variant in variants)


def _is_service_like(marks: Marks) -> bool:
    """Whether anything of a type's declaration says that its objects last. Heuristic ``loop-of-an-operation``: where
    nothing does, and a loop is all that meets one, it is what that loop works with until it is done."""
    return bool(marks.shared or marks.lifecycle or marks.goroutine or marks.handler or marks.long_lived)


def _unmet(living: Living) -> Living:
    """What is an entry goes with it: its life says nothing of a map that is not seen to be filled meanwhile."""
    if not living.entry:
        return living
    reason = f"{living.reason}; but nothing is seen to fill its map again and again while it is kept"
    return replace(living, reason=reason, certainty=Certainty.UNKNOWN)


def _handed_on(context: Context) -> dict[str, list[tuple[str, tuple[str, str, int]]]]:
    """The calls outside tests that hand the map in a place, or what is stored in it, to a function of the tree."""
    found: dict[str, list[tuple[str, tuple[str, str, int]]]] = defaultdict(list)
    functions = context.graph.functions
    places: dict[str, str] = {"": ""}  # of each node the place that it is, or is stored in; "" for none
    for function in context.resolved.functions:
        if context.is_test(function.file):
            continue
        for call in function.calls:
            if (call.mode == "static" and call.callee not in functions) or not (call.receiver or any(call.args)):
                continue
            handed = set()
            for node in (call.receiver, *call.args):
                place = places.get(node)
                if place is None:
                    container = container_of(node)
                    place = places[node] = container if context.nodes.is_place(container) else ""
                if place:
                    handed.add(place)
            for place in handed:
                found[place].append((call.callee, (function.name, function.file, call.pos)))
    return found
