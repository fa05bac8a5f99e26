"""Channels and contexts that only one declared function and its closures can reach, and what never happens to them.

A local channel that is only received from, sent to, ranged over and closed cannot be known anywhere else: what the
function and its closures do to it is all that ever happens. So a receive from one that nothing closes or sends to
waits for ever, as does a receive from the Done channel of context.Background (package context). Any other use of
the variable, an assignment included, ends this certainty, and nothing is said.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from mapleak.program.scope import Scope
from mapleak.program.values import Value
from mapleak.resolve.origins import callee_name
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import Chan, underlying

_NEVER_DONE = frozenset({"context.Background", "context.TODO"})


class Silence(NamedTuple):
    """What certainly never happens, by what a wait waits for (see ``receiving``, ``closing``, ``sending``).

    ``abandoned`` are sends that nobody takes when the only select that would have taken another case.
    """

    never: dict[str, str]
    abandoned: dict[str, str]


NO_SILENCE = Silence({}, {})


def receiving(node: str) -> str:
    """What a receive from a channel, or from a context's Done channel, waits for."""
    return f"<-{node}" if node else ""


def closing(node: str) -> str:
    """What a range over a channel waits for to end."""
    return f"close {node}" if node else ""


def sending(node: str) -> str:
    """What a send waits for."""
    return f"{node}<-" if node else ""


class Channels:
    """Counts the uses of a declared function's local channels and contexts, closures included."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}  # node: channel, unbuffered, context
        self._names: dict[str, str] = {}
        self._uses: Counter[str] = Counter()
        self._understood: Counter[str] = Counter()
        self._sent: set[str] = set()
        self._closed: set[str] = set()
        self._received: dict[str, bool] = {}  # whether every receive is one case of several

    def declared(self, variable: Variable, source: ast.Expr | None, value: Value) -> None:
        """A local variable has just been declared with ``source``, None for its zero value."""
        kind = ""
        if isinstance(underlying(variable.type), Chan):
            if source is None:
                kind = "channel"
            elif isinstance(source, ast.Call) and isinstance(source.fun, ast.Name) and source.fun.name == "make":
                kind = "unbuffered" if len(source.args) == 1 else "channel"
        elif isinstance(source, ast.Call) and value.operand is not None:
            kind = "context" if callee_name(value.operand.denotes) in _NEVER_DONE else ""
        if kind:
            self._kinds[variable.node] = kind
            self._names[variable.node] = variable.name

    def assigned(self, node: str) -> None:
        """A variable gets another value: nothing is certain about it any more."""
        self._kinds.pop(node, None)

    def used(self, node: str) -> None:
        """A variable is mentioned."""
        if node in self._kinds:
            self._uses[node] += 1

    def received(self, channel: ast.Expr, scope: Scope, node: str, *, one_of_several: bool) -> str:
        """A receive from ``channel``; what it waits for."""
        if isinstance(channel, ast.Name):
            self._understood[node] += 1
            self._received[node] = self._received.get(node, True) and one_of_several
            return receiving(node)
        if isinstance(channel, ast.Call) and isinstance(channel.fun, ast.Selector) and channel.fun.name == "Done":
            return receiving(_local(channel.fun.x, scope))
        return ""

    def ranged(self, channel: ast.Expr, node: str) -> str:
        """A range over ``channel``; what it waits for to end."""
        if not isinstance(channel, ast.Name):
            return ""
        self._understood[node] += 1
        self._received[node] = False
        return closing(node)

    def sent(self, channel: ast.Expr, node: str) -> str:
        """A send to ``channel``; what it waits for."""
        if not isinstance(channel, ast.Name):
            return ""
        self._understood[node] += 1
        self._sent.add(node)
        return sending(node)

    def closed(self, node: str) -> None:
        """close(channel)."""
        self._understood[node] += 1
        self._closed.add(node)

    def called(self, call: ast.Call, scope: Scope) -> None:
        """A call: a context handed over, or one whose method is called, stays the context it is."""
        subject = (call.fun.x,) if isinstance(call.fun, ast.Selector) else ()
        for e in (*subject, *call.args):
            node = _local(e, scope)
            if self._kinds.get(node) == "context":
                self._understood[node] += 1

    def silence(self) -> Silence:
        """What never happens; asked when the declared function has been walked to its end."""
        never: dict[str, str] = {}
        abandoned: dict[str, str] = {}
        for node, kind in self._kinds.items():
            if self._uses[node] != self._understood[node]:
                continue
            name = self._names[node]
            if kind == "context":
                never[receiving(node)] = f"{name} is never done"
                continue
            if node not in self._closed:
                never[closing(node)] = f"nothing ever closes {name}"
                if node not in self._sent:
                    never[receiving(node)] = f"nothing ever closes or sends to {name}"
            if kind == "unbuffered" and node not in self._received:
                never[sending(node)] = f"nothing ever receives from {name}"
            elif kind == "unbuffered" and self._received[node]:
                abandoned[sending(node)] = f"it waits for ever when another case than {name} is chosen by its starter"
        return Silence(never, abandoned)


def _local(e: ast.Expr, scope: Scope) -> str:
    found = scope.lookup(e.name) if isinstance(e, ast.Name) else None
    return found.node if isinstance(found, Variable) and found.function else ""
