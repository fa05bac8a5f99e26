"""Types of a program of which no program makes an object: what is exported beside it, and used by tests and nobody.

Heuristic ``unmade``: the tree is that of a program (mapleak.maps.closed_world), and all that makes objects of the type
are exported functions which nothing but tests calls or names. That an interface is implemented by the type does not
mean that one is behind it. In a library they are there for importers; here nobody knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from mapleak.maps.closed_world import is_program
from mapleak.maps.context import Context
from mapleak.maps.lives.living import Living
from mapleak.maps.model import Lifetime
from mapleak.maps.nodes import brief
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, TypeFacts


def makers_by_type(context: Context) -> dict[str, list[FunctionFacts]]:
    """The functions outside tests that make objects of each type."""
    found: dict[str, list[FunctionFacts]] = defaultdict(list)
    for function in context.resolved.functions:
        for made in function.made if not context.is_test(function.file) else ():
            found[made].append(function)
    return found


def unmade(context: Context, makers: Sequence[FunctionFacts], fact: TypeFacts) -> Living | None:
    """How long objects of a type live, which ``makers`` make, where nothing but tests calls these; None elsewhere."""
    if not makers or not is_program(fact.package, context.programs):
        return None
    if not all(context.left_to_importers(maker.name) for maker in makers):
        return None
    reason = f"no program of this tree makes a {brief(fact.name)}: nothing but tests calls {brief(makers[0].name)}"
    return Living(Lifetime.UNKNOWN, reason, Certainty.UNKNOWN)
