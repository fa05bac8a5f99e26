"""The lock and unlock calls of one function, collected while its body is evaluated.

Heuristic ``lock-by-name``: a method Lock, Unlock, RLock, RUnlock, TryLock or TryRLock without arguments belongs to a
lock, whatever its type: that is how the locks which stand in for those of ``sync`` are called, too.

A channel that a function both sends to and receives from may be used as a lock: whichever comes first takes it. So may
a weighted semaphore (golang.org/x/sync) that it acquires and releases.
"""

from __future__ import annotations

from msgspec import structs

from mapleak.program.constants import integer
from mapleak.program.scope import Scope
from mapleak.resolve.lock_facts import LockFacts, LockOp
from mapleak.resolve.lock_flow import LockFlow
from mapleak.resolve.lock_objects import lock_objects
from mapleak.resolve.lock_places import place_of
from mapleak.resolve.lock_states import EFFECTS, TRIES, Literal, Net
from mapleak.resolve.spell import spell
from mapleak.syntax import ast

_SEMAPHORES = {
    "(*golang.org/x/sync/semaphore.Weighted).Acquire": "send",
    "(*golang.org/x/sync/semaphore.Weighted).TryAcquire": "send",
    "(*golang.org/x/sync/semaphore.Weighted).Release": "receive",
}
"""Methods of semaphores, as what is done to a channel in their place."""


class Locking:
    """The lock and unlock calls of one function, in the order of evaluation, and what came of its body."""

    def __init__(self) -> None:
        self.ops: list[LockOp] = []
        self.literals: dict[int, tuple[str, Locking]] = {}  # offset of func to the literal's name and locking
        self.net: Net = {}  # what a call of the whole function leaves
        self.facts: LockFacts | None = None
        self.deferred = False  # the function is a literal that is deferred
        self._passed: list[tuple[str, str, ast.Node, bool]] = []  # send or receive, channel, where, whether deferred
        self.left_to_callers = False
        self._wide: dict[str, None] = {}  # channels that are made with room for several elements

    def called(self, call: ast.Call, callee: str, receiver: str, how: str, scope: Scope) -> None:
        """A method is called that may be one of a lock; ``receiver`` is the node it is called on, or ""."""
        if callee in _SEMAPHORES and how != "go":
            self.passes(_SEMAPHORES[callee], receiver, call, deferred=how == "defer")
        if isinstance(call.fun, ast.Selector) and not call.args and how != "go":
            name = call.fun.name
            if name in EFFECTS or name in TRIES:
                text = spell(call.fun.x)
                named = bool(receiver) and not receiver.startswith("call@")  # each call gives a node of its own
                known = callee.startswith(("(*sync.", "(sync.Locker"))
                lock, deferred = receiver if named else text, how == "defer"
                place = place_of(call.fun.x, scope) if known else ""
                self.ops.append(LockOp(name, lock, text, known, deferred, call.pos, call.end, named, place))

    def passes(self, direction: str, channel: str, at: ast.Node, *, deferred: bool = False) -> None:
        """Something is sent to, or received from, the channel with that node."""
        if channel:
            self._passed.append((direction, channel, at, deferred))

    def made(self, channel: str, source: ast.Expr | None, scope: Scope) -> None:
        """The variable or field ``channel`` is given ``source``, which may be a channel or semaphore with room."""
        room: ast.Expr | None = None
        match source:
            case ast.Call(fun=ast.Name(name="make"), args=(ast.ChanType(), size)):
                room = size
            case ast.Call(fun=ast.Selector(name="NewWeighted"), args=(size,)):
                room = size
        if room is not None and channel and (integer(room, scope) or 0) > 1:
            self._wide[channel] = None

    def _add_channels(self) -> None:
        """The sends and receives of channels that are used in both directions, deferred literals included."""
        late = [
            (d, c, at, True) for _, inner in self.literals.values() for d, c, at, _ in inner._passed if inner.deferred
        ]
        found = [*self._passed, *late]
        directions: dict[str, set[str]] = {}
        for direction, channel, _, _ in found:
            directions.setdefault(channel, set()).add(direction)
        for direction, channel, at, deferred in found:
            if len(directions[channel]) > 1:
                self.ops.append(LockOp(direction, channel, channel, False, deferred, at.pos, at.end, True))

    def follow(self, block: ast.Block, never_back: frozenset[int]) -> None:
        """Walk the body; ``never_back`` are the offsets of statements after which the function does not go on."""
        if self._passed:
            self._add_channels()
        if self.ops:
            literals = {pos: Literal(name, inner.net, inner.ops) for pos, (name, inner) in self.literals.items()}
            flow = LockFlow(self.ops, literals, never_back, lock_objects(self.ops, literals, block))
            flow.body(block)
            self.net = flow.net()
            self.facts = flow.facts()
        self.settle()

    def settle(self) -> None:
        """The body has been walked: what else is known of its locks belongs to the facts."""
        if self._wide or self.left_to_callers:
            facts = self.facts or LockFacts((), ())
            self.facts = structs.replace(facts, wide=tuple(self._wide), left_to_callers=self.left_to_callers)
