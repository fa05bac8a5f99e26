"""Keys that are made for the insertion and so were never in the map before.

* a pointer to something allocated in the same function, also inside a struct or an interface;
* the result of a function of the tree that allocates what it returns (a constructor);
* a random or ever new id, or the time: ``FRESH_CALLS``.

Pointers are equal when they point to the same variable (Go specification, "Comparison operators"), so equal contents
do not help. Such a key is of use only to whoever was handed it. Two things tell that nobody was:

* ``missed``: the insertion is the second half of a look-up by the very key that was just made (get or create): the
  look-up cannot succeed, and the entry of the last time is not found again;
* ``unkept``: the function uses the key for nothing but the map (mapleak.resolve.kept).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from mapleak.maps.census import Census, Site
from mapleak.maps.context import Context
from mapleak.maps.model import AbstractMap, KeyOrigin
from mapleak.maps.nodes import brief
from mapleak.resolve.model import KeyFact

FRESH_CALLS = {
    "github.com/google/uuid.New": "a random id",
    "github.com/google/uuid.NewString": "a random id",
    "github.com/google/uuid.NewRandom": "a random id",
    "github.com/google/uuid.NewUUID": "a random id",
    "github.com/gofrs/uuid.NewV4": "a random id",
    "github.com/satori/go.uuid.NewV4": "a random id",
    "github.com/rs/xid.New": "an ever new id",
    "crypto/rand.Text": "a random id",
    "math/rand.Int63": "a random number",
    "math/rand.Uint64": "a random number",
    "math/rand/v2.Int64": "a random number",
    "math/rand/v2.Uint64": "a random number",
    "time.Now": "the time of the insertion",
}
"""Functions each call of which gives another value, and what it is."""

_MAP_FUNCTIONS = ("maps.", "golang.org/x/exp/maps.", "reflect.")
"""Functions of these packages may go through the keys of a map that they are handed."""


def fresh_key(context: Context, site: Site) -> str:
    """Why the key of an insertion is made for it and lost to everybody else, in words; "" when it is not."""
    key = site.op.key
    if key is None or not (made := _made(context, key)):
        return ""
    if "absent" in site.op.guards and _looked_up(key):
        return f"{made}, so the look-up by it never finds anything"
    return f"{made}, and nothing else keeps it" if key.unkept else ""


def _looked_up(key: KeyFact) -> bool:
    """Whether a key is written as a variable, so that the look-up before used the same value and not another one."""
    return key.text.isidentifier()


def _made(context: Context, key: KeyFact) -> str:
    origin = KeyOrigin(key.origin)
    if origin is KeyOrigin.FRESH:
        return "the key is allocated for this insertion"
    if origin is not KeyOrigin.CALL or not key.callee:
        return ""
    if key.callee in FRESH_CALLS:
        return f"the key is {FRESH_CALLS[key.callee]}"
    variants = context.graph.functions.get(key.callee, ())
    if variants and key.type.startswith("*") and all(variant.fresh_result for variant in variants):
        return f"the key is allocated by {brief(key.callee)} for this insertion"
    return ""


def with_walked(context: Context, census: Census, maps: Mapping[str, AbstractMap]) -> dict[str, AbstractMap]:
    """The maps, those with fresh keys marked whose keys some function goes through: another way to get at a key."""
    fresh = [node for node, found in maps.items() if any(op.fresh_key for op in found.inserts)]
    if not fresh:
        return dict(maps)
    walked = set(_walked(context))
    names = {node: (node, *census.subjects[node].aliases) for node in fresh}
    return {**maps, **{n: replace(maps[n], walked=True) for n in fresh if any(name in walked for name in names[n])}}


def _walked(context: Context) -> Iterator[str]:
    for function in context.resolved.functions:
        yield from (fact.node for fact in function.ranges)
        yield from (read.node for read in function.reads if read.form == "range")
        for call in function.calls:
            if call.callee.startswith(_MAP_FUNCTIONS):
                yield from call.args
