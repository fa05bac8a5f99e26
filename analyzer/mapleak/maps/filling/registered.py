"""Keys that are read from objects which another map of the program keeps for good: there are no more of them than that.

Heuristic ``kept-elsewhere``: the key is a field of objects that are entries of another map, which lives as long as the
process and of which nothing is removed. Where that map does not grow, as a registry of what was set up does not, this
one does not; and where it does, this one is not why the objects stay.
"""

from __future__ import annotations

from msgspec.structs import replace

from mapleak.maps.census import Subject
from mapleak.maps.context import Context
from mapleak.maps.filling.judgement import Judgement, unsure
from mapleak.maps.lives.owners import Owners
from mapleak.maps.model import Growth, Lifetime
from mapleak.maps.nodes import brief, container_of, short_name
from mapleak.model import Certainty

_FIRM = (Certainty.SURE, Certainty.LIKELY)


def of_registered(context: Context, owners: Owners, subject: Subject, judgement: Judgement) -> Judgement:
    """The judgement of an insertion, a step less certain where its keys are those of another map's entries."""
    if judgement.growth is not Growth.UNBOUNDED or judgement.certainty is Certainty.SURE or not judgement.holder:
        return judgement
    word = short_name(judgement.holder)
    for place in owners.making.kept.get(judgement.holder, {}):
        if container_of(place) != container_of(subject.node) and _stays(context, owners, place, word):
            reason = f"{judgement.reason}; {brief(place)} keeps all that have one"
            return replace(unsure(judgement), reason=reason, named=True)
    return judgement


def _stays(context: Context, owners: Owners, place: str, word: str) -> bool:
    """Whether a map of pointers to objects of the type ``word`` lasts as long as the process and keeps them: what is
    no pointer is a copy of what others have."""
    variable = context.variables.get(container_of(place))
    if variable is None or not variable.value.startswith("*") or short_name(variable.value.lstrip("*")) != word:
        return False
    living = owners.lifetime(variable.owner) if variable.kind == "field" else None
    if living is not None and (living.lifetime is not Lifetime.PROCESS or living.certainty not in _FIRM):
        return False
    return not any(
        op.effect == "remove" and not context.is_test(function.file)
        for function, op in context.operations.get(place, ())
    )
