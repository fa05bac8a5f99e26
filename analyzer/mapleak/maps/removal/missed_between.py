"""Functions that have an entry put in, return, and would have it taken out further down.

``s.add(id); if full { return }; …; s.remove(id)``: the early return of mapleak.maps.removal.missed_ways, where the
insertion, the removal or both are in a function that is called with the key. Said when every removal of the map is
done for a function that has put the entry in before, under the same key: then no other event takes it out.

A return right after a call that puts the entry in and gives a result may mean that there is no entry; and a deferred
removal counts from where it is deferred.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.context import Context
from mapleak.maps.model import Miss, Missed
from mapleak.maps.nodes import brief
from mapleak.maps.removal.key_places import Place, pairs_of
from mapleak.maps.removal.leading import Leading
from mapleak.maps.removal.missed_ways import arms_around, on_different_ways
from mapleak.maps.removal.tables import Done, Table
from mapleak.model import Certainty


def returns_between(context: Context, table: Table) -> dict[Done, Missed]:
    """Why each of the removals that count may not be come to; nothing unless all are done by who put the entry in."""
    removals = {} if table.replaced else pairs_of(context, table, _goes_on_to)
    early = [(put, left) for pairs in removals.values() for put, taken in pairs for left in _early(put, taken)]
    leading = Leading(context, table) if early else None
    for put, left in early:
        if leading is not None and leading.known and not leading.at(put.function, left):
            line = context.location(put.function.file, left, left).line
            reason = f"{brief(put.function.name)} returns in line {line}, before it has the entry taken out"
            return {
                done: Missed(Miss.ONE_WAY_OUT, done.operation.location, reason, Certainty.LIKELY) for done in removals
            }
    return {}


def _goes_on_to(put: Place, taken: Place) -> bool:
    return put.pos < taken.pos and not on_different_ways(put.function, put.pos, taken.pos)


def _early(put: Place, taken: Place) -> Iterator[int]:
    """The returns between the two on a way through the first."""
    function = put.function
    own = [arm for arm in arms_around(function, put.pos) if not arm.pos <= taken.pos < arm.end]
    answers = _asks(put)
    for left in function.exits if not own else ():
        arms = arms_around(function, left.pos)
        if (
            left.kind != "return"
            or not put.end < left.pos < taken.pos
            or on_different_ways(function, put.pos, left.pos)
        ):
            continue
        if any(arm.statement == answers for arm in arms):
            continue
        yield left.pos


def _asks(put: Place) -> int:
    """The statement that may ask for the result of the call that puts an entry in: the first one that leaves."""
    if put.helper is None or not put.helper.returns:
        return -1
    after = [arm.statement for arm in put.function.arms if arm.leaves and arm.pos > put.pos]
    return min(after, default=-1)
