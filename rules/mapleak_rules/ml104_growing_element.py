"""ML104: the slice or map stored under a key of a long-lived map grows, and nothing ever cuts it."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, Growth, Lifetime, MapModel, Operation
from mapleak.model import Certainty, Confidence, Finding, Level, Link, Step
from mapleak.rule import Rule
from mapleak_rules.argument import OF_ONE_CALL, PLACES_SHOWN, argued, removals
from mapleak_rules.confidence import emptiness, growth, lifetime, reach, repetition
from mapleak_rules.elements import filling_inside, holder_of, keys_are_the_story, lengthening
from mapleak_rules.emptying import FINITE_ORIGINS, emptying, growing
from mapleak_rules.wording import as_key, key_text, plural, prose, short, through

BAD = """\
package p

import (
	"net/http"
	"sync"
	"time"
)

var (
	mu     sync.Mutex
	waited = map[string][]time.Duration{"read": nil, "write": nil}
)

func Read(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	w.Write([]byte("done"))
	mu.Lock()
	defer mu.Unlock()
	waited["read"] = append(waited["read"], time.Since(start))
}
"""

GOOD = """\
package p

import (
	"net/http"
	"sync"
	"time"
)

const kept = 100

var (
	mu     sync.Mutex
	waited = map[string][]time.Duration{"read": nil, "write": nil}
)

func Read(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	w.Write([]byte("done"))
	mu.Lock()
	defer mu.Unlock()
	last := append(waited["read"], time.Since(start))
	if len(last) > kept {
		last = append(last[:0], last[len(last)-kept:]...)
	}
	waited["read"] = last
}
"""

_LASTING = frozenset({Lifetime.PROCESS, Lifetime.OBJECT, Lifetime.GOROUTINE, Lifetime.UNKNOWN})
_KINDS = frozenset({"var", "field", "element"})


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each map whose keys are no story of their own and what is stored under them grows."""
    maps = {subject.name: subject for subject in model.maps}
    for subject in model.maps:
        if subject.told_by or subject.kind not in _KINDS or subject.lifetime not in _LASTING:
            continue
        holder = holder_of(maps, subject)
        levels = list(_levels(maps, holder))
        inside = filling_inside(holder, subject) if holder is not None else ()
        stories = [level for level in levels if level.kind in OF_ONE_CALL or keys_are_the_story(level)]
        if stories and not (inside and all(_is_guessed(level) for level in stories) and _is_seen(inside[0])):
            continue
        if holder is not None and inside:
            yield _map_grows(holder, subject, inside)
            continue
        grown = lengthening(subject)
        if grown and not keys_are_the_story(subject):
            yield _list_grows(subject, grown)


def _is_guessed(level: AbstractMap) -> bool:
    """Whether that the keys of an outer map are ever new is a guess: what is seen to grow inside is told beside it."""
    grown = () if level.kind in OF_ONE_CALL or emptying(level) else growing(level.inserts)
    return bool(grown) and grown[0].growth_certainty in (Certainty.ASSUMED, Certainty.UNKNOWN)


def _is_seen(op: Operation) -> bool:
    return op.growth is Growth.UNBOUNDED and op.growth_certainty is Certainty.SURE


def _levels(maps: dict[str, AbstractMap], holder: AbstractMap | None) -> Iterator[AbstractMap]:
    """A map that holds others, the map that holds it, and so on."""
    while holder is not None:
        yield holder
        holder = holder_of(maps, holder)


def _list_grows(subject: AbstractMap, grown: tuple[Operation, ...]) -> Finding:
    primary = grown[0]
    name = subject.name.rpartition(".")[2]
    message = (
        f"what {short(subject.name)} stores under {as_key(primary.key)} only ever grows: {short(primary.function)}"
        f"{_entry(primary)} adds to it, and nothing cuts it or takes it out"
    )
    links = (*_growth(subject, primary), *_common(subject, grown))
    remedy = (
        f"keep only the newest values under {key_text(primary.key)}, or delete that key of {name} once they are used"
    )
    return _finding(subject, subject, grown, message, remedy, links)


def _map_grows(holder: AbstractMap, subject: AbstractMap, filled: tuple[Operation, ...]) -> Finding:
    primary = filled[0]
    name = holder.name.rpartition(".")[2]
    message = (
        f"the maps stored in {short(holder.name)} keep an entry for every {key_text(primary.key)} they have ever been "
        f"given: {short(primary.function)}{_entry(primary)} adds them, and nothing takes them out, nor the maps"
    )
    links = (growth(subject, filled), *_common(subject, filled))
    remedy = f"delete {key_text(primary.key)} from the inner map when it is out of use, or the outer key of {name}"
    return _finding(holder, subject, filled, message, remedy, links)


def _finding(
    named: AbstractMap,
    subject: AbstractMap,
    grown: tuple[Operation, ...],
    message: str,
    remedy: str,
    links: tuple[Link, ...],
) -> Finding:
    """The finding is about ``named``, the outer map, and what happens to ``subject``, which may be an inner one."""
    steps = (*_additions(grown), *removals(subject))
    return argued(RULE, named, grown[0], steps, links, message=message, remedy=remedy)


def _additions(grown: tuple[Operation, ...]) -> tuple[Step, ...]:
    steps = [
        Step(op.location, f"{short(op.function)} adds to what is stored under {key_text(op.key)}{through(op)}")
        for op in grown[:PLACES_SHOWN]
    ]
    if len(grown) > PLACES_SHOWN:
        steps.append(
            Step(grown[PLACES_SHOWN].location, f"and {plural(len(grown) - PLACES_SHOWN, 'more')} from here on")
        )
    return tuple(steps)


def _common(subject: AbstractMap, grown: tuple[Operation, ...]) -> tuple[Link, ...]:
    """The links that do not depend on what grows.

    Importers call `Add` and `On` to set things up, a few times, as often as they call them for each event.
    """
    links = (lifetime(subject), *emptiness(subject), reach(grown), repetition(grown))
    if not all(op.assumed for op in grown if op.reachable):
        return links
    return (*links, Link("repetition", Certainty.ASSUMED, "importers may add a few values only, to set things up"))


def _growth(subject: AbstractMap, primary: Operation) -> Iterator[Link]:
    yield Link("growth", Certainty.SURE, f"the value grows with each store ({primary.element_reason})")
    if subject.growth is Growth.UNKNOWN:
        reason = "it is not known whether the keys are few, so that the same ones come again"
        yield Link("growth", Certainty.ASSUMED, reason)
    elif primary.key is None or primary.key.origin not in FINITE_ORIGINS:
        yield Link("growth", Certainty.LIKELY, "the keys are taken to be few, so that the same ones come again")


def _entry(primary: Operation) -> str:
    return f", reached from {short(primary.entry)}," if primary.entry not in {"", primary.function} else ""


RULE = Rule(
    id="ML104",
    name="growing-element",
    summary="The slice or map stored under a key of a long-lived map grows again and again, and nothing cuts it.",
    rationale=prose("""
        `m[k] = append(m[k], v)` keeps every value that was ever appended, for as long as the key is in the map; so does
        `m[a][b] = v` for inner keys that are ever new. The number of keys may be small and fixed, which makes the map
        look harmless: it is what the keys lead to that grows. `append` also reserves more room than it needs,
        twice the old room for small slices and less for large ones, and copies everything each time that is used up.

        Taking values out of the front by `s[1:]` lets the array behind the slice go only when append next moves the
        slice to a new one; storing the shorter slice back is still what bounds it.
    """),
    not_reported=prose("""
        Elements that running code cuts, filters, replaces, sets to nil or deletes anywhere; appends behind a check of
        the element's length or after a search for the value; registries that are filled at start-up or by functions
        named like registrations; maps that die with a call, such as those that group the values of a list. Where the
        keys themselves are ever new and never deleted, that is what is reported (ML101, ML102).
    """),
    remedy=prose("""
        Decide how long a value is of use. Keep the newest N (re-slice when the length passes N and copy what is kept),
        hand the list on and store nil in its place when it is flushed, delete the key when its life ends, or store a
        count or a sum where the single values are not needed.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.MEDIUM,
    precision="medium",
    tags=("memory-leak", "map", "slice"),
    cwe=401,
    check=check,
)
