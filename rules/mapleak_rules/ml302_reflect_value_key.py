"""ML302: `reflect.Value` as a map key, which is not equal to another Value of the same value."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, Effect, KeyOrigin, MapModel, Operation
from mapleak.model import Certainty, Confidence, Finding, Level, Link
from mapleak.rule import Rule
from mapleak_rules.emptying import emptying
from mapleak_rules.hazards import BY_KEY, finding, hazardous, place
from mapleak_rules.wording import as_key, prose, short

BAD = """\
package p

import "reflect"

var counts = map[reflect.Value]int{}

func Count(value any) {
	counts[reflect.ValueOf(value)]++
}

func Forget(value any) {
	delete(counts, reflect.ValueOf(value)) // another Value: finds nothing
}
"""

GOOD = """\
package p

var counts = map[any]int{}

func Count(value any) {
	counts[value]++
}

func Forget(value any) {
	delete(counts, value)
}
"""

HAZARD = "reflect-value"


REMOVAL_MAY_MATCH = Link(
    "emptiness", Certainty.ASSUMED, "a removal by key exists, which matches if the key is the very same Value"
)


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each map with `reflect.Value` keys that nothing empties without looking a key up."""
    for subject in model.maps:
        filling = hazardous(subject, HAZARD)
        removing = emptying(subject)
        if not filling or any(_always_matches(op) for op in removing):
            continue
        links = (REMOVAL_MAY_MATCH,) if removing else ()
        yield finding(RULE, subject, filling, _message(subject, filling[0], bool(removing)), _remedy(subject), links)


def _always_matches(removal: Operation) -> bool:
    """Whether a removal needs no equal key: it drops everything, or its key comes out of the map itself."""
    if removal.effect is Effect.RESET or removal.form not in BY_KEY:
        return True
    return removal.key is not None and removal.key.origin is KeyOrigin.SAME_MAP


def _message(subject: AbstractMap, primary: Operation, removes: bool) -> str:
    lost = "and delete by key misses them" if removes else "and nothing takes them out"
    return (
        f"{short(subject.name)} has a reflect.Value{place(primary, HAZARD)} as {as_key(primary.key)}: "
        f"Values compare by identity, so entries for equal values pile up, lookups do not find them {lost}"
    )


def _remedy(subject: AbstractMap) -> str:
    name = subject.name.rpartition(".")[2]
    return f"key {name} by value.Interface() (comparable values only) or by value.Pointer() together with value.Type()"


RULE = Rule(
    id="ML302",
    name="reflect-value-key",
    summary="A map is keyed by `reflect.Value`, so entries for equal values pile up and cannot be found again.",
    rationale=prose("""
        `reflect.Value` is a struct of a type, a data pointer and flags, and `==` compares these, not the value. Two
        calls of `reflect.ValueOf` on equal strings give two Values with different data pointers: different keys. Every
        store may therefore add an entry, a lookup of an equal value finds nothing, and a `delete` with a freshly made
        Value removes nothing. Only Values that hold a pointer, map or channel, or the element of one and the same
        pointer, compare equal again; whether small integers and constants do depends on the Go version. The key also
        keeps what the Value refers to alive.
    """),
    not_reported=prose("""
        Maps that are cleared, replaced, or emptied by ranging over their own keys: these removals do not depend on
        finding an equal key. `reflect.Type` keys, which compare as one would expect and are a finite set. A local map
        that the compiler says does not escape: its entries die with the call (its lookups still miss).
    """),
    remedy=prose("""
        Key by `v.Interface()` if the dynamic values are comparable (other values make the insertion panic). To
        recognise an object met before, key by `v.UnsafePointer()` or `v.Pointer()` together with `v.Type()`, in a map
        that dies with the walk. To compare two Values, use `v.Equal(w)`.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="very-high",
    tags=("memory-leak", "map", "reflect", "correctness"),
    cwe=595,
    check=check,
)
