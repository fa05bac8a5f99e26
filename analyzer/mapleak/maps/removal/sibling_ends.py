"""Whether a removal from one map tells that the life of its key ends, as a map beside it sees it.

Of two maps that are filled under the same key, one is often a note of what is going on at the moment. That such a note
is taken out says nothing about the other map:

* ``call-mark``: what a function puts in and takes out again is there for as long as the call; so is what is only taken
  out on behalf of functions that put it in; not so where a function takes out the elements of another list than those
  it puts in, as what looks after a table in rounds does;
* ``other-way``: ``if v == "" { delete(m, k) } else { m[k] = v }`` says of a key that nothing holds of it;
* ``moved``: who takes the key out of one map and stores it in the other lets it go on there;
* ``timer``: a timer is kept until it fires, whatever it is for;
* ``in-flight``: a set of what is pending, running or queued, by its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mapleak.maps.context import Context
from mapleak.maps.knowledge import words
from mapleak.maps.removal.missed_ways import on_different_ways
from mapleak.maps.removal.tables import Done, Table
from mapleak.resolve.model import FunctionFacts

PASSING_WORDS = frozenset(
    {
        "busy", "dirty", "flight", "inflight", "loading", "ongoing", "pending", "processing", "queued", "running",
        "scheduled", "visiting", "waiting",
    }
)  # fmt: skip
"""What sets of keys are called that only tell what happens to them at the moment."""

_LISTED = frozenset({"element", "other-map"})
"""Origins of keys that a loop goes through."""

_MARK = re.compile(r"bool|struct\{\}")
_TIMER = re.compile(r"\*?time\.Timer")


def ending(context: Context, other: Table, table: Table) -> Done | None:
    """A removal of a single key from ``other`` after which ``table`` should not have the key either, None for none."""
    if _TIMER.fullmatch(other.map.value) or _marks_what_passes(other):
        return None
    for done in other.emptying:
        if done.site.op.key is None or (
            not _of_another_list(done, other) and (_puts_in(done.function.name, table) or _serves(context, done, other))
        ):
            continue
        at = done.site.op.pos
        if not any(on_different_ways(done.function, at, pos) for pos in _insertions_in(done.function, other)):
            return done
    return None


def _puts_in(function: str, table: Table) -> bool:
    return any(done.function.name == function for done in table.inserts)


def _of_another_list(removal: Done, table: Table) -> bool:
    """Whether a function that fills the map removes the elements of one list, and inserts those of others."""
    key = removal.site.op.key
    own = [done.site.op.key for done in table.inserts if done.function is removal.function]
    return (
        key is not None
        and key.origin in _LISTED
        and bool(own)
        and all(put is not None and put.origin in _LISTED and put.detail != key.detail for put in own)
    )


def _marks_what_passes(table: Table) -> bool:
    return _MARK.fullmatch(table.map.value) is not None and not PASSING_WORDS.isdisjoint(words(table.map.name))


def _serves(context: Context, removal: Done, table: Table) -> bool:
    """Whether a function that fills the map removes, itself or as the only one to call what does.

    Its closures are part of it; but what they call, they call when something has happened.
    """
    function = context.outermost(removal.function.name)
    filling = {done.function.name for done in table.inserts}
    if function in {context.outermost(name) for name in filling}:
        return True
    callers = {
        edge.caller
        for edge in context.graph.callers.get(function, ())
        if edge.kind != "go" and not context.is_test(edge.file) and context.reach(edge.caller).reachable
    }
    return bool(callers) and callers <= filling and function not in context.graph.roots


def _insertions_in(function: FunctionFacts, table: Table) -> Iterator[int]:
    """Where a function inserts into a map, itself or by a helper that it calls."""
    helpers = {done.function.name for done in table.inserts}
    yield from (done.site.op.pos for done in table.inserts if done.function is function)
    yield from (call.pos for call in function.calls if call.callee in helpers)
