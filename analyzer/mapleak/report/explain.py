"""A rule's explanation as Markdown: the one text behind ``mapleak explain``, SARIF's help and docs/rules.md."""

from __future__ import annotations

from collections.abc import Iterable

from mapleak.rule import Rule

HOW_TO_ACCEPT = (
    "To accept a finding, put `//mapleak:ignore {id} reason` at the end of the reported line or of the map's "
    "declaration, on a line of its own above the statement or declaration, or above the package clause for the whole "
    "file. `//nolint:mapleak // reason` and `//lint:ignore {id} reason` work too."
)
ABOUT_COMMENTS = frozenset({"ML901", "ML902"})


def explanation(rule: Rule, *, heading: str = "#") -> str:
    """Markdown with one line for each paragraph; ``heading`` is the mark of its title, parts get one more."""
    parts = [
        f"{heading} {rule.id}: {rule.name}",
        rule.summary.strip(),
        _facts(rule),
        f"{heading}# Why",
        rule.rationale.strip(),
        f"{heading}# Reported",
        _code(rule.bad),
        f"{heading}# Not reported",
        rule.not_reported.strip(),
        f"{heading}# What to do",
        rule.remedy.strip(),
        _code(rule.good),
    ]
    if rule.id not in ABOUT_COMMENTS:
        parts += [f"{heading}# How to accept it", HOW_TO_ACCEPT.format(id=rule.id)]
    return "\n\n".join(parts) + "\n"


def rules_page(rules: Iterable[Rule]) -> str:
    """docs/rules.md: all rules on one page."""
    known = list(rules)
    table = ["| rule | name | level | confidence |", "|---|---|---|---|"]
    table += [
        f"| [{rule.id}](#{anchor(rule)}) | {rule.name} | {rule.level.value} | {rule.confidence.value} |"
        for rule in known
    ]
    head = "# Rules\n\nGenerated from the rules themselves by `make docs`.\n\n" + "\n".join(table) + "\n"
    return "\n".join([head, *(explanation(rule, heading="##") for rule in known)])


def anchor(rule: Rule) -> str:
    """Where a rule's heading is on the page, as Markdown renderers derive it."""
    return f"{rule.id.lower()}-{rule.name}"


def _facts(rule: Rule) -> str:
    cwe = f", [CWE-{rule.cwe}](https://cwe.mitre.org/data/definitions/{rule.cwe}.html)" if rule.cwe else ""
    return f"Level: {rule.level.value}, confidence: {rule.confidence.value}, since {rule.since}{cwe}."


def _code(source: str) -> str:
    return f"```go\n{source.strip()}\n```"
