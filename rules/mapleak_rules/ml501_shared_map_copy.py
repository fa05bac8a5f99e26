"""ML501: a map is changed through a copy of the struct that holds it, while the original is in use."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, MapModel
from mapleak.maps.sharing import KeptMap, SharedMap
from mapleak.model import Certainty, CompilerCheck, Confidence, Finding, Level, Link, MapRef, Step
from mapleak.rule import Rule
from mapleak_rules.argument import assumptions, map_ref
from mapleak_rules.confidence import of_rule, weigh
from mapleak_rules.wording import clip, prose, short

BAD = """\
package p

import "net/http"

type Options struct {
	Name    string
	Headers map[string]string
}

var defaults = Options{Headers: map[string]string{"Accept": "*/*"}}

func For(r *http.Request) Options {
	options := defaults
	options.Name = r.Host
	options.Headers["Forwarded"] = r.RemoteAddr // in the map of defaults, for everybody
	return options
}
"""

GOOD = """\
package p

import (
	"maps"
	"net/http"
)

type Options struct {
	Name    string
	Headers map[string]string
}

var defaults = Options{Headers: map[string]string{"Accept": "*/*"}}

func For(r *http.Request) Options {
	options := defaults
	options.Name = r.Host
	options.Headers = maps.Clone(defaults.Headers)
	options.Headers["Forwarded"] = r.RemoteAddr
	return options
}
"""

_SOURCES = {
    "variable": (Certainty.SURE, "the package variable stays in use"),
    "local": (Certainty.SURE, "the original is used afterwards"),
    "field": (Certainty.LIKELY, "the original is a field of something that others have as well"),
    "pointer": (Certainty.LIKELY, "the original is behind a pointer that others have as well"),
    "element": (Certainty.LIKELY, "the original is an element of a collection that stays"),
    "range": (Certainty.LIKELY, "the original is an element of the collection that is ranged over"),
    "given": (Certainty.ASSUMED, "it is not known whether callers use the elements afterwards"),
    "receiver": (Certainty.LIKELY, "whoever calls the method has the original, and may use it afterwards"),
    "parameter": (Certainty.ASSUMED, "it is not known whether callers use the original afterwards"),
    "result": (Certainty.UNKNOWN, "it is not known whether anybody else has what the called function gave"),
}

_APART = {
    "returned": (Certainty.SURE, "the copy is returned"),
    "stored": (Certainty.SURE, "the copy is stored somewhere else"),
    "assigned": (Certainty.LIKELY, "other fields of the copy are set, which the original does not see"),
    "passed": (Certainty.ASSUMED, "the copy is only passed on, so it may be meant to share the map"),
}


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each copy and map that is changed through it."""
    maps = {subject.name: subject for subject in model.maps}
    for shared in model.shared_maps:
        subject = maps.get(shared.map)
        if not shared.in_test or (subject is not None and subject.in_test):
            yield _finding(shared, subject)
    for kept in model.kept_maps:
        if not kept.in_test:
            yield _keeping(kept, maps.get(kept.map))


def _finding(shared: SharedMap, subject: AbstractMap | None) -> Finding:
    links = _links(shared)
    confidence = weigh(Confidence.HIGH, links)
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        confidence=confidence,
        message=_message(shared),
        location=shared.location,
        map=map_ref(subject) if subject is not None else MapRef(shared.map, "field", shared.type, shared.copied),
        package=subject.package if subject is not None else shared.map.rpartition(".")[0].rpartition(".")[0],
        function=shared.function,
        trace=(
            Step(shared.copied, _copied(shared)),
            Step(shared.location, f"{_by(shared)} changes the map, which both have: {_APART[shared.apart][1]}"),
            *assumptions(shared.copied, links, confidence),
        ),
        remedy=(
            f"give {shared.copy} a map of its own before changing it: {_written(shared)} = "
            f"maps.Clone({_written(shared)}), or make a new one if it may be nil"
        ),
        check=CompilerCheck("none"),
        links=links,
    )


def _keeping(kept: KeptMap, subject: AbstractMap | None) -> Finding:
    """A copy that keeps a map alive after the original has let go of it. That nothing looks into the map has been
    looked for in the whole program, so what may have been missed are only ways out of its sight."""
    links = (
        *of_rule(RULE.confidence),
        Link("lifetime", kept.certainty, f"the copy stays in {kept.place}: {kept.lasting}"),
        Link("use", Certainty.LIKELY, "nothing is seen to look into the map of the copy"),
        *_reach(kept),
    )
    confidence = weigh(Confidence.HIGH, links)
    original = f"{kept.source.lstrip('*')}.{kept.field}"
    return Finding(
        rule=RULE.id,
        level=Level.NOTE,
        confidence=confidence,
        message=(
            f"the copy in {kept.place} keeps the map of {original} alive{_others(kept)}, "
            f"which {short(kept.function)} lets go of"
        ),
        location=kept.location,
        map=map_ref(subject) if subject is not None else MapRef(kept.map, "field", kept.type, kept.location),
        package=subject.package if subject is not None else kept.map.rpartition(".")[0].rpartition(".")[0],
        function=kept.function,
        trace=(
            Step(kept.location, f"{kept.source} is copied here, with a reference to the map"),
            Step(
                kept.reset, f"{original} gets another map here, or none; the old one stays reachable through the copy"
            ),
            *assumptions(kept.location, links, confidence),
        ),
        remedy=f"set the map field of the copy to nil, or keep only what is needed of {kept.source}",
        check=CompilerCheck("none"),
        links=links,
    )


def _others(kept: KeptMap) -> str:
    """Further maps that the same copy keeps: one statement, one finding."""
    return f" (and those of {', '.join(kept.others)})" if kept.others else ""


def _message(shared: SharedMap) -> str:
    which = f"{_written(shared)}, which is also the map of {_original(shared)}"
    return f"{_by(shared)} changes {which}: copying a struct shares its maps"


def _written(shared: SharedMap) -> str:
    """The map as it is reached from the copy: ``c.opts.by``, ``c[].by`` for one in any element."""
    return f"{shared.copy}{'' if shared.field.startswith('[') else '.'}{shared.field}"


def _by(shared: SharedMap) -> str:
    return f"{short(shared.function)}, through {short(shared.method)}," if shared.method else short(shared.function)


def _original(shared: SharedMap) -> str:
    match shared.kind:
        case "receiver":
            return "the value that the method is called on"
        case "parameter":
            return f"the value that is passed as {shared.source}"
        case "range" | "given":
            return f"the element of {clip(shared.source)}"
    return clip(shared.source)


def _copied(shared: SharedMap) -> str:
    if shared.kind in ("receiver", "parameter"):
        return f"{shared.copy} is a copy of {_original(shared)}"
    return f"{_original(shared)} is copied to {shared.copy} here"


def _links(shared: SharedMap) -> tuple[Link, ...]:
    """Whether both are in use, whether the copy is meant to be another thing, whether it has the map, and runs."""
    sharing = _sharing(shared)
    links = [*of_rule(RULE.confidence), sharing, Link("identity", *_APART[shared.apart])]
    if shared.lazy:
        certainty = Certainty.ASSUMED if sharing.certainty is Certainty.SURE else Certainty.UNKNOWN
        links.append(Link("growth", certainty, "the copy gets a map of its own where the original has none"))
    if shared.method:
        links.append(Link("effect", Certainty.LIKELY, "a method of the copy changes the map"))
    return (*links, *_reach(shared))


def _reach(found: SharedMap | KeptMap) -> Iterator[Link]:
    if not found.reachable:
        yield Link("reach", Certainty.UNKNOWN, "no code that runs was found to reach this place")
    elif found.supports:
        yield Link("reach", Certainty.UNKNOWN, "only tests, examples and tools of this repository run it")


def _sharing(shared: SharedMap) -> Link:
    """``updater``: a function literal that is given a value and returns it changed is handed to whoever stores the
    result in the place of what it passed."""
    if shared.kind == "parameter" and shared.apart == "returned" and "$" in shared.function:
        reason = "whoever calls the function literal most likely puts what it returns in the place of what it was given"
        return Link("sharing", Certainty.UNKNOWN, reason)
    return Link("sharing", *_SOURCES[shared.kind])


RULE = Rule(
    id="ML501",
    name="shared-map-copy",
    summary="A map is changed through a copy of the struct that holds it, and so changes for the original, too.",
    rationale=prose("""
        A map is a reference: copying a struct (an assignment, a value receiver, a parameter, the variable of a range
        loop, `*p`) copies its fields, and a field that is a map then refers to the same map as before. Numbers and
        strings that are set in the copy stay there; what is put into its map, or deleted from it, changes the
        original as well.

        Where the original lives long (default options, a template, a cached entry), each entry that is added for one
        request stays for all later ones: the map grows, entries of one user show up for another, and if several
        goroutines do it the runtime stops the process with `fatal error: concurrent map writes`.

        A copy that is kept also keeps the map alive after the original has dropped it (a note: that is what a snapshot
        is for).

        Confidence is medium at most: on code that it had not been tried on, three of 22 findings held, because whether
        the map is meant to be shared is in nobody's source. What leaves one more thing open is low, and not shown by
        default.
    """),
    not_reported=prose("""
        Copies that are only read. Copies whose field is replaced before it is changed (by `maps.Clone`, `make`, a
        literal, a copying loop), that are written back to where they came from (`c := m[k]; c.Size = n; m[k] = c`:
        there is one struct, with the maps it had), or that merely shorten the way to the map (`state := s.state;
        state.seen[id] = true`): nothing tells there that the copy is another thing. Methods with a value receiver that
        change a map and return nothing of it. Function literals that return the value they are given, changed, to
        whoever stores it again. Copies that hold a pointer to the map or to a struct around it. Copies that a called
        function makes and returns (`base.Clone()`, `Defaults()`). Methods and functions that return the copy, where
        every caller puts it in the place of what it passed (`opts = opts.With(k)`), or passes what another call has
        just returned, or what it has made itself and does not use again. Copies of what a function has made itself, or
        has got from a function that makes it anew, and does not use again; where it is not known whether that function
        makes it anew, confidence is low. Kept copies of what has no map yet (`if c.m == nil` before it gets one), or
        where something looks into the map by another way than the one that leads through the original (any variable of
        the struct's type counts), and copies that are kept by a function that was handed them. What only tests,
        examples and tools of the repository run has low confidence.
    """),
    remedy=prose("""
        Give the copy a map of its own before changing it: `c.Labels = maps.Clone(c.Labels)` (Go 1.21). `maps.Clone`
        is wrong where the map may be nil and is inserted into afterwards (the clone of nil is nil, and the insertion
        panics: use `make` and `maps.Copy`); where the values are maps, slices or pointers themselves (it copies one
        level, what they refer to stays shared); and where the original is large and mostly empty (since Go 1.25 the
        clone keeps its full capacity). If sharing is meant, hold the struct by pointer, which says so.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.MEDIUM,
    precision="low",
    tags=("correctness", "map", "memory-leak"),
    cwe=471,
    check=check,
)
