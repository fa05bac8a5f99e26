"""What the compiler decided about the maps and closures made at given places of one package, and why.

The package is compiled twice, with inlining (as it is built) and without. Nothing is executed. Where the function that
makes a map can be inlined, the compiler decides again at each call it is inlined into: both are told.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from mapleak.errors import MapleakError
from mapleak.evidence.compile import Compilation, Request, compile_packages
from mapleak.evidence.crosscheck import Answers, requests_for
from mapleak.evidence.escape import EscapeFact, EscapeKind
from mapleak.evidence.flow import Explanation, ExplanationReader, Flow, Remark, Step
from mapleak.evidence.places import Item, Place, PlaceIndex, find_places
from mapleak.evidence.toolchain import Toolchain
from mapleak.maps.sites import Site
from mapleak.model import Location
from mapleak.source.model import Tree

_MODES = {True: "-m=2 -e", False: "-m=2 -l -e"}
_Position = tuple[str, int, int | None]  # path as printed, line, column
_ALLOCATIONS = frozenset({EscapeKind.ESCAPES, EscapeKind.DOES_NOT_ESCAPE})


class Decision(msgspec.Struct, frozen=True):
    """``verdict``: escapes, does-not-escape, or "" where the compiler says nothing. ``flows`` say why it escapes."""

    verdict: str
    subject: str = ""  # the expression as the compiler prints it
    flows: tuple[Flow, ...] = ()


SILENT = Decision("")


class InlinedCall(msgspec.Struct, frozen=True):
    """A call that the function around a site was inlined into, and what was decided there."""

    path: str
    line: int
    column: int | None
    decision: Decision


class SiteAnswer(msgspec.Struct, frozen=True):
    """The answer about one site. ``inlining``: ``can``, or why the function cannot be inlined, or "" if not said.

    ``captures`` are (variable, value or ref) of what a closure that escapes takes along.
    """

    site: Site
    inlined: Decision
    plain: Decision
    calls: tuple[InlinedCall, ...]
    inlining: str
    captures: tuple[tuple[str, str], ...]


class _Mode(msgspec.Struct, frozen=True):
    """One compilation of the package, by place and by printed position."""

    compilation: Compilation
    facts: PlaceIndex[EscapeFact]
    explanations: PlaceIndex[Explanation]
    remarks: tuple[Remark, ...]
    remarks_at: PlaceIndex[Remark]
    printed: Mapping[_Position, tuple[EscapeFact, ...]]
    explained: Mapping[_Position, tuple[Explanation, ...]]


def explain_sites(
    sites: Sequence[Site], tree: Tree, toolchain: Toolchain, timeout: float, announce: Callable[[str], None]
) -> tuple[SiteAnswer, ...]:
    """Asks about sites that lie in one package; raises MapleakError when it does not compile for this platform."""
    locations = [place for site in sites for place in (site.location, site.maker) if place is not None]
    found = find_places(locations, {file.path: file for file in tree.files})
    places = {location: place for location, place in found.items() if isinstance(place, Place)}
    for location, place in found.items():
        if isinstance(place, str):
            raise MapleakError(f"{location.file}: {place}")
    requests = requests_for(places.values(), tree)
    deadline = time.monotonic() + timeout
    announce(f"compiling with {toolchain.version}")
    with tempfile.TemporaryDirectory(prefix="mapleak-") as scratch:
        modes = {
            inlining: _compile(toolchain, requests[0], flags, deadline, Path(scratch, str(inlining)))
            for inlining, flags in _MODES.items()
        }
    for mode in modes.values():
        reason = Answers([mode.compilation], toolchain, tree).absence(places[sites[0].location])
        if reason:
            raise MapleakError(f"{sites[0].location.file}: {reason}")
    shown = _shown_paths(requests[0].directory, tree.root)
    return tuple(_answer(site, places, modes[True], modes[False], shown) for site in sites)


def _compile(toolchain: Toolchain, request: Request, flags: str, deadline: float, scratch: Path) -> _Mode:
    reader = ExplanationReader()
    compilation = compile_packages(
        toolchain, request, None, deadline=deadline, scratch=scratch, flags=flags, listener=reader.line
    )
    reader.finish()
    mode = _Mode(
        compilation,
        PlaceIndex(),
        PlaceIndex(),
        tuple(remark for _, remark in reader.remarks),
        PlaceIndex(),
        _by_position((item.fact, item.fact) for item in compilation.facts),
        _by_position((item.fact, item) for _, item in reader.explanations),
    )
    mode.facts.add(compilation, ((item.package, item.fact, item.fact) for item in compilation.facts))
    mode.explanations.add(compilation, ((package, item.fact, item) for package, item in reader.explanations))
    mode.remarks_at.add(compilation, ((package, item, item) for package, item in reader.remarks))
    return mode


def _by_position(pairs: Iterable[tuple[EscapeFact, Item]]) -> dict[_Position, tuple[Item, ...]]:
    found: dict[_Position, tuple[Item, ...]] = {}
    for fact, item in pairs:
        position = (fact.path, fact.line, fact.column)
        found[position] = (*found.get(position, ()), item)
    return found


def _answer(
    site: Site, places: Mapping[Location, Place], inlined: _Mode, plain: _Mode, shown: Callable[[str], str]
) -> SiteAnswer:
    place = places[site.location]
    first, second = _decision(inlined, place, shown), _decision(plain, place, shown)
    said = inlined.remarks_at.at(places[site.maker]) if site.maker is not None else []
    names = {remark.name for remark in said if remark.kind == "can-inline"}
    cannot = [remark.detail for remark in said if remark.kind == "cannot-inline"]
    subject = first.subject or second.subject
    calls = [
        InlinedCall(shown(call.path), call.line, call.column, _inlined_decision(inlined, call, subject, shown))
        for call in inlined.remarks
        if call.kind == "inlined" and call.name in names
    ]
    return SiteAnswer(
        site=site,
        inlined=first,
        plain=second,
        calls=tuple(sorted(set(calls), key=lambda call: (call.path, call.line, call.column or 0))),
        inlining="can" if names else (cannot[0] if cannot else ""),
        captures=_captures(plain, site.extent, shown) if site.what == "closure" else (),
    )


def _decision(mode: _Mode, place: Place, shown: Callable[[str], str]) -> Decision:
    return _decided(mode.facts.at(place), mode.explanations.at(place), shown)


def _inlined_decision(mode: _Mode, call: Remark, subject: str, shown: Callable[[str], str]) -> Decision:
    """What is said at a call about the allocation of the body that was inlined there."""
    position = (call.path, call.line, call.column)
    facts = [fact for fact in mode.printed.get(position, ()) if fact.subject == subject]
    explained = [item for item in mode.explained.get(position, ()) if item.fact.subject == subject]
    return _decided(facts, explained, shown)


def _decided(facts: Iterable[EscapeFact], explanations: Iterable[Explanation], shown: Callable[[str], str]) -> Decision:
    """One that escapes is enough: several are about instantiations, or about the package with its test files."""
    found = [fact for fact in facts if fact.kind in _ALLOCATIONS]
    if not found:
        return SILENT
    escaping = [fact for fact in found if fact.kind is EscapeKind.ESCAPES]
    if not escaping:
        return Decision(EscapeKind.DOES_NOT_ESCAPE.value, found[0].subject)
    flows = next((item.flows for item in explanations if item.fact.kind is EscapeKind.ESCAPES and item.flows), ())
    return Decision(
        EscapeKind.ESCAPES.value,
        escaping[0].subject,
        tuple(Flow(flow.target, tuple(_with_path(step, shown(step.path)) for step in flow.steps)) for flow in flows),
    )


def _captures(mode: _Mode, extent: Location, shown: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    """The variables that flow into a closure inside ``extent``, each with how the closure has it."""
    how = {remark.name: remark.detail for remark in mode.remarks if remark.kind == "captured"}
    start, end = (extent.line, extent.column), (extent.end_line, extent.end_column)
    steps = [
        step
        for items in mode.explained.values()
        for item in items
        for flow in item.flows
        for step in flow.steps
        if step.reason == "captured by a closure"
        and shown(step.path) == extent.file
        and start <= (step.line, step.column or 0) < end
    ]
    return tuple(sorted({(step.text, how.get(step.text, "value")) for step in steps}))


def _with_path(step: Step, path: str) -> Step:
    return Step(step.text, step.reason, path, step.line, step.column)


def _shown_paths(directory: str, root: str) -> Callable[[str], str]:
    """From paths as the compiler prints them to paths as reports show them; those outside the tree stay absolute."""
    base = os.path.realpath(root)

    def shown(path: str) -> str:
        full = os.path.realpath(Path(directory, path))
        inside = full.startswith(base.rstrip(os.sep) + os.sep)
        return os.path.relpath(full, base).replace(os.sep, "/") if inside else full

    return shown
