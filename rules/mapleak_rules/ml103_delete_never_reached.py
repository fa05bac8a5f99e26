"""ML103: a map that takes ever new keys, whose removal exists or is due and does not help."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, Lifetime, MapModel, Miss, Missed, Operation
from mapleak.model import Certainty, Confidence, Finding, Level, Step
from mapleak.rule import Rule
from mapleak_rules.argument import argued, insertions, removals
from mapleak_rules.confidence import growth, identity, lifetime, misses, reach, repetition, surer
from mapleak_rules.emptying import KEYS_STAY, MAY_GROW, discounted, growing, helping, missed_by
from mapleak_rules.wording import key_text, prose, short

BAD = """\
package p

type Call struct{ done chan struct{} }

type Client struct {
	pending map[uint64]*Call
	started map[uint64]int64
}

func NewClient() *Client {
	return &Client{pending: make(map[uint64]*Call), started: make(map[uint64]int64)}
}

func (c *Client) Close() {}

func (c *Client) Send(id uint64, now int64) *Call {
	call := &Call{done: make(chan struct{})}
	c.pending[id] = call
	c.started[id] = now
	return call
}

func (c *Client) Answered(id uint64) {
	if call := c.pending[id]; call != nil {
		close(call.done)
	}
	delete(c.pending, id)
}
"""

GOOD = """\
package p

type Call struct{ done chan struct{} }

type Client struct {
	pending map[uint64]*Call
	started map[uint64]int64
}

func NewClient() *Client {
	return &Client{pending: make(map[uint64]*Call), started: make(map[uint64]int64)}
}

func (c *Client) Close() {}

func (c *Client) Send(id uint64, now int64) *Call {
	call := &Call{done: make(chan struct{})}
	c.pending[id] = call
	c.started[id] = now
	return call
}

func (c *Client) Answered(id uint64) {
	if call := c.pending[id]; call != nil {
		close(call.done)
	}
	delete(c.pending, id)
	delete(c.started, id)
}
"""

_LASTING = frozenset({Lifetime.PROCESS, Lifetime.OBJECT, Lifetime.GOROUTINE, Lifetime.UNKNOWN})
_STRONG = frozenset({Certainty.SURE, Certainty.LIKELY})

_REMEDIES = {
    Miss.NEVER_CALLED: "call the function that removes where the life of the entry ends",
    Miss.ONE_WAY_OUT: "remove the entry on every way out: before the branches, or in a defer",
    Miss.OTHER_KEY: "delete under the key that was stored",
    Miss.MIXED_UP: "delete under the key that the entry was looked up under",
    Miss.OTHER_MAP: "delete from the map that is ranged over",
    Miss.ON_LOOK_UP: "sweep what is too old in a loop with a time.Ticker, or keep at most so many entries",
    Miss.RUN_ONCE: "sweep again and again, with a time.Ticker in the goroutine's loop",
    Miss.FORGOTTEN: "remove the entry from this map there, too",
    Miss.SIBLING: "remove the entry from this map in the same place",
    Miss.ONLY_READS: "delete the key there, after the entry was looked up",
}


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each lasting map that grows and whose removals, those that are and those that are due, miss."""
    for subject in model.maps:
        if subject.told_by or not _lasts(subject) or subject.growth not in MAY_GROW:
            continue
        reasons = missed_by(subject)
        if subject.unread is not None:  # that nothing takes them out cannot be said beside it
            reasons = tuple(reason for reason in reasons if reason.kind not in _UNSEEN)
        if helping(subject):  # which do not take out what is meant to go elsewhere
            reasons = tuple(reason for reason in reasons if reason.kind in _BESIDE_OTHERS)
        filled = growing(subject.inserts, subject.in_test)
        if filled and any(reason.certainty in _STRONG or reason.kind is Miss.NEVER_CALLED for reason in reasons):
            yield _finding(subject, filled, reasons)


def _lasts(subject: AbstractMap) -> bool:
    if subject.kind == "var" or subject.of_variable:
        return subject.lifetime is Lifetime.PROCESS
    if subject.kind == "local":
        return subject.lifetime is Lifetime.GOROUTINE
    return subject.kind in ("field", "element") and subject.lifetime in _LASTING


def _finding(subject: AbstractMap, filled: tuple[Operation, ...], reasons: tuple[Missed, ...]) -> Finding:
    primary = filled[0]
    repeated = repetition(filled)
    if repeated.certainty is not Certainty.UNKNOWN:  # registrations and settings may be taken back, and rarely are
        repeated = surer(subject, repeated)
    life = lifetime(subject)
    if any(reason.kind in _MISTAKES for reason in reasons):  # later calls mean to take out what earlier ones put in
        life = surer(subject, life)
    links = (identity(subject), life, growth(subject, filled), *misses(subject), reach(filled), repeated)
    steps = (
        *insertions(primary, filled, subject.growth_reason),
        *(Step(reason.location, reason.reason) for reason in reasons),
        *_other_removals(subject, reasons),
    )
    message, remedy = _message(subject, primary, reasons[0]), _REMEDIES[reasons[0].kind]
    return argued(RULE, subject, primary, steps, links, message=message, remedy=remedy)


def _other_removals(subject: AbstractMap, reasons: tuple[Missed, ...]) -> tuple[Step, ...]:
    """The removals that do not count for the usual reasons, where no miss speaks of them already."""
    told = {reason.location for reason in reasons}
    if not discounted(subject) and not any(missed.kind in KEYS_STAY for missed in subject.missing):
        return ()  # it would say that nothing empties the map
    return tuple(step for step in removals(subject) if step.location not in told)


def _message(subject: AbstractMap, primary: Operation, reason: Missed) -> str:
    entry = f", reached from {short(primary.entry)}," if primary.entry not in {"", primary.function} else ""
    what = _SHORTCOMINGS.get(reason.kind, "the removal that exists does not help")
    return (
        f"{short(subject.name)} keeps an entry for every {key_text(primary.key)} it has been given: "
        f"{short(primary.function)}{entry} adds them, and {what}: {reason.reason}"
    )


_BESIDE_OTHERS = frozenset({Miss.MIXED_UP, Miss.FORGOTTEN})
"""Misses that matter whatever else removes: what is meant to go at that place stays."""

_MISTAKES = frozenset({Miss.OTHER_KEY, Miss.MIXED_UP, Miss.OTHER_MAP, Miss.FORGOTTEN})
"""Misses that are wrong however long the map lives."""

_ABSENT = frozenset({Miss.SIBLING, Miss.ONLY_READS, Miss.OTHER_MAP})
"""Removals of the map that are not there at all."""

_UNSEEN = _ABSENT | {Miss.FORGOTTEN}
"""Misses that a removal in code which was not analysed would mend."""

_SHORTCOMINGS = {
    Miss.MIXED_UP: "a removal misses them",
    Miss.FORGOTTEN: "one of the places that end them leaves them here",
    **dict.fromkeys(_ABSENT, "what should take them out does not"),
}
"""What is said of removals that are not there at all, or not the only ones."""


RULE = Rule(
    id="ML103",
    name="delete-never-reached",
    summary="A map takes ever new keys, and the removal that exists, or is due, never takes them out.",
    rationale=prose("""
        An entry of a map stays until it is deleted under its own key, from its own map, by code that runs. A removal
        that nobody calls, that lies in one branch only, that is given another key or another map, or that runs once,
        leaves the entry there for good, and the heap grows as if there were no removal at all. A cache that drops what
        is too old when it is asked for again keeps whatever nobody asks for again.

        The same is true of maps that are filled together. When the function that ends an entry's life deletes it from
        one of them and forgets the other, or looks the entry up, acts on it and leaves it, the forgotten map keeps
        every key there ever was.

        A map that is tended can be forgotten at one place. Where two maps are filled together and cleaned together, a
        third place that cleans only the one leaves the entries of the other; where an emptied list or inner map goes
        with its key, the one function that empties it and keeps the key fills the map with empty rests; and a function
        that stores under a key of its own, fails and returns has nobody left to take the entry out.

        A function that puts its key into two maps and takes it out of one of them at its end leaves it in the other.
        So does the one arm of a function that ends things in which nothing is taken out, where all arms beside it do.
        And a function that hands out what takes an entry out again must do so on each way on which it has put one in.

        Who puts an entry into a map to wait for an answer, and is the only one to know when it gives up, must take it
        out itself then: what removes the entry when the answer comes never runs for an answer that is lost, nor for a
        question that could not be sent.

        And the key must still be the one that was stored. A method that closes an object and clears its fields takes
        the key away from a deletion further down, and a deletion under a part of the key finds nothing.
    """),
    not_reported=prose("""
        Maps with at least one removal that runs, can match the keys stored, and is not known to miss, unless the
        program shows by its other removals that one place forgets; removals in one branch where nothing in the function
        shows what the other way should have done; exported removers of a library, which its users may call; maps that a
        function outside the tree gets which may remove; pairs of request and reply fields that hold the same id.
    """),
    remedy=prose("""
        Let every way on which an entry's life ends delete it: in a `defer`, before the branches, or in the handler
        that already cleans up its siblings. Use the very key that was stored (keep it with the value when it is made
        of several parts). Run sweeps in the loop of a `time.Ticker`.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="medium",
    tags=("memory-leak", "map"),
    cwe=401,
    check=check,
)
