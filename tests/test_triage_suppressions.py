"""Suppression comments: what they accept, and what is said about the comments themselves."""

from __future__ import annotations

import msgspec
import pytest

from mapleak.config import Config
from mapleak.model import Confidence, Finding
from mapleak.registry import load_rules
from mapleak.syntax.facts import Directive, SyntaxIssue
from mapleak.triage.model import Triaged
from mapleak.triage.suppressions import parse
from mapleak.triage.triage import candidates, triage
from samples import RULES, comment, facts, finding, location, source_file, tree

NAMES = {rule.id: rule.id for rule in RULES} | {rule.name: rule.id for rule in RULES}
FILE = "cart/cart.go"


def run(
    *comments: Directive, findings: tuple[Finding, ...] = (), config: Config | None = None, **parts: object
) -> Triaged:
    """Triage of findings in the sample file, which holds these comments."""
    config = config or Config()
    files = tree(source_file(FILE), *parts.get("files", ()))  # type: ignore[misc]
    known = {FILE: parts.get("facts") or facts(*comments)}
    active = parts.get("active", RULES)
    asked = candidates(findings, files, known, config)  # type: ignore[arg-type]
    return triage(asked, asked.findings, files, known, RULES, active, config)  # type: ignore[arg-type]


def reported(triaged: Triaged) -> list[str]:
    return [f"{found.rule}:{found.location.line}: {found.message}" for found in triaged.reported]


@pytest.mark.parametrize(
    ("text", "rules", "reason"),
    [
        ("//mapleak:ignore ML101 few users", {"ML101"}, "few users"),
        ("//mapleak:ignore ML101,ML201 few users", {"ML101", "ML201"}, "few users"),
        ("//mapleak:ignore ML101, ML201  few users", {"ML101", "ML201"}, "few users"),
        ("//mapleak:ignore global-map-without-delete few users", {"ML101"}, "few users"),
        ("//mapleak:ignore ml101 few users", {"ML101"}, "few users"),
        ("//nolint:mapleak // few users", None, "few users"),
        ("//nolint:errcheck,mapleak // few users", None, "few users"),
        ("//nolint:all", None, ""),
        ("//nolint", None, ""),
        ("//nolint // everything", None, "everything"),
        ("//lint:ignore ML101 few users", {"ML101"}, "few users"),
        ("//lint:ignore SA4006,ML101 few users", {"ML101"}, "few users"),
        ("//lint:file-ignore ML101 few users", {"ML101"}, "few users"),
    ],
)
def test_forms(text: str, rules: set[str] | None, reason: str) -> None:
    """Every form that is ours is read, without a fault."""
    found = parse(FILE, comment(text), NAMES)
    assert found is not None
    assert (found.rules, found.reason, found.faults) == (rules, reason, ())


@pytest.mark.parametrize(
    "text",
    [
        "//nolint:errcheck",
        "//nolint:mapleaks // not we",
        "//nolintlint",
        "//lint:ignore SA4006 not ours",
        "//lint:ignore",
        "//lint:ignored ML101 no such form",
        "// a comment about mapleak:ignore",
    ],
)
def test_comments_for_others(text: str) -> None:
    """What is addressed to other tools is not read at all."""
    assert parse(FILE, comment(text), NAMES) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("//mapleak:ignore", "names no rule"),
        ("//mapleak:ignore ML101", "gives no reason"),
        ("//mapleak:ignore ML999 few users", "ML999 is not a rule"),
        ("//mapleak:ignore ML1 few users", "ML1 is not a rule"),
        ("//mapleak:ignore because I say so", "because is not a rule"),
        ("//mapleak:disable ML101 few users", "mapleak:disable is not known"),
        ("//nolint:mapleak", "gives no reason"),
        ("//lint:ignore ML999 few users", "ML999 is not a rule"),
        ("//lint:ignore ML101", "gives no reason"),
    ],
)
def test_malformed(text: str, fault: str) -> None:
    """ML902 says what is wrong, at the comment."""
    (found,) = reported(run(comment(text)))
    assert found.startswith("ML902:10: malformed suppression: ")
    assert fault in found


def test_a_comment_on_the_line_accepts_the_finding() -> None:
    """The finding leaves the report and is kept with the comment's reason."""
    triaged = run(comment("//mapleak:ignore ML101 few users"), findings=(finding(),))
    assert triaged.reported == ()
    (item,) = triaged.suppressed
    assert (item.finding.rule, item.line, item.reason) == ("ML101", 10, "few users")


@pytest.mark.parametrize(("first", "last", "accepted"), [(6, 6, True), (9, 11, True), (7, 9, False), (11, 12, False)])
def test_the_range_must_cover_the_insertion_or_the_declaration(first: int, last: int, accepted: bool) -> None:
    """The sample's map is declared on line 6 and filled on line 10."""
    text = "//nolint:mapleak // few users"
    triaged = run(comment(text, 5, first, last), findings=(finding(),))
    assert bool(triaged.suppressed) is accepted


def test_a_comment_in_another_file_accepts_nothing() -> None:
    """The same line elsewhere is another place."""
    elsewhere = location(file="cart/other.go")
    other = finding(location=elsewhere, map=finding().map.__class__("m", "var", "map[int]int", elsewhere))
    triaged = run(comment("//nolint:mapleak // x"), findings=(other,), files=(source_file("cart/other.go"),))
    assert [found.location.file for found in triaged.reported] == ["cart/other.go"]


def test_another_rule_is_not_accepted() -> None:
    """A comment speaks for the rules it names; this one is unused as well."""
    triaged = run(comment("//mapleak:ignore ML201 waited for"), findings=(finding(),))
    assert [found.rule for found in triaged.reported] == ["ML101", "ML901"]


def test_file_ignore_covers_the_file_wherever_it_stands() -> None:
    """The whole-file form needs no range."""
    triaged = run(comment("//lint:file-ignore ML101 few users", 11), findings=(finding(),))
    assert len(triaged.suppressed) == 1


def test_a_malformed_comment_still_accepts_what_it_names() -> None:
    """One complaint, not two."""
    triaged = run(comment("//mapleak:ignore ML101"), findings=(finding(),))
    assert [found.rule for found in triaged.reported] == ["ML902"]
    assert len(triaged.suppressed) == 1


def test_an_unused_comment_is_reported() -> None:
    """ML901 stands at the comment and names the rules."""
    assert reported(run(comment("//mapleak:ignore ML101 few users"))) == [
        "ML901:10: this suppression of ML101 matches no finding"
    ]


@pytest.mark.parametrize("text", ["//nolint", "//nolint:all", "//nolint:mapleak // few users", "//lint:ignore SA1 x"])
def test_comments_for_every_linter_are_never_unused(text: str) -> None:
    """They may be there for somebody else."""
    assert reported(run(comment(text))) == []


def test_not_called_unused_when_the_rule_is_off() -> None:
    """Only a rule that ran can say that there is nothing."""
    active = tuple(rule for rule in RULES if rule.id != "ML101")
    assert reported(run(comment("//mapleak:ignore ML101 few users"), active=active)) == []


def test_not_called_unused_when_paths_were_named() -> None:
    """A scan of a part reports a part."""
    files = (source_file("cart/other.go", reported=False),)
    assert reported(run(comment("//mapleak:ignore ML101 few users"), files=files)) == []


def test_not_called_unused_when_the_file_has_syntax_errors() -> None:
    """What could not be read may hold the finding."""
    broken = msgspec.structs.replace(
        facts(comment("//mapleak:ignore ML101 few users")), issues=(SyntaxIssue(1, 1, "unexpected }"),)
    )
    assert reported(run(facts=broken)) == []


@pytest.mark.parametrize(
    ("found", "group"),
    [
        (finding(confidence=Confidence.LOW), "below_threshold"),
        (finding("ML301"), "reported"),
    ],
)
def test_a_comment_is_used_by_findings_that_are_not_told(found: Finding, group: str) -> None:
    """A finding below the threshold, or one that another story has merged, still needs its comment."""
    findings = (found,) if group == "below_threshold" else (found, finding("ML101"))
    triaged = run(comment("//mapleak:ignore ML101 few users"), findings=findings)
    assert len(getattr(triaged, group)) == 1
    assert not [said for said in reported(triaged) if said.startswith("ML901")]


def test_no_ignores() -> None:
    """With --no-ignores comments accept nothing and are not judged."""
    triaged = run(comment("//mapleak:ignore ML101"), findings=(finding(),), config=Config(ignores=False))
    assert [found.rule for found in triaged.reported] == ["ML101"]


def test_what_is_said_of_malformed_comments_is_what_happens() -> None:
    """ML902's text promises: a comment accepts the rules it names, and nothing for a name that is not a rule."""
    (said,) = (rule.rationale for rule in load_rules() if rule.id == "ML902")
    assert "still accepts the rules it names" in said
    assert "accepts nothing for a name that is not a rule" in said
    assert "not obeyed" not in said
    half = run(comment("//mapleak:ignore ML101,ML999"), findings=(finding(),))
    assert ([item.finding.rule for item in half.suppressed], [found.rule for found in half.reported]) == (
        ["ML101"],
        ["ML902"],
    )
    misspelt = run(comment("//mapleak:ignore ML999 few users"), findings=(finding(),))
    assert misspelt.suppressed == ()
    assert sorted(found.rule for found in misspelt.reported) == ["ML101", "ML902"]
