"""ML101: a package-level map that takes ever new keys and is never emptied."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import Lifetime, MapModel
from mapleak.model import Confidence, Finding, Level
from mapleak.rule import Rule
from mapleak_rules.confidence import of_package
from mapleak_rules.grow_only import filling, finding
from mapleak_rules.wording import prose

BAD = """\
package p

type Session struct{ User string }

var sessions = map[string]*Session{}

func Login(id, user string) {
	sessions[id] = &Session{User: user}
}
"""

GOOD = """\
package p

type Session struct{ User string }

var sessions = map[string]*Session{}

func Login(id, user string) {
	sessions[id] = &Session{User: user}
}

func Logout(id string) {
	delete(sessions, id)
}
"""


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each process-lived package variable that grows and that nothing empties."""
    for subject in model.maps:
        if of_package(subject) and subject.lifetime is Lifetime.PROCESS and (filled := filling(subject)):
            yield finding(RULE, subject, filled)


RULE = Rule(
    id="ML101",
    name="global-map-without-delete",
    summary="A package-level map takes ever new keys, and nothing empties it.",
    rationale=prose("""
        A package variable is reachable for as long as the process runs, and so is every entry of a map it holds: the
        key, the value and everything they point to. Nothing but removing the entry or dropping the map releases them.
        When the keys come from outside (requests, addresses, names) or are fresh each time (ids, counters, pointers),
        each new key adds an entry that is never used again, and the heap grows with the traffic the process has seen in
        its life.

        `delete` and `clear` free what the entries pointed to, but the table of a built-in map keeps its peak size until
        the map itself is dropped or rebuilt. (A `sync.Map` gives its table back since Go 1.24.) Storing `nil` or an
        empty value under the key keeps the key.
    """),
    not_reported=prose("""
        Maps filled only by `init`, package initialisers or other code that runs once; maps whose keys come from a
        finite set (constants, enumerations, types, accounts of the operating system) or whose size is checked before
        the insertion; maps of whose keys only names tell that they are new: such memo tables and registries are keyed
        by what a program is set up with far more often than by what comes and goes; writes that only
        happen when the key is already there; maps that running code deletes from, clears, or replaces by a new one,
        also through an alias, a parameter or a method, and also in a file with a build constraint. Maps in test files.
    """),
    remedy=prose("""
        Remove the entry where the life of what it stands for ends (disconnect, completion, expiry), not only on one of
        several ways out. Where there is no such event, bound the map: an LRU or TTL cache, a sweep by age, or a fresh
        map (`m = make(map[K]V)`) at intervals. For a memo table, make sure the keys are a finite set.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="high",
    tags=("memory-leak", "map", "global"),
    cwe=401,
    check=check,
)
