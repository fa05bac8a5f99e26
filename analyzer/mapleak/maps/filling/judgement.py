"""What is found about the growth of a map: a verdict in one word, why, and how sure that is."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from mapleak.maps.model import Growth
from mapleak.model import Certainty

_RANK = {Growth.NONE: 0, Growth.START_UP: 1, Growth.BOUNDED: 2, Growth.UNKNOWN: 3, Growth.UNBOUNDED: 4}


class Judgement(msgspec.Struct, frozen=True):
    """How many keys an origin gives in the life of the process, and why we think so."""

    growth: Growth
    reason: str
    certainty: Certainty = Certainty.SURE
    signed: bool = False  # what the key is called has been taken into account
    named: bool = False  # names of keys and types are all that says that it grows
    typed: bool = False  # those names are of types: the program has one for such individuals
    generic: bool = False  # it was only called an id or an address, not of what
    few: bool = False  # what the key is called stands for few things
    fresh: bool = False  # it is an object that is allocated anew
    holder: str = ""  # the type of whose objects the key is a field


def worst(judgements: list[Judgement]) -> Judgement:
    """The judgement that lets a map grow most, the surest of those; the first of several."""
    return max(judgements, key=lambda j: (_RANK[j.growth], -LADDER.index(j.certainty)))


LADDER = (Certainty.SURE, Certainty.LIKELY, Certainty.ASSUMED, Certainty.UNKNOWN)
"""Certainties, the surest first."""


def unsure(judgement: Judgement, steps: int = 1) -> Judgement:
    """The same judgement, so many steps less certain."""
    rung = min(len(LADDER) - 1, LADDER.index(judgement.certainty) + steps)
    return replace(judgement, certainty=LADDER[rung])


def of_several(judgements: list[Judgement]) -> Judgement:
    """What several sources make of a key together: it is certain only when it is of each of them."""
    whole = worst(judgements)
    if whole.certainty is Certainty.SURE and any(j.growth is not whole.growth for j in judgements):
        return replace(whole, certainty=Certainty.LIKELY)
    return whole


def not_known(reason: str) -> Judgement:
    """That nothing is known of how many keys there are."""
    return Judgement(Growth.UNKNOWN, reason, Certainty.UNKNOWN)
