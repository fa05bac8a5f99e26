"""Functions that put an entry in and hand out what takes it out again, on one way only.

``m[key] = f; if done { return func() {} }; return func() { delete(m, key) }``: the caller gets the end of the entry
into its hands, and on the other way gets one that does nothing. Said when all removals of the map are handed out like
this, by functions that have stored under the same key, and the empty one is handed out after the entry was put in, on a
way on which nothing leads to a removal. An entry that is put in only if there is none may be another caller's by then.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.context import Context
from mapleak.maps.model import Miss, Missed
from mapleak.maps.nodes import brief
from mapleak.maps.removal.key_places import MAY_BE_ANOTHERS
from mapleak.maps.removal.leading import Leading
from mapleak.maps.removal.missed_ways import arms_around, on_different_ways
from mapleak.maps.removal.tables import Done, Table
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts
from mapleak.resolve.way_facts import Exit


def handed_out(context: Context, table: Table) -> dict[Done, Missed]:
    """Why each of the removals that count is handed out on one way only; nothing unless all are handed out."""
    removals = table.emptying
    stored = {done: _stored(context, table, done) for done in removals}
    if table.replaced or not stored or not all(stored.values()):
        return {}
    leading = Leading(context, table)
    for insertion in stored.values():
        if insertion is None or not leading.known:
            continue
        function, at = insertion.function, insertion.site.op.pos
        for left in _empty_handed(context, function):
            if (
                left.pos > at
                and not on_different_ways(function, at, left.pos)
                and not leading.within(function, left.pos)
            ):
                line = context.location(function.file, left.pos, left.pos).line
                reason = (
                    f"{brief(function.name)} hands out what removes the entry at its end only; in line {line} it hands "
                    "out a function that does nothing, and leaves the entry"
                )
                return {
                    done: Missed(Miss.ONE_WAY_OUT, done.operation.location, reason, Certainty.LIKELY)
                    for done in removals
                }
    return {}


def _stored(context: Context, table: Table, removal: Done) -> Done | None:
    """The insertion of the function that hands out a removal, under the key that is taken out again."""
    literal, key = removal.function, removal.site.op.key
    for done in table.inserts:
        function, stored = done.function, done.site.op.key
        if (
            (function.name, function.file) == (literal.parent, literal.file)
            and key is not None
            and stored is not None
            and stored.text == key.text != ""
            and not arms_around(function, done.site.op.pos)
            and done.site.op.form not in MAY_BE_ANOTHERS
            and any(literal.name in _handed(context, function, left) for left in function.exits)
        ):
            return done
    return None


def _handed(context: Context, function: FunctionFacts, left: Exit) -> tuple[str, ...]:
    """The literals of a return: what else stands behind it in the same block never runs."""
    if left.kind != "return":
        return ()
    arms = arms_around(function, left.pos)
    end = arms[0].end if arms else function.end
    later = [other.pos for other in function.exits if other.pos > left.pos]
    return tuple(
        name
        for name in context.closures_of(function)
        for literal in context.graph.functions[name]
        if left.pos < literal.pos < end and not any(left.pos < pos < literal.pos for pos in later)
        if literal.file == function.file and arms_around(function, literal.pos)[:1] == arms[:1]
    )


def _empty_handed(context: Context, function: FunctionFacts) -> Iterator[Exit]:
    """The returns that hand out a function which does nothing."""
    for left in function.exits:
        literals = [literal for name in _handed(context, function, left) for literal in context.graph.functions[name]]
        empty = literals and not any(literal.calls or literal.ops or literal.stores for literal in literals)
        if empty:
            yield left
