"""Builds a finding and its argument out of the map model: the steps of its trace, the map it names, what to ask the
compiler.

The steps are in the order in which a reader would ask: declared here, filled here with which key, where else,
what would empty it and why that does not count, from which entry point again and again, what is only assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from mapleak.maps.model import AbstractMap, Lifetime, Operation, UnreadRemoval
from mapleak.model import Certainty, CompilerCheck, Confidence, Finding, Link, Location, MapRef, Step
from mapleak.rule import Rule
from mapleak_rules.confidence import of_rule, weigh
from mapleak_rules.emptying import KEYS_STAY, discounted
from mapleak_rules.wording import filled, key_text, plural, short, through

OF_ONE_CALL = frozenset({"local", "param", "result"})
"""Kinds of maps of which each call has its own."""

PLACES_SHOWN = 5
"""How many other insertions and how many removals a trace lists; the rest is counted."""

WAY_SHOWN = 3
"""How many of the functions on the way to an insertion a trace names."""

_RUNS_ONCE = re.compile(r"main|init(#\d+)?")
"""Entry points that run once (Go specification, Program execution); what they lead to may do so more often."""

_LASTING = frozenset({Lifetime.PROCESS, Lifetime.GOROUTINE})


def argued(
    rule: Rule,
    subject: AbstractMap,
    primary: Operation,
    steps: Iterable[Step],
    links: Sequence[Link],
    *,
    message: str,
    remedy: str,
) -> Finding:
    """The finding of ``rule`` at the insertion that makes the case against ``subject``.

    ``steps`` are those between the declaration and the way to the insertion; ``links`` decide the confidence.
    """
    links = (*of_rule(rule.confidence), *links)
    confidence = weigh(Confidence.HIGH, links)
    return Finding(
        rule=rule.id,
        level=rule.level,
        confidence=confidence,
        message=message,
        location=primary.location,
        map=map_ref(subject),
        package=subject.package,
        function=primary.function,
        trace=(
            declared(subject),
            *steps,
            *reached(primary),
            *assumptions(subject.declaration, links, confidence),
        ),
        remedy=remedy,
        check=lifetime_check(subject),
        links=links,
        via=primary.via,
    )


def map_ref(subject: AbstractMap) -> MapRef:
    """The map as reports show it."""
    return MapRef(subject.name, subject.kind, subject.type, subject.declaration, subject.cost)


def declared(subject: AbstractMap) -> Step:
    """The first step: the declaration and what is known of the lifetime."""
    because = f" ({subject.lifetime_reason})" if subject.lifetime_reason else ""
    return Step(subject.declaration, f"{short(subject.name)} is declared here, {_lives(subject.lifetime)}{because}")


def insertions(primary: Operation, others: Iterable[Operation], growth_reason: str = "") -> tuple[Step, ...]:
    """The insertion that makes the case, then the other places that fill the map."""
    reason = primary.growth_reason or growth_reason
    what = f"{key_text(primary.key)}{through(primary)}: {reason}" if reason else filled(primary)
    steps = [Step(primary.location, f"{short(primary.function)} inserts {what}")]
    rest = [op for op in others if op.location != primary.location]
    steps += [Step(op.location, f"{short(op.function)} also inserts {filled(op)}") for op in rest[:PLACES_SHOWN]]
    if len(rest) > PLACES_SHOWN:
        more = plural(len(rest) - PLACES_SHOWN, "more insertion")
        steps.append(Step(rest[PLACES_SHOWN].location, f"and {more} from here on"))
    return tuple(steps)


def removals(subject: AbstractMap) -> tuple[Step, ...]:
    """What would empty the map and why it does not count; one step at the declaration when there is nothing."""
    idle = discounted(subject)
    kept = tuple(Step(m.location, m.reason) for m in subject.missing if m.kind in KEYS_STAY)[:PLACES_SHOWN]
    unread = tuple(_may_remove(subject.unread))
    if not idle:
        return (*(unread or (Step(subject.declaration, "nothing deletes from it, clears it or replaces it"),)), *kept)
    steps = [
        Step(d.operation.location, f"{d.operation.form} in {short(d.operation.function)} does not count: {d.reason}")
        for d in idle[:PLACES_SHOWN]
    ]
    if len(idle) > PLACES_SHOWN:
        more = plural(len(idle) - PLACES_SHOWN, "more removal")
        steps.append(Step(idle[PLACES_SHOWN].operation.location, f"and {more} that do not count"))
    return (*steps, *unread, *kept)


def _may_remove(unread: UnreadRemoval | None) -> Iterator[Step]:
    if unread is not None:
        yield Step(unread.location, f"{short(unread.function)} gets the map, was not analysed and may take entries out")


def reached(op: Operation) -> tuple[Step, ...]:
    """From which entry point the insertion runs again and again; nothing when no entry point is known."""
    if not op.entry:
        return ()
    loop = ", inside a loop" if op.in_loop else ""
    if op.assumed:
        what = "" if op.entry == op.function else f", which leads to it{_by_way(op)}"
        return (Step(op.location, f"importers may call {short(op.entry)} as often as they like{what}{loop}"),)
    if op.entry == op.function:
        return (Step(op.location, f"{short(op.entry)} is called from outside, again and again{loop}"),)
    if _RUNS_ONCE.fullmatch(op.entry.rpartition(".")[2]):
        return (
            Step(
                op.location, f"{short(op.entry)} leads to it{_by_way(op)}, and from there it runs again and again{loop}"
            ),
        )
    return (Step(op.location, f"this runs again and again: {short(op.entry)} leads to it{_by_way(op)}{loop}"),)


def _by_way(op: Operation) -> str:
    """The calls between the entry point and the insertion; of many the first and the last."""
    way = [short(name) for name in op.way]
    if len(way) > WAY_SHOWN:
        way = [way[0], "…", *way[1 - WAY_SHOWN :]]
    return f" by way of {', '.join(way)}" if way else ""


def assumptions(at: Location, links: Sequence[Link], confidence: Confidence) -> tuple[Step, ...]:
    """What keeps a finding from high confidence: one step for each link that is not sure."""
    if confidence is Confidence.HIGH:
        return ()
    weak = [link for link in links if link.certainty is not Certainty.SURE]
    return tuple(Step(at, f"less certain because {link.reason}") for link in weak)


def lifetime_check(subject: AbstractMap) -> CompilerCheck:
    """What the compiler can say about how long a map lives, from its creation sites.

    "Does not escape" refutes a finding only if all creation sites are known and the call that holds them returns:
    so for a local map, and for a parameter or result that the engine, too, sees die with its call. A map that lives
    as long as a goroutine or the process may be a local of `main` or of a loop without end.
    """
    if subject.kind == "var":
        return CompilerCheck("package-variable", subject.creations)
    if not subject.creations:
        return CompilerCheck("none")
    dies = subject.lifetime is Lifetime.CALL or (subject.kind == "local" and subject.lifetime not in _LASTING)
    refutable = dies and subject.kind in OF_ONE_CALL
    return CompilerCheck("map-outlives-call" if refutable else "map-in-endless-call", subject.creations)


def _lives(lifetime: Lifetime) -> str:
    match lifetime:
        case Lifetime.PROCESS:
            return "and lives as long as the process"
        case Lifetime.OBJECT:
            return "and lives as long as its owner"
        case Lifetime.GOROUTINE:
            return "and lives as long as a goroutine"
        case Lifetime.CALL:
            return "and seems to die with the call"
        case Lifetime.UNKNOWN:
            return "and how long it lives is not known"
