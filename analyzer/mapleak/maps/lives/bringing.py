"""How long objects live that others have behind an interface, or that are parts of what others have so.

``brought``: where all objects of a type are seen to go to holders that live as long as the process, or that maps keep
as entries, and into such maps themselves (mapleak.maps.lives.destinations), they live as long as these. A holder that
may only be kept by its user is not enough: that is no more than the type's own habits say.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from mapleak.maps.context import Context
from mapleak.maps.lives.destinations import Finder
from mapleak.maps.lives.living import Living
from mapleak.maps.model import Lifetime
from mapleak.maps.nodes import brief, container_of
from mapleak.model import Certainty


class Bringing(msgspec.Struct):
    """What destinations say of lifetimes. Remembers its answers, nothing else."""

    finder: Finder
    lifetime: Callable[[str], Living]
    passing: Callable[[str], bool]  # whether a type belongs to one request or to tests, whatever has its objects
    _known: dict[str, Living | None] = msgspec.field(default_factory=dict)
    _behind: dict[str, Living] = msgspec.field(default_factory=dict)

    def behind(self, name: str) -> Living | None:
        """What is said of a type of which others have the objects, or what holds them, behind an interface."""
        living = self._of(name)
        if living is None:
            return None
        if name not in self._behind:
            found, own = self.finder.of(name), self.finder.carriers.held_by.get(name, ())
            if not found.places and all(held in own and held not in self._behind for held in found.holders):
                return None
            self._behind[name] = living
        return self._behind[name]

    def destinations(self, name: str) -> list[str]:
        """A type that is brought to others, and what its objects come into, directly or with others."""
        found = [name]
        for current in found:
            if self._known.get(current) is not None:
                found += [held for held in self.finder.of(current).holders if held not in found]
        return found

    def keepers(self, name: str) -> frozenset[str]:
        """The functions that keep what they make of a type, or of what its objects come into."""
        found: set[str] = set()
        for current in self.destinations(name):
            found |= self.finder.making.keepers.get(current, frozenset())
            if self._known.get(current) is not None:
                found |= self.finder.of(current).keepers
        return frozenset(found)

    def _of(self, name: str) -> Living | None:
        """What is said of a type, behind an interface or not."""
        if name not in self._known:
            self._known[name] = None  # they may hold each other
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> Living | None:
        found = self.finder.of(name)
        if not found.whole or self.passing(name):
            return None
        livings = [self._put(place, by) for place, by in found.places.items()]
        livings += [self._held(holder, by) for holder, by in found.holders.items()]
        if not livings or not all(map(_keeps, livings)):
            return None
        return next((living for living in livings if living.lifetime is Lifetime.OBJECT), livings[0])

    def _put(self, place: str, by: str) -> Living:
        holder = holder_of(self.finder.context, place)
        around = self.lifetime(holder) if holder else Living(Lifetime.PROCESS, "it is a package variable")
        if around.certainty is Certainty.UNKNOWN and holder in self.finder.context.types:
            around = self._of(holder) or around
        reason = f"{brief(by)} keeps one for each entry of {brief(place)}"
        certainty = Certainty.UNKNOWN if around.certainty is Certainty.UNKNOWN else Certainty.ASSUMED
        return Living(Lifetime.OBJECT, reason, certainty, place)

    def _held(self, holder: str, by: str) -> Living:
        living = self.lifetime(holder)
        if living.certainty is Certainty.UNKNOWN:
            living = self._of(holder) or living
        sure = living.certainty is Certainty.SURE  # that it has no other use is not
        reason = f"{brief(by)} brings one to {brief(holder)}: {living.reason}"
        return replace(living, reason=reason, certainty=Certainty.LIKELY if sure else living.certainty)


def holder_of(context: Context, place: str) -> str:
    """The type that a field belongs to, "" for a package variable."""
    node = container_of(place)
    variable = context.variables.get(node)
    if variable is not None:
        return variable.owner if variable.kind == "field" else ""
    return node.rpartition(".")[0]


def _keeps(living: Living) -> bool:
    """Whether a life is one that the program is seen to give: the process's, or an entry's of a map."""
    if living.certainty is Certainty.UNKNOWN:
        return False
    return living.lifetime is Lifetime.PROCESS or (living.lifetime is Lifetime.OBJECT and bool(living.entry))
