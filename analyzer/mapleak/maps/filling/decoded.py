"""Maps that a decoder fills: what comes with each message, and how often the same map is filled.

* ``own-decoding``: in a method by which a type decodes itself (``UnmarshalJSON``, ``Scan``), the map belongs to the
  object that is being decoded. Whoever calls it has a new one, as a rule. So it is in what only such methods call.
* ``again-the-same``: otherwise the keys are those that the data has. Files and states that a program reads again have
  the same keys each time, and messages of one kind as well; so that they are ever new is an assumption, but for a
  local map, which nobody makes before a loop to decode the same message twice.
"""

from __future__ import annotations

from mapleak.maps.census import Site, Subject
from mapleak.maps.context import Context
from mapleak.maps.filling.judgement import Judgement
from mapleak.maps.knowledge import first_word
from mapleak.maps.model import Growth
from mapleak.maps.nodes import container_of
from mapleak.model import Certainty

_DECODING = frozenset({"decode", "gob", "scan", "unmarshal"})
"""First words of the methods by which types decode themselves."""


def of_decoded(context: Context, subject: Subject, site: Site) -> Judgement:
    """What a decoder's insertion makes of the map ``subject``."""
    function, node = site.function, container_of(site.op.node)
    own = function.receiver_type and node.startswith(f"{function.receiver_type}.")
    if (own and _decodes_itself(function.name)) or (
        subject.kind == "field" and _helps_decoding(context, function.name)
    ):
        return Judgement(Growth.BOUNDED, "the object that decodes itself gets its contents", Certainty.ASSUMED)
    kept = subject.kind != "local" or context.nodes.is_place(node)
    certainty = Certainty.ASSUMED if kept else Certainty.SURE
    return Judgement(Growth.UNBOUNDED, "the keys are in the data that is decoded", certainty)


def _decodes_itself(function: str) -> bool:
    return first_word(function) in _DECODING


def _helps_decoding(context: Context, function: str) -> bool:
    """Whether a function is called by nothing but methods by which types decode themselves."""
    callers = [variant for name in context.production_callers(function) for variant in context.graph.functions[name]]
    return bool(callers) and all(variant.receiver_type and _decodes_itself(variant.name) for variant in callers)
