"""The report: every finding of a run, in the one group it belongs to."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from mapleak.model import Finding
from mapleak.registry import RuleFailure
from mapleak.rule import Rule
from mapleak.source.model import Skip


class SuppressedFinding(msgspec.Struct, frozen=True):
    """A finding that a comment accepts; ``comment`` is the comment's text, ``reason`` what it gives as reason."""

    finding: Finding
    file: str
    line: int
    comment: str
    reason: str


class SyntaxProblem(msgspec.Struct, frozen=True):
    """A stretch of a file that could not be read; the rest of the file was analysed."""

    file: str
    line: int
    column: int
    message: str


class Totals(msgspec.Struct, frozen=True):
    """How much was analysed."""

    modules: int
    packages: int
    files: int
    lines: int
    maps: int


class Triaged(msgspec.Struct, frozen=True):
    """Findings sorted into groups: each finding of the rules is in exactly one.

    ``merged`` are told in another finding's trace (one map, one story); ``known`` were there before the
    revision that the run compares with; ``unasked`` lie outside the paths the user named.
    """

    reported: tuple[Finding, ...] = ()
    suppressed: tuple[SuppressedFinding, ...] = ()
    refuted: tuple[Finding, ...] = ()
    below_threshold: tuple[Finding, ...] = ()
    hidden_generated: tuple[Finding, ...] = ()
    hidden_tests: tuple[Finding, ...] = ()
    unasked: tuple[Finding, ...] = ()
    merged: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()


class Report(msgspec.Struct, frozen=True):
    """All that the renderers need; ``root`` is the absolute folder that locations are relative to.

    ``toolchain`` is the Go version asked (``go1.26.6``) or "". ``notes`` are lines for the user about the
    run itself. ``compared_with`` is the revision whose findings are left out, or "". ``failures`` are the rules
    that raised: the findings are those of the others. ``real_paths`` gives the path on disk, with ``/``, of each
    file whose name is not UTF-8 and that is shown in another spelling. ``ground`` is a digest of what reports of other
    revisions depend on beside their files, b"" when that cannot be said.
    """

    root: str
    totals: Totals
    findings: Triaged
    skips: tuple[Skip, ...]
    problems: tuple[SyntaxProblem, ...]
    notes: tuple[str, ...]
    rules: tuple[Rule, ...]
    toolchain: str = ""
    compared_with: str = ""
    failures: tuple[RuleFailure, ...] = ()
    real_paths: Mapping[str, str] = msgspec.field(default_factory=dict)
    ground: bytes = b""
