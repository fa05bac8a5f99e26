"""What an operation does to its map, with what surrounds it taken into account."""

from __future__ import annotations

from mapleak.maps.census import Site
from mapleak.maps.model import Effect, KeyOrigin

PRESENCE_GUARD = "present"
_EFFECTS = {effect.value: effect for effect in Effect}
_SAME_MAP = KeyOrigin.SAME_MAP.value


def effect_of(site: Site) -> Effect:
    """An insertion that only happens when the key is there, or of a key the map is ranged over, is an update."""
    op = site.op
    effect = _EFFECTS[op.effect]  # asked several times of each: the enumeration itself takes ten times as long to ask
    if effect is Effect.INSERT and (PRESENCE_GUARD in op.guards or (op.key is not None and op.key.origin == _SAME_MAP)):
        return Effect.UPDATE
    return effect
