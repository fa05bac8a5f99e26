"""The order of uses, waits and loops in a function's body.

From it follow two things that decide about goroutines: whether a map is still used after (or in a loop
around) a wait, and whether the body can come to its end. A goroutine pins what its remaining code can still
use: a use only before the wait pins nothing (measured with Go 1.22 to 1.27; stack liveness).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mapleak.resolve.channels import NO_SILENCE, Silence
from mapleak.resolve.model import Ending, Held
from mapleak.resolve.ways_out import Exit, until_told, way_out, works_off

_OWN_PURPOSE = frozenset(("time.Sleep", "select"))


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
    since: int  # where it begins to wait: a send evaluates its value first
    needs: str = ""  # what must happen for it to go on (see resolve.channels), "" when that is not followed
    certain: bool = False  # the body always comes here
    one_of_several: bool = False  # a case of a select with others
    joins: bool = False  # no event, because it stands outside every loop


class Label(NamedTuple):
    """Where a label stands, and how many uses, waits, ways out, branches and loops there are before it."""

    pos: int
    uses: int
    waits: int
    exits: int
    branches: int
    loops: int


class Closing(NamedTuple):
    """One way in which the body may fail to end; ``needs``: it is endless when none of these ever happens."""

    ending: Ending
    needs: tuple[str, ...]


class Loop:
    """A loop being walked. ``condition`` says that its header can end it; ``exits`` why its body may."""

    __slots__ = ("branches", "channel", "closable", "condition", "end", "exits", "label", "needs", "number", "pos")

    def __init__(self, number: int, pos: int, end: int, label: str, condition: bool, closable: str) -> None:
        self.number = number
        self.pos = pos
        self.end = end
        self.label = label
        self.condition = condition
        self.closable = closable  # the channel whose closing ends a range, or ""
        self.channel = ""  # its node
        self.needs = ""  # what must happen for a range to end, as in Wait
        self.branches = 0  # branches around it
        self.exits: list[Exit] = []


class Timeline:
    """Collects the events of one function body in source order."""

    def __init__(self) -> None:
        self.uses: list[Use] = []
        self.waits: list[Wait] = []
        self.signals: dict[str, None] = {}  # what it signals its end with: wait groups, channels
        self._loops: list[Loop] = []
        self._breakable: list[tuple[str, Loop | None]] = []  # label and loop (None for switch and select)
        self._branches: list[Exit] = []
        self._count = 0
        self._closings: list[Closing] = []
        self._released: set[str] = set()  # variables that no longer hold their map
        self._left: list[tuple[Exit, ...]] = []  # the branches in which something leaves the function
        self._labels: dict[str, Label] = {}
        self._working_off: set[int] = set()  # numbers of loops
        self.muted = 0  # receives in a select with a default do not wait
        self.choosing = 0  # receives and sends in a select with several cases may never happen
        self.needs = ""  # what the last receive or send waits for

    # --- events -------------------------------------------------------------------------------

    def use(self, node: str, how: str, pos: int, end: int) -> None:
        if node in self._released:
            return
        self.uses.append(Use(node, how, pos, end, self._numbers()))

    def wait(
        self, pos: int, end: int, text: str, subject: str, event: bool = True, needs: str = "", since: int = -1
    ) -> None:
        self.needs = needs
        if not self.muted:
            certain = not (self._loops or self._branches or self._left or self.choosing)
            since = pos if since < 0 else since
            numbers = self._numbers()
            self.waits.append(Wait(pos, end, text, subject, event, numbers, since, needs, certain, bool(self.choosing)))

    @property
    def one_of_several(self) -> bool:
        """Whether what is being waited for may be passed over: another case may be taken, and nothing comes back."""
        return bool(self.choosing or self.muted) and not self._loops

    def release(self, node: str) -> None:
        """A variable is set to nil: what comes later does not use the map it held. Only where that is certain."""
        if not (self._loops or self._branches):
            self._released.add(node)

    def assigned(self, node: str) -> None:
        """A variable gets a map again."""
        self._released.discard(node)

    def joined(self) -> None:
        """The value just received is thrown away: outside a loop that waits for another goroutine to be done."""
        if self.waits and not self.waits[-1].loops and not self.muted:
            self.waits[-1] = self.waits[-1]._replace(event=False, joins=True)

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
            if wait.pos > after and wait.subject in signals and not wait.one_of_several:
                return wait.text
        return ""

    def next_wait(self, after: int) -> int:
        """Where the function waits first, later than offset ``after``, for whatever; -1 when it does not."""
        return min((wait.since for wait in self.waits if wait.pos >= after), default=-1)

    @property
    def straight(self) -> bool:
        """Whether what stands here runs whenever the function does, early returns aside."""
        return not (self._loops or self._branches)

    @property
    def innermost_loop(self) -> tuple[int, int]:
        """Number and offset of the innermost loop, (0, -1) outside loops."""
        return (self._loops[-1].number, self._loops[-1].pos) if self._loops else (0, -1)

    def waits_each_turn(self, signals: frozenset[str], after: int, loop: int) -> bool:
        """Whether the loop with that number waits, later than offset ``after``, for what ends one of ``signals``."""
        return any(wait.pos > after and wait.subject in signals and loop in wait.loops for wait in self.waits)

    def _numbers(self) -> tuple[int, ...]:
        return tuple([loop.number for loop in self._loops])

    # --- control structure --------------------------------------------------------------------

    def enter_loop(
        self, pos: int, end: int, label: str, condition: bool, closable: str = "", needs: str = "", channel: str = ""
    ) -> None:
        self._count += 1
        loop = Loop(self._count, pos, end, label, condition, closable)
        loop.needs = needs
        loop.channel = channel
        loop.branches = len(self._branches)
        self._loops.append(loop)
        self._breakable.append((label, loop))

    def stopped_by(self, condition: str, told: bool) -> None:
        """The condition of the loop just entered is no more than a way out of it, taken when it is ``told`` to stop."""
        loop = self._loops[-1]
        loop.condition = False
        loop.exits.append(Exit(f"ends when {condition} no longer holds", "", told))

    def leave_loop(self) -> None:
        loop = self._loops.pop()
        self._breakable.pop()
        if loop.condition:
            return
        self._closings.append(self._closing(loop))

    def _closing(self, loop: Loop) -> Closing:
        needs = tuple([way.needs for way in loop.exits])
        if loop.closable:
            needs = (*needs, loop.needs)
        if loop.exits:
            if any(map(works_off, loop.exits)):
                self._working_off.add(loop.number)
            waits = any(wait.event and loop.number in wait.loops for wait in self.waits) or until_told(loop.exits)
            ending = Ending("stoppable" if waits else "loops", loop.exits[0].reason, loop.pos, loop.end)
        elif loop.closable:
            reason = f"ends when {loop.closable} is closed"
            ending = Ending("stoppable", reason, loop.pos, loop.end, loop.channel)
        else:
            ending = Ending("endless", "a loop without a way out", loop.pos, loop.end)
        return Closing(ending, needs)

    def enter_switch(self, label: str) -> None:
        self._breakable.append((label, None))

    def leave_switch(self) -> None:
        self._breakable.pop()

    def enter_branch(self, reason: str, needs: str = "", told: bool = False) -> None:
        """Enter a branch that is taken for ``reason`` (a case's receive, a condition), and when ``needs`` happens."""
        self._branches.append(Exit(reason, needs, told))

    def leave_branch(self) -> None:
        self._branches.pop()

    def forever(self, pos: int, end: int, reason: str) -> None:
        """A statement that never ends: an empty select."""
        self._closings.append(Closing(Ending("endless", reason, pos, end), ()))

    def leave_function(self) -> None:
        """A return, a panic, or a call that does not come back: leaves every loop."""
        self._left.append(tuple(self._branches))
        for loop in self._loops:
            loop.exits.append(way_out(self._branches, loop.branches))

    def leave_by_break(self, label: str) -> None:
        for position in range(len(self._breakable) - 1, -1, -1):
            name, loop = self._breakable[position]
            if not label or name == label:
                if loop is not None:
                    self._leave_from(loop)
                return

    def label(self, name: str, pos: int) -> None:
        """A labeled statement begins."""
        self._labels[name] = Label(
            pos, len(self.uses), len(self.waits), len(self._left), len(self._branches), len(self._loops)
        )

    def leave_by_goto(self, label: str, end: int) -> None:
        """A goto back to a label makes a loop; one ahead may lead anywhere, out of every loop."""
        start = self._labels.get(label)
        if start is None:
            self.leave_function()
            return
        self._count += 1
        loop = Loop(self._count, start.pos, end, label, False, "")
        for i in range(start.uses, len(self.uses)):
            self.uses[i] = self.uses[i]._replace(loops=(*self.uses[i].loops, loop.number))
        for i in range(start.waits, len(self.waits)):
            wait = self.waits[i]
            event = wait.event or wait.joins
            self.waits[i] = wait._replace(loops=(*wait.loops, loop.number), event=event)
        for left in self._loops[start.loops :]:
            left.exits.append(way_out(self._branches, left.branches))
        if len(self._branches) == start.branches and len(self._loops) == start.loops:  # it always goes back
            loop.exits = [way_out(branches, start.branches) for branches in self._left[start.exits :]]
            self._closings.append(self._closing(loop))

    def leave_by_continue(self, label: str) -> None:
        """``continue`` of an outer loop leaves the inner ones."""
        for loop in reversed(self._loops):
            if not label or loop.label == label:
                return
            loop.exits.append(way_out(self._branches, loop.branches))

    def _leave_from(self, target: Loop) -> None:
        for loop in reversed(self._loops):
            loop.exits.append(way_out(self._branches, loop.branches))
            if loop is target:
                return

    @property
    def waits_for_events(self) -> bool:
        """Whether the body takes in events for its caller: a message, a connection, a value from a channel.

        A pause and a select serve the function's own purpose (a retry, a timeout): a loop that calls it need
        not be one that serves events.
        """
        return any(wait.event and wait.text not in _OWN_PURPOSE for wait in self.waits)

    def halt(self, params: Sequence[str]) -> str:
        """Whether the body waits for what others do: ``told`` where it waits, outside loops, for nothing but a context
        or one of its parameters, else ``waits``; "" when it does not wait, or only to get a piece of work done."""
        halts = [wait for wait in self.waits if (wait.event or wait.joins) and wait.text != "time.Sleep"]
        halts = [wait for wait in halts if self._working_off.isdisjoint(wait.loops)]
        told = [wait for wait in halts if wait.joins and (wait.text.endswith(".Done()") or wait.subject in params)]
        return "told" if halts and len(told) == len(halts) else "waits" if halts else ""

    # --- results ------------------------------------------------------------------------------

    def ending(self, pos: int, end: int, silence: Silence = NO_SILENCE) -> Ending:
        """Whether the body comes to its end: its worst loop or wait decides."""
        found = self._never_over(silence)
        for kind in ("endless", "stoppable", "loops", "abandoned"):
            for ending, _ in found:
                if ending.kind == kind:
                    return ending
        return Ending("ends", "runs to its end", pos, end)

    def endless_loops(self, silence: Silence = NO_SILENCE) -> tuple[Ending, ...]:
        """All loops that have no condition, inner ones first."""
        return tuple(_settled(closing, silence) for closing in self._closings)

    def _never_over(self, silence: Silence) -> list[tuple[Ending, int]]:
        """All that may keep the body from ending, and where each of them begins."""
        found = [(ending, ending.pos) for ending in self.endless_loops(silence)]
        for wait in self.waits:
            if wait.certain and wait.needs in silence.never:
                found.append((Ending("endless", silence.never[wait.needs], wait.pos, wait.end), wait.since))
            elif wait.needs in silence.abandoned and not (wait.loops or wait.one_of_several):
                found.append((Ending("abandoned", silence.abandoned[wait.needs], wait.pos, wait.end), wait.since))
        return found

    def held(self, silence: Silence = NO_SILENCE) -> tuple[Held, ...]:
        """For every map the first use that comes after, or in a loop around, a wait.

        What comes only before the place that a body never gets past is not held there.
        """
        result: dict[tuple[str, str], Held] = {}
        if not self.waits:
            return ()
        since = self._since(silence)
        waits = sorted(self.waits, key=lambda wait: wait.since < since)  # those of that place first
        for use in self.uses:
            key = (use.node, use.how)
            if key in result or (use.end <= since and not use.postponed):
                continue
            wait = _wait_before(waits, use)
            if wait is not None:
                result[key] = Held(use.node, use.how, use.pos, use.end, wait.pos, wait.end, wait.text)
        return tuple(result.values())

    def _since(self, silence: Silence) -> int:
        """Where begins what the body never gets past, -1 when nothing is known to be so."""
        found = self._never_over(silence)
        kinds = {ending.kind for ending, _ in found}
        kind = "endless" if "endless" in kinds else "abandoned" if kinds == {"abandoned"} else ""
        return min((since for ending, since in found if ending.kind == kind), default=-1)


def _settled(closing: Closing, silence: Silence) -> Ending:
    """How a loop ends, now that it is known what never happens."""
    ending, needs = closing
    if needs and all(need in silence.never for need in needs):
        return Ending("endless", silence.never[needs[0]], ending.pos, ending.end)
    return ending


def _wait_before(waits: list[Wait], use: Use) -> Wait | None:
    for wait in waits:
        if use.postponed or wait.since < use.pos or (wait.loops and use.loops and set(wait.loops) & set(use.loops)):
            return wait
    return None
