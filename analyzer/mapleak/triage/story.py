"""One map, one story: of several findings about the same growth of the same map, the most specific is told.

A map that is kept in two places is one map where one statement fills it in both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec.structs import replace

from mapleak.model import Finding, Level, Step
from mapleak.registry import report_order

GROWTH = "growth"

SPECIFICITY = (
    ("ML301", "ML302", "ML303", "ML304"),
    ("ML401", "ML402"),
    ("ML502",),
    ("ML201",),
    ("ML104",),
    ("ML103",),
    ("ML101", "ML102"),
)
"""Rules that explain a map's growth, the one that says most about its cause first."""

RANK = {rule: rank for rank, rules in enumerate(SPECIFICITY) for rule in rules}

AT_A_PLACE = frozenset({"ML401", "ML402", "ML501", "ML502", "ML601", "ML602", "ML701"})
"""Rules whose cause is one statement: mending it leaves the next such statement as wrong as before."""


def one_story(findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[tuple[Finding, Finding], ...]]:
    """The findings to tell, and (finding, the told one whose trace has it) for each of the others."""
    groups: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    ordered = sorted(findings, key=report_order)
    held = _held_elsewhere(ordered)
    for finding in ordered:
        package, name = held.get((finding.package, finding.map.name), (finding.package, finding.map.name))
        groups[(package, name, cause(finding))].append(finding)
    told: list[Finding] = []
    merged: list[tuple[Finding, Finding]] = []
    for group in groups.values():
        leaders, others = _split(group)
        first = _with_facts_of(leaders[0], others)
        told += [first, *leaders[1:]]
        merged += [(other, first) for other in others]
    return tuple(sorted(told, key=report_order)), tuple(merged)


def _held_elsewhere(findings: list[Finding]) -> dict[tuple[str, str], tuple[str, str]]:
    """The maps that are filled by the name under which another finding about the same statement knows them."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    growing = [finding for finding in findings if cause(finding) == GROWTH]
    by_place = {(finding.location, _brief(finding.map.name)): finding for finding in growing}
    for finding in growing:
        other = by_place.get((finding.location, _brief(finding.via)))
        if other is not None and not other.via and other.map.name != finding.map.name:
            found[finding.package, finding.map.name] = other.package, other.map.name
    return found


def _brief(name: str) -> str:
    return name.rpartition("/")[2]


def cause(finding: Finding) -> str:
    """What is wrong, as far as two findings about one map are told apart by it.

    A note of ML401 (the visited key is stored again) is about wasted work: it explains no growth.
    """
    if finding.rule == "ML401" and finding.level is Level.NOTE:
        return "waste"
    return GROWTH if finding.rule in RANK else finding.rule


def _split(group: list[Finding]) -> tuple[list[Finding], list[Finding]]:
    """The findings of the most specific rules, one for each cause, and the rest; ``group`` is in report order."""
    best = min(RANK.get(finding.rule, 0) for finding in group)
    leaders: list[Finding] = []
    others: list[Finding] = []
    places: set[object] = set()
    for finding in sorted(group, key=lambda finding: (RANK.get(finding.rule, 0), -_weight(finding))):
        place = (finding.rule, finding.location) if finding.rule in AT_A_PLACE else ""
        if RANK.get(finding.rule, 0) == best and place not in places:
            places.add(place)
            leaders.append(finding)
        else:
            others.append(finding)
    return leaders, others


def _weight(finding: Finding) -> int:
    return finding.level.rank * 10 + finding.confidence.rank


def _with_facts_of(leader: Finding, others: list[Finding]) -> Finding:
    """The leader with what the others say as further steps of its trace."""
    told = {step.location for step in leader.trace} | {leader.location}
    steps = []
    for other in others:
        if other.map.name != leader.map.name:
            steps.append(Step(other.map.declaration, f"{_brief(other.map.name)} is the same map"))
        elif other.rule != leader.rule:
            steps.append(Step(other.location, f"also {other.rule}: {other.message}"))
        elif other.location not in told:
            same = other.message == leader.message
            steps.append(Step(other.location, "the same happens here" if same else f"also: {other.message}"))
        told.add(other.location)
    return replace(leader, trace=leader.trace + tuple(steps)) if steps else leader
