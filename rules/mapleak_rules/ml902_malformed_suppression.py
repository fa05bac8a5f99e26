"""ML902: a suppression comment without a reason, or for a rule that does not exist. Reported by triage."""

from __future__ import annotations

from mapleak.model import Confidence, Level
from mapleak.rule import Rule
from mapleak_rules.wording import prose

BAD = """\
package p

var countries = map[string]int{}

func Visit(country string) {
	countries[country]++ //mapleak:ignore ML101
}
"""

GOOD = """\
package p

var countries = map[string]int{}

func Visit(country string) {
	countries[country]++ //mapleak:ignore ML101 callers pass one of the 249 ISO codes
}
"""

RULE = Rule(
    id="ML902",
    name="malformed-suppression",
    summary="A suppression comment gives no reason or names an unknown rule.",
    rationale=prose("""
        A suppression says that somebody knows better than the analysis. Without the reason nobody can check later
        whether that still holds, and a comment for a rule that does not exist suppresses nothing. A malformed
        suppression still accepts the rules it names, so that one mistake is reported once; it accepts nothing for a
        name that is not a rule.
    """),
    not_reported=prose("""
        `//nolint:` and `//lint:ignore` comments that do not speak to mapleak.
    """),
    remedy=prose("""
        Write the rule and, after it, why the finding is harmless here: `//mapleak:ignore ML101 keys are the 249 ISO
        country codes`, `//nolint:mapleak // keys are …`, or `//lint:ignore ML101 keys are …`.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="very-high",
    tags=("suppression",),
)
