"""Maps that a decoder fills: what comes with each message, and how often the same map is filled.

* ``own-decoding``: in a method by which a type decodes itself (``UnmarshalJSON``, ``Scan``), the map belongs to the
  object that is being decoded. Whoever calls it has a new one, as a rule.
* ``again-the-same``: otherwise the keys are those that the data has. Files and states that a program reads again have
  the same keys each time, and messages of one kind as well; so that they are ever new is an assumption, but for a
  local map, which nobody makes before a loop to decode the same message twice.
"""

from __future__ import annotations

from mapleak.maps.census import Site
from mapleak.maps.context import Context
from mapleak.maps.filling.judgement import Judgement
from mapleak.maps.knowledge import first_word
from mapleak.maps.model import Growth
from mapleak.maps.nodes import container_of
from mapleak.model import Certainty

_DECODING = frozenset({"decode", "gob", "scan", "unmarshal"})
"""First words of the methods by which types decode themselves."""


def of_decoded(context: Context, site: Site) -> Judgement:
    """What a decoder's insertion makes of its map."""
    function, node = site.function, container_of(site.op.node)
    own = function.receiver_type and node.startswith(f"{function.receiver_type}.")
    if own and first_word(function.name) in _DECODING:
        return Judgement(Growth.BOUNDED, "the object that decodes itself gets its contents", Certainty.ASSUMED)
    certainty = Certainty.ASSUMED if context.nodes.is_place(node) else Certainty.SURE
    return Judgement(Growth.UNBOUNDED, "the keys are in the data that is decoded", certainty)
