"""One arm of a ladder that leaves what the others take out.

``if id given { delete(m, id) } else if all { m = map[…]{} } else { … }`` in a function that ends things: which arm runs
says only how the thing was named. When all arms but one of an ``if … else if … else`` take entries out of the map, or
replace it, and nothing else in the program does, the last one ends the thing as well and leaves its entry.

An arm that leaves the function, comes from a failure or puts something in deals with something else.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.knowledge import ENDING_WORDS, first_word
from mapleak.maps.model import Miss, Missed
from mapleak.maps.nodes import brief
from mapleak.maps.removal.leading import Leading
from mapleak.maps.removal.levels import REMOVING_WORDS
from mapleak.maps.removal.tables import Done, Table, Tables
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts
from mapleak.resolve.way_facts import Arm

_ENDING = ENDING_WORDS | REMOVING_WORDS
_LEAST = 2
"""Arms that take entries out, before it tells that another one does not."""


def left_in_one_arm(tables: Tables, table: Table) -> Iterator[Missed]:
    """The arms of a ladder which leave entries that each of the other arms takes out."""
    places = (*table.emptying, *(done for done in table.resets if not done.operation.no_effect))
    outermost = {tables.context.outermost(done.function.name) for done in places}
    if len(places) < _LEAST or len(outermost) != 1 or first_word(*outermost) not in _ENDING:
        return
    leading = Leading(tables.context, table)
    for function in _around(tables, places) if leading.known else ():
        for ladder in _ladders(function):
            leaving = [arm for arm in ladder if not leading.within(function, arm.pos)]
            if len(leaving) == 1 and len(ladder) > _LEAST and not _other(table, function, leaving[0]):
                yield _missed(tables, function, leaving[0])


def _around(tables: Tables, places: tuple[Done, ...]) -> Iterator[FunctionFacts]:
    """The functions that some places are in, and those that these are written in."""
    names: dict[str, None] = {}
    for done in places:
        name = done.function.name
        while name:
            names[name] = None
            name = tables.context.parent(name)
    for name in names:
        yield from tables.context.graph.functions.get(name, ())


def _ladders(function: FunctionFacts) -> Iterator[list[Arm]]:
    """The arms of each if statement with a last else, from the top; those of ``else if`` are their own."""
    by_statement: dict[int, list[Arm]] = {}
    for arm in function.arms:
        by_statement.setdefault(arm.statement, []).append(arm)
    inner = {arm.pos for arm in function.arms if arm.kind == "else"}
    for statement in sorted(by_statement.keys() - inner):
        ladder: list[Arm] = []
        following: int | None = statement
        while following is not None:
            arms = by_statement[following]
            following = None
            for arm in arms:
                if arm.kind == "else" and arm.pos in by_statement:
                    following = arm.pos
                elif arm.kind in ("then", "else"):
                    ladder.append(arm)
        if ladder and ladder[-1].kind == "else":
            yield ladder


def _other(table: Table, function: FunctionFacts, arm: Arm) -> bool:
    """Whether an arm deals with something else than the arms beside it."""
    stores = any(
        site.function is function and arm.pos <= site.op.pos < arm.end and site.op.effect == "insert"
        for site in table.subject.sites
    )
    return arm.leaves or bool(arm.failure) or stores


def _missed(tables: Tables, function: FunctionFacts, arm: Arm) -> Missed:
    at = tables.context.location(function.file, arm.pos, arm.pos)
    reason = (
        f"{brief(function.name)} takes entries out in all arms of its ladder of conditions but the one that begins "
        "here, after which it goes on as after the others"
    )
    return Missed(Miss.FORGOTTEN, at, reason, Certainty.LIKELY)
