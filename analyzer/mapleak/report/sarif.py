"""SARIF 2.1.0: one run, as GitHub's and GitLab's code scanning, editors and the OASIS schema want it.

Columns are UTF-16 units. Nothing depends on the time or, with ``absolute=False``, on the machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from mapleak import __version__
from mapleak.git import Provenance
from mapleak.model import Finding, Location
from mapleak.registry import RuleFailure
from mapleak.report.costs import cost_json
from mapleak.report.jsonout import JsonObject, JsonValue, dump
from mapleak.report.safe import safe
from mapleak.report.sarif_places import ROOT_BASE, Places
from mapleak.report.sarif_rules import SUBJECT, rule_object
from mapleak.triage.model import Report, SuppressedFinding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

MOST_RESULTS = 5000
"""GitHub keeps no more of a run; which ones it drops should not be left to it."""

MOST_STEPS = 50
"""Steps of an argument shown; GitHub keeps 1,000, nobody reads 50."""

MOST_NOTIFICATIONS = 100

IMPORT_PATH = re.compile(r"[^\s()*/]+(?:/[^\s()*/]+)*/")
"""The folders of an import path: rules name maps by the last part of the package's path."""


def sarif(
    report: Report, origin: Provenance | None, *, category: str, absolute: bool, show_suppressed: bool = False
) -> str:
    """The report as SARIF text; ``category`` is given on only when the user names one."""
    places = Places(report.root, report.real_paths)
    indexes = {rule.id: index for index, rule in enumerate(report.rules)}
    shown: list[tuple[Finding, SuppressedFinding | None]] = [(finding, None) for finding in report.findings.reported]
    if show_suppressed:
        shown += [(item.finding, item) for item in report.findings.suppressed]
    kept = _most_severe(shown)
    results: list[JsonValue] = [
        _result(finding, item, indexes, places, suppressions=show_suppressed) for finding, item in kept
    ]
    run: JsonObject = {
        "tool": {"driver": _driver(report)},
        "invocations": [_invocation(report, len(shown) - len(kept), places)],
        "columnKind": "utf16CodeUnits",
        "results": results,
    }
    if absolute:
        run["originalUriBaseIds"] = {ROOT_BASE: {"uri": Path(report.root).as_uri().rstrip("/") + "/"}}
    else:
        run["originalUriBaseIds"] = {ROOT_BASE: {"description": {"text": "The root of the repository."}}}
    if category:
        run["automationDetails"] = {"id": category.rstrip("/") + "/"}
    if origin is not None:
        run["versionControlProvenance"] = [_provenance(origin)]
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _most_severe(
    shown: list[tuple[Finding, SuppressedFinding | None]],
) -> list[tuple[Finding, SuppressedFinding | None]]:
    """What fits into a run, in report order: the findings of the highest level and confidence."""
    if len(shown) <= MOST_RESULTS:
        return shown
    ranked = sorted(range(len(shown)), key=lambda index: (_severity(shown[index][0]), index))
    return [shown[index] for index in sorted(ranked[:MOST_RESULTS])]


def _severity(finding: Finding) -> tuple[int, int]:
    return (-finding.level.rank, -finding.confidence.rank)


def _driver(report: Report) -> JsonObject:
    return {
        "name": "mapleak",
        "organization": "mapleak",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": SUBJECT,
        "rules": [rule_object(rule) for rule in report.rules],
    }


def _provenance(origin: Provenance) -> JsonObject:
    found: JsonObject = {
        "repositoryUri": origin.repository,
        "revisionId": origin.revision,
        "mappedTo": {"uriBaseId": ROOT_BASE},
    }
    if origin.branch:
        found["branch"] = origin.branch
    return found


def _invocation(report: Report, left_out: int, places: Places) -> JsonObject:
    """The run's own troubles. It counts as successful: its results are usable, and a false value rejects them all."""
    indexes = {rule.id: index for index, rule in enumerate(report.rules)}
    notices = [_failure(failure, indexes[failure.rule]) for failure in report.failures]
    notices += [_notice("warning", f"{left_out} less severe findings are left out of this file.")] if left_out else []
    notices += [
        _notice(
            "note",
            f"Not analysed: {skip.reason}.",
            [{"physicalLocation": {"artifactLocation": places.file(skip.path)}}],
        )
        for skip in report.skips
    ]
    for problem in report.problems:
        place = Location(problem.file, problem.line, problem.column, problem.line, problem.column)
        location: JsonObject = {"physicalLocation": places.physical(place)}
        notices.append(_notice("warning", f"Syntax error: {problem.message}.", [location]))
    notices += [_notice("note", note) for note in report.notes]
    if len(notices) > MOST_NOTIFICATIONS:
        more = len(notices) - MOST_NOTIFICATIONS
        notices = [*notices[:MOST_NOTIFICATIONS], _notice("note", f"{more} more notifications are left out.")]
    return {"executionSuccessful": True, "toolExecutionNotifications": list(notices)}


def _failure(failure: RuleFailure, index: int) -> JsonObject:
    """An error, with the rule that it is about: the run has results of the other rules only."""
    notice = _notice("error", _sentence(failure.message))
    notice["associatedRule"] = {"id": failure.rule, "index": index}
    return notice


def _notice(level: str, text: str, locations: list[JsonObject] | None = None) -> JsonObject:
    notice: JsonObject = {"level": level, "message": {"text": safe(text)}}
    if locations:
        notice["locations"] = list(locations)
    return notice


def _result(
    finding: Finding,
    item: SuppressedFinding | None,
    indexes: dict[str, int],
    places: Places,
    *,
    suppressions: bool,
) -> JsonObject:
    related = _related(finding)
    result: JsonObject = {
        "ruleId": finding.rule,
        "ruleIndex": indexes[finding.rule],
        "level": finding.level.value,
        "kind": "fail",
        "message": {"text": _message(finding, related)},
        "locations": [_primary(finding, places)],
        "partialFingerprints": _fingerprints(finding, places),
        "properties": _properties(finding),
    }
    if related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": _sentence(words)}, "physicalLocation": places.physical(location)}
            for number, (location, words) in enumerate(related, 1)
        ]
    if finding.trace:
        result["codeFlows"] = [_code_flow(finding, places)]
    if suppressions:
        result["suppressions"] = [] if item is None else [_suppression(item)]
    return result


def _primary(finding: Finding, places: Places) -> JsonObject:
    place: JsonObject = {"physicalLocation": places.with_snippets(finding.location)}
    if finding.function:
        place["logicalLocations"] = [{"fullyQualifiedName": finding.function, "kind": "function"}]
    return place


def _fingerprints(finding: Finding, places: Places) -> JsonObject:
    found: JsonObject = {"mapleak/v1": finding.fingerprint}
    github = places.line_hash(finding.location)
    if github:
        found["primaryLocationLineHash"] = github
    return found


def _properties(finding: Finding) -> JsonObject:
    compiler, cost = finding.compiler, finding.map.cost
    return {
        "confidence": finding.confidence.value,
        "map": finding.map.name,
        "mapType": finding.map.type,
        "compiler": compiler.verdict.value if compiler else "inconclusive",
        "compilerReason": compiler.reason if compiler else "the compiler was not asked",
        **({"cost": cost_json(cost)} if cost is not None else {}),
    }


def _related(finding: Finding) -> list[tuple[Location, str]]:
    """The declaration, the steps, and the lines of the compiler: what the message links to, each of them once."""
    wanted = _argument(finding)
    if finding.compiler is not None:
        wanted += [(line.location, f"compiler: {line.message}") for line in finding.compiler.diagnostics[:MOST_STEPS]]
    return list(dict.fromkeys(wanted))


def _argument(finding: Finding) -> list[tuple[Location, str]]:
    """The steps of the trace, after the map's declaration where none of them is about it."""
    steps = [(step.location, step.message) for step in finding.trace[:MOST_STEPS]]
    declaration = finding.map.declaration
    if finding.map.name and all(place != declaration for place, _ in steps):
        steps.insert(0, (declaration, f"'{finding.map.name}' is declared here"))
    return steps


def _message(finding: Finding, related: Iterable[tuple[Location, str]]) -> str:
    """First the sentence that viewers use as title, then a line with a link for each related place, then the remedy."""
    lines = [_sentence(_with_quoted_map(finding))]
    lines += [
        f"[{_link_text(location)}]({number}): {_sentence(words)}" for number, (location, words) in enumerate(related, 1)
    ]
    if finding.compiler is not None:
        lines.append(_sentence(f"The compiler: {finding.compiler.verdict.value}, {finding.compiler.reason}"))
    if finding.remedy:
        lines.append(_sentence(f"To mend it: {finding.remedy}"))
    return "\n".join(lines)


def _with_quoted_map(finding: Finding) -> str:
    """The message with the map's name in single quotes, as SARIF wants identifiers."""
    full = finding.map.name
    for name in (full, IMPORT_PATH.sub("", full)):
        if name and name in finding.message and f"'{name}'" not in finding.message:
            return finding.message.replace(name, f"'{name}'", 1)
    return finding.message


def _sentence(words: str) -> str:
    """Plain text that ends as a sentence and holds nothing that a viewer takes for a link."""
    text = words.strip().replace("](", "] (")
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _link_text(location: Location) -> str:
    """Where a link leads, in words: a link's text may hold brackets only behind backslashes."""
    name = location.file.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"{name}:{location.line}"


def _code_flow(finding: Finding, places: Places) -> JsonObject:
    steps: list[JsonValue] = [_flow_step(place, words, places) for place, words in _argument(finding)]
    return {"threadFlows": [{"locations": steps}]}


def _flow_step(location: Location, words: str, places: Places) -> JsonObject:
    place: JsonObject = {"physicalLocation": places.physical(location), "message": {"text": _sentence(words)}}
    return {"location": place}


def _suppression(item: SuppressedFinding) -> JsonObject:
    return {"kind": "inSource", "status": "accepted", "justification": item.reason or "No reason is given."}
