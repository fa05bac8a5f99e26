"""Loops of which each turn takes a message to the same object: what a connection or a session lives for.

Such a loop need not be endless: it may count its turns, or end when a read fails. Heuristic ``takes-messages``: what
tells it from any other piece of work is that it reads or waits in its loop. A loop over the parts of a path, or over
a list that is there already, deals with one operation's data, whosever method it is.
"""

from __future__ import annotations

from collections.abc import Container

from mapleak.callgraph.model import Edge
from mapleak.maps.context import Context
from mapleak.maps.knowledge import first_word

_TAKING_WORDS = frozenset(
    {"accept", "decode", "fetch", "next", "poll", "read", "receive", "recv", "scan", "wait"}
)  # fmt: skip
"""First words of what gets the next message, from wherever."""


def takes_messages(context: Context, edge: Edge, makers: Container[str]) -> bool:
    """Whether a call stands in a loop that gets its messages by itself, on an object that none of ``makers`` makes in
    the same loop."""
    return bool(edge.loop_depth) and not _made_as_deep(context, edge, makers) and _reads_as_deep(context, edge)


def _made_as_deep(context: Context, edge: Edge, makers: Container[str]) -> bool:
    """Whether the caller makes the owner in a loop as deep as the one that the call is in."""
    return any(
        made.callee in makers and made.mode == "static" and made.loop_depth >= edge.loop_depth
        for made in context.graph.callees.get(edge.caller, ())
    )


def _reads_as_deep(context: Context, edge: Edge) -> bool:
    """Whether the caller waits for events, or gets something to deal with in a loop as deep as that of the call."""
    return any(
        variant.waits
        or any(
            call.loop_depth >= edge.loop_depth
            and call.pos != edge.pos
            and first_word(call.method or call.callee) in _TAKING_WORDS
            for call in variant.calls
        )
        for variant in context.graph.functions.get(edge.caller, ())
        if variant.file == edge.file
    )
