"""The report for people: what was found, the source it is about, and the argument in numbered steps."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from mapleak.model import CompilerEvidence, Finding, Level, Location
from mapleak.report.costs import cost_words
from mapleak.report.excerpt import excerpt
from mapleak.report.safe import safe
from mapleak.report.sources import Sources
from mapleak.triage.model import Report, SuppressedFinding

NO_TERMINAL = 160
"""Cells of a source line shown where there is no terminal width to keep to."""

LEVEL_STYLES = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTE: "bold cyan"}
PLACE, QUIET, MARK, LABEL = "cyan", "dim", "bold red", "bold"


def text(
    report: Report,
    *,
    width: int | None,
    colour: bool,
    show_refuted: bool = False,
    show_suppressed: bool = False,
    explain_confidence: bool = False,
) -> str:
    """The report as text; ``width`` is that of the terminal, or None to leave lines as long as they are."""
    painter = _Painter(Sources(report.root, report.real_paths), width, explain_confidence=explain_confidence)
    lines: list[Text] = []
    for finding in report.findings.reported:
        lines += painter.finding(finding)
    if show_suppressed:
        for item in report.findings.suppressed:
            lines += painter.suppressed(item)
    if show_refuted:
        for finding in report.findings.refuted:
            lines += painter.finding(finding, heading="refuted by the compiler: ")
    return _rendered(lines, colour=colour)


def _rendered(lines: list[Text], *, colour: bool) -> str:
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        force_terminal=colour,
        color_system="standard" if colour else None,
        width=10_000,
        legacy_windows=False,
        _environ={},
    )
    for line in lines:
        console.print(line, soft_wrap=True, markup=False, highlight=False, emoji=False)
    return buffer.getvalue()


class _Painter:
    """Knows the sources, the width and how much to tell while it turns findings into lines."""

    def __init__(self, sources: Sources, width: int | None, *, explain_confidence: bool) -> None:
        self._sources = sources
        self._width = width
        self._explain_confidence = explain_confidence

    def finding(self, finding: Finding, heading: str = "") -> Iterator[Text]:
        """All lines about one finding, a blank one at the end."""
        style = LEVEL_STYLES[finding.level]
        title = Text.assemble((f"{heading}{finding.level.value}[{finding.rule}]", style))
        yield from self._wrapped(title, f": {finding.message}", LABEL, indent=4)
        yield from self._source(finding.location)
        if finding.map.name:
            about = f"{finding.map.name}, {finding.map.type}, declared at {_place(finding.map.declaration)}"
            yield from self._labelled("map", about)
        if finding.map.cost is not None:
            yield from self._labelled("cost", cost_words(finding.map.cost))
        for number, step in enumerate(finding.trace, 1):
            place = Text.assemble(f"  {number}. ", (_place(step.location), PLACE))
            yield from self._wrapped(place, f": {step.message}", "", indent=5)
        if finding.compiler is not None:
            yield from self._compiler(finding.compiler)
        yield from self._labelled("confidence", finding.confidence.value)
        if self._explain_confidence:
            for link in finding.links:
                words = Text.assemble("      ", (f"{link.name} {link.certainty.value}", LABEL))
                yield from self._wrapped(words, f": {link.reason}", "", indent=8)
        if finding.remedy:
            yield from self._labelled("help", finding.remedy)
        if finding.map.name:
            yield from self._labelled("accept it with", f"//mapleak:ignore {finding.rule} <reason>")
        yield Text()

    def suppressed(self, item: SuppressedFinding) -> Iterator[Text]:
        """A finding that a comment accepts, in one or two lines."""
        finding = item.finding
        title = Text.assemble((f"suppressed {finding.level.value}[{finding.rule}]", QUIET))
        yield from self._wrapped(title, f": {finding.message}", "", indent=4)
        reason = f"{safe(item.file)}:{item.line}: {item.reason or 'no reason given'}"
        yield from self._labelled("accepted at", reason)
        yield Text()

    def _source(self, location: Location) -> Iterator[Text]:
        number = str(location.line)
        gutter = " " * len(number)
        yield Text.assemble(f"{gutter}--> ", (_place(location), PLACE))
        line = self._sources.line(location.file, location.line)
        if not line.strip():
            return
        room = (self._width or NO_TERMINAL) - len(number) - 3
        end = location.end_column if location.end_line == location.line else None
        shown = excerpt(line, location.column, end, max(room, 20))
        yield Text.assemble((f"{gutter} |", QUIET))
        yield Text.assemble((f"{number} | ", QUIET), shown.text)
        yield Text.assemble((f"{gutter} | ", QUIET), (shown.carets, MARK))

    def _compiler(self, evidence: CompilerEvidence) -> Iterator[Text]:
        verdict = evidence.verdict.value
        yield from self._labelled("compiler", f"{verdict}: {evidence.reason}" if evidence.reason else verdict)
        for line in evidence.diagnostics:
            place = Text.assemble("      ", (_place(line.location), PLACE))
            yield from self._wrapped(place, f": {line.message}", QUIET, indent=8)

    def _labelled(self, label: str, words: str) -> Iterator[Text]:
        return self._wrapped(Text.assemble("  = ", (f"{label}:", LABEL)), f" {words}", "", indent=6)

    def _wrapped(self, head: Text, words: str, style: str, indent: int) -> Iterator[Text]:
        """``head`` and the words after it, broken at blanks where the terminal ends, continued with an indent."""
        words = safe(words)
        if self._width is None:
            yield head + Text(words, style)
            return
        wrapper = textwrap.TextWrapper(
            width=max(self._width, 40),
            initial_indent="x" * len(head.plain),
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
        lead = words[: len(words) - len(words.lstrip())]
        first, *rest = wrapper.wrap(words) or [""]
        yield head + Text(first[len(head.plain) :] or lead, style)
        for line in rest:
            yield Text(line, style)


def _place(location: Location) -> str:
    return f"{safe(location.file)}:{location.line}:{location.column}"
