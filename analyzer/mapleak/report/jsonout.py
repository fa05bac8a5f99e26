"""JSON reports: the output contract, version 1. Columns count bytes, as the Go compiler's do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from mapleak import __version__
from mapleak.maps.model import AbstractMap, MapModel, Operation
from mapleak.model import CompilerEvidence, EntryCost, Finding, Location, Verdict
from mapleak.report.costs import cost_json
from mapleak.rule import Rule
from mapleak.triage.model import Report, SuppressedFinding

JsonValue: TypeAlias = "str | int | float | bool | Mapping[str, JsonValue] | Sequence[JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

SCHEMA_VERSION = 1
NOT_ASKED = CompilerEvidence(Verdict.INCONCLUSIVE, "the compiler was not asked")


def dump(value: JsonValue) -> str:
    """JSON text that any reader takes: one final line feed, and no bytes that are not ASCII unless they are text."""
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def scan_json(
    report: Report, *, show_refuted: bool = False, show_suppressed: bool = False, explain_confidence: bool = False
) -> str:
    """The report of a scan; refuted and suppressed findings are listed only when asked for, and always counted.

    ``explain_confidence`` adds to each finding the links of its argument.
    """
    groups = report.findings
    names = {rule.id: rule.name for rule in report.rules}

    def shown(finding: Finding) -> JsonObject:
        return _finding(finding, names) | (_argument(finding) if explain_confidence else {})

    value: JsonObject = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "mapleak", "version": __version__},
        "toolchain": report.toolchain,
        "summary": _summary(report),
        "findings": [shown(finding) for finding in groups.reported],
    }
    if show_refuted:
        value["refuted"] = [shown(finding) for finding in groups.refuted]
    if show_suppressed:
        value["suppressed"] = [_suppressed(item, names) for item in groups.suppressed]
    return dump(value)


def _summary(report: Report) -> JsonObject:
    groups, totals = report.findings, report.totals
    return {
        "modules": totals.modules,
        "packages": totals.packages,
        "files": totals.files,
        "lines": totals.lines,
        "maps": totals.maps,
        "findings": len(groups.reported),
        "suppressed": len(groups.suppressed),
        "baseline": len(groups.known),
        "refuted": len(groups.refuted),
        "below_threshold": len(groups.below_threshold),
        "hidden_generated": len(groups.hidden_generated),
        "hidden_tests": len(groups.hidden_tests),
        "outside_paths": len(groups.unasked),
        "merged": len(groups.merged),
        "skipped": [{"file": skip.path, "reason": skip.reason} for skip in report.skips],
        "syntax_errors": [
            {"file": problem.file, "line": problem.line, "column": problem.column, "message": problem.message}
            for problem in report.problems
        ],
        "notes": [*report.notes, *(failure.message for failure in report.failures)],
    }


def _finding(finding: Finding, names: Mapping[str, str]) -> JsonObject:
    compiler = finding.compiler or NOT_ASKED
    return {
        "rule": finding.rule,
        "name": names.get(finding.rule, ""),
        "level": finding.level.value,
        "confidence": finding.confidence.value,
        "message": finding.message,
        "location": _place(finding.location),
        "map": {
            "name": finding.map.name,
            "kind": finding.map.kind,
            "type": finding.map.type,
            "declaration": _place(finding.map.declaration),
            **_cost(finding.map.cost),
        },
        "trace": [{"location": _place(step.location), "message": step.message} for step in finding.trace],
        "compiler": {
            "verdict": compiler.verdict.value,
            "reason": compiler.reason,
            "diagnostics": [
                {"location": _place(line.location), "message": line.message} for line in compiler.diagnostics
            ],
        },
        "fingerprint": finding.fingerprint,
    }


def _argument(finding: Finding) -> JsonObject:
    links = [{"link": link.name, "certainty": link.certainty.value, "reason": link.reason} for link in finding.links]
    return {"argument": links}


def _suppressed(item: SuppressedFinding, names: Mapping[str, str]) -> JsonObject:
    comment: JsonObject = {"file": item.file, "line": item.line, "text": item.comment, "reason": item.reason}
    return {**_finding(item.finding, names), "suppression": comment}


def _place(location: Location) -> JsonObject:
    return {"file": location.file, "line": location.line, "column": location.column}


def rules_json(rules: Iterable[Rule]) -> str:
    """All rules with their texts."""
    return dump({"schema_version": SCHEMA_VERSION, "rules": [_rule(rule) for rule in rules]})


def _rule(rule: Rule) -> JsonObject:
    return {
        "id": rule.id,
        "name": rule.name,
        "level": rule.level.value,
        "confidence": rule.confidence.value,
        "summary": rule.summary,
        "rationale": rule.rationale,
        "not_reported": rule.not_reported,
        "remedy": rule.remedy,
        "bad": rule.bad,
        "good": rule.good,
        "cwe": rule.cwe,
        "tags": list(rule.tags),
        "since": rule.since,
    }


def maps_json(model: MapModel) -> str:
    """Every map with its operations, lifetime and growth, by name and place of declaration."""
    return dump({"schema_version": SCHEMA_VERSION, "maps": [_map(found) for found in model.maps]})


def _map(found: AbstractMap) -> JsonObject:
    return {
        "name": found.name,
        "kind": found.kind,
        "container": found.container,
        "type": found.type,
        "key": found.key,
        "value": found.value,
        "declaration": _place(found.declaration),
        "lifetime": found.lifetime.value,
        "lifetime_reason": found.lifetime_reason,
        "growth": found.growth.value,
        "reason": found.growth_reason,
        "inserts": _operations(found.inserts + found.updates),
        "removes": _operations(found.removes + found.resets),
        **_cost(found.cost),
    }


def _cost(cost: EntryCost | None) -> JsonObject:
    return {"cost": cost_json(cost)} if cost is not None else {}


def _operations(operations: tuple[Operation, ...]) -> list[JsonValue]:
    return [
        {
            **_place(operation.location),
            "form": operation.form,
            "function": operation.function,
            "effect": operation.effect.value,
            "via": operation.via,
        }
        for operation in sorted(operations, key=lambda operation: (operation.location, operation.form))
    ]
