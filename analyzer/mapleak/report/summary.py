"""The closing lines on standard error: they account for every finding and everything that was not analysed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mapleak.model import Level
from mapleak.report.safe import safe
from mapleak.triage.model import Report

LISTED = 10
"""Skips and syntax errors named one by one; the rest is counted, and listed in full with -v and in JSON."""


def summary(report: Report, *, verbose: bool = False) -> str:
    """What could not be read, notes, and one line of numbers."""
    lines = [*_notes(report, verbose=verbose), _numbers(report)]
    rules = sorted({finding.rule for finding in report.findings.reported if finding.map.name})
    if rules:
        lines.append(f"explained by: mapleak explain {rules[0]}; accepted by: //mapleak:ignore {rules[0]} <reason>")
    return "".join(f"{line}\n" for line in lines)


def _notes(report: Report, *, verbose: bool) -> Iterator[str]:
    skips = [f"skipped: {skip.path}: {skip.reason}" for skip in report.skips]
    problems = [
        f"syntax error: {problem.file}:{problem.line}:{problem.column}: {problem.message}"
        for problem in report.problems
    ]
    for lines, more in ((skips, "skipped"), (problems, "syntax errors")):
        shown = lines if verbose else lines[:LISTED]
        yield from (safe(line) for line in shown)
        if len(lines) > len(shown):
            yield f"{more}: {len(lines) - len(shown)} more (-v lists them)"
    yield from (f"note: {safe(note)}" for note in report.notes)


def _numbers(report: Report) -> str:
    groups, totals = report.findings, report.totals
    levels = Counter(finding.level for finding in groups.reported)
    kinds = ", ".join(_counted(levels[level], level.value) for level in Level if levels[level])
    found = _counted(len(groups.reported), "finding") + (f" ({kinds})" if kinds else "")
    aside = [
        (groups.suppressed, "suppressed"),
        (groups.known, f"known at {report.compared_with}"),
        (groups.refuted, "refuted by the compiler"),
        (groups.below_threshold, "below the thresholds"),
        (groups.hidden_generated, "in generated files"),
        (groups.hidden_tests, "in tests"),
        (groups.unasked, "outside the paths"),
        (groups.merged, "merged into another's story"),
    ]
    parts = [found, *(f"{len(group)} {words}" for group, words in aside if group)]
    read = [
        _counted(totals.modules, "module"),
        _counted(totals.packages, "package"),
        _counted(totals.files, "file"),
        _counted(totals.lines, "line"),
        _counted(totals.maps, "map"),
    ]
    files_with_problems = len({problem.file for problem in report.problems})
    if files_with_problems:
        read.append(f"{_counted(files_with_problems, 'file')} with syntax errors")
    if report.skips:
        read.append(f"{len(report.skips)} skipped")
    return f"{', '.join(parts)}; {', '.join(read)}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
