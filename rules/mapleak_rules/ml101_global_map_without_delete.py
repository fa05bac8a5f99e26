"""ML101: a package-level map that takes ever new keys and is never emptied."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, Effect, Lifetime, MapModel, Operation
from mapleak.model import Confidence, Finding, Level
from mapleak.rule import Rule
from mapleak_rules.argument import assumptions, declared, insertions, lifetime_check, map_ref, reached, removals
from mapleak_rules.confidence import about_callers, about_growth, about_insertions, about_map, weigh
from mapleak_rules.emptying import MAY_GROW, discounted, emptying, growing
from mapleak_rules.wording import key_text, prose, short

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
        of_package = subject.kind == "var" or subject.of_variable
        if not of_package or subject.lifetime is not Lifetime.PROCESS or subject.growth not in MAY_GROW:
            continue
        filling = growing(subject.inserts, subject.in_test)
        if filling and not emptying(subject):
            yield _finding(subject, filling)


def _finding(subject: AbstractMap, filling: tuple[Operation, ...]) -> Finding:
    primary = filling[0]
    doubts = (*about_growth(subject), *about_map(subject), *about_insertions(filling), *about_callers(filling))
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        confidence=weigh(RULE.confidence, doubts),
        message=_message(subject, primary),
        location=primary.location,
        map=map_ref(subject),
        package=subject.package,
        function=primary.function,
        trace=(
            declared(subject),
            *insertions(primary, filling, subject.growth_reason),
            *removals(subject),
            *reached(primary),
            *assumptions(subject.declaration, doubts),
        ),
        remedy=_remedy(subject, primary),
        check=lifetime_check(subject),
    )


def _message(subject: AbstractMap, primary: Operation) -> str:
    entry = f", reached from {short(primary.entry)}," if primary.entry not in {"", primary.function} else ""
    # A map that is only made late, or made again at start-up, is no attempt at taking entries out.
    idle = [d for d in discounted(subject) if d.operation.effect is Effect.REMOVE]
    ending = f"the {idle[0].operation.form} does not help: {idle[0].reason}" if idle else "nothing ever takes them out"
    return (
        f"{short(subject.name)} keeps an entry for every {key_text(primary.key)} it has ever been given: "
        f"{short(primary.function)}{entry} adds them, and {ending}"
    )


def _remedy(subject: AbstractMap, primary: Operation) -> str:
    name = subject.name.rpartition(".")[2]
    key = primary.key.text if primary.key is not None and primary.key.text else "key"
    removal = f"{name}.Delete({key})" if subject.container == "sync.Map" else f"delete({name}, {key})"
    if primary.form in {"inc_dec", "op_assign"}:
        return (
            f"swap {name} for a new map each time its counts are read, or call {removal} when the key goes out of use"
        )
    return f"call {removal} where the life of the entry ends, or bound {name} by size or age"


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
        finite set (constants, enumerations, types) or whose size is checked before the insertion; writes that only
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
