"""Removals that make room for the same key.

``if old, ok := m[id]; ok { old.Stop(); delete(m, id) }; m[id] = new``: what is taken out is put back at once, so that
no entry is ever gone. Whoever does not come again stays. Said when all removals of the map are of this kind: the same
function stores under the same key further down, on each way on which it has removed and not failed.
"""

from __future__ import annotations

from mapleak.maps.context import Context
from mapleak.maps.model import Miss, Missed
from mapleak.maps.nodes import brief
from mapleak.maps.removal.key_places import Place, pairs_of
from mapleak.maps.removal.missed_ways import arms_around
from mapleak.maps.removal.tables import Done, Table
from mapleak.model import Certainty


def put_back(context: Context, table: Table) -> dict[Done, Missed]:
    """Why each of the removals that count takes nothing out for long; nothing unless that is so of all of them."""
    removals = {} if table.replaced or table.map.released else pairs_of(context, table, _follows)
    return {
        done: Missed(
            Miss.PUT_BACK,
            done.operation.location,
            f"{brief(pairs[0][0].function.name)} removes a key only to store under it again, so that none ever goes",
            Certainty.LIKELY,
        )
        for done, pairs in removals.items()
    }


def _follows(put: Place, taken: Place) -> bool:
    """Whether an entry is put in wherever it was taken out before, unless something fails in between."""
    function = taken.function
    if put.pos < taken.end or any(not arm.pos <= taken.pos < arm.end for arm in arms_around(function, put.pos)):
        return False
    if any(arm.leaves and arm.end <= put.pos for arm in arms_around(function, taken.pos)):
        return False
    return all(
        any(arm.failure == "error" for arm in arms_around(function, left.pos))
        for left in function.exits
        if taken.end <= left.pos < put.pos
    )
