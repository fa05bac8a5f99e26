"""What a lifetime is: how long objects live, why we think so, and how sure that is."""

from __future__ import annotations

import msgspec

from mapleak.maps.model import Lifetime
from mapleak.model import Certainty


class Living(msgspec.Struct, frozen=True):
    """A lifetime and the reason for it, in words a user understands."""

    lifetime: Lifetime
    reason: str
    certainty: Certainty = Certainty.SURE
    entry: str = ""  # the map whose entries are such objects, where that is what tells
