"""Maps that a method gives its object on the way to the work that fills them: the object's first, not a new one.

Heuristic ``before-own-work``: a method of the owner makes the map, and starts a goroutine that goes on in a loop, or
has a literal repeated (mapleak.maps.lives.repeaters), after that. All that fills the map runs there. A second call
would begin a second such work beside the first, so there is none for the same object, whatever the method is called.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from mapleak.maps.census import Site, Subject
from mapleak.maps.context import Context, endless_loops, inside_endless_loop
from mapleak.maps.lives.goroutine_loops import bodies, never_back
from mapleak.maps.lives.repeaters import is_repeated

_LEVELS = 4
"""How many calls down from where the work begins the insertions are looked for."""


def before_own_work(context: Context, subject: Subject, site: Site, owner: str) -> bool:
    """Whether a reset of an object's map stands before the start of what alone fills it, in a method of the object."""
    function = site.function
    if not owner or function.receiver_type != owner or function.parent or inside_endless_loop(function, site.op.pos):
        return False
    filling = {
        insertion.function.name
        for insertion in subject.sites
        if insertion.op.effect == "insert" and not context.is_test(insertion.function.file)
    }
    return bool(filling) and filling <= _reached(context, set(_begun(context, site)))


def _begun(context: Context, site: Site) -> Iterator[str]:
    """The functions that a method starts to work for long, after a place in it."""
    function = site.function
    for go in function.gos:
        if go.pos > site.op.pos and not go.waited:
            for body in bodies(context, function, go):
                if any(any(endless_loops(serving)) for serving in never_back(context, body)):
                    yield body.name
    for number in count(1):
        literals = context.graph.functions.get(f"{function.name}${number}", ())
        if not literals:
            return
        if literals[0].pos > site.op.pos and is_repeated(context, literals[0].name, frozenset()):
            yield literals[0].name


def _reached(context: Context, begun: set[str]) -> set[str]:
    seen, level = set(begun), begun
    for _ in range(_LEVELS):
        level = {edge.callee for name in level for edge in context.graph.callees.get(name, ())} - seen
        seen |= level
    return seen
