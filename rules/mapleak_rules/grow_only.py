"""The argument of the grow-only tables, ML101 and ML102: filled again and again, with ever new keys, never emptied."""

from __future__ import annotations

from mapleak.maps.model import SELDOM, AbstractMap, Effect, KeyOrigin, Miss, Operation
from mapleak.model import Finding
from mapleak.rule import Rule
from mapleak_rules.argument import argued, insertions, removals
from mapleak_rules.confidence import emptiness, growth, identity, lifetime, reach, repetition, standing
from mapleak_rules.emptying import MAY_GROW, Discounted, discounted, emptying, growing
from mapleak_rules.wording import key_text, short


def filling(subject: AbstractMap) -> tuple[Operation, ...]:
    """The insertions by which a map grows for as long as it lives, the most telling first; none when it is emptied."""
    if subject.told_by or subject.growth not in MAY_GROW or emptying(subject):
        return ()
    return growing(subject.inserts, subject.in_test)


def finding(rule: Rule, subject: AbstractMap, filled: tuple[Operation, ...]) -> Finding:
    """The finding of ``rule`` about a map that ``filled`` lets grow without end."""
    primary = filled[0]
    lives, grows = lifetime(subject), growth(subject, filled)
    links = (identity(subject), lives, grows, *emptiness(subject), reach(filled), repetition(filled))
    links = (*links, *standing(subject, filled, links))
    steps = (*insertions(primary, filled, subject.growth_reason), *removals(subject))
    message, remedy = _message(subject, primary), _remedy(subject, primary)
    return argued(rule, subject, primary, steps, links, message=message, remedy=remedy)


def _message(subject: AbstractMap, primary: Operation) -> str:
    entry = f", reached from {short(primary.entry)}," if primary.entry not in {"", primary.function} else ""
    # A map that is only made late, or made again at start-up, is no attempt at taking entries out.
    idle = [d for d in discounted(subject) if d.operation.effect is Effect.REMOVE or d.reason == SELDOM]
    absent = "nothing ever takes them out" if subject.unread is None else "nothing that was analysed takes them out"
    ending = f"{_removal(idle[0])} does not help: {idle[0].reason}" if idle else absent
    return (
        f"{short(subject.name)} keeps an entry for every {key_text(primary.key)} it has ever been given: "
        f"{short(primary.function)}{entry} adds them, and {ending}"
    )


def _removal(idle: Discounted) -> str:
    return f"the {idle.operation.form}" if idle.operation.effect is Effect.REMOVE else "a new map"


def _remedy(subject: AbstractMap, primary: Operation) -> str:
    """What to do, by what was seen: an emptied inner level, a tombstone, a count, a key that never comes again."""
    name = subject.name.rpartition(".")[2].replace("[]", "[…]")
    text = primary.key.text if primary.key is not None else ""
    key = text if text and "(" not in text and "{" not in text else "key"  # what is computed anew need not be the same
    removal = f"{name}.Delete({key})" if subject.container == "sync.Map" else f"delete({name}, {key})"
    if primary.form == "call":
        return f"remove {key} from {name} where the life of the entry ends, or bound {name} by size or age"
    kept = {missed.kind for missed in subject.missing}
    if Miss.INNER_LEVEL in kept:
        return f"call {removal} as soon as nothing is left under the key"
    if Miss.TOMBSTONE in kept:
        return f"call {removal} instead of storing an empty value under the key"
    if primary.form in _COUNTS:
        return (
            f"swap {name} for a new map each time its counts are read, or call {removal} when the key goes out of use"
        )
    if primary.key is not None and primary.key.origin in _NEVER_AGAIN:
        return f"call {removal} where the life of the entry ends: the key is new each time and will not come again"
    return f"call {removal} where the life of the entry ends, or bound {name} by size or age"


_COUNTS = frozenset({"inc_dec", "op_assign"})
_NEVER_AGAIN = frozenset({KeyOrigin.FRESH, KeyOrigin.COUNTER})
