"""The ways through a function: the arms of its branching statements and where it is left.

Which arm is a failure is read off its condition, as it is written: ``err != nil`` and the like, a receive from a
context's ``Done()``, a receive from ``time.After`` or a timer's channel. The names are those that Go programs use
for nothing else. So is which condition asks for an age: it calls a method of time.Time that compares, or names what
has expired.
"""

from __future__ import annotations

import re

import msgspec

from mapleak.resolve.awaited import ERROR_NAME, abandoned, awaited, clocks, handed_out, receives
from mapleak.resolve.spell import spell
from mapleak.resolve.way_facts import Arm, Exit
from mapleak.syntax import ast

_ERROR_CALLS = frozenset(("errors.Is", "errors.As"))
_CANCELLED = re.compile(r"<-(?:.*\.)?Done\(\)")
_TIMEOUT = re.compile(r"<-(?:(?:\w+\.)*After\(.*|(?:\w+\.)*\w*[tT]ime(?:r|out)\w*(?:\.C)?)")
_ANSWERS = 8
"""Receives of one function; with more of them it waits for events of many kinds, not for the answer to something."""

_AGE = re.compile(
    r"\btime\.(?:Since|Until|Now)\(|\.(?:After|Before)\("
    r"|(?i:expir(?:e|ed|es|y|ation|esat|edat)\b)|\b(?i:\w*(?:ttl|stale|outdated))\b|\b(?:age|\w+Age)\b"
)


class Ways:
    """The arms and exits of one function, in the order in which the walk meets them: outer arms come first."""

    def __init__(self) -> None:
        self.arms: list[Arm] = []
        self.exits: list[Exit] = []
        self.block: ast.Block | None = None  # of the declared function, for its closures as well
        self._clocks: frozenset[str] | None = None  # variables of the declared function that are timers
        self.received: list[ast.Expr] = []  # the channels that it receives from
        self.returned: list[ast.Expr] = []  # the results that it returns

    def then(self, s: ast.If, nil_parameter: str, *, selects: bool = False) -> None:
        """The arm of an if that is taken when its condition holds."""
        fails, holds = failure(s.cond, holds=True), facts(s.cond, holds=True)
        self._add("then", s.pos, s.then, s.then.stmts, fails, nil_parameter, holds, selects=selects, aged=aged(s.cond))

    def otherwise(self, s: ast.If, nil_parameter: str) -> None:
        """The else of an if."""
        if s.orelse is not None:
            stmts = s.orelse.stmts if isinstance(s.orelse, ast.Block) else ()
            fails, holds = failure(s.cond, holds=False), facts(s.cond, holds=False)
            self._add("else", s.pos, s.orelse, stmts, fails, nil_parameter, holds, aged=aged(s.cond))

    def case(self, statement: ast.Node, clause: ast.CaseClause, *, conditions: bool) -> None:
        """A clause of a switch; ``conditions`` is true when its expressions are conditions of their own."""
        kind = "case" if clause.exprs else "default"
        fails = failure(clause.exprs[0], holds=True) if conditions and len(clause.exprs) == 1 else ""
        self._add(kind, statement.pos, clause, clause.body, fails, "")

    def communication(self, statement: ast.Select, clause: ast.CommClause, text: str, *, repeats: bool) -> None:
        """A clause of a select, which a loop ``repeats``; ``text`` spells what it waits for."""
        kind = "comm" if clause.comm is not None else "default"
        fails = gives_up(text) or ("timeout" if not repeats and self._is_clock(receives(clause.comm)) else "")
        self._add(kind, statement.pos, clause, clause.body, fails, "")
        leaves = clause.body and isinstance(clause.body[-1], ast.Return)
        if fails and self.block is not None and (leaves or not repeats):
            others = (receives(other.comm) for other in statement.clauses if other is not clause)
            answers = [channel for channel in others if channel is not None and not gives_up(f"<-{spell(channel)}")]
            self.arms[-1] = msgspec.structs.replace(
                self.arms[-1], awaits=awaited(self.block, answers) if answers else ()
            )

    def _is_clock(self, channel: ast.Expr | None) -> bool:
        """Whether a channel is that of a timer which the function sets; in a loop it may tick, and end nothing."""
        name = spell(channel).removesuffix(".C") if isinstance(channel, ast.Name | ast.Selector) else ""
        if not name or self.block is None:
            return False
        if self._clocks is None:
            self._clocks = clocks(self.block)
        return name in self._clocks

    def settle(self, *, stores: bool) -> None:
        """Note, once the function has been walked, what its failing arms leave behind and do not wait for.

        A function that ``stores`` something in a map may also leave the waiting to its caller.
        """
        answers = [channel for channel in self.received if not gives_up(f"<-{spell(channel)}")]
        failing = [(number, arm) for number, arm in enumerate(self.arms) if arm.failure and self._returns(arm)]
        if self.block is None or not failing or len(answers) > _ANSWERS:
            return
        answers += handed_out(self.block, self.returned) if stores else ()
        for number, arm in failing:
            later = [channel for channel in answers if channel.pos >= arm.end or arm.statement < channel.pos < arm.pos]
            if later and not arm.awaits:
                self.arms[number] = msgspec.structs.replace(arm, awaits=abandoned(self.block, later, arm))

    def _returns(self, arm: Arm) -> bool:
        return any(left.kind == "return" and arm.pos <= left.pos < arm.end for left in self.exits)

    def leave(self, kind: str, pos: int, results: tuple[ast.Expr, ...] = ()) -> None:
        """The function is left here, by return or panic."""
        self.exits.append(Exit(kind, pos))
        self.returned.extend(results)

    def _add(
        self,
        kind: str,
        statement: int,
        at: ast.Node,
        stmts: tuple[ast.Stmt, ...],
        fails: str,
        nil_parameter: str,
        holds: tuple[str, ...] = (),
        *,
        selects: bool = False,
        aged: bool = False,
    ) -> None:
        leaves = bool(stmts) and _leaves(stmts[-1])
        self.arms.append(Arm(kind, statement, at.pos, at.end, fails, leaves, nil_parameter, holds, selects, aged))


def aged(condition: ast.Expr) -> bool:
    """Whether a condition asks how old something is."""
    return _AGE.search(spell(condition)) is not None


def gives_up(text: str) -> str:
    """What a receive waits for when that is an end to the waiting itself: ``cancelled``, ``timeout``; else ""."""
    text = text.removeprefix("case ")
    return "cancelled" if _CANCELLED.fullmatch(text) else "timeout" if _TIMEOUT.fullmatch(text) else ""


def failure(condition: ast.Expr, *, holds: bool) -> str:
    """``error`` when the condition, holding or not, says that something failed; else ""."""
    match condition:
        case ast.Unary(op="!", x=x):
            return failure(x, holds=not holds)
        case ast.Binary(op="&&" | "||", x=x, y=y):
            return (failure(x, holds=True) or failure(y, holds=True)) if holds else ""
        case ast.Binary(op="!=" | "==", x=x, y=ast.Name(name="nil")):
            fails = holds == (condition.op == "!=")
            return "error" if fails and ERROR_NAME.fullmatch(spell(x)) else ""
        case ast.Call(fun=fun):
            return "error" if holds and spell(fun) in _ERROR_CALLS else ""
    return ""


def facts(condition: ast.Expr, *, holds: bool) -> tuple[str, ...]:
    """The variables and fields that a condition, holding or not, says to be true, or with ``!`` to be false."""
    match condition:
        case ast.Unary(op="!", x=x):
            return facts(x, holds=not holds)
        case ast.Binary(op="&&" | "||", x=x, y=y):
            return (*facts(x, holds=holds), *facts(y, holds=holds)) if holds == (condition.op == "&&") else ()
        case ast.Name() | ast.Selector():
            return (spell(condition),) if holds else (f"!{spell(condition)}",)
    return ()


def _leaves(stmt: ast.Stmt) -> bool:
    """Whether nothing that follows in the enclosing statements runs after this one."""
    match stmt:
        case ast.Return():
            return True
        case ast.Branch():
            return stmt.keyword in ("continue", "goto")
        case ast.ExprStmt(x=ast.Call(fun=ast.Name(name="panic"))):
            return True
    return False
