"""Functions that put an entry in, fail, and leave it.

``m[id] = w; if err := send(w); err != nil { return err }``: who puts an entry under a key that it has made itself is
the only one to know the key when it fails. The next try makes another key, so the entry is never overwritten either.

Said of maps whose entries are taken out one by one, where nothing that runs before the return leads to a removal, nor
do those that call the function remove when it has failed.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.context import Context
from mapleak.maps.model import Miss, Missed
from mapleak.maps.nodes import brief
from mapleak.maps.removal.leading import Leading
from mapleak.maps.removal.missed_ways import arms_around, on_different_ways
from mapleak.maps.removal.tables import Done, Table
from mapleak.model import Certainty
from mapleak.resolve.model import FunctionFacts, KeyFact
from mapleak.resolve.way_facts import Arm

_COUNTING = ("(*sync/atomic.",)
"""Methods whose result is another one each time; what other methods give belongs to their receiver."""


def left_on_failure(context: Context, table: Table, leading: Leading) -> Iterator[Missed]:
    """The functions that return an error after they have put in what nobody else can take out."""
    for done in table.inserts:
        function, op = done.function, done.site.op
        if (
            op.key is None
            or op.loop_depth
            or op.guards
            or op.form != "assign"
            or not _made_here(context, table, done, op.key)
        ):
            continue
        for arm in _failing_after(function, op.pos):
            if not leading.within(function, arm.pos) and not leading.on_failure(function.name):
                yield _missed(context, function, arm)
                break


def _made_here(context: Context, table: Table, done: Done, key: KeyFact) -> bool:
    """Whether a key is made by the function that stores under it, or is part of what the function makes.

    A key that it is given, or asks what it is given for, others know.
    """
    function = done.function
    if function.parent:
        return False
    if key.origin in ("fresh", "counter"):
        return True
    if key.origin == "call":
        gives = bool(key.callee) and key.callee not in context.graph.functions
        counts = key.callee.startswith(_COUNTING) or not key.callee.startswith("(")
        return gives and counts and done.operation.growth_certainty is Certainty.SURE
    return key.origin == "field" and _of_own_object(table, function, key)


def _of_own_object(table: Table, function: FunctionFacts, key: KeyFact) -> bool:
    """Whether a key is part of an object that the function makes, and only methods of the object take its entry out:
    nobody gets the object when the function fails."""
    owner = key.path[0].rpartition(".")[0] if key.path else ""
    given = {node.rpartition(".")[2] for node in function.params} | {function.receiver}
    return (
        key.text.partition(".")[0] not in given
        and owner in function.made
        and all(done.function.receiver_type == owner for done in table.emptying)
    )


def _failing_after(function: FunctionFacts, pos: int) -> Iterator[Arm]:
    """The arms behind ``pos``, on a way through it, in which the function returns because of an error."""
    returns = [left.pos for left in function.exits if left.kind == "return"]
    for arm in function.arms:
        if arm.failure != "error" or arm.pos < pos or on_different_ways(function, pos, arm.pos):
            continue
        outer = arms_around(function, arm.pos)
        if all(other.failure == "error" or other.pos <= pos < other.end for other in outer) and any(
            arm.pos <= left < arm.end for left in returns
        ):
            yield arm


def _missed(context: Context, function: FunctionFacts, arm: Arm) -> Missed:
    left = next(left for left in function.exits if left.kind == "return" and arm.pos <= left.pos < arm.end)
    at = context.location(function.file, left.pos, left.pos)
    reason = (
        f"{brief(function.name)} returns in line {at.line} when an error has come up, and leaves the entry that it has "
        "put in under a key of its own"
    )
    return Missed(Miss.FORGOTTEN, at, reason, Certainty.LIKELY)
