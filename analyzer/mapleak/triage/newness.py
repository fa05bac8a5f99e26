"""Tells findings that are new from those an earlier revision had, by analysing that revision, too.

Comparing analyses instead of changed lines finds the leak that a change elsewhere has caused: a ``delete``
that is gone leaves the insertion as it was.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from msgspec.structs import replace

from mapleak.errors import MapleakError, NoGoFilesError
from mapleak.git import commit_of, export_go, has_commits
from mapleak.registry import RuleFailure
from mapleak.triage.model import Report


def base_revision(root: str, named: str, *, pre_commit: bool, environment: Mapping[str, str] = os.environ) -> str:
    """The revision to compare with, or "" for none.

    Under pre-commit that is the start of the range it looks at, else the last commit; before the first
    commit everything is new. Raises MapleakError when there is no repository to compare with.
    """
    if not named and not pre_commit:
        return ""
    if not (Path(root) / ".git").exists():
        raise MapleakError(f"{root} is not a git repository, so there is no revision to compare with")
    if named:
        return named
    start = environment.get("PRE_COMMIT_FROM_REF", "")
    if start.strip("0"):
        return start
    return "HEAD" if has_commits(root) else ""


class Before(msgspec.Struct, frozen=True):
    """What an earlier revision had: the fingerprints of its findings, and the rules that failed on it.

    ``lasting`` is false where it depends on something that may change without notice.
    """

    fingerprints: tuple[str, ...] = ()
    failures: tuple[RuleFailure, ...] = ()
    lasting: bool = True


Remember = Callable[[str, Callable[[], Before]], Before]


def _anew(_: str, make: Callable[[], Before]) -> Before:
    return make()


def only_new(report: Report, revision: str, report_on: Callable[[str], Report], remember: Remember = _anew) -> Report:
    """The report without findings that ``revision`` had; ``report_on`` analyses the tree below a folder.

    ``remember`` gives what a commit had, from an earlier run or made by the function it is handed.

    Findings are the same when their fingerprints are. The old tree is only analysed when there is something to
    compare. Raises MapleakError for a revision that git does not know.
    """
    commit = commit_of(report.root, revision)
    groups = report.findings
    before = remember(commit, lambda: _before(report.root, commit, report_on)) if groups.reported else Before()
    old = frozenset(before.fingerprints)
    new = tuple(finding for finding in groups.reported if finding.fingerprint not in old)
    known = tuple(finding for finding in groups.reported if finding.fingerprint in old)
    # A rule that failed on the old tree says nothing about it: what it finds in the new one only looks new.
    failures = tuple(dict.fromkeys(report.failures + before.failures))
    findings = replace(groups, reported=new, known=known)
    return replace(report, findings=findings, compared_with=revision, failures=failures)


def _before(root: str, commit: str, report_on: Callable[[str], Report]) -> Before:
    with tempfile.TemporaryDirectory(prefix="mapleak-") as folder:
        target = Path(folder).resolve()
        # Discovery takes the folder that holds .git as the root of reports: here, too.
        (target / ".git").mkdir()
        export_go(root, commit, target)
        try:
            report = report_on(str(target))
        except NoGoFilesError:
            return Before()
        fingerprints = tuple(finding.fingerprint for finding in report.findings.reported)
        return Before(fingerprints, report.failures, lasting=bool(report.ground))
