"""Where in a function which numbers are known not to be NaN: a walk over its statements.

What a condition says (resolve.number_tests) holds in its branch, and after an if whose other branch leaves; an
assignment ends what was known of its variable, and begins it anew when all that it is made of is known to be no NaN.
What is known where two ways meet is what is known on both. A loop keeps what it does not assign to.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from mapleak.resolve.kept import parts_of
from mapleak.resolve.known import NEVER_RETURN
from mapleak.resolve.number_tests import NOTHING, Known, State, Tests, meet, value_of, without
from mapleak.resolve.spell import spell
from mapleak.syntax import ast

DEFINITE = ""
"""Excuse of a number that certainly is no NaN; the others name who must say so (``F$p0=false``)."""


class Source(NamedTuple):
    """Where a number may get a NaN from: ``reason``, "" when it is not known, or ``node``, where to look on.

    ``texts`` are the expressions by which it has come, ``via`` the offsets of the variables that it was assigned to on
    its way. A quotient's ``divisors`` are the variables that it is divided by.
    """

    reason: str
    node: str
    texts: frozenset[str] = frozenset()
    via: frozenset[int] = frozenset()
    divisors: frozenset[str] = frozenset()


class Exit(NamedTuple):
    """A return statement and what is known there."""

    results: tuple[ast.Expr, ...]
    state: State


class Flow:
    """What is known at the places asked for (``at``), at the returns, and which assignments give no NaN."""

    def __init__(
        self, places: Collection[int], given: Mapping[int, tuple[Source, ...]], callees: Mapping[int, str]
    ) -> None:
        self.at: dict[int, State] = {}
        self.exits: list[Exit] = []
        self._places = sorted(places)
        self._given = given
        self._cleared: dict[int, frozenset[str]] = {}
        self.tests = Tests(callees)

    def follow(self, body: ast.Block) -> None:
        """Walk the body of the function."""
        end = self._statements(body.stmts, NOTHING)
        if end is not None:
            self.exits.append(Exit((), end))

    def excuses(self, source: Source, state: State) -> frozenset[str]:
        """What says that a number is no NaN, where ``state`` is known; nothing when it may be one."""
        found = {k.detail if k.kind == "told" else DEFINITE for k in state if _says(k, source.texts)}
        for pos in source.via:
            found |= self._cleared.get(pos, frozenset())
        return frozenset((DEFINITE,)) if DEFINITE in found else frozenset(found)

    # --- statements; None is known where nothing ever comes ---------------------------------------

    def _statements(self, stmts: tuple[ast.Stmt, ...], state: State | None) -> State | None:
        for stmt in stmts:
            if state is not None or isinstance(stmt, ast.Labeled):
                state = self._statement(stmt, state if state is not None else NOTHING)
        return state

    def _statement(self, s: ast.Stmt, state: State) -> State | None:
        self._note(s, state)
        match s:
            case ast.Block(stmts=stmts):
                return self._statements(stmts, state)
            case ast.If():
                return self._if(s, state)
            case ast.For() | ast.Range():
                return self._loop(s, state)
            case ast.Switch():
                return self._switch(s, self._before(s.init, state))
            case ast.TypeSwitch() | ast.Select():
                return self._one_of(s, state)
            case ast.Labeled(stmt=inner):  # a goto may come from anywhere; labels of loops are for their breaks
                return self._statement(inner, state if isinstance(inner, ast.For | ast.Range) else NOTHING)
            case ast.Return(results=results):
                self._return(results, state)
                return None
            case ast.Branch(keyword=keyword):
                return None if keyword != "fallthrough" else state
            case ast.ExprStmt(x=ast.Call(fun=fun)) if spell(fun) in NEVER_RETURN or spell(fun) == "panic":
                return None
            case ast.Assign(lhs=lhs, rhs=rhs):
                return self._assigned(lhs, rhs, state)
            case ast.VarSpec(names=names, values=values):
                return self._assigned(names, values, state)
        return state

    def _return(self, results: tuple[ast.Expr, ...], state: State) -> None:
        for e in results:
            self._within(e, state)
        if len(results) > 1:  # whoever is told false does not use the rest
            self._note(results[0], state | self.tests.of(results[-1], state, holds=True))
        self.exits.append(Exit(results, state))

    def _before(self, init: ast.Stmt | None, state: State) -> State:
        return (self._statement(init, state) or NOTHING) if init is not None else state

    def _if(self, s: ast.If, state: State) -> State | None:
        state = self._before(s.init, state)
        self._within(s.cond, state)
        then = self._statements(s.then.stmts, state | self.tests.of(s.cond, state, holds=True))
        otherwise: State | None = state | self.tests.of(s.cond, state, holds=False)
        if s.orelse is not None:
            otherwise = self._statement(s.orelse, otherwise or NOTHING)
        return _meet([then, otherwise])

    def _switch(self, s: ast.Switch, state: State) -> State | None:
        ends: list[State | None] = []
        default: ast.CaseClause | None = None
        for clause in s.clauses:
            if not clause.exprs:
                default = clause
                continue
            if s.tag is None:
                for e in clause.exprs:
                    self._within(e, state)
                told = frozenset.intersection(*(self.tests.of(e, state, holds=True) for e in clause.exprs))
            else:  # the tag equals one of these
                told = frozenset((Known("number", spell(s.tag)),))
            ends.append(self._statements(clause.body, state | told))
            if s.tag is None:
                for e in clause.exprs:
                    state |= self.tests.of(e, state, holds=False)
        ends.append(self._statements(default.body, state) if default is not None else state)
        if any(_breaks(clause.body) for clause in s.clauses):
            ends.append(NOTHING)
        return _meet(ends)

    def _one_of(self, s: ast.TypeSwitch | ast.Select, state: State) -> State | None:
        if isinstance(s, ast.Select):
            return _meet([self._statements(c.body, self._before(c.comm, state)) for c in s.clauses])
        state = self._before(s.init, state)
        default = any(not clause.exprs for clause in s.clauses)
        return _meet([*(self._statements(c.body, state) for c in s.clauses), None if default else state])

    def _loop(self, s: ast.For | ast.Range, state: State) -> State | None:
        if isinstance(s, ast.For):
            state = self._before(s.init, state)
        for name in set(_assigned_in((s.body, s.post) if isinstance(s, ast.For) else s)):
            state = without(state, name)
        condition = s.cond if isinstance(s, ast.For) else None
        if condition is None:
            self._statements(s.body.stmts, state)
            return state
        self._within(condition, state)
        self._statements(s.body.stmts, state | self.tests.of(condition, state, holds=True))
        return state if _breaks(s.body.stmts) else state | self.tests.of(condition, state, holds=False)

    def _assigned(self, targets: tuple[ast.Expr | ast.Ident, ...], values: tuple[ast.Expr, ...], state: State) -> State:
        after = state
        for target in targets:
            after = without(after, _root_name(target))
        for target in targets:
            sources = self._given.get(target.pos)
            if sources is None or not isinstance(target, ast.Name | ast.Ident):
                continue
            excuses = [self.excuses(source, state) for source in sources]
            if all(excuses):
                together = frozenset().union(*excuses) - {DEFINITE}
                self._cleared[target.pos] = together or frozenset((DEFINITE,))
                told = (Known("told", target.name, detail) for detail in together)
                after |= frozenset(told) if together else {Known("number", target.name)}
        if len(values) == 1 and isinstance(last := targets[-1], ast.Name | ast.Ident):
            answers = (Known("answer", last.name, asked, text) for asked, text in self.tests.about(values[0]))
            after |= frozenset(answers)
        for target, value in zip(targets, values, strict=False):
            if (text := _root_name(target)) and (is_now := value_of(value)) and len(targets) == len(values):
                after |= {Known("is", text, is_now)}
        return after

    # --- places -----------------------------------------------------------------------------------

    def _note(self, at: ast.Node, state: State) -> None:
        begin, end = bisect_left(self._places, at.pos), bisect_right(self._places, at.end)
        for place in self._places[begin:end]:
            self.at[place] = state

    def _within(self, e: ast.Expr, state: State) -> None:
        """The right side of ``&&`` runs only where the left holds, that of ``||`` only where it does not."""
        if isinstance(e, ast.Binary) and e.op in ("&&", "||"):
            self._within(e.x, state)
            beyond = state | self.tests.of(e.x, state, holds=e.op == "&&")
            self._note(e.y, beyond)
            self._within(e.y, beyond)


def _says(known: Known, texts: frozenset[str]) -> bool:
    """Whether what is known is about one of these expressions, about what it is a part of, or about a part of it."""
    if known.kind not in ("number", "told"):
        return False
    text = known.text
    return text in texts or any(t.startswith(f"{text}.") or text.startswith(f"{t}.") for t in texts)


def _meet(states: list[State | None]) -> State | None:
    reached = [state for state in states if state is not None]
    return meet(reached) if reached else None


def _root_name(target: ast.Expr | ast.Ident) -> str:
    while isinstance(target, ast.Selector | ast.Index | ast.Star):
        target = target.x
    return target.name if isinstance(target, ast.Name | ast.Ident) else ""


def _assigned_in(node: object) -> Iterator[str]:
    """The names of the variables that a part of the syntax tree assigns to, or to a part of."""
    match node:
        case ast.Assign(lhs=targets) | ast.VarSpec(names=targets):
            yield from (_root_name(target) for target in targets)
        case ast.Range(key=key, value=value):
            yield from (_root_name(target) for target in (key, value) if target is not None)
    for part in parts_of(node):
        yield from _assigned_in(part)


def _breaks(node: object) -> bool:
    """Whether a break may be in a part of the syntax tree, of whatever statement."""
    return (isinstance(node, ast.Branch) and node.keyword == "break") or any(_breaks(part) for part in parts_of(node))
