"""What the key rules share: the insertions with a hazardous key, and the finding they make."""

from __future__ import annotations

from collections.abc import Sequence

from mapleak.maps.model import AbstractMap, Effect, Growth, Hazard, Lifetime, Operation
from mapleak.model import Certainty, Finding, Link
from mapleak.rule import Rule
from mapleak_rules.argument import argued, insertions, removals
from mapleak_rules.confidence import emptiness, lifetime, reach
from mapleak_rules.emptying import MAY_GROW, growing

KEYS_MAY_REPEAT = Link("growth", Certainty.ASSUMED, "it is not known whether the same few addresses come again")

BY_KEY = frozenset({"delete", "sync.Map.Delete", "sync.Map.LoadAndDelete", "sync.Map.CompareAndDelete"})
"""Forms of removal that look a key up, and so miss one that was made anew."""

_KEY_TYPES = {"unsafe-pointer": "unsafe.Pointer", "reflect-value": "reflect.Value"}
"""Types of keys that are a hazard whatever their value."""


def hazardous(subject: AbstractMap, kind: str) -> tuple[Operation, ...]:
    """The insertions that grow the map and whose key holds the hazard.

    A map that seems to die with its call has no growth to speak of: all its insertions are given, for a finding of
    low confidence that the compiler refutes or not; so is its literal, when that is all that fills it.
    """
    hazards = [op for op in subject.inserts if any(hazard.kind == kind for hazard in op.hazards)]
    if subject.lifetime is Lifetime.CALL:
        return tuple(op for op in hazards if subject.in_test or not op.in_test) or _literal(subject, kind)
    return growing(hazards, subject.in_test) if subject.growth in MAY_GROW else ()


def _literal(subject: AbstractMap, kind: str) -> tuple[Operation, ...]:
    """A map that nothing inserts into has the keys of its literal: the type says what they are."""
    if subject.inserts or not subject.creations or subject.key != _KEY_TYPES.get(kind):
        return ()
    filled = Operation(
        effect=Effect.INSERT,
        form="literal",
        location=subject.creations[0],
        function=subject.name.rpartition(".")[0],
        key=None,
        hazards=(Hazard(kind, ""),),
        value=subject.value,
        via="",
        in_loop=False,
        size_guarded=False,
        presence_guarded=False,
        startup_only=False,
        reachable=True,
        entry="",
        in_test=subject.in_test,
        generated=subject.generated,
        constraint="",
    )
    return (filled,)


def place(op: Operation, kind: str) -> str:
    """Where inside the key the hazard sits, in brackets; empty when it is the key itself."""
    path = next(hazard.path for hazard in op.hazards if hazard.kind == kind)
    return f" ({path})" if path else ""


def finding(
    rule: Rule,
    subject: AbstractMap,
    filling: Sequence[Operation],
    message: str,
    remedy: str,
    links: tuple[Link, ...] = (),
) -> Finding:
    """The finding of a key rule at the first of its insertions, with the argument's usual steps."""
    primary = filling[0]
    repeats = (KEYS_MAY_REPEAT,) if rule.id == "ML301" and subject.growth is Growth.UNKNOWN else ()
    links = (*links, *repeats, lifetime(subject), *emptiness(subject), reach(filling))
    steps = (*insertions(primary, filling, subject.growth_reason), *removals(subject))
    return argued(rule, subject, primary, steps, links, message=message, remedy=remedy)
