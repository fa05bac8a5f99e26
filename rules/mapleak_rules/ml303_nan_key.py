"""ML303: floating-point keys that may be NaN, whose entries cannot be found or deleted."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, Effect, Lifetime, MapModel, Operation
from mapleak.model import Certainty, Confidence, Finding, Level, Link, Step
from mapleak.rule import Rule
from mapleak_rules.argument import PLACES_SHOWN, argued, insertions
from mapleak_rules.confidence import emptiness, lifetime, reach, repetition
from mapleak_rules.emptying import emptying
from mapleak_rules.wording import as_key, key_text, prose, short, through

BAD = """\
package p

import "strconv"

var readings = map[float64]int{}

func Count(text string) error {
	reading, err := strconv.ParseFloat(text, 64)
	if err == nil {
		readings[reading]++ // "NaN" is a number to ParseFloat: each one is a new entry
	}
	return err
}

func Forget(reading float64) { delete(readings, reading) }
"""

GOOD = """\
package p

import (
	"errors"
	"math"
	"strconv"
)

var readings = map[float64]int{}

func Count(text string) error {
	reading, err := strconv.ParseFloat(text, 64)
	if err == nil && math.IsNaN(reading) {
		err = errors.New("not a number")
	}
	if err == nil {
		readings[reading]++
	}
	return err
}

func Forget(reading float64) { delete(readings, reading) }
"""

_BY_KEY = frozenset(
    {"delete", "maps.DeleteFunc", "sync.Map.Delete", "sync.Map.LoadAndDelete", "sync.Map.CompareAndDelete"}
)
"""Removals that look each key up, one of the map's own included."""


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each map that lives on with keys that may be NaN, and that nothing clears or replaces."""
    for subject in model.maps:
        filling = _filling(subject)
        removing = emptying(subject)
        if filling and not subject.told_by and all(_misses(removal) for removal in removing):
            yield _finding(subject, filling, removing)


def _filling(subject: AbstractMap) -> tuple[Operation, ...]:
    """The insertions of keys that may be NaN in the running program, those whose reason is known first."""
    if subject.lifetime is Lifetime.CALL:
        return ()
    found = (
        op
        for op in subject.inserts
        if op.nan is not None and not op.startup_only and not op.size_guarded and (subject.in_test or not op.in_test)
    )
    return tuple(sorted(found, key=lambda op: (not op.reachable, op.nan is None or not op.nan.reason, op.location)))


def _misses(removal: Operation) -> bool:
    return removal.effect is Effect.REMOVE and removal.form in _BY_KEY


def _finding(subject: AbstractMap, filling: tuple[Operation, ...], removing: tuple[Operation, ...]) -> Finding:
    primary = filling[0]
    links = (_nan(primary), lifetime(subject), *emptiness(subject), reach(filling), repetition(filling))
    idle = tuple(
        Step(op.location, f"{op.form} in {short(op.function)} looks the key up, and a NaN is never found")
        for op in removing[:PLACES_SHOWN]
    )
    return argued(
        RULE,
        subject,
        primary,
        (_first(primary), *insertions(primary, filling)[1:], *idle),
        links,
        message=_message(subject, primary),
        remedy="test the key with math.IsNaN before it is inserted, or key by an integer or by rounded text",
    )


def _first(primary: Operation) -> Step:
    """The insertion that makes the case, and why its key may be NaN."""
    why = (
        primary.nan.reason if primary.nan is not None and primary.nan.reason else "whether it is ever NaN is not known"
    )
    return Step(primary.location, f"{short(primary.function)} inserts {key_text(primary.key)}{through(primary)}: {why}")


def _nan(primary: Operation) -> Link:
    """How sure it is that the key is a NaN at times."""
    reason = primary.nan.reason if primary.nan is not None else ""
    if reason:
        return Link("growth", Certainty.LIKELY, f"the key may be NaN: {reason}")
    return Link("growth", Certainty.UNKNOWN, "it is not known whether the key is ever NaN")


def _message(subject: AbstractMap, primary: Operation) -> str:
    nan = primary.nan
    place = f" ({nan.path})" if nan is not None and nan.path else ""
    why = f" ({nan.reason})" if nan is not None and nan.reason else ""
    return (
        f"{as_key(primary.key)}{place} of {short(subject.name)} may be NaN{why}: NaN is not equal to itself, so each "
        "such insertion adds an entry that no lookup finds and no delete removes"
    )


RULE = Rule(
    id="ML303",
    name="nan-key",
    summary="A map that lives long has floating-point keys that may be NaN: their entries pile up.",
    rationale=prose("""
        NaN is not equal to itself. An insertion under NaN therefore always adds an entry, a lookup never finds one, and
        `delete` removes none, not even with the keys that a `range` over the map gives: 1000 times `m[NaN]++` makes
        1000 entries of value 1. `maps.DeleteFunc` and the `Delete` of `sync.Map` do not remove them either; only
        `clear`, `sync.Map.Clear`, or a new map in place of the old one does. The same holds for complex numbers, and
        for structs, arrays and interface values that hold a NaN.

        Where a NaN comes from on ordinary input: a quotient of two zeros (the mean of nothing), text that is read as a
        number ("NaN" is one to `strconv.ParseFloat` and `fmt.Sscan`), bits taken as a number (`math.Float64frombits`,
        `binary.Read`, gob), and functions of package `math` outside their domain (`math.Sqrt(-1)`, `math.Log(-1)`).
        JSON has no NaN.
    """),
    not_reported=prose("""
        Constants, converted integers and what `+`, `-` and `*` make of them; numbers that stand behind a test that NaN
        does not pass: `math.IsNaN` or `x != x` that leaves, a comparison like `x >= 0` that was true (`if x < 0 {
        return }` lets NaN through), or a function of the program whose answer says so (`if !valid(x) { return }`,
        `if err := check(x); err != nil { return err }`). Quotients whose divisor the same function compares with
        something, or that is an integer plus a constant; functions of `math` where the argument is never negative
        (`math.Sqrt(x*x + 1)`). Maps that die with the call, and maps that are cleared or replaced. What the same
        function decodes from JSON. A parameter, a field or another value of which it is not known whether it is
        computed in one of these ways has low confidence. Overflows to infinity, and what infinities make (`Inf - Inf`),
        are left out of account; so are tests of a captured variable in the function around a closure.
    """),
    remedy=prose("""
        Test with `math.IsNaN` before inserting. Better, do not key by floating-point numbers at all: what is counted
        or looked up again is nearly always an integer (cents, nanoseconds, the index of a bucket) or a rounded text.
        Entries that are there already go with `clear(m)`.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="high",
    tags=("memory-leak", "map", "correctness"),
    cwe=1077,
    check=check,
)
