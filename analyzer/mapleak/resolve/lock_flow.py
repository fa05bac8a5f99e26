"""Which locks a function holds where: its lock and unlock calls, followed along the ways through its body.

The walk knows of each lock how often it is held (``held``) and what will be left of that at the end of the call, once
deferred releases have run (``net``). Where two ways meet that disagree, the number is not known from there on: then
nothing is said to be left held, and what stands there may or may not be guarded. A ``goto`` ahead is followed to its
label; one that goes back makes all locks of the function unknown in that way, a loop that does not leave a lock as it
found it that lock.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping

from msgspec import structs

from mapleak.resolve.lock_facts import LockFacts, LockLeft, LockMismatch, LockOp, LockRegion
from mapleak.resolve.lock_objects import LockObjects, node_of
from mapleak.resolve.lock_states import EFFECTS, FREE, TRIES, Count, Frame, Literal, Net, Slot, State, together
from mapleak.syntax import ast

_LEAVING = ("fatal", "panic", "throw", "exit", "goexit", "die", "abort", "failnow", "skip")
"""How functions are called that do not come back (heuristic ``leaving-by-name``): believed only to keep silent."""


class LockFlow:
    """One walk over a body. A state of None is that of code which no way leads to."""

    def __init__(
        self, ops: Iterable[LockOp], literals: Mapping[int, Literal], never_back: frozenset[int], objects: LockObjects
    ) -> None:
        self._objects = objects
        self._ops = sorted(ops, key=lambda op: op.pos)
        self._starts = [op.pos for op in self._ops]
        self._literals = literals
        self._takes: dict[str, str] = {}  # of each channel, whether sending or receiving takes it
        for op in self._ops:
            if op.method not in EFFECTS and op.method not in TRIES:
                self._takes.setdefault(op.lock, op.method)
        self._never_back = never_back
        self._frames: list[Frame] = []
        self._loops: list[tuple[int, int]] = []
        self._label = ""
        self._jumps: dict[str, list[State]] = {}  # label to the states of the gotos that lead ahead to it
        self._passed: set[str] = set()  # labels that the walk has come by
        self._exits: list[tuple[str, int, int, State]] = []
        self._left: dict[LockLeft, None] = {}
        self._mismatches: list[LockMismatch] = []
        self._regions: dict[Slot, list[tuple[int, int, bool, int]]] = {}  # pos, end, certain, number of last part
        self._parts = 0
        self._extent = (0, 0)
        self._late: dict[int, None] = {}  # offsets of deferred calls that lock what is locked already
        self._given_back: set[Slot] = set()  # released where they were not held
        self._confused: set[str] = set()
        self._all_confused = False
        self._absorbed: list[str] = []

    # --- results ------------------------------------------------------------------------------

    def net(self) -> Net:
        slots = {slot for *_, state in self._exits for slot in state}
        return {slot: self._net_of(slot) for slot in sorted(slots)}

    def _net_of(self, slot: Slot) -> int | None:
        found = {state.get(slot, FREE).net for *_, state in self._exits}
        return found.pop() if len(found) == 1 and not self._unsure(slot[0]) else None

    def facts(self) -> LockFacts:
        net = self.net()
        for kind, pos, end, state in self._exits:
            for (lock, write), count in state.items():
                if count.net is not None and count.net > 0 and not self._unsure(lock):
                    twice = "twice" if count.lock in self._late else kind
                    self._left[LockLeft(lock, write, count.lock, twice, pos, end)] = None
        taken = {op.lock for op in self._ops if self._effect(op)[1] > 0} if self._all_confused else set()
        low = {node_of(slot[0]) for slot in self._given_back if net.get(slot) != 0} - taken
        return LockFacts(
            ops=tuple(self._ops),
            regions=tuple(sorted(self._all_regions())),
            left=tuple(self._all_left()),
            mismatches=() if self._all_confused else tuple(self._mismatches),
            released=tuple(sorted(low)),
            kept=tuple(sorted({node_of(slot[0]) for slot, n in net.items() if n is not None and n > 0})),
            absorbed=tuple(self._absorbed),
        )

    def _all_left(self) -> Iterable[LockLeft]:
        for left in self._left:
            if left.lock not in self._objects.mixed and (left.kind == "again" or not self._unsure(left.lock)):
                yield structs.replace(left, lock=node_of(left.lock))

    def _all_regions(self) -> Iterable[LockRegion]:
        """The regions found; a lock that the walk is unsure of may be held anywhere."""
        for (lock, write), parts in self._regions.items():
            if not self._unsure(lock):
                for pos, end, certain, _ in parts:
                    yield LockRegion(pos, end, node_of(lock), write, certain)
        unsure = (op for op in self._ops if self._unsure(self._objects.name(op)))
        for slot in sorted({(op.lock, self._effect(op)[0]) for op in unsure}):
            yield LockRegion(*self._extent, *slot, False)

    def _unsure(self, lock: str) -> bool:
        return self._all_confused or lock in self._confused

    # --- states -------------------------------------------------------------------------------

    def _join(self, states: Iterable[State | None], at: ast.Node) -> State | None:
        """Where ways meet behind the statement ``at``: numbers that differ are no longer known."""
        known = [state for state in states if state is not None]
        if not known:
            return None
        joined: State = {}
        for slot in {slot: None for state in known for slot in state}:
            counts = [state.get(slot, FREE) for state in known]
            joined[slot] = together(counts)
            if len({c.net for c in counts}) > 1:
                self._note_one_way(slot, counts, at)
        return joined

    def _note_one_way(self, slot: Slot, counts: list[Count], at: ast.Node) -> None:
        """One way through ``at`` leaves a lock held, another does not, and nothing that comes later releases it."""
        since = self._loops[0][0] if self._loops else at.end
        later = any(
            self._objects.name(op) == slot[0]
            and (op.pos >= since)
            and not (at.pos <= op.pos < at.end)
            and (op.method not in EFFECTS or EFFECTS[op.method][1] < 0)
            for op in self._ops
        )
        nets = [c.net for c in counts if c.net is not None]
        top = max(counts, key=lambda c: (c.net is not None and c.net > 0, c.lock))
        if len(nets) == len(counts) and min(nets) == 0 and max(nets) == 1 and not later and top.lock >= at.pos:
            self._left[LockLeft(*slot, top.lock, "way", at.end - 1, at.end)] = None

    def _apply(self, state: State, op: LockOp) -> State:
        write, change = self._effect(op)
        lock = self._objects.name(op)
        slot, other = (lock, write), (lock, not write)
        if not change:
            return {**state, slot: Count(None, None, op.pos)}
        if change < 0 and self._mismatched(state, slot, other, op):
            slot = other
        elif change > 0 and op.deferred and not self._locks_twice(state, slot, other, op):
            self._confused.add(lock)
        return self._changed(state, slot, change, op.pos, op.deferred)

    def _locks_twice(self, state: State, slot: Slot, other: Slot, op: LockOp) -> bool:
        """What a deferred call that locks does: False where that is not known.

        After a release it takes the lock back for the caller; where the lock is held it takes it once more, when the
        release should come.
        """
        nets = [state.get(s, FREE).net for s in (slot, other)]
        if None in nets or not any(nets):
            return False
        if any(net is not None and net > 0 for net in nets):
            self._late[op.pos] = None
        return True

    def _changed(self, state: State, slot: Slot, change: int, pos: int, deferred: bool) -> State:
        """The state after a lock is taken (or given back) ``change`` times at ``pos``."""
        count = state.get(slot, FREE)
        own = count.taken and slot[0] not in self._objects.mixed  # too many releases, but not of a caller's lock
        if change < 0 and count.net is not None and count.net <= 0 and not own:
            self._given_back.add(slot)
        held = count.held if deferred or count.held is None else count.held + change
        net = None if count.net is None else count.net + change
        return {**state, slot: Count(held, net, pos if change > 0 else count.lock, change > 0 or count.taken)}

    def _effect(self, op: LockOp) -> tuple[bool, int]:
        if op.method in EFFECTS:
            return EFFECTS[op.method]
        if op.method in TRIES:
            return TRIES[op.method], 0
        return True, 1 if self._takes[op.lock] == op.method else -1

    def _mismatched(self, state: State, slot: Slot, other: Slot, op: LockOp) -> bool:
        """Whether a lock is held in the other way than it is now released."""
        locked = state.get(other, FREE)
        if state.get(slot, FREE).net != 0 or locked.net is None or locked.net < 1:
            return False
        taken = next((o for o in self._ops if o.pos == locked.lock), None)
        if taken is None or taken.text != op.text or self._unsure(slot[0]) or slot[0] in self._objects.mixed:
            return False
        self._mismatches.append(LockMismatch(op.lock, taken.pos, taken.end, taken.method, op.pos, op.end, op.method))
        return True

    # --- statements ---------------------------------------------------------------------------

    def body(self, block: ast.Block) -> None:
        self._extent = (block.pos, block.end)
        state = self._block(block.stmts, {})
        if state is not None:
            self._exits.append(("end", block.end - 1, block.end, state))

    def _block(self, stmts: tuple[ast.Stmt, ...], state: State | None) -> State | None:
        for stmt in stmts:
            if state is None and not isinstance(stmt, ast.Labeled):
                continue
            state = self._statement(stmt, state)
        return state

    def _statement(self, stmt: ast.Stmt, state: State | None) -> State | None:
        if isinstance(stmt, ast.Labeled):
            self._passed.add(stmt.label)
            if stmt.label in self._jumps:
                marker = ast.Name(0, stmt.pos + len(stmt.label.encode()), stmt.label)
                state = self._join((state, *self._jumps.pop(stmt.label)), marker)
        if state is None:
            state = {}
        handler = _HANDLERS.get(type(stmt))
        return handler(self, stmt, state) if handler is not None else self._simple(stmt, state)

    def _simple(self, at: ast.Node, state: State) -> State:
        """What is evaluated without a branch: a simple statement, or the header of another."""
        self._mark(at.pos, at.end, state)
        index = bisect_left(self._starts, at.pos)
        while index < len(self._ops) and self._ops[index].pos < at.end:
            state = self._apply(state, self._ops[index])
            index += 1
        return state

    def _mark(self, pos: int, end: int, state: State) -> None:
        self._parts += 1
        for slot, count in state.items():
            if count.held is None or count.held > 0:
                parts = self._regions.setdefault(slot, [])
                certain = count.held is not None
                if parts and parts[-1][3] == self._parts - 1 and parts[-1][2] == certain:
                    parts[-1] = (parts[-1][0], max(end, parts[-1][1]), certain, self._parts)
                else:
                    parts.append((pos, end, certain, self._parts))

    def _expression(self, s: ast.ExprStmt, state: State) -> State | None:
        state = self._simple(s, state)
        if isinstance(s.x, ast.Call):
            if s.pos in self._never_back or _name(s.x.fun).lower().startswith(_LEAVING):
                return None
            return self._literal(s.x.fun, state, deferred=False)
        return state

    def _defer(self, s: ast.Defer, state: State) -> State:
        state = self._simple(s, state)
        return self._literal(s.call.fun, state, deferred=True) if isinstance(s.call, ast.Call) else state

    def _literal(self, fun: ast.Expr, state: State, *, deferred: bool) -> State:
        """A function literal that is called on the spot, or at the end of the call: what it locks and releases."""
        if isinstance(fun, ast.FuncLit) and fun.pos in self._literals:
            literal = self._literals[fun.pos]
            self._absorbed.append(literal.name)
            for (name, write), change in literal.net.items():
                slot = (self._objects.of_literal(name), write)
                releases = (op for op in literal.ops if self._objects.name(op) == slot[0])
                release = next((op for op in releases if EFFECTS.get(op.method) == (write, -1)), None)
                if (
                    change == -1
                    and release is not None
                    and self._mismatched(state, slot, (slot[0], not slot[1]), release)
                ):
                    slot = (slot[0], not slot[1])
                if change is None:
                    state = {**state, slot: Count(state.get(slot, FREE).held if deferred else None, None, -1)}
                elif change:
                    state = self._changed(state, slot, change, fun.pos, deferred)
        return state

    def _return(self, s: ast.Return, state: State) -> None:
        state = self._simple(s, state)
        self._exits.append(("return", s.pos, s.end, state))

    def _branch(self, s: ast.Branch, state: State) -> None:
        if s.keyword == "goto" and s.label in self._passed:
            self._all_confused = True
        elif s.keyword == "goto":
            self._jumps.setdefault(s.label, []).append(state)
            return
        if s.keyword == "fallthrough" and self._frames:
            self._frames[-1].falls = state
        for frame in reversed(self._frames):
            if (s.label and frame.label != s.label) or (s.keyword == "continue" and not frame.loop):
                continue
            if s.keyword == "break":
                frame.breaks.append(state)
            elif s.keyword == "continue":
                frame.continues.append((state, s))
            break

    def _if(self, s: ast.If, state: State) -> State | None:
        if s.init is not None:
            state = self._simple(s.init, state)
        state = self._simple(s.cond, state)
        then = self._block(s.then.stmts, state)
        orelse = self._statement(s.orelse, state) if s.orelse is not None else state
        return self._join((then, orelse), s)

    def _labeled(self, s: ast.Labeled, state: State) -> State | None:
        self._label = s.label
        return self._statement(s.stmt, state)

    def _for(self, s: ast.For, state: State) -> State | None:
        if s.init is not None:
            state = self._simple(s.init, state)
        if s.cond is not None:
            state = self._simple(s.cond, state)
        return self._loop(s, s.body, state, endless=s.cond is None)

    def _range(self, s: ast.Range, state: State) -> State | None:
        self._mark(s.pos, s.x.pos, state)
        return self._loop(s, s.body, self._simple(s.x, state), endless=False)

    def _loop(self, s: ast.For | ast.Range, body: ast.Block, state: State, *, endless: bool) -> State | None:
        frame = self._enter(loop=True)
        self._loops.append((s.pos, s.end))
        end = self._block(body.stmts, state)
        if end is not None and isinstance(s, ast.For) and s.post is not None:
            end = self._simple(s.post, end)
        self._loops.pop()
        self._frames.pop()
        turns = [*frame.continues, *([(end, body)] if end is not None else [])]
        for turn, at in turns:
            self._compare(state, turn, at, body)
        after = [*frame.breaks] if endless else [state, *(turn for turn, _ in turns), *frame.breaks]
        return self._join(after, s)

    def _compare(self, before: State, after: State, at: ast.Node, body: ast.Block) -> None:
        """A loop that does not leave a lock as it found it; if it then locks it again, it never gets past that."""
        for slot, count in after.items():
            first = before.get(slot, FREE)
            if (first.held, first.net) == (count.held, count.net):
                continue
            known = not self._all_confused and None not in (first.held, first.net, count.held, count.net)
            if known and first.held == 0 and count.net == 1 and first.net == 0 and self._clean(slot, body):
                pos = at.pos if isinstance(at, ast.Branch) else at.end - 1
                self._left[LockLeft(*slot, count.lock, "again", pos, at.end)] = None
            self._confused.add(slot[0])

    def _clean(self, slot: Slot, body: ast.Block) -> bool:
        """Whether the first thing that a turn of the loop does with a lock is to lock it."""
        inside = [op for op in self._ops if op.lock == node_of(slot[0]) and body.pos <= op.pos < body.end]
        texts = {op.text for op in inside}
        return bool(inside) and EFFECTS.get(inside[0].method) == (slot[1], 1) and len(texts) == 1

    def _switch(self, s: ast.Switch | ast.TypeSwitch, state: State) -> State | None:
        if s.init is not None:
            state = self._simple(s.init, state)
        header = s.x if isinstance(s, ast.TypeSwitch) else s.tag
        if header is not None:
            state = self._simple(header, state)
        frame = self._enter(loop=False)
        ends: list[State | None] = []
        for clause in s.clauses:
            entry: State | None = state
            for e in clause.exprs if isinstance(s, ast.Switch) else ():
                entry = self._simple(e, state)
            if frame.falls is not None:
                entry, frame.falls = self._join((entry, frame.falls), clause), None
            ends.append(self._block(clause.body, entry))
        self._frames.pop()
        if all(clause.exprs for clause in s.clauses):
            ends.append(state)
        return self._join([*ends, *frame.breaks], s)

    def _select(self, s: ast.Select, state: State) -> State | None:
        frame = self._enter(loop=False)
        ends = []
        for clause in s.clauses:
            entry = self._simple(clause.comm, state) if clause.comm is not None else state
            ends.append(self._block(clause.body, entry))
        self._frames.pop()
        return self._join([*ends, *frame.breaks], s)

    def _enter(self, *, loop: bool) -> Frame:
        frame = Frame(self._label, loop)
        self._label = ""
        self._frames.append(frame)
        return frame


def _name(fun: ast.Expr) -> str:
    return fun.name if isinstance(fun, ast.Selector | ast.Name) else ""


_HANDLERS: dict[type, Callable[..., State | None]] = {
    ast.Block: lambda flow, s, state: flow._block(s.stmts, state),
    ast.ExprStmt: LockFlow._expression,
    ast.Defer: LockFlow._defer,
    ast.Go: LockFlow._simple,
    ast.Return: LockFlow._return,
    ast.Branch: LockFlow._branch,
    ast.If: LockFlow._if,
    ast.For: LockFlow._for,
    ast.Range: LockFlow._range,
    ast.Switch: LockFlow._switch,
    ast.TypeSwitch: LockFlow._switch,
    ast.Select: LockFlow._select,
    ast.Labeled: LockFlow._labeled,
}
"""Statement kind to the method that follows it; all others are simple."""
