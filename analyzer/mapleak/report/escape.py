"""What the compiler decided about a map or closure, in words: ``mapleak explain --escape``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from mapleak.evidence.explain import Decision, InlinedCall, SiteAnswer
from mapleak.evidence.flow import Flow, Step
from mapleak.model import Finding
from mapleak.report.safe import safe

CALLS_SHOWN = 20

_REASONS = {
    "spill": "it is made here",
    **dict.fromkeys(
        ("assign", "assign-pair", "assign-pair-dot-type", "assign-pair-mapr", "assign-pair-receive"), "it is assigned"
    ),
    "key of map put": "it is stored as a key of a map",
    "map literal key": "it is stored as a key of a map",
    "map literal value": "it is stored as a value of a map",
    "struct literal element": "it is stored in a struct",
    "slice-literal-element": "it is stored in a slice",
    "array literal element": "it is stored in an array",
    "appended slice...": "it is appended to a slice",
    "call parameter": "it is passed to a call",
    "callee operand": "it is called",
    "captured by a closure": "a closure captures it",
    "return": "it is returned",
    "send": "it is sent on a channel",
    "interface-converted": "it is put into an interface",
    "reference": "its address is taken",
    "address-of": "its address is taken",
    "range": "it is ranged over",
    "range-deref": "it is ranged over",
    "dot": "a field of it is taken",
    "dot of pointer": "a field of it is taken",
    "indirection": "what it points to is taken",
    "too large for stack": "it is too large for the stack",
    "non-constant size": "its size is not known when it is compiled",
}
"""What the compiler's words for a step mean; a word that is not among them is shown as it is."""

_CLAIMS = {
    "map-outlives-call": "the map outlives the call that makes it",
    "map-in-endless-call": "the map lives in a call that may run as long as the process",
    "closure-outlives-call": "the closure outlives the call that makes it",
    "package-variable": "the map is kept by a package variable",
    "value-pinned": "the map keeps the value alive",
}
_STORAGE = re.compile(r"\{storage for (.*)\}", re.DOTALL)
_RESULT = re.compile(r"~[rR]\d+")


class EscapeReport(msgspec.Struct, frozen=True):
    """Everything that is known about one line: answers about its sites, findings about them, places elsewhere."""

    place: str
    toolchain: str
    answers: tuple[SiteAnswer, ...]
    findings: tuple[Finding, ...]
    elsewhere: tuple[str, ...]  # where a map of this line is made, too, in other packages
    maps: tuple[str, ...]  # names of the maps of this line
    others: tuple[str, ...] = ()  # where other objects' maps of the same field are made


def escape_text(report: EscapeReport) -> str:
    """The report as lines of text."""
    return "".join(f"{safe(line)}\n" for line in _lines(report))


def _lines(report: EscapeReport) -> Iterator[str]:
    yield f"{report.place}, as {report.toolchain} sees it"
    if report.maps:
        yield f"maps: {', '.join(report.maps)}"
    for answer in report.answers:
        yield ""
        yield from _site(answer)
    if not report.answers and not report.elsewhere:
        yield ""
        yield "No place that makes such a map was found here: a package variable without initialiser, or a nil map,"
        yield "has no allocation that the compiler could speak of."
    if report.elsewhere:
        yield ""
        yield f"Made in other packages as well, to be asked about there: {', '.join(report.elsewhere)}"
    if report.others:
        yield ""
        shown = ", ".join(report.others[:CALLS_SHOWN])
        more = f" and {len(report.others) - CALLS_SHOWN} more places" if len(report.others) > CALLS_SHOWN else ""
        yield f"Other maps of the same field are made elsewhere, to be asked about there: {shown}{more}"
    yield ""
    yield from _claims(report.findings)


def _site(answer: SiteAnswer) -> Iterator[str]:
    site = answer.site
    place = f"{site.location.file}:{site.location.line}:{site.location.column}"
    subject = answer.inlined.subject or answer.plain.subject or f"this {site.what}"
    yield f"{place}: {subject} in {site.function}"
    yield f"  {_verdict(answer.inlined, site.what)}"
    yield from _flows(answer.inlined.flows, "    ")
    for name, how in answer.captures:
        meaning = "a copy of the variable" if how == "value" else "the variable itself"
        yield f"  it captures {name} by {'value' if how == 'value' else 'reference'}: {meaning}"
    yield from _calls(answer)
    yield from _without_inlining(answer)


def _verdict(decision: Decision, what: str) -> str:
    match decision.verdict:
        case "escapes":
            return (
                f"escapes to the heap: the {what} can outlive the call that makes it (which does not say that it does)"
            )
        case "does-not-escape":
            return f"does not escape: the {what} cannot outlive the call that makes it"
    return (
        "the compiler says nothing here: the code is dead, inlined everywhere, or generic and not used in this package"
    )


def _calls(answer: SiteAnswer) -> Iterator[str]:
    function = answer.site.function
    if answer.inlining not in ("", "can"):
        yield f"  {function} cannot be inlined: {answer.inlining}"
    elif answer.inlining and not answer.calls:
        yield f"  {function} can be inlined, but no call of it in this package is"
    if answer.calls:
        yield f"  {function} is inlined, and decided about again, where it is called:"
    for call in answer.calls[:CALLS_SHOWN]:
        yield f"    {_at(call)}: {_short(call.decision)}"
        yield from _flows(call.decision.flows, "      ")
    if len(answer.calls) > CALLS_SHOWN:
        yield f"    and at {len(answer.calls) - CALLS_SHOWN} more calls"


def _short(decision: Decision) -> str:
    words = {"escapes": "escapes to the heap", "does-not-escape": "does not escape"}
    return words.get(decision.verdict, "nothing is said")


def _without_inlining(answer: SiteAnswer) -> Iterator[str]:
    """What is decided at the definition then; the copies that inlining makes at calls, decided above, are not there."""
    plain = answer.plain
    same = plain == answer.inlined
    words = ("the same here" if answer.calls else "the same") if same else _short(plain)
    copies = ", and that holds for every call: there are no copies of it" if answer.calls else ""
    yield f"  without inlining (-l): {words}{copies}"
    if plain.flows != answer.inlined.flows:
        yield from _flows(plain.flows, "    ")


def _flows(flows: Sequence[Flow], indent: str) -> Iterator[str]:
    number = 0
    for flow in flows:
        for step in flow.steps:
            number += 1
            yield f"{indent}{number}. {_place(step)}: {_step(step)}"
        yield f"{indent}   so it gets to {_target(flow.target)}"


def _step(step: Step) -> str:
    return f"{_REASONS.get(step.reason, step.reason)}: {step.text}"


def _target(target: str) -> str:
    """Where a flow leads, in words."""
    if target == "{heap}":
        return "where anything may keep it: the heap"
    if _RESULT.fullmatch(target):
        return "the function's result"
    if target == "{temp}":
        return "a temporary value"
    storage = _STORAGE.fullmatch(target)
    if storage is not None:
        return "the closure" if storage[1] == "func literal" else storage[1]
    return f"the variable {target}" if target.isidentifier() else target


def _claims(findings: Iterable[Finding]) -> Iterator[str]:
    known = list(findings)
    if not known:
        yield "No finding is about it."
        return
    for finding in known:
        place = f"{finding.location.file}:{finding.location.line}:{finding.location.column}"
        yield f"{finding.rule} at {place} ({finding.confidence.value} confidence): {finding.message}"
        claim = _CLAIMS.get(finding.check.claim)
        if claim is None:
            yield "  makes no claim that escape analysis could support or refute"
        elif finding.compiler is not None:
            word = {"confirmed": "supported", "refuted": "refuted"}.get(finding.compiler.verdict.value, "left open")
            yield f"  its claim that {claim} is {word}: {finding.compiler.reason}"


def _place(step: Step) -> str:
    return f"{step.path}:{step.line}" + (f":{step.column}" if step.column is not None else "")


def _at(call: InlinedCall) -> str:
    return f"{call.path}:{call.line}" + (f":{call.column}" if call.column is not None else "")
