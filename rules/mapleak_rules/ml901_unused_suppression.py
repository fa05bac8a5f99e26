"""ML901: a suppression comment that suppresses nothing. Reported by triage, which knows what was matched."""

from __future__ import annotations

from mapleak.model import Confidence, Level
from mapleak.rule import Rule
from mapleak_rules.wording import prose

BAD = """\
package p

var sessions = map[string]int{}

func Login(id string) {
	sessions[id]++ //mapleak:ignore ML101 the number of accounts is small
}

func Logout(id string) {
	delete(sessions, id)
}
"""

GOOD = """\
package p

var sessions = map[string]int{}

func Login(id string) {
	sessions[id]++
}

func Logout(id string) {
	delete(sessions, id)
}
"""

RULE = Rule(
    id="ML901",
    name="unused-suppression",
    summary="A suppression comment matches no finding.",
    rationale=prose("""
        A suppression that matches nothing is left over from code that has changed, or never did what its author
        thought: a comment on the wrong line, the wrong rule. It looks like a decision that somebody took, and it will
        silence the next real finding at this place without anybody looking at it.
    """),
    not_reported=prose("""
        Said only after a scan of the whole module with the named rule switched on: a scan of some packages, or with
        fewer rules, cannot know.
    """),
    remedy=prose("""
        Remove the comment, or move it to the line, statement or declaration it is meant for.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.NOTE,
    confidence=Confidence.HIGH,
    precision="very-high",
    tags=("suppression",),
)
