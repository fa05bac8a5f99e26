"""Which functions can have an object from their callers: those that such an object, or one that holds it, is passed to.

A type's *company* are the types through which its objects are reached: itself, the types whose fields reach it, those
that hold these (a few levels), and the interfaces of the tree that one of them implements. A function *carries* the
type when its receiver or a parameter is of the company. A function that does not carry it gets its objects itself: it
makes them, or it finds them where they are kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mapleak.maps.context import Context
from mapleak.maps.lives.making import mentions, parameters_of
from mapleak.resolve.model import FunctionFacts, TypeFacts

_HOLDER_LEVELS = 5
_MOST_HOLDERS = 300
"""A type with more company than this says nothing: everything carries it."""


@dataclass(slots=True)
class Carriers:
    """The company of types. Remembers its answers, nothing else."""

    context: Context
    held_by: Mapping[str, list[str]]
    _interfaces: dict[str, list[str]] = field(init=False)
    _known: dict[str, frozenset[str]] = field(default_factory=dict)
    _implementing: dict[str, list[str]] | None = None

    def __post_init__(self) -> None:
        self._interfaces = _by_method(self.context)

    def company(self, name: str) -> frozenset[str]:
        """The types through which objects of a type are reached, itself included."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = frozenset(self._find(name))
        return known

    def carries(self, function: FunctionFacts, company: frozenset[str]) -> bool:
        """Whether a function may be handed an object by its callers."""
        if function.receiver_type in company:
            return True
        parameters = parameters_of(function.signature)
        return any(name in parameters and mentions(parameters, name) for name in company)

    def rivals(self, name: str) -> Iterator[str]:
        """The other types that may be behind an interface of the tree which a type implements."""
        if self._implementing is None:
            self._implementing = defaultdict(list)
            for implementer in self.context.types.values():
                for key in self.implemented(implementer):
                    self._implementing[key].append(implementer.name)
        fact = self.context.types.get(name)
        for key in self.implemented(fact) if fact is not None else ():
            yield from (other for other in self._implementing.get(key, ()) if other != name)

    def _find(self, name: str) -> dict[str, None]:
        found = {name: None}
        level = [name]
        for _ in range(_HOLDER_LEVELS):
            following: dict[str, None] = {}
            for held in level:
                fact = self.context.types.get(held)
                if fact is not None:
                    following.update(dict.fromkeys(self.implemented(fact)))
                following.update(dict.fromkeys(self.held_by.get(held, ())))
            level = [holder for holder in following if holder not in found]
            found.update(dict.fromkeys(level))
            if len(found) > _MOST_HOLDERS:
                break
        return found

    def implemented(self, fact: TypeFacts) -> list[str]:
        """The interfaces with two methods or more, all of which the type has."""
        methods = {(method.name, method.signature) for method in fact.methods}
        found: dict[str, None] = {}
        for name, _ in sorted(methods):
            for key in self._interfaces.get(name, ()):
                if key not in found and set(self.context.resolved.interfaces[key].methods) <= methods:
                    found[key] = None
        return list(found)


def _by_method(context: Context) -> dict[str, list[str]]:
    """Interfaces of the tree by their first method."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, fact in context.resolved.interfaces.items():
        if len(fact.methods) > 1 and key in context.types:
            found[fact.methods[0][0]].append(key)
    return found
