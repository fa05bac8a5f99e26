"""Where an entry looks removed and its key stays: tombstones, and removals from what is stored under the key.

* ``tombstone``: nil is stored where other insertions store a value, or a function with a removing name stores a literal
  without elements, or counts down to what would be nothing. The key is still there, with all that it refers to. Zero,
  false and the empty string may just as well be what an entry begins with: they are tombstones where a function with
  such a name stores them, or where the key is known to have an entry, or got one in the same function before.
* ``inner-level``: a key is deleted from the map stored under the key. What is left when the last one is gone is an
  empty map, under a key of its own.

Both are no removals; they tell why a map that looks tended grows all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mapleak.maps.census import Census, Site, Subject
from mapleak.maps.context import Context
from mapleak.maps.knowledge import first_word
from mapleak.maps.model import Element, Miss, Missed
from mapleak.maps.nodes import ELEMENT, brief
from mapleak.model import Certainty

_REMOVING_WORDS = """
    remove delete del unregister deregister unsubscribe untrack forget drop discard evict expire release clear clean
    cleanup prune purge close stop disconnect pop
"""
REMOVING_WORDS = frozenset(_REMOVING_WORDS.split())
"""First words of functions that take something away."""

_Place = tuple[str, str, str]
"""A function, its file, and a key as it is written there."""

_NOTHING = frozenset({Element.NIL.value, Element.ZERO.value})

_STORED = {
    Element.NIL: "stores nil under the key",
    Element.ZERO: "stores a zero value under the key",
    Element.EMPTY: "stores an empty value under the key",
    Element.DOWN: "counts down the value",
}


def kept_keys(context: Context, census: Census, subject: Subject) -> tuple[Missed, ...]:
    """What looks like a removal of a map's keys and leaves them where they are, in source order."""
    stores = [site for site in subject.sites if site.op.effect in ("insert", "update")]
    filled = any(site.op.element not in _NOTHING for site in stores)
    given = _first_given(context, stores)
    tombstones = [_tombstone(context, site) for site in stores if _is_tombstone(context, site, filled, given)]
    inner = census.subjects.get(subject.node + ELEMENT)
    removals = [site for site in inner.sites if _takes_one_out(context, site)] if inner is not None else []
    return (*tombstones, *(_inner(context, site) for site in removals))


def _is_tombstone(context: Context, site: Site, filled: bool, given: Mapping[_Place, int]) -> bool:
    element = Element(site.op.element)
    if element not in _STORED or not _runs(context, site):
        return False
    if first_word(site.function.name) in REMOVING_WORDS:
        return True
    if element is Element.ZERO:
        since = given.get(_place(context, site))
        return filled and (site.op.effect == "update" or (since is not None and since < site.op.pos))
    return filled and element is Element.NIL


def _first_given(context: Context, stores: Iterable[Site]) -> dict[_Place, int]:
    """Where each function, with the literals in it, first stores something under a key."""
    found: dict[_Place, int] = {}
    for site in stores:
        if site.op.element not in _NOTHING and site.op.key is not None:
            place = _place(context, site)
            found[place] = min(found.get(place, site.op.pos), site.op.pos)
    return found


def _place(context: Context, site: Site) -> _Place:
    key = site.op.key.text if site.op.key is not None else ""
    return context.outermost(site.function.name), site.function.file, key


def _takes_one_out(context: Context, site: Site) -> bool:
    return site.op.effect == "remove" and site.op.key is not None and _runs(context, site)


def _runs(context: Context, site: Site) -> bool:
    return context.reach(site.function.name).reachable and not context.is_test(site.function.file)


def _tombstone(context: Context, site: Site) -> Missed:
    function, op = site.function, site.op
    reason = f"{brief(function.name)} {_STORED[Element(op.element)]}, which stays in the map"
    return Missed(Miss.TOMBSTONE, context.location(function.file, op.pos, op.end), reason, Certainty.SURE)


def _inner(context: Context, site: Site) -> Missed:
    function, op = site.function, site.op
    reason = f"{brief(function.name)} deletes from what is stored under the key; the key itself stays"
    return Missed(Miss.INNER_LEVEL, context.location(function.file, op.pos, op.end), reason, Certainty.SURE)
