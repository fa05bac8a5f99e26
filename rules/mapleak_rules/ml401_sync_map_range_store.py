"""ML401: storing into a `sync.Map` from inside its own `Range`."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, MapModel, RangeStore
from mapleak.model import Certainty, CompilerCheck, Confidence, Finding, Level, Link, MapRef, Step
from mapleak.rule import Rule
from mapleak_rules.argument import assumptions, declared, lifetime_check, map_ref
from mapleak_rules.confidence import weigh
from mapleak_rules.wording import prose, short

BAD = """\
package p

import "sync"

var prices sync.Map

func Set(item string, price float64) { prices.Store(item, price) }

func Drop(item string) { prices.Delete(item) }

func Round() {
	prices.Range(func(item, price any) bool {
		prices.Store(item.(string)+"/rounded", int(price.(float64)))
		return true
	})
}
"""

GOOD = """\
package p

import "sync"

var prices sync.Map

func Set(item string, price float64) { prices.Store(item, price) }

func Drop(item string) { prices.Delete(item) }

func Rounded() map[string]int {
	rounded := map[string]int{}
	prices.Range(func(item, price any) bool {
		rounded[item.(string)] = int(price.(float64))
		return true
	})
	return rounded
}
"""


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each store into a `sync.Map` that its own `Range` leads to."""
    maps = {subject.name: subject for subject in model.maps}
    for store in model.range_stores:
        yield _finding(store, maps.get(store.map))


def _finding(store: RangeStore, subject: AbstractMap | None) -> Finding:
    links = _links(store)
    confidence = weigh(RULE.confidence, links)
    declaration = (declared(subject),) if subject is not None else ()
    return Finding(
        rule=RULE.id,
        level=RULE.level if _multiplies(store) else Level.NOTE,
        confidence=confidence,
        message=_message(store),
        location=store.location,
        map=map_ref(subject) if subject is not None else MapRef(store.map, "var", "sync.Map", store.range),
        package=subject.package if subject is not None else store.map.rpartition(".")[0],
        function=store.function,
        trace=(*declaration, *_path(store), *assumptions(store.range, links, confidence)),
        remedy="collect the new entries while ranging and store them afterwards, or store them in another map",
        check=lifetime_check(subject) if subject is not None else CompilerCheck("none"),
        links=links,
    )


def _links(store: RangeStore) -> tuple[Link, ...]:
    """How sure it is that the store adds a key, and that it runs."""
    key = Link("growth", Certainty.SURE, "the source shows which key is stored")
    if store.key == "visited":
        key = Link("growth", Certainty.UNKNOWN, "the visited key is stored again: nothing grows")
    elif store.key == "unknown":
        key = Link("growth", Certainty.ASSUMED, "it is not known whether the stored key is the visited one")
    reach = Link("reach", Certainty.SURE, "running code leads to the store")
    if not store.reachable:
        reach = Link("reach", Certainty.UNKNOWN, "no code that runs was found to reach this place")
    return (key, reach)


def _multiplies(store: RangeStore) -> bool:
    """Whether each pass may leave more entries than it found."""
    return store.key != "visited" and not store.deletes_visited


def _message(store: RangeStore) -> str:
    start = f"{store.method} on {short(store.map)} inside its own Range"
    if store.key == "visited":
        return f"{start} stores the visited key again: harmless, at the cost of an allocation for each visit"
    if store.deletes_visited:
        return f"{start} moves entries to other keys: the map does not grow, but moved entries may be visited again"
    keys = "new keys" if store.key == "new" else "keys that may be new"
    return f"{start} stores {keys}: each pass multiplies the map, by 2 up to Go 1.23 and by about 2.7 since Go 1.24"


def _path(store: RangeStore) -> tuple[Step, ...]:
    """From the Range over the calls in its callback to the store."""
    steps = [Step(store.range, f"Range visits the entries of {short(store.map)} here")]
    steps += [Step(call, "the callback leads through this call") for call in store.chain if call != store.store]
    return (*steps, Step(store.store, f"{store.method} writes to the map that is being visited"))


RULE = Rule(
    id="ML401",
    name="sync-map-range-store",
    summary="A `sync.Map` is stored into from inside its own `Range`: new keys multiply it.",
    rationale=prose("""
        `Range` may be combined with any other method, from the callback too; it neither panics nor blocks. But entries
        stored during a `Range` can be visited by the same `Range`. If every visit stores one new key, one pass doubles
        the map up to Go 1.23, and multiplies it by about 2.7 (the base of the natural logarithm) since Go 1.24; with
        two new keys per visit the factors are 3 and about 7.5. Each pass ends, but repeated passes grow the map
        exponentially.

        Storing the visited key again changes nothing but its value and costs one allocation per visit. Deleting the
        visited key and storing it under another name keeps the size, but moved entries may be visited, and moved, a
        second time.
    """),
    not_reported=prose("""
        `Delete`, `LoadAndDelete`, `CompareAndDelete` and `CompareAndSwap` inside `Range`: none of them adds an entry.
        Stores into another map. A constant key: that is one more entry in all. Moving an entry to another key is
        reported as a note, not as a warning; so is storing the visited key, with low confidence, which only
        `--pedantic` shows.
    """),
    remedy=prose("""
        Collect what is to be stored in a slice or a local map while ranging, and store it after `Range` has returned;
        or keep derived entries in a map of their own. To replace the value of the visited key, `CompareAndSwap` says
        what is meant.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="high",
    tags=("memory-leak", "map", "concurrency"),
    cwe=1325,
    check=check,
)
