"""What an operation does to its map, with what surrounds it taken into account."""

from __future__ import annotations

from mapleak.maps.census import Site
from mapleak.maps.model import Effect, KeyOrigin

PRESENCE_GUARD = "present"


def effect_of(site: Site) -> Effect:
    """An insertion that only happens when the key is there, or of a key the map is ranged over, is an update."""
    op = site.op
    same_map = op.key is not None and op.key.origin == KeyOrigin.SAME_MAP.value
    if op.effect == Effect.INSERT.value and (PRESENCE_GUARD in op.guards or same_map):
        return Effect.UPDATE
    return Effect(op.effect)
