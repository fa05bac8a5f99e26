"""ML301: addresses as map keys: `unsafe.Pointer`, which pins its target, and `uintptr` made from a pointer."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, MapModel, Operation
from mapleak.model import Confidence, Finding, Level
from mapleak.rule import Rule
from mapleak_rules.emptying import emptying
from mapleak_rules.hazards import finding, hazardous, place
from mapleak_rules.wording import as_key, prose, short

BAD = """\
package p

import "unsafe"

var names = map[unsafe.Pointer]string{}

func Name[T any](object *T, name string) {
	names[unsafe.Pointer(object)] = name
}
"""

GOOD = """\
package p

import "unsafe"

var names = map[unsafe.Pointer]string{}

func Name[T any](object *T, name string) {
	names[unsafe.Pointer(object)] = name
}

func Forget[T any](object *T) {
	delete(names, unsafe.Pointer(object))
}
"""

PINNING = "unsafe-pointer"
NAMING = "uintptr-of-pointer"


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each map that is keyed by addresses and from which no key is ever taken out."""
    for subject in model.maps:
        if emptying(subject):
            continue
        pinning = hazardous(subject, PINNING)
        filling = pinning or hazardous(subject, NAMING)
        if filling:
            message = _pins(subject, filling[0]) if pinning else _names(subject, filling[0])
            yield finding(RULE, subject, filling, message, _remedy(subject, bool(pinning)))


def _pins(subject: AbstractMap, primary: Operation) -> str:
    return (
        f"{short(subject.name)} has an unsafe.Pointer{place(primary, PINNING)} as {as_key(primary.key)}: "
        "it keeps the object it points to alive for as long as the entry exists, and nothing takes entries out"
    )


def _names(subject: AbstractMap, primary: Operation) -> str:
    return (
        f"{short(subject.name)} has the address of an object as uintptr{place(primary, NAMING)} "
        f"for {as_key(primary.key)}: the object may be freed and its address given to another one, "
        "while the entry stays, as nothing takes entries out"
    )


def _remedy(subject: AbstractMap, pins: bool) -> str:
    name = subject.name.rpartition(".")[2]
    if pins:
        return f"delete the key from {name} when the object goes out of use, or key by an id of the object"
    return f"key {name} by the typed pointer or by an id of the object, and delete the key when it goes out of use"


RULE = Rule(
    id="ML301",
    name="unsafe-pointer-key",
    summary="A map keyed by addresses (`unsafe.Pointer`, or `uintptr` made from a pointer) is never emptied.",
    rationale=prose("""
        The garbage collector treats an `unsafe.Pointer` like any other pointer: as a map key, alone or inside a struct,
        an array or an interface, it keeps its target, and everything that reaches, alive for as long as the entry
        exists. A typed pointer does exactly the same; what is special about address keys is that they are chosen to
        *identify* objects without owning them, so nobody thinks of removing them when the object goes out of use.

        A `uintptr` is a number to the collector and keeps nothing alive. The object can be freed while the entry stays,
        and the allocator may hand the same address to a new object, which then finds the old entry: the map grows and
        its answers become wrong.
    """),
    not_reported=prose("""
        Maps from which running code removes keys, clears them or replaces the map; maps filled only at start-up. A
        finalizer or cleanup that removes the key is enough for `uintptr` keys; it never runs for an object that an
        `unsafe.Pointer` key keeps alive. A local map that the compiler says does not escape dies with its function: the
        finding is refuted. `uintptr` keys that do not come from a pointer (program counters, handles, file
        descriptors).
    """),
    remedy=prose("""
        Delete the key when the object is done with, explicitly or with `runtime.AddCleanup` (Go 1.24) on a
        `weak.Pointer` or `uintptr` key. Otherwise key by an id stored in the object, or put the data into the object
        itself.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="high",
    tags=("memory-leak", "map", "unsafe"),
    cwe=401,
    check=check,
)
