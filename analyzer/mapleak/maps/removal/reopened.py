"""Maps that an object gets when it is opened and loses when it is closed, and that of one that is opened many times.

Heuristic ``reopened``: a method that begins the work of one of many objects (Open, Start) gives it a new map, and one
that ends it (Close, Stop) takes the map away. Such a map lives as long as one opening, which is an operation's length
as often as a service's. The one object of a program is opened once, so this says nothing of its maps.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from mapleak.maps.model import AbstractMap, Lifetime
from mapleak.maps.nodes import brief
from mapleak.maps.removal.emptying import FIRST_MAP, NONE_YET, SHUT_DOWN, begins_work
from mapleak.model import Certainty

_GIVEN = frozenset({FIRST_MAP, NONE_YET})
_SURER = (Certainty.SURE, Certainty.LIKELY)


def with_reopened(maps: Mapping[str, AbstractMap]) -> dict[str, AbstractMap]:
    """The maps by name, with what is known of the openings of their owners."""
    return {name: _seen_from_openings(subject) for name, subject in maps.items()}


def _seen_from_openings(subject: AbstractMap) -> AbstractMap:
    if subject.lifetime is not Lifetime.OBJECT or subject.lifetime_certainty not in _SURER:
        return subject
    ended = any(op.no_effect == SHUT_DOWN for op in subject.resets)
    opened = next((op for op in subject.resets if op.no_effect in _GIVEN and begins_work(op.function)), None)
    if not ended or opened is None:
        return subject
    reason = f"{subject.lifetime_reason}; but {brief(opened.function)} gives it a new map each time"
    return replace(subject, lifetime_certainty=Certainty.ASSUMED, lifetime_reason=reason)
