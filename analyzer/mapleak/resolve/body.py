"""The statements of one function body, walked in order (Go spec, "Statements").

The walk binds names, tells the recorder which guards hold where, and hands every expression to the
evaluator exactly once. Nested function literals are walked by a :class:`Body` of their own, at the place
where they are evaluated, so that captured variables resolve to the enclosing function's.
"""

from __future__ import annotations

from collections.abc import Callable

from mapleak.program.declare import declare_type
from mapleak.program.expressions import element_type, spread_results
from mapleak.program.packages import Package
from mapleak.program.scope import Scope
from mapleak.program.typexpr import read_type
from mapleak.program.values import NOTHING, Value
from mapleak.resolve.conditions import Conditions
from mapleak.resolve.keys import Origin, callee_name, merge, origin_of
from mapleak.resolve.known import NEVER_RETURN, TIMER_CHANNELS
from mapleak.resolve.recorder import Guard, Recorder
from mapleak.resolve.shapes import followed, map_shape
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Constant, Variable
from mapleak.types.types import UNKNOWN, Chan, Map, Pointer, Signature, Struct, Tuple, Type, underlying
from mapleak.types.universe import BASIC, BOOL, INT, STRING, default_type


class Body:
    """Walks one function body. ``local`` makes the node of a new local variable."""

    def __init__(
        self,
        recorder: Recorder,
        scope: Scope,
        package: Package,
        result_nodes: tuple[str, ...],
        local: Callable[[str, Type, Origin | None, ast.Node], Variable],
    ) -> None:
        self.recorder = recorder
        self.evaluator = recorder.evaluator
        self.timeline = recorder.timeline
        self.scope = scope
        self.package = package
        self.result_nodes = result_nodes
        self.local = local
        self.conditions = Conditions(recorder)
        self.counter_of_loop: list[Variable] = []
        self._label = ""
        self._ruled_out: list[Guard] = []  # what holds where the last if statement's condition is false

    # --- blocks -------------------------------------------------------------------------------

    def block(self, block: ast.Block) -> None:
        self._in_new_scope(lambda: self.statements(block.stmts))

    def _in_new_scope(self, walk: Callable[[], None]) -> None:
        outer = self.scope
        self._set_scope(outer.child())
        walk()
        self._set_scope(outer)

    def _set_scope(self, scope: Scope) -> None:
        self.scope = scope
        self.recorder.scope = scope

    def statements(self, stmts: tuple[ast.Stmt, ...]) -> None:
        """Statements in sequence; what an early exit rules out holds for the rest."""
        depth = len(self.recorder.guards)
        for stmt in stmts:
            self.statement(stmt)
            if isinstance(stmt, ast.If) and stmt.orelse is None and _leaves(stmt.then):
                self.recorder.guards += self._ruled_out
        del self.recorder.guards[depth:]

    def statement(self, stmt: ast.Stmt) -> None:
        handler = _HANDLERS.get(type(stmt))
        if handler is not None:
            handler(self, stmt)

    def expr(self, e: ast.Expr) -> Value:
        return self.evaluator.expr(e, self.scope)

    # --- simple statements --------------------------------------------------------------------

    def _expression(self, s: ast.ExprStmt) -> None:
        value = self.expr(s.x)
        if isinstance(s.x, ast.Call):
            builtin = isinstance(s.x.fun, ast.Name) and s.x.fun.name == "panic"
            callee = callee_name(value.operand.denotes) if value.operand is not None else ""
            if builtin or callee in NEVER_RETURN:
                self.timeline.leave_function()

    def _send(self, s: ast.Send) -> None:
        channel = self.expr(s.channel)
        self.timeline.wait(s.pos, s.value.pos, f"send to {spell(s.channel)}", channel.node)
        value = self.expr(s.value)
        self.timeline.signal(channel.node)
        if channel.node:
            self.recorder.flow(f"{channel.node}[]", value)

    def _incdec(self, s: ast.IncDec) -> None:
        if isinstance(s.x, ast.Index) and self._insert(s.x, "inc_dec", s, None):
            return
        value = self.expr(s.x)
        denotes = value.denotes
        if isinstance(denotes, Variable) and denotes.function and denotes not in self.counter_of_loop:
            denotes.origin = Origin("counter", spell(s.x), value.node)

    def _go(self, s: ast.Go) -> None:
        if isinstance(s.call, ast.Call):
            before = len(self.recorder.calls)
            self.evaluator.call(s.call, self.scope, "go")
            self.recorder.started(s, s.call, before)

    def _defer(self, s: ast.Defer) -> None:
        if isinstance(s.call, ast.Call):
            before = len(self.timeline.uses)
            self.evaluator.call(s.call, self.scope, "defer")
            self.timeline.postpone(before)

    def _return(self, s: ast.Return) -> None:
        values = [self.expr(e) for e in s.results]
        if len(values) == 1 and isinstance(values[0].type, Tuple):
            values = list(spread_results(values[0]))
        for node, value in zip(self.result_nodes, values, strict=False):
            self.recorder.flow(node, value)
        self.timeline.leave_function()

    def _branch(self, s: ast.Branch) -> None:
        match s.keyword:
            case "break":
                self.timeline.leave_by_break(s.label)
            case "continue":
                self.timeline.leave_by_continue(s.label)
            case "goto":
                self.timeline.leave_by_goto()

    def _labeled(self, s: ast.Labeled) -> None:
        if isinstance(s.stmt, ast.For | ast.Range | ast.Switch | ast.TypeSwitch | ast.Select):
            self._label = s.label
        self.statement(s.stmt)

    def _take_label(self) -> str:
        label, self._label = self._label, ""
        return label

    # --- assignments and declarations ---------------------------------------------------------

    def _assign(self, s: ast.Assign) -> None:
        if s.op not in ("=", ":="):
            self._op_assign(s)
            return
        values = self._right_sides(s.rhs, len(s.lhs))
        sources = s.rhs if len(s.rhs) == len(s.lhs) else (s.rhs[0],) * len(s.lhs) if s.rhs else ()
        for i, target in enumerate(s.lhs):
            value = values[i] if i < len(values) else NOTHING
            source = sources[i] if i < len(sources) else None
            single = len(s.rhs) == len(s.lhs)
            if s.op == ":=" and isinstance(target, ast.Name):
                self._define(target, value, source, single or i == 0)
            else:
                self._store(target, value, source if single else None, s)
        if len(s.lhs) == 2 and len(s.rhs) == 1:
            self.conditions.comma_ok(s.lhs, s.rhs[0], self.scope)
        elif len(s.lhs) == len(s.rhs) == 1:
            self.conditions.looked_up(s.lhs[0], s.rhs[0], self.scope)

    def _op_assign(self, s: ast.Assign) -> None:
        value = self.expr(s.rhs[0]) if s.rhs else NOTHING
        target = s.lhs[0]
        if isinstance(target, ast.Index) and self._insert(target, "op_assign", s, value):
            return
        denotes = self.expr(target).denotes
        if isinstance(denotes, Variable) and denotes.function:
            if s.op == "+=" and isinstance(s.rhs[0], ast.BasicLit) and denotes not in self.counter_of_loop:
                denotes.origin = Origin("counter", spell(target), denotes.node)
            else:
                denotes.origin = Origin("unknown", spell(target))

    def _right_sides(self, rhs: tuple[ast.Expr, ...], wanted: int) -> list[Value]:
        values = [self.expr(e) for e in rhs]
        if wanted > 1 and len(values) == 1:
            value = values[0]
            if isinstance(value.type, Tuple):
                return list(spread_results(value))
            return [value, Value(BOOL)]  # comma-ok: index, type assertion, receive
        return values

    def _define(self, target: ast.Name, value: Value, source: ast.Expr | None, follows: bool) -> None:
        if target.name == "_":
            return
        known = self.scope.names.get(target.name)
        origin = origin_of(source, value) if source is not None and follows else Origin("unknown")
        if source is not None and not follows and isinstance(source, ast.Call):
            origin = Origin("call", spell(source.fun), value.node)
        if isinstance(known, Variable):  # redeclared: an assignment
            known.origin = merge(known.origin, origin)
            self._flow_into(known.node, known.type, value)
            return
        variable = self.local(target.name, default_type(value.type), origin, target)
        self.scope.names[target.name] = variable
        self._flow_into(variable.node, variable.type, value)

    def _flow_into(self, node: str, t: Type, value: Value) -> None:
        if value.node and (followed(t) or value.node.startswith("func:")):
            self.recorder.flow(node, Value(t if followed(t) else value.type, value.node))

    def _store(self, target: ast.Expr, value: Value, source: ast.Expr | None, at: ast.Node) -> None:
        """``target = value``: into a map, a variable or a field."""
        if isinstance(target, ast.Name) and target.name == "_":
            return
        if isinstance(target, ast.Index) and self._insert(target, "assign", target, value):
            return
        place = self.expr(target)
        if isinstance(place.denotes, Variable) and place.denotes.function and isinstance(target, ast.Name):
            origin = origin_of(source, value) if source is not None else Origin("unknown", "", "")
            if place.denotes not in self.counter_of_loop:
                place.denotes.origin = merge(place.denotes.origin, origin)
        shape = map_shape(place.type)
        if shape is not None and place.node and not isinstance(target, ast.Index):
            form = "nil" if isinstance(source, ast.Name) and source.name == "nil" else "remake"
            self.recorder.operation("reset", form, (target, place.node, shape), at)
        elif isinstance(target, ast.Star) and shape is None:
            self._replace_struct(place.type, target, at)
        if value.mode != "void" and place.node:
            self._flow_into(place.node, place.type, value)

    def _replace_struct(self, t: Type, target: ast.Star, at: ast.Node) -> None:
        """``*s = S{…}`` replaces every map the struct holds."""
        struct = underlying(t)
        if isinstance(struct, Struct):
            for field in struct.fields:
                shape = map_shape(field.type)
                if shape is not None and not isinstance(field.type, Pointer):
                    self.recorder.operation("reset", "remake", (target, f"{struct.owner}.{field.name}", shape), at)

    def _insert(self, target: ast.Index, form: str, at: ast.Node, stored: Value | None) -> bool:
        """An assignment to ``x[k]``; false (and nothing evaluated) when x is certainly no map."""
        container = self.expr(target.x)
        shape = map_shape(container.type) if isinstance(underlying(container.type), Map) else None
        keys = [(k, self.expr(k)) for k in target.indices]
        if shape is not None and keys:
            self.recorder.operation("insert", form, (target.x, container.node, shape), at, keys[0], stored)
        elif stored is not None and stored.node and container.node:
            self.recorder.flow(f"{container.node}[]", stored)
        return True

    def _var(self, s: ast.VarSpec) -> None:
        values = self._right_sides(s.values, len(s.names))
        declared = read_type(s.type, self.scope, self._anonymous_owner(s)) if s.type is not None else None
        for i, name in enumerate(s.names):
            value = values[i] if i < len(values) else NOTHING
            t = declared if declared is not None else default_type(value.type)
            if declared is not None:
                self.recorder.made(declared)
            source = s.values[i] if i < len(s.values) else None
            if name.name == "_":
                continue
            origin = origin_of(source, value) if source is not None else Origin("constant", "zero value")
            variable = self.local(name.name, t, origin, name)
            self.scope.names[name.name] = variable
            if s.values:
                self._flow_into(variable.node, t, value)

    def _anonymous_owner(self, s: ast.VarSpec) -> str:
        return f"{self.scope.owner}.{s.names[0].name}" if s.names else self.scope.owner

    def _const(self, s: ast.ConstSpec) -> None:
        t = read_type(s.type, self.scope, "") if s.type is not None else None
        for i, name in enumerate(s.names):
            value = self.expr(s.values[i]) if i < len(s.values) else NOTHING
            self.scope.names[name.name] = Constant(name.name, self.package.path, t if t is not None else value.type)

    def _type(self, s: ast.TypeSpec) -> None:
        self.scope.names[s.name] = declare_type(s, self.scope, f"{self.scope.owner}.{s.name}", self.package)

    # --- control structures -------------------------------------------------------------------

    def _if(self, s: ast.If) -> None:
        self._in_new_scope(lambda: self._if_inside(s))

    def _if_inside(self, s: ast.If) -> None:
        if s.init is not None:
            self.statement(s.init)
        self.expr(s.cond)
        facts = self.conditions.of(s.cond, self.scope)
        guards = self.recorder.guards
        depth = len(guards)
        self.timeline.enter_branch(spell(s.cond))
        guards += facts.then
        self.block(s.then)
        del guards[depth:]
        if s.orelse is not None:
            guards += facts.otherwise
            self.statement(s.orelse)
            del guards[depth:]
        self.timeline.leave_branch()
        self._ruled_out = facts.otherwise

    def _for(self, s: ast.For) -> None:
        label = self._take_label()
        self._in_new_scope(lambda: self._for_inside(s, label))

    def _for_inside(self, s: ast.For, label: str) -> None:
        counters = len(self.counter_of_loop)
        if s.init is not None:
            self.statement(s.init)
            if s.cond is not None and isinstance(s.init, ast.Assign):
                self._bind_counters(s.init)
        endless = s.cond is None or (isinstance(s.cond, ast.Name) and s.cond.name == "true")
        self.timeline.enter_loop(s.pos, s.end, label, condition=not endless)
        self.recorder.loop_depth += 1
        if s.cond is not None:
            self.expr(s.cond)
        self.block(s.body)
        if s.post is not None:
            self.statement(s.post)
        self.recorder.loop_depth -= 1
        self.timeline.leave_loop()
        del self.counter_of_loop[counters:]

    def _bind_counters(self, init: ast.Assign) -> None:
        for target in init.lhs:
            variable = self.scope.lookup(target.name) if isinstance(target, ast.Name) else None
            if isinstance(variable, Variable) and variable.function:
                variable.origin = Origin("index", variable.name)
                self.counter_of_loop.append(variable)

    def _range(self, s: ast.Range) -> None:
        label = self._take_label()
        self._in_new_scope(lambda: self._range_inside(s, label))

    def _range_inside(self, s: ast.Range, label: str) -> None:
        subject = self.expr(s.x)
        u = underlying(subject.type)
        channel = isinstance(u, Chan)
        closable = ""
        if channel and not _never_closed(s.x, subject):
            closable = spell(s.x)
        self.timeline.enter_loop(s.pos, s.end, label, condition=not channel, closable=closable)
        self.recorder.loop_depth += 1
        if channel:
            self.timeline.wait(s.x.pos, s.x.end, f"receive from {spell(s.x)}", subject.node)
        is_map = map_shape(subject.type) is not None
        if is_map:
            self.recorder.use(subject.node, subject.type, s.x)
            self.recorder.guards.append(Guard("ranging", subject.node, ""))
        self._bind_range(s, subject, u)
        self.block(s.body)
        if is_map:
            self.recorder.guards.pop()
        self.recorder.loop_depth -= 1
        self.timeline.leave_loop()

    def _bind_range(self, s: ast.Range, subject: Value, u: Type) -> None:
        key_type, value_type = _range_types(u, subject.type)
        key_origin = Origin("index", spell(s.x))
        value_origin = Origin("element", spell(s.x), subject.node)
        if isinstance(u, Map):
            key_origin = Origin("other-map", spell(s.x), subject.node)
        elif isinstance(u, Chan):
            key_origin = Origin("element", f"received from {spell(s.x)}", subject.node)
        elif isinstance(u, Signature):
            key_origin = Origin("call", spell(s.x))
        element = f"{subject.node}[]" if subject.node else ""
        key_node = element if isinstance(u, Chan) else ""
        for target, t, origin, node in (
            (s.key, key_type, key_origin, key_node),
            (s.value, value_type, value_origin, element),
        ):
            if target is None or (isinstance(target, ast.Name) and target.name == "_"):
                continue
            value = Value(t, node)
            if s.define and isinstance(target, ast.Name):
                variable = self.local(target.name, t, origin, target)
                self.scope.names[target.name] = variable
                self._flow_into(variable.node, t, value)
            elif isinstance(target, ast.Index):
                self._insert(target, "range_assign", target, value)
            else:
                self._store(target, value, None, target)

    def _switch(self, s: ast.Switch) -> None:
        self._in_new_scope(lambda: self._switch_inside(s, self._take_label()))

    def _switch_inside(self, s: ast.Switch, label: str) -> None:
        if s.init is not None:
            self.statement(s.init)
        if s.tag is not None:
            self.expr(s.tag)
        self.timeline.enter_switch(label)
        for clause in s.clauses:
            facts = []
            for e in clause.exprs:
                self.expr(e)
                if s.tag is None and len(clause.exprs) == 1:
                    facts = self.conditions.of(e, self.scope).then
            reason = f"case {spell(clause.exprs[0])}" if clause.exprs else ""
            self._clause(clause.body, reason, facts)
        self.timeline.leave_switch()

    def _clause(self, body: tuple[ast.Stmt, ...], reason: str, facts: list[Guard]) -> None:
        depth = len(self.recorder.guards)
        self.recorder.guards += facts
        self.timeline.enter_branch(reason)
        self._in_new_scope(lambda: self.statements(body))
        self.timeline.leave_branch()
        del self.recorder.guards[depth:]

    def _type_switch(self, s: ast.TypeSwitch) -> None:
        self._in_new_scope(lambda: self._type_switch_inside(s, self._take_label()))

    def _type_switch_inside(self, s: ast.TypeSwitch, label: str) -> None:
        if s.init is not None:
            self.statement(s.init)
        subject = self.expr(s.x)
        self.timeline.enter_switch(label)
        outer = self.scope
        for clause in s.clauses:
            self._set_scope(outer.child())
            if s.name and s.name != "_":
                t = read_type(clause.exprs[0], outer, "") if len(clause.exprs) == 1 else subject.type
                if t is UNKNOWN and len(clause.exprs) == 1 and _is_nil(clause.exprs[0]):
                    t = subject.type
                origin = origin_of(s.x, subject)
                variable = self.local(s.name, t, origin, ast.Ident(s.name_pos, s.name_pos + len(s.name), s.name))
                self.scope.names[s.name] = variable
                self._flow_into(variable.node, t, subject)
            self._clause(clause.body, "", [])
        self._set_scope(outer)
        self.timeline.leave_switch()

    def _select(self, s: ast.Select) -> None:
        label = self._take_label()
        if not s.clauses:
            self.timeline.forever(s.pos, s.end, "an empty select")
            self.timeline.wait(s.pos, s.end, "select {}", "")
            return
        waits = all(c.comm is not None for c in s.clauses)
        if waits:
            self.timeline.wait(s.pos, s.pos + len("select"), "select", "")
        self.timeline.enter_switch(label)
        for clause in s.clauses:
            self._in_new_scope(lambda clause=clause: self._communication(clause, waits))  # type: ignore[misc]
        self.timeline.leave_switch()

    def _communication(self, clause: ast.CommClause, waits: bool) -> None:
        reason = ""
        if clause.comm is not None:
            self.timeline.muted += not waits
            self.statement(clause.comm)
            self.timeline.muted -= not waits
            reason = _communication_text(clause.comm)
        self._clause(clause.body, reason, [])


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


def _leaves(block: ast.Block) -> bool:
    """Whether a block certainly ends by leaving what comes after it."""
    if not block.stmts:
        return False
    match block.stmts[-1]:
        case ast.Return():
            return True
        case ast.Branch():
            return True
        case ast.ExprStmt(x=ast.Call(fun=ast.Name(name="panic"))):
            return True
    return False


def _never_closed(e: ast.Expr, subject: Value) -> bool:
    """Channels of tickers and timers are never closed: a range over one has no end."""
    if subject.node in TIMER_CHANNELS:
        return True
    return (
        isinstance(e, ast.Call)
        and subject.operand is not None
        and (callee_name(subject.operand.denotes) in TIMER_CHANNELS)
    )


def _range_types(u: Type, subject: Type) -> tuple[Type, Type]:
    """Types of the iteration variables (Go spec, "For statements with range clause")."""
    match u:
        case Map():
            return u.key, u.value
        case Chan():
            return u.elem, UNKNOWN
        case Signature():
            yielded = underlying(u.params[0]) if u.params else UNKNOWN
            params = yielded.params if isinstance(yielded, Signature) else ()
            return (params[0] if params else UNKNOWN), (params[1] if len(params) > 1 else UNKNOWN)
    element = element_type(subject)
    if u is STRING or u.text == "untyped string":
        return INT, BASIC["int32"]
    return (INT, element) if element is not UNKNOWN else (default_type(subject), UNKNOWN)


_HANDLERS: dict[type, Callable[..., None]] = {
    ast.Block: Body.block,
    ast.ExprStmt: Body._expression,
    ast.Assign: Body._assign,
    ast.IncDec: Body._incdec,
    ast.Send: Body._send,
    ast.Go: Body._go,
    ast.Defer: Body._defer,
    ast.Return: Body._return,
    ast.Branch: Body._branch,
    ast.Labeled: Body._labeled,
    ast.If: Body._if,
    ast.For: Body._for,
    ast.Range: Body._range,
    ast.Switch: Body._switch,
    ast.TypeSwitch: Body._type_switch,
    ast.Select: Body._select,
    ast.VarSpec: Body._var,
    ast.ConstSpec: Body._const,
    ast.TypeSpec: Body._type,
}
