"""The order of uses, waits and loops in a function's body.

From it follow two things that decide about goroutines: whether a map is still used after (or in a loop
around) a wait, and whether the body can come to its end. A goroutine pins what its remaining code can still
use: a use only before the wait pins nothing (measured with Go 1.22 to 1.27; stack liveness).
"""

from __future__ import annotations

from typing import NamedTuple

from mapleak.resolve.model import Ending, Held


class Use(NamedTuple):
    node: str
    how: str
    pos: int
    end: int
    loops: tuple[int, ...]
    postponed: bool = False


class Wait(NamedTuple):
    pos: int
    end: int
    text: str
    subject: str  # node of what is waited for, or ""
    event: bool  # for something that happens outside: a message, a connection, a tick; not a lock
    loops: tuple[int, ...]


class Loop:
    """A loop being walked. ``condition`` says that its header can end it; ``exits`` why its body may."""

    __slots__ = ("closable", "condition", "end", "exits", "label", "number", "pos")

    def __init__(self, number: int, pos: int, end: int, label: str, condition: bool, closable: str) -> None:
        self.number = number
        self.pos = pos
        self.end = end
        self.label = label
        self.condition = condition
        self.closable = closable  # the channel whose closing ends a range, or ""
        self.exits: list[str] = []


class Timeline:
    """Collects the events of one function body in source order."""

    def __init__(self) -> None:
        self.uses: list[Use] = []
        self.waits: list[Wait] = []
        self.signals: dict[str, None] = {}  # what it signals its end with: wait groups, channels
        self._loops: list[Loop] = []
        self._breakable: list[tuple[str, Loop | None]] = []  # label and loop (None for switch and select)
        self._reasons: list[str] = []
        self._count = 0
        self._endings: list[Ending] = []
        self.muted = 0  # receives in a select with a default do not wait

    # --- events -------------------------------------------------------------------------------

    def use(self, node: str, how: str, pos: int, end: int) -> None:
        self.uses.append(Use(node, how, pos, end, self._numbers()))

    def wait(self, pos: int, end: int, text: str, subject: str, event: bool = True) -> None:
        if not self.muted:
            self.waits.append(Wait(pos, end, text, subject, event, self._numbers()))

    def joined(self) -> None:
        """The value just received is thrown away: outside a loop that waits for another goroutine to be done."""
        if self.waits and not self.waits[-1].loops and not self.muted:
            self.waits[-1] = self.waits[-1]._replace(event=False)

    def signal(self, node: str) -> None:
        if node:
            self.signals[node] = None

    def postpone(self, since: int) -> None:
        """Uses from number ``since`` on happen at the end of the function."""
        for i in range(since, len(self.uses)):
            self.uses[i] = self.uses[i]._replace(postponed=True)

    def waits_for(self, signals: frozenset[str], after: int) -> str:
        """How the function waits, later than offset ``after``, for something that one of ``signals`` ends."""
        for wait in self.waits:
            if wait.pos > after and wait.subject in signals:
                return wait.text
        return ""

    def _numbers(self) -> tuple[int, ...]:
        return tuple([loop.number for loop in self._loops])

    # --- control structure --------------------------------------------------------------------

    def enter_loop(self, pos: int, end: int, label: str, condition: bool, closable: str = "") -> None:
        self._count += 1
        loop = Loop(self._count, pos, end, label, condition, closable)
        self._loops.append(loop)
        self._breakable.append((label, loop))

    def leave_loop(self) -> None:
        loop = self._loops.pop()
        self._breakable.pop()
        if loop.condition:
            return
        if loop.exits:
            waits = any(wait.event and loop.number in wait.loops for wait in self.waits)
            self._endings.append(Ending("stoppable" if waits else "loops", loop.exits[0], loop.pos, loop.end))
        elif loop.closable:
            self._endings.append(Ending("stoppable", f"ends when {loop.closable} is closed", loop.pos, loop.end))
        else:
            self._endings.append(Ending("endless", "a loop without a way out", loop.pos, loop.end))

    def enter_switch(self, label: str) -> None:
        self._breakable.append((label, None))

    def leave_switch(self) -> None:
        self._breakable.pop()

    def enter_branch(self, reason: str) -> None:
        """Enter a branch that is taken for ``reason`` (a case's receive, a condition)."""
        self._reasons.append(reason)

    def leave_branch(self) -> None:
        self._reasons.pop()

    def forever(self, pos: int, end: int, reason: str) -> None:
        """A statement that never ends: an empty select."""
        self._endings.append(Ending("endless", reason, pos, end))

    def leave_function(self) -> None:
        """A return, a panic, or a call that does not come back: leaves every loop."""
        for loop in self._loops:
            loop.exits.append(self._reason())

    def leave_by_break(self, label: str) -> None:
        for position in range(len(self._breakable) - 1, -1, -1):
            name, loop = self._breakable[position]
            if not label or name == label:
                if loop is not None:
                    self._leave_from(loop)
                return

    def leave_by_goto(self) -> None:
        """A goto may lead anywhere, out of every loop."""
        self.leave_function()

    def leave_by_continue(self, label: str) -> None:
        """``continue`` of an outer loop leaves the inner ones."""
        for loop in reversed(self._loops):
            if not label or loop.label == label:
                return
            loop.exits.append(self._reason())

    def _leave_from(self, target: Loop) -> None:
        for loop in reversed(self._loops):
            loop.exits.append(self._reason())
            if loop is target:
                return

    def _reason(self) -> str:
        return next((r for r in reversed(self._reasons) if r), "can leave the loop")

    @property
    def waits_for_events(self) -> bool:
        """Whether the body itself waits for something that happens outside the goroutine."""
        return any(wait.event for wait in self.waits)

    # --- results ------------------------------------------------------------------------------

    def ending(self, pos: int, end: int) -> Ending:
        """Whether the body comes to its end: its worst loop or wait decides."""
        for kind in ("endless", "stoppable", "loops"):
            for ending in self._endings:
                if ending.kind == kind:
                    return ending
        return Ending("ends", "runs to its end", pos, end)

    def held(self) -> tuple[Held, ...]:
        """For every map the first use that comes after, or in a loop around, a wait."""
        result: dict[tuple[str, str], Held] = {}
        if not self.waits:
            return ()
        for use in self.uses:
            key = (use.node, use.how)
            if key in result:
                continue
            wait = self._wait_before(use)
            if wait is not None:
                result[key] = Held(use.node, use.how, use.pos, use.end, wait.pos, wait.end, wait.text)
        return tuple(result.values())

    def _wait_before(self, use: Use) -> Wait | None:
        for wait in self.waits:
            if use.postponed or wait.pos < use.pos or (wait.loops and use.loops and set(wait.loops) & set(use.loops)):
                return wait
        return None
