"""One line for each finding, in the form that editors and problem matchers know: ``path:line:col: ML101 message``."""

from __future__ import annotations

from mapleak.model import Finding
from mapleak.report.safe import safe
from mapleak.triage.model import Report


def concise(report: Report) -> str:
    """The reported findings, a line each; nothing when there are none. Columns count bytes."""
    return "".join(f"{_line(finding)}\n" for finding in report.findings.reported)


def _line(finding: Finding) -> str:
    place = finding.location
    return f"{safe(place.file)}:{place.line}:{place.column}: {finding.rule} {safe(finding.message)}"
