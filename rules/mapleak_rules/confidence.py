"""How sure a finding is, computed from the links of its argument: the only place where confidence is decided.

An argument is a chain: *identity* (which map), *lifetime* (it stays), *growth* (its keys are ever new), *emptiness*
(nothing takes them out), *reach* (the insertion runs) and *repetition* (again and again), and a few links that single
rules add. Each link has a certainty, and each certainty costs points; of several links of one name the least certain
counts.

=========  ======  =======================================================
certainty  points  means
=========  ======  =======================================================
sure            0  the code says so
likely          1  a structural sign that holds nearly always
assumed         2  a name, a habit, a caller that is not seen
unknown         4  nothing speaks for it or against it
=========  ======  =======================================================

Up to 1 point is high confidence, up to 3 medium, more is low. A rule whose own confidence is medium starts with 2
points. So one assumption makes a finding medium, two make it low, and anything unknown makes it low by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mapleak.maps.knowledge import PART_VALUES, last_word
from mapleak.maps.model import SELDOM, AbstractMap, Growth, Lifetime, Miss, Operation
from mapleak.model import Certainty, Confidence, Link
from mapleak_rules.elements import lengthening
from mapleak_rules.emptying import discounted, missed_by
from mapleak_rules.wording import short

POINTS = {Certainty.SURE: 0, Certainty.LIKELY: 1, Certainty.ASSUMED: 2, Certainty.UNKNOWN: 4}
START = {Confidence.HIGH: 0, Confidence.MEDIUM: 2, Confidence.LOW: 4}
MOST_FOR_HIGH, MOST_FOR_MEDIUM = 1, 3

_REGISTERING = re.compile(r"(?:Must)?Register(?![a-z])\w*|Handle|HandleFunc")
"""Methods that fill a registry, more often than not. Some register what comes and goes, so the name only takes a step
of certainty away."""

_WAITING = re.compile(r"\[\](?:chan|<-chan|chan<-|func)\b.*")
WAITING_WORDS = frozenset(
    {"callback", "listener", "observer", "receiver", "subscriber", "subscription", "waiter", "watcher"}
)
"""What waits to be told of events is a channel or a function, or is called so."""

_LADDER = (Certainty.SURE, Certainty.LIKELY, Certainty.ASSUMED, Certainty.UNKNOWN)
_OWNED = frozenset({Lifetime.OBJECT, Lifetime.GOROUTINE})


def weigh(base: Confidence, links: Iterable[Link]) -> Confidence:
    """The confidence of a finding of a rule with confidence ``base``, from the links of its argument."""
    points: dict[str, int] = {}
    for link in links:
        points[link.name] = max(points.get(link.name, 0), POINTS[link.certainty])
    total = START[base] + sum(points.values())
    if total <= MOST_FOR_HIGH:
        return Confidence.HIGH
    return Confidence.MEDIUM if total <= MOST_FOR_MEDIUM else Confidence.LOW


def of_rule(base: Confidence) -> tuple[Link, ...]:
    """What a rule of medium confidence starts with, as a link, so that the explanation adds up."""
    reason = "findings of this kind are right less often than others, whatever their argument"
    return (Link("rule", Certainty.ASSUMED, reason),) if base is Confidence.MEDIUM else ()


def identity(subject: AbstractMap) -> Link:
    """Whether it is one map, and we know which."""
    if subject.kind == "element" and not subject.of_variable:
        return Link("identity", Certainty.LIKELY, "it stands for all the maps that are stored in one place")
    return Link("identity", Certainty.SURE, "it is known by where it is declared")


def lifetime(subject: AbstractMap) -> Link:
    """Whether the map lives long enough to matter."""
    match subject.lifetime:
        case Lifetime.CALL:
            return Link("lifetime", Certainty.UNKNOWN, "the map seems to die with the call that makes it")
        case Lifetime.UNKNOWN:
            certainty = _least(Certainty.ASSUMED, subject.lifetime_certainty)
            return Link("lifetime", certainty, "it is not known how long the map lives")
        case Lifetime.OBJECT | Lifetime.GOROUTINE:
            certainty = _least(Certainty.LIKELY, subject.lifetime_certainty)
            return Link("lifetime", certainty, _because("the map lives only as long as its owner", subject))
        case Lifetime.PROCESS:
            words = _because("the map is taken to live as long as the process", subject)
            return Link("lifetime", subject.lifetime_certainty, words)


def growth(subject: AbstractMap, filling: Sequence[Operation]) -> Link:
    """Whether the keys of the insertions that make the case, the most telling first, are ever new."""
    primary = filling[0]
    if primary.growth is Growth.UNKNOWN:
        certainty, reason = Certainty.UNKNOWN, "it is not known whether the keys come from a finite set"
    else:
        certainty = primary.growth_certainty
        if of_package(subject) and primary.growth_named and not primary.growth_typed:
            certainty = _least(certainty, Certainty.ASSUMED)
        words = f" ({primary.growth_reason})" if primary.growth_reason else ""
        reason = f"the keys are taken to be ever new{words}"
    link = Link("growth", certainty, reason)
    return link if primary.growth_few else _either_way(subject, surer(subject, link))


def _either_way(subject: AbstractMap, link: Link) -> Link:
    """``either-way``: where each insertion adds one more who waits to be told of events, and nothing takes any of them
    out, there are more each time, whether the keys are new or come again: those who wait come and go."""
    waits = _WAITING.fullmatch(subject.value) is not None or last_word(subject.value) in WAITING_WORDS
    if link.certainty is not Certainty.ASSUMED or not waits or not lengthening(subject):
        return link
    reason = f"{link.reason}; where they come again, what is stored under them grows"
    return Link(link.name, Certainty.LIKELY, reason)


def surer(subject: AbstractMap, link: Link) -> Link:
    """One step less uncertain where the program itself takes single entries out, or means to: they come and go.

    Nobody writes a removal of single keys for a map that is filled once, or with a few keys; a zero stored in its place
    tells the same. But one that nobody calls tells nothing: perhaps the program has no use for it. A removal that runs
    from the map which takes its place under another condition tells more than what the keys are called: two steps.
    """
    ended = any(missed.kind is Miss.TOMBSTONE for missed in subject.missing)
    steps = 2 if subject.keys_end else 1
    if not subject.keys_end and not ended and all(missed.kind is Miss.NEVER_CALLED for missed in missed_by(subject)):
        return link
    return Link(link.name, _LADDER[max(0, _LADDER.index(link.certainty) - steps)], link.reason)


def of_package(subject: AbstractMap) -> bool:
    """Whether a map is a package variable, or part of one."""
    return subject.kind == "var" or subject.of_variable


def standing(subject: AbstractMap, filling: Sequence[Operation], links: Sequence[Link]) -> tuple[Link, ...]:
    """Whether a map is more than a finite part of its owner's state, where two links of the argument are weak.

    What objects hold beside each other is finite far more often than what whole packages share. So growth that is only
    assumed says less where anything else is not sure, and growth that only names speak for says less where another
    link, such as the life of the owner, is assumed. The tables of whole packages, on the other hand, are memo tables
    and registries of what a program is set up with: there a guess at the keys is not enough, and no more is it where
    the guess is at what fields hold that are not called like anything which comes and goes.
    """
    others = [link.certainty for link in links if link.name != "growth"]
    (grows,) = (link.certainty for link in links if link.name == "growth")
    if grows is Certainty.ASSUMED and of_package(subject):
        reason = "tables of a whole package are memos and registries more often than not, of which few are without end"
        return (Link("standing", Certainty.ASSUMED, reason),)
    if grows is Certainty.ASSUMED and filling[0].growth_of_field:
        reason = "that what objects have in a field is new for each is only assumed, and no name speaks for it"
        return (Link("standing", Certainty.ASSUMED, reason),)
    if grows is Certainty.ASSUMED and any(other is not Certainty.SURE for other in others):
        reason = "that the keys are new is only assumed, and it is not the only link that is not sure"
        return (Link("standing", Certainty.LIKELY, reason),)
    if grows is Certainty.LIKELY and subject.lifetime is Lifetime.OBJECT and Certainty.ASSUMED in others:
        reason = "the map is one of many, and neither that it lasts nor that its keys are new is sure"
        return (Link("standing", Certainty.LIKELY, reason),)
    if grows is Certainty.LIKELY and filling[0].growth_named and Certainty.ASSUMED in others:
        reason = "names are all that speaks for new keys, and another link is only assumed"
        return (Link("standing", Certainty.LIKELY, reason),)
    return ()


def emptiness(subject: AbstractMap) -> tuple[Link, ...]:
    """Whether it is certain that nothing empties the map: no uses out of sight, no removals that only seem dead."""
    found = [*_unread(subject)]
    if subject.unseen_uses and not found:
        reason = "code that was not analysed, or not read in full, gets the map and may empty it"
        found.append(Link("emptiness", Certainty.ASSUMED, reason))
    if any(not idle.operation.reachable and not idle.operation.in_test for idle in discounted(subject)):
        reason = "a removal exists, and only the call graph says that it never runs"
        found.append(Link("emptiness", Certainty.ASSUMED, reason))
    if any(idle.reason == SELDOM for idle in discounted(subject)):
        found.append(Link("emptiness", Certainty.LIKELY, "it is emptied as a whole, at a rare event"))
    return tuple(found) or (Link("emptiness", Certainty.SURE, "nothing that runs empties the map"),)


def _unread(subject: AbstractMap) -> tuple[Link, ...]:
    """A function out of sight that, as far as can be told, takes single entries out of the map: then nobody knows."""
    if subject.unread is None:
        return ()
    sign = "by its name takes entries out" if subject.unread.named else "gets a key as well"
    function = short(subject.unread.function)
    return (Link("emptiness", Certainty.UNKNOWN, f"{function}, which was not analysed, gets the map and {sign}"),)


def misses(subject: AbstractMap) -> tuple[Link, ...]:
    """Whether it is certain that the removals which run, or would if anything called them, never take entries out."""
    if unread := _unread(subject):
        return unread
    if subject.unseen_uses:
        reason = "code that was not analysed, or not read in full, gets the map and may empty it"
        return (Link("emptiness", Certainty.ASSUMED, reason),)
    missed = [op.missed for op in subject.removes if op.missed is not None and not op.in_test]
    missed = missed or [missing for missing in subject.missing if missing.kind is Miss.FORGOTTEN]
    weakest = max(missed, key=lambda m: _LADDER.index(m.certainty), default=None)
    if weakest is None:
        return (Link("emptiness", Certainty.SURE, "nothing that runs empties the map"),)
    return (Link("emptiness", weakest.certainty, f"the removal misses: {weakest.reason}"),)


def reach(insertions: Sequence[Operation]) -> Link:
    """Whether the insertions that make the case run in the program that is built."""
    if not any(op.reachable for op in insertions):
        return Link("reach", Certainty.UNKNOWN, "no code that runs was found to reach this place")
    if all(op.unwired or not op.reachable for op in insertions):
        return Link("reach", Certainty.ASSUMED, "no program is seen to use the handler that leads to the insertion")
    if all(op.constraint for op in insertions):
        return Link("reach", Certainty.ASSUMED, "every insertion that matters is in a file that only some builds have")
    return Link("reach", Certainty.SURE, "running code leads to the insertion")


def repetition(insertions: Sequence[Operation]) -> Link:
    """Whether the insertions that make the case run again and again.

    A library's API is called as often as nobody knows. That the methods of an object which is kept are called many
    times is what it is kept for; of a function that only sets something up it is not.
    """
    running = [op for op in insertions if op.reachable]
    if running and all(op.assumed for op in running):
        return _assumed(running)
    return Link("repetition", Certainty.SURE, "what leads to the insertion runs again and again")


def _assumed(running: Sequence[Operation]) -> Link:
    reason = "only importers that are not seen may call what leads here again and again"
    if all(op.configures for op in running):
        reason += ", and it is named like a registration or a setting, made at start-up"
        return Link("repetition", Certainty.UNKNOWN, reason)
    if all(op.used_within for op in running):
        reason += ", and the program of which it is a part does so only at start-up or in one run"
        return Link("repetition", Certainty.UNKNOWN, reason)
    if all(op.left_to_importers for op in running):
        reason += ", and the program in whose tree it is does not call it at all"
        return Link("repetition", Certainty.ASSUMED, reason)
    if all(_REGISTERING.fullmatch(op.entry.rpartition(".")[2]) for op in running):
        reason += ", and what they call registers something, as programs do while they start"
        return Link("repetition", Certainty.ASSUMED, reason)
    if all(last_word(op.value) in PART_VALUES and op.growth_certainty is not Certainty.SURE for op in running):
        reason += ", and what they put in are parts of a program, as its set-up does"
        return Link("repetition", Certainty.ASSUMED, reason)
    of_objects = any(op.entry.startswith("(") or "$" in op.function for op in running)
    return Link("repetition", Certainty.LIKELY if of_objects else Certainty.ASSUMED, reason)


def _because(words: str, subject: AbstractMap) -> str:
    return f"{words} ({subject.lifetime_reason})" if subject.lifetime_reason else words


def _least(*certainties: Certainty) -> Certainty:
    return max(certainties, key=_LADDER.index)
