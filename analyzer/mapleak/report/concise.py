"""One line for each finding, in the form that editors and problem matchers know: ``path:line:col: ML101 message``."""

from __future__ import annotations

from mapleak.model import Finding
from mapleak.report.safe import safe
from mapleak.triage.model import Report


def concise(report: Report, *, show_refuted: bool = False, show_suppressed: bool = False) -> str:
    """The reported findings, a line each, and after them those asked for, marked behind the rule.

    Nothing when there are none. Columns count bytes.
    """
    groups = report.findings
    lines = [_line(finding) for finding in groups.reported]
    if show_suppressed:
        lines += [_line(item.finding, "[suppressed] ") for item in groups.suppressed]
    if show_refuted:
        lines += [_line(finding, "[refuted] ") for finding in groups.refuted]
    return "".join(f"{line}\n" for line in lines)


def _line(finding: Finding, mark: str = "") -> str:
    place = finding.location
    return f"{safe(place.file)}:{place.line}:{place.column}: {finding.rule} {mark}{safe(finding.message)}"
