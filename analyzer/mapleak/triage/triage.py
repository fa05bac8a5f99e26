"""Sorts findings into what is reported and what is not, and why: every finding ends in exactly one group."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

import msgspec
from msgspec.structs import replace

from mapleak.config import Config
from mapleak.model import Finding, MapRef, Verdict
from mapleak.registry import report_order
from mapleak.rule import Rule
from mapleak.source.model import Tree
from mapleak.syntax.facts import FileFacts
from mapleak.triage.fingerprints import with_fingerprints
from mapleak.triage.model import SuppressedFinding, Triaged
from mapleak.triage.story import one_story
from mapleak.triage.suppressions import Comments, Suppression, suppressions

REFUTABLE = frozenset({"map-outlives-call", "closure-outlives-call"})
"""Claims that the compiler can refute: it is asked about them even when the finding is below the thresholds.

So a map that certainly dies with its call counts as refuted, and not as something we are merely unsure of.
"""

UNUSED = "ML901"
MALFORMED = "ML902"


class Candidates(msgspec.Struct, frozen=True):
    """Findings whose fate the compiler may decide, and those that are not reported whatever it says."""

    findings: tuple[Finding, ...]
    aside: Triaged


def candidates(found: Iterable[Finding], tree: Tree, facts: Mapping[str, FileFacts], config: Config) -> Candidates:
    """Name the findings and set aside those that the options hide, so that the compiler is not asked about them.

    What the thresholds hide as well does not count as hidden in tests or generated code: reporting these would not
    bring it to light.
    """
    asked = {file.path for file in tree.files if file.reported}
    tests = {file.path for file in tree.files if file.is_test}
    kept: list[Finding] = []
    unasked: list[Finding] = []
    hidden_tests: list[Finding] = []
    hidden_generated: list[Finding] = []
    low: list[Finding] = []
    for finding in with_fingerprints(found):
        file = finding.location.file
        if not {file, finding.map.declaration.file} & asked:
            unasked.append(finding)
        elif (hidden := _hidden(file, tests, facts, config)) and not below_threshold(finding, config):
            (hidden_tests if hidden == "tests" else hidden_generated).append(finding)
        elif hidden or (below_threshold(finding, config) and finding.check.claim not in REFUTABLE):
            low.append(finding)
        else:
            kept.append(finding)
    aside = Triaged(
        unasked=tuple(unasked),
        hidden_tests=tuple(hidden_tests),
        hidden_generated=tuple(hidden_generated),
        below_threshold=tuple(low),
    )
    return Candidates(tuple(kept), aside)


def _hidden(file: str, tests: Container[str], facts: Mapping[str, FileFacts], config: Config) -> str:
    """Which kind of file the options leave out: tests, generated; "" for all others."""
    if file in tests and not config.tests:
        return "tests"
    return "generated" if file in facts and facts[file].generated and not config.generated else ""


def below_threshold(finding: Finding, config: Config) -> bool:
    """Whether the user did not want findings as unsure or as slight as this one."""
    return finding.confidence.rank < config.min_confidence.rank or finding.level.rank < config.min_level.rank


def triage(
    in_question: Candidates,
    checked: Iterable[Finding],
    tree: Tree,
    facts: Mapping[str, FileFacts],
    rules: tuple[Rule, ...],
    active: tuple[Rule, ...],
    config: Config,
) -> Triaged:
    """Sort the candidates, as the compiler's evidence left them, and add what is wrong with suppression comments."""
    refuted: list[Finding] = []
    standing: list[Finding] = []
    low: list[Finding] = []
    for finding in checked:
        if _refuted(finding):
            refuted.append(finding)
        else:
            (low if below_threshold(finding, config) else standing).append(finding)
    told, merged = one_story(standing)
    comments = Comments(suppressions(facts, rules) if config.ignores else ())
    reported: list[Finding] = []
    suppressed: list[SuppressedFinding] = []
    for finding in told:
        accepting = next(comments.accepting(finding), None)
        if accepting is None:
            reported.append(finding)
        else:
            suppressed.append(_suppressed(finding, accepting))
    everything = (*in_question.findings, *_all(in_question.aside))
    about_comments = candidates(_comment_findings(comments, everything, tree, facts, active), tree, facts, config)
    aside = _joined(in_question.aside, about_comments.aside)
    return replace(
        aside,
        reported=tuple(sorted((*reported, *about_comments.findings), key=report_order)),
        suppressed=tuple(suppressed),
        below_threshold=(*aside.below_threshold, *low),
        refuted=tuple(refuted),
        merged=tuple(finding for finding, _ in merged),
    )


def _refuted(finding: Finding) -> bool:
    return finding.compiler is not None and finding.compiler.verdict is Verdict.REFUTED


def _suppressed(finding: Finding, comment: Suppression) -> SuppressedFinding:
    return SuppressedFinding(finding, comment.file, comment.location.line, comment.text, comment.reason)


def _all(groups: Triaged) -> tuple[Finding, ...]:
    return groups.unasked + groups.hidden_tests + groups.hidden_generated + groups.below_threshold


def _joined(left: Triaged, right: Triaged) -> Triaged:
    return Triaged(
        unasked=left.unasked + right.unasked,
        hidden_tests=left.hidden_tests + right.hidden_tests,
        hidden_generated=left.hidden_generated + right.hidden_generated,
        below_threshold=left.below_threshold + right.below_threshold,
    )


def _comment_findings(
    comments: Comments,
    findings: tuple[Finding, ...],
    tree: Tree,
    facts: Mapping[str, FileFacts],
    active: tuple[Rule, ...],
) -> list[Finding]:
    """ML901 and ML902. A comment is called unused only when everything that could use it was looked at."""
    on = {rule.id: rule for rule in active}
    packages = {file.path: file.import_path for file in tree.files}
    whole = all(file.reported for file in tree.files)
    used = {comment for finding in findings for comment in comments.accepting(finding)}
    found: list[Finding] = []
    for comment in comments:
        package = packages.get(comment.file, "")
        if comment.faults:
            if MALFORMED in on:
                message = f"malformed suppression: {' and '.join(comment.faults)}"
                found.append(_about(comment, on[MALFORMED], message, package))
            continue
        looked_at = whole and comment.rules is not None and comment.rules <= on.keys()
        if UNUSED not in on or not looked_at or facts[comment.file].issues:
            continue
        if comment not in used:
            names = ", ".join(sorted(comment.rules or ()))
            message = f"this suppression of {names} matches no finding"
            found.append(_about(comment, on[UNUSED], message, package))
    return found


def _about(comment: Suppression, rule: Rule, message: str, package: str) -> Finding:
    """A finding about a comment: there is no map, so its fields are empty and its declaration is the comment."""
    return Finding(
        rule=rule.id,
        level=rule.level,
        confidence=rule.confidence,
        message=message,
        location=comment.location,
        map=MapRef(name="", kind="", type="", declaration=comment.location),
        package=package,
        function="",
        remedy=rule.remedy,
    )
