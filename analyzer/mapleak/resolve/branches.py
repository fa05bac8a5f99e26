"""If, switch and select statements: what holds in which branch."""

from __future__ import annotations

from mapleak.program.typexpr import read_type
from mapleak.resolve.asking import asks_for_a_stop
from mapleak.resolve.assignments import flow_into
from mapleak.resolve.body import Body
from mapleak.resolve.guarding import Guard
from mapleak.resolve.kept import names_in
from mapleak.resolve.origins import Origin
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import UNKNOWN


def if_statement(body: Body, s: ast.If) -> None:
    body.in_new_scope(lambda: _if_inside(body, s))


def _if_inside(body: Body, s: ast.If) -> None:
    if s.init is not None:
        body.statement(s.init)
    calls = len(body.recorder.calls)
    body.expr(s.cond)
    told = asks_for_a_stop(s.cond, body.recorder.calls[calls:])
    body.recorder.elements.searched(s.cond, body.scope)
    facts = body.conditions.of(s.cond, body.scope)
    guards = body.recorder.guards
    depth = len(guards)
    body.timeline.enter_branch(spell(s.cond), told=told)
    before = body.recorder.progress()
    guards += facts.then
    guards += _given_first(body, s)
    nil = _nil_parameter(body, s.cond)
    body.recorder.ways.then(s, nil if _equals(s.cond) else "", selects=_selects(body, s.cond))
    body.block(s.then)
    del guards[depth:]
    if s.orelse is not None:
        guards += facts.otherwise
        body.recorder.ways.otherwise(s, "" if _equals(s.cond) else nil)
        body.statement(s.orelse)
        del guards[depth:]
    body.timeline.leave_branch()
    body.recorder.note_eviction(facts.then, before)
    body.ruled_out = facts.otherwise


def _given_first(body: Body, s: ast.If) -> list[Guard]:
    """``if c.sub == nil { c.sub = s; … }``: what the arm does is done when the object gets the first one."""
    match s.cond:
        case ast.Binary(op="==", x=ast.Selector() as x, y=ast.Name(name="nil")):
            assigned = (target for stmt in s.then.stmts if isinstance(stmt, ast.Assign) for target in stmt.lhs)
            node = body.expr(x).node
            if node and any(spell(target) == spell(x) for target in assigned):
                return [Guard("first", node, "")]
    return []


def _equals(condition: ast.Expr) -> bool:
    return isinstance(condition, ast.Binary) and condition.op == "=="


def _selects(body: Body, condition: ast.Expr) -> bool:
    """Whether a condition asks if something of the function's own, or a loop's index, equals something else."""
    match condition:
        case ast.Binary(op="&&", x=x, y=y):
            return _selects(body, x) or _selects(body, y)
        case ast.Binary(op="==", x=x, y=y) if "nil" not in (getattr(x, "name", ""), getattr(y, "name", "")):
            return any(_is_own(body, name) for side in (x, y) for name in names_in(side))
    return False


def _is_own(body: Body, name: str) -> bool:
    variable = body.scope.lookup(name)
    if not isinstance(variable, Variable) or not variable.function:
        return False
    index = isinstance(variable.origin, Origin) and variable.origin.origin == "index"
    return index or variable.function == body.recorder.function


def _nil_parameter(body: Body, condition: ast.Expr) -> str:
    """The parameter that a condition compares with nil, "" when it does something else."""
    match condition:
        case ast.Binary(op="==" | "!=", x=ast.Name() as x, y=ast.Name(name="nil")):
            variable = body.scope.lookup(x.name)
            if isinstance(variable, Variable) and isinstance(variable.origin, Origin):
                return variable.node if variable.origin.origin == "parameter" else ""
    return ""


def switch(body: Body, s: ast.Switch) -> None:
    body.in_new_scope(lambda: _switch_inside(body, s, body.take_label()))


def _switch_inside(body: Body, s: ast.Switch, label: str) -> None:
    if s.init is not None:
        body.statement(s.init)
    if s.tag is not None:
        body.expr(s.tag)
    body.timeline.enter_switch(label)
    for clause in s.clauses:
        facts = []
        for e in clause.exprs:
            body.expr(e)
            if s.tag is None and len(clause.exprs) == 1:
                facts = body.conditions.of(e, body.scope).then
        if s.tag is not None:
            facts = body.conditions.case(s.tag, clause.exprs, body.scope)
        reason = f"case {spell(clause.exprs[0])}" if clause.exprs else ""
        body.recorder.ways.case(s, clause, conditions=s.tag is None)
        _clause(body, clause.body, reason, facts)
    body.timeline.leave_switch()
    body.ruled_out = [] if s.tag is None else body.conditions.decided(s.tag, s.clauses, body.scope)


def _clause(
    body: Body, stmts: tuple[ast.Stmt, ...], reason: str, facts: list[Guard], needs: str = "", told: bool = False
) -> None:
    depth = len(body.recorder.guards)
    body.recorder.guards += facts
    body.timeline.enter_branch(reason, needs, told)
    body.in_new_scope(lambda: body.statements(stmts))
    body.timeline.leave_branch()
    del body.recorder.guards[depth:]


def type_switch(body: Body, s: ast.TypeSwitch) -> None:
    body.in_new_scope(lambda: _type_switch_inside(body, s, body.take_label()))


def _type_switch_inside(body: Body, s: ast.TypeSwitch, label: str) -> None:
    if s.init is not None:
        body.statement(s.init)
    subject = body.expr(s.x)
    body.timeline.enter_switch(label)
    outer = body.scope
    for clause in s.clauses:
        body.set_scope(outer.child())
        if s.name and s.name != "_":
            t = read_type(clause.exprs[0], outer, f"{outer.owner}.{s.name}") if len(clause.exprs) == 1 else subject.type
            if t is UNKNOWN and len(clause.exprs) == 1 and _is_nil(clause.exprs[0]):
                t = subject.type
            origin = body.recorder.origins.of(s.x, subject)
            variable = body.local(s.name, t, origin, ast.Ident(s.name_pos, s.name_pos + len(s.name), s.name))
            body.scope.names[s.name] = variable
            flow_into(body, variable.node, t, subject)
        body.recorder.ways.case(s, clause, conditions=False)
        _clause(body, clause.body, "", [])
    body.set_scope(outer)
    body.timeline.leave_switch()


def select(body: Body, s: ast.Select) -> None:
    label = body.take_label()
    if not s.clauses:
        body.timeline.forever(s.pos, s.end, "an empty select")
        body.timeline.wait(s.pos, s.end, "select {}", "")
        return
    waits = all(c.comm is not None for c in s.clauses)
    if waits:
        body.timeline.wait(s.pos, s.pos + len("select"), "select", "")
    body.timeline.enter_switch(label)
    several = len(s.clauses) > 1
    for clause in s.clauses:
        body.in_new_scope(lambda clause=clause: _communication(body, s, clause, waits, several))  # type: ignore[misc]
    body.timeline.leave_switch()


def _communication(body: Body, s: ast.Select, clause: ast.CommClause, waits: bool, several: bool) -> None:
    reason = needs = ""
    timeline = body.timeline
    if clause.comm is not None:
        timeline.needs = ""
        timeline.muted += not waits
        timeline.choosing += several
        body.statement(clause.comm)
        timeline.choosing -= several
        timeline.muted -= not waits
        reason, needs = _communication_text(clause.comm), timeline.needs
    body.recorder.ways.communication(s, clause, reason, repeats=body.recorder.loop_depth > 0)
    told = clause.comm is not None and not (waits or isinstance(clause.comm, ast.Send))
    _clause(body, clause.body, reason, [], needs, told)


def _communication_text(comm: ast.Stmt) -> str:
    match comm:
        case ast.ExprStmt(x=e):
            return f"case {spell(e)}"
        case ast.Assign(rhs=(e, *_)):
            return f"case {spell(e)}"
        case ast.Send(channel=e):
            return f"case {spell(e)} <- …"
    return ""


def _is_nil(e: ast.Expr) -> bool:
    return isinstance(e, ast.Name) and e.name == "nil"
