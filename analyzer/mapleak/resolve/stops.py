"""What a function stops before it returns: contexts it cancels, channels it closes.

A goroutine that goes on until its context is done, or its channel closed, ends with the call of its starter when the
starter does that itself: in a ``defer``, or on the way that it always takes.
"""

from __future__ import annotations

import math

from mapleak.program.scope import Scope
from mapleak.resolve.timeline import Timeline
from mapleak.syntax import ast
from mapleak.types.declared import Variable

CANCELLABLE = frozenset(
    (
        "context.WithCancel",
        "context.WithCancelCause",
        "context.WithDeadline",
        "context.WithDeadlineCause",
        "context.WithTimeout",
        "context.WithTimeoutCause",
        "os/signal.NotifyContext",
    )
)
"""Functions whose second result ends the context that is their first."""

_TIMED = frozenset(name for name in CANCELLABLE if "Deadline" in name or "Timeout" in name)
"""Those whose context ends by itself."""


class Stops:
    """Collects what one function cancels and closes, and how late."""

    def __init__(self, timeline: Timeline) -> None:
        self.deferring = 0
        self._timeline = timeline
        self._cancels: set[str] = set()  # variables that hold a cancel function
        self._cancelled: dict[str, float] = {}  # reason -> last offset at which it happens
        self._closed: dict[str, float] = {}  # channel -> last offset at which it is closed
        self._reached = 0  # offset of the last call seen
        self._callee = ""  # and its function

    def assigned(self, target: ast.Expr, source: ast.Expr, scope: Scope) -> None:
        """``ctx, cancel := context.WithCancel(…)``: the second variable ends the context that is the first."""
        variable = scope.lookup(target.name) if isinstance(target, ast.Name) else None
        if isinstance(source, ast.Call) and isinstance(variable, Variable) and self._callee in CANCELLABLE:
            self._cancels.add(variable.node)

    def shares(self, outer: Stops) -> None:
        """A closure sees the variables of the functions around it."""
        self._cancels = outer._cancels

    def called(self, callee: str, node: str, pos: int) -> None:
        """A call of the function named ``callee``, or of the one that ``node`` holds."""
        self._reached, self._callee = pos, callee
        if callee in _TIMED:
            self._cancelled["sets a time limit"] = math.inf
        elif node in self._cancels and self._certain():
            self._cancelled["cancels its context"] = self._when()

    def closed(self, channel: str) -> None:
        """close(channel)."""
        if channel and self._certain():
            self._closed[channel] = self._when()

    def deferred(self, inner: Stops) -> None:
        """A deferred literal does all of ``inner`` at the end of the function."""
        self._cancelled.update(dict.fromkeys(inner._cancelled, math.inf))
        self._closed.update(dict.fromkeys(inner._closed, math.inf))

    def of(self, awaits: frozenset[str], pos: int) -> str:
        """How the function stops a goroutine started at ``pos`` that waits for the channels ``awaits``; or ""."""
        for channel, when in self._closed.items():
            if channel in awaits and when > pos:
                return f"closes {channel.rpartition('.')[2]}"
        return next((reason for reason, when in self._cancelled.items() if when > pos), "")

    def _certain(self) -> bool:
        return bool(self.deferring) or self._timeline.straight

    def _when(self) -> float:
        return math.inf if self.deferring else self._reached
