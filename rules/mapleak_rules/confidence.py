"""How sure a rule may be: every doubt has a name, a weight and a sentence, and they are all here.

A finding starts with its rule's own confidence; each doubt takes it one or two steps down. The sentences become
steps of the finding's trace, so that the reader sees what was assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mapleak.maps.model import AbstractMap, Growth, Lifetime, Operation
from mapleak.model import Confidence
from mapleak_rules.emptying import discounted


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing an argument assumes; ``steps`` is how far it lowers the confidence."""

    name: str
    steps: int
    reason: str


GROWTH_UNKNOWN = Doubt("growth-unknown", 2, "it is not known whether the keys come from a finite set")
KEYS_MAY_REPEAT = Doubt("keys-may-repeat", 1, "it is not known whether the same few addresses come again")
LIFETIME_UNKNOWN = Doubt("lifetime-unknown", 1, "it is not known how long the map lives")
LIFETIME_OWNER = Doubt("lifetime-owner", 1, "the map lives only as long as its owner")
LIFETIME_CALL = Doubt("lifetime-call", 2, "the map seems to die with the call that makes it")
UNSEEN_USES = Doubt("unseen-uses", 1, "the map is handed to code that was not analysed, which may empty it")
NO_ENTRY = Doubt("no-entry", 2, "no code that runs was found to reach this place")
UNREACHED_REMOVAL = Doubt("unreached-removal", 1, "a removal exists, and only the call graph says that it never runs")
CONSTRAINED = Doubt("constrained", 1, "every insertion that matters is in a file with a build constraint")
ASSUMED_CALLERS = Doubt(
    "assumed-callers", 1, "only importers that are not seen may call what leads here again and again"
)
CONFIGURING = Doubt("configuring", 1, "what leads here is named like a registration or a setting, made at start-up")
END_UNKNOWN = Doubt("end-unknown", 2, "it is not known whether the goroutine ends")
STOPPABLE = Doubt("stoppable", 1, "the goroutine can be stopped")
REMOVAL_MAY_MATCH = Doubt(
    "removal-may-match", 1, "a removal by key exists, which matches if the key is the very same Value"
)
STORED_KEY_UNKNOWN = Doubt("stored-key-unknown", 1, "it is not known whether the stored key is the visited one")

_LADDER = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)
_OWNED = frozenset({Lifetime.OBJECT, Lifetime.GOROUTINE})


def weigh(base: Confidence, doubts: Iterable[Doubt]) -> Confidence:
    """The confidence that is left of ``base`` after all doubts, each counted once."""
    steps = sum(doubt.steps for doubt in set(doubts))
    return _LADDER[max(0, _LADDER.index(base) - steps)]


def about_map(subject: AbstractMap) -> tuple[Doubt, ...]:
    """Doubts about what was seen of a map: uses out of sight, removals that only seem dead."""
    doubts = []
    if subject.unseen_uses:
        doubts.append(UNSEEN_USES)
    if any(not idle.operation.reachable and not idle.operation.in_test for idle in discounted(subject)):
        doubts.append(UNREACHED_REMOVAL)
    return tuple(doubts)


def about_growth(subject: AbstractMap) -> tuple[Doubt, ...]:
    """Doubt about whether the keys of a map are ever new."""
    return (GROWTH_UNKNOWN,) if subject.growth is Growth.UNKNOWN else ()


def about_lifetime(subject: AbstractMap) -> tuple[Doubt, ...]:
    """Doubt about whether a map lives long enough to matter."""
    if subject.lifetime is Lifetime.CALL:
        return (LIFETIME_CALL,)
    if subject.lifetime in _OWNED:
        return (LIFETIME_OWNER,)
    return (LIFETIME_UNKNOWN,) if subject.lifetime is Lifetime.UNKNOWN else ()


def about_insertions(insertions: Sequence[Operation]) -> tuple[Doubt, ...]:
    """Doubts about whether the insertions that make the case run in the program that is built."""
    doubts = []
    if not any(op.reachable for op in insertions):
        doubts.append(NO_ENTRY)
    if all(op.constraint for op in insertions):
        doubts.append(CONSTRAINED)
    return tuple(doubts)


def about_callers(insertions: Sequence[Operation]) -> tuple[Doubt, ...]:
    """Doubts about whether the insertions run again and again: a library's API is called as often as nobody knows.

    What nothing reaches has its own doubt and is left out.
    """
    running = [op for op in insertions if op.reachable]
    if not running or not all(op.assumed for op in running):
        return ()
    return (ASSUMED_CALLERS, CONFIGURING) if all(op.configures for op in running) else (ASSUMED_CALLERS,)
