"""What the compiler's facts about a finding's places mean for its claim.

"does not escape" is the strong half: such a map or closure cannot outlive the call that makes it. "escapes to heap"
is what a claim to outlive the call needs, and no more. Silence never means "does not escape".
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from mapleak.evidence.escape import EscapeFact, EscapeKind
from mapleak.evidence.wording import one_line
from mapleak.model import CompilerCheck, CompilerEvidence, Diagnostic, Location, Verdict

NOTHING_TO_ASK = "escape analysis has nothing to say about this claim"
NO_INITIALISER = "a package variable without initialiser has no allocation to judge; it lives as long as the process"
NO_SITES = "the place where it is made is not known"
SILENT = "the compiler says nothing about this place: the code is dead, inlined elsewhere, or generic and not used here"
AMBIGUOUS = "the compiler leaves out the column here, and the line holds allocations of both kinds"
STAYS = "the value does not escape to the heap, which does not rule out that the map keeps what it came from"
ENDLESS = "the map does not escape, but the call that makes it may run as long as the process"
ONLY_SOME = "does not escape where it is made in one place, but: "

_ON_HEAP = frozenset({EscapeKind.ESCAPES, EscapeKind.MOVED})
_PINNED = _ON_HEAP | {EscapeKind.LEAKS}
_ALLOCATION = _ON_HEAP | {EscapeKind.DOES_NOT_ESCAPE}


class SiteFacts(msgspec.Struct, frozen=True):
    """What the compiler says at one of a finding's places; ``silence`` says why, where ``facts`` is empty."""

    location: Location
    facts: tuple[EscapeFact, ...]
    silence: str = SILENT


def judge(check: CompilerCheck, sites: Sequence[SiteFacts]) -> CompilerEvidence:
    """The verdict on a claim from the facts at its places, with the lines that it rests on."""
    match check.claim:
        case "map-outlives-call":
            return _outlives("map", sites)
        case "map-in-endless-call":
            return _supported_only(_outlives("map", sites))
        case "closure-outlives-call":
            return _outlives("closure", sites)
        case "package-variable":
            return _package_variable(sites)
        case "value-pinned":
            return _pinned(sites)
        case _:
            return _inconclusive(NOTHING_TO_ASK)


def _outlives(what: str, sites: Sequence[SiteFacts]) -> CompilerEvidence:
    if not sites:
        return _inconclusive(NO_SITES)
    answers = [(site, *_allocation(what, site)) for site in sites]
    escaping = [_diagnostics(site.location, facts) for site, facts, kind in answers if kind in _ON_HEAP]
    if escaping:
        reason = f"the {what} escapes to the heap, so it can outlive the call that makes it"
        return CompilerEvidence(Verdict.CONFIRMED, reason, _flat(escaping))
    staying = [
        _diagnostics(site.location, facts) for site, facts, kind in answers if kind is EscapeKind.DOES_NOT_ESCAPE
    ]
    if len(staying) == len(sites):
        reason = f"the {what} does not escape, so it cannot outlive the call that makes it"
        return CompilerEvidence(Verdict.REFUTED, reason, _flat(staying))
    silent = next(AMBIGUOUS if facts else site.silence for site, facts, kind in answers if kind is None)
    return _inconclusive(f"{ONLY_SOME}{silent}" if staying else silent, _flat(staying))


def _supported_only(evidence: CompilerEvidence) -> CompilerEvidence:
    """The call that makes the map may run as long as the process: not to outlive it refutes nothing."""
    if evidence.verdict is Verdict.REFUTED:
        return replace(evidence, verdict=Verdict.INCONCLUSIVE, reason=ENDLESS)
    return evidence


def _package_variable(sites: Sequence[SiteFacts]) -> CompilerEvidence:
    if not sites:
        return _inconclusive(NO_INITIALISER)
    escaping = [_diagnostics(site.location, [fact for fact in site.facts if fact.kind in _ON_HEAP]) for site in sites]
    if any(escaping):
        reason = "the map is allocated on the heap, as what a package variable refers to is"
        return CompilerEvidence(Verdict.CONFIRMED, reason, _flat(escaping))
    silent = next((site.silence for site in sites if not site.facts), SILENT)
    return _inconclusive(silent)


def _pinned(sites: Sequence[SiteFacts]) -> CompilerEvidence:
    if not sites:
        return _inconclusive(NO_SITES)
    support = [_diagnostics(site.location, [fact for fact in site.facts if fact.kind in _PINNED]) for site in sites]
    if any(support):
        return CompilerEvidence(
            Verdict.CONFIRMED, "the value is on the heap, where the map keeps it alive", _flat(support)
        )
    silent = next((site.silence for site in sites if not site.facts), None)
    return _inconclusive(silent or STAYS, _flat([_diagnostics(site.location, site.facts) for site in sites]))


def _allocation(what: str, site: SiteFacts) -> tuple[list[EscapeFact], EscapeKind | None]:
    """The facts about the allocation at a site, and what they say together: None if they say nothing or disagree.

    Several facts at one exact position are about instantiations of a generic function, or about a package and its
    variant with test files: one that escapes is enough. Facts without a column may be about different expressions of
    the line: only what they all say is said of the site.
    """
    facts = [fact for fact in site.facts if fact.kind in _ALLOCATION]
    if any(fact.column is None for fact in facts):
        facts = [fact for fact in facts if _may_be(what, fact)]
        if len({fact.kind in _ON_HEAP for fact in facts}) > 1:
            return facts, None
    for fact in facts:
        if fact.kind in _ON_HEAP:
            return [fact for fact in facts if fact.kind in _ON_HEAP], fact.kind
    return facts, EscapeKind.DOES_NOT_ESCAPE if facts else None


def _may_be(what: str, fact: EscapeFact) -> bool:
    """Whether a fact without column may be about the map (``make(…)`` or a literal) or the closure of the line."""
    if what == "closure":
        return fact.subject == "func literal"
    return fact.subject.startswith("make(") or fact.subject.endswith("}")


def _diagnostics(location: Location, facts: Sequence[EscapeFact]) -> tuple[Diagnostic, ...]:
    return tuple(Diagnostic(location, text) for text in dict.fromkeys(one_line(fact.text) for fact in facts))


def _flat(groups: Sequence[tuple[Diagnostic, ...]]) -> tuple[Diagnostic, ...]:
    return tuple(diagnostic for group in groups for diagnostic in group)


def _inconclusive(reason: str, diagnostics: tuple[Diagnostic, ...] = ()) -> CompilerEvidence:
    return CompilerEvidence(Verdict.INCONCLUSIVE, reason, diagnostics)
