"""Assignments and declarations inside functions (Go spec, "Assignment statements", "Short variable declarations")."""

from __future__ import annotations

from mapleak.program.constants import integer
from mapleak.program.declare import declare_type
from mapleak.program.operators import element_type, spread_results
from mapleak.program.typexpr import read_type
from mapleak.program.values import NOTHING, Value
from mapleak.resolve.body import Body
from mapleak.resolve.known import MAP_FUNCTIONS, REGISTRATION_FIELD
from mapleak.resolve.origins import ZERO_VALUE, Origin, callee_name, given, merge, mixed, summed
from mapleak.resolve.random_text import note_part
from mapleak.resolve.recorder import Recorder
from mapleak.resolve.replacing import note_replaced
from mapleak.resolve.shapes import map_shape
from mapleak.resolve.spell import spell
from mapleak.resolve.wrapping import container_shape, followed
from mapleak.syntax import ast
from mapleak.types.declared import Constant, Variable
from mapleak.types.lookup import Selection
from mapleak.types.types import UNKNOWN, Array, Map, Pointer, Slice, Struct, Tuple, Type, underlying
from mapleak.types.universe import BOOL, STRING, UNTYPED, default_type


def assign(body: Body, s: ast.Assign) -> None:
    if s.op not in ("=", ":="):
        _op_assign(body, s)
        return
    if s.op == ":=" and len(s.lhs) == len(s.rhs):
        owner = body.scope.owner
        pairs = zip(s.lhs, s.rhs, strict=True)
        values = [body.named(f"{owner}.{t.name}", e) if isinstance(t, ast.Name) else body.expr(e) for t, e in pairs]
    else:
        values = _right_sides(body, s.rhs, len(s.lhs))
    sources = s.rhs if len(s.rhs) == len(s.lhs) else (s.rhs[0],) * len(s.lhs) if s.rhs else ()
    elements = body.recorder.elements
    new = {(guard.node, guard.key) for guard in body.recorder.guards if guard.kind == "absent"}
    for i, target in enumerate(s.lhs):
        value = values[i] if i < len(values) else NOTHING
        source = sources[i] if i < len(sources) else None
        single = len(s.rhs) == len(s.lhs)
        element = elements.read(source, body.scope) if source is not None and (single or i == 0) else None
        cut = body.recorder.cuts.taken(source, 0 if single else i, body.scope, body.recorder.loop_depth)
        if s.op == ":=" and isinstance(target, ast.Name):
            _define(body, target, value, source, single or i == 0)
        else:
            store(body, target, value, source if single else None, s, giver=source)
        elements.assigned(target, element, body.scope, new)
        number = source if single or i == 0 else None
        body.recorder.floats.assigned(target, number, body.scope, defines=s.op == ":=")
        body.recorder.cuts.assigned(target, cut, body.scope)
        body.recorder.copies.assigned(target, value.type, source if single or i == 0 else None, body.scope, s)
        if isinstance(underlying(value.type), Map):
            named = source if single else None
            body.recorder.visits.assigned(target, value.node, named, body.scope, defines=s.op == ":=")
    if len(s.lhs) == 2 and len(s.rhs) == 1:
        body.recorder.stops.assigned(s.lhs[1], s.rhs[0], body.scope)
        body.conditions.comma_ok(s.lhs, s.rhs[0], body.scope)
    elif len(s.lhs) == len(s.rhs) == 1:
        body.conditions.looked_up(s.lhs[0], s.rhs[0], body.scope)


def _op_assign(body: Body, s: ast.Assign) -> None:
    value = body.expr(s.rhs[0]) if s.rhs else NOTHING
    target = s.lhs[0]
    if isinstance(target, ast.Index):
        insert(body, target, "op_assign", s, value)
        return
    place = body.expr(target)
    denotes, rest = place.denotes, s.rhs[0]
    if s.op == "+=" and isinstance(rest, ast.BasicLit) and rest.kind == "string":
        return  # the same text with something after it: it comes from where it came from
    body.recorder.counted.update([place.node] if s.op == "+=" else [])
    if isinstance(denotes, Variable) and denotes.function:
        if s.op in ("+=", "-=", "*=", "/="):
            result = ast.Binary(s.pos, s.end, s.op[0], target, rest)
            body.recorder.floats.assigned(target, result, body.scope, defines=False)
        if s.op == "+=" and isinstance(rest, ast.BasicLit) and denotes not in body.counter_of_loop:
            denotes.origin = Origin("counter", spell(target), denotes.node)
        elif s.op == "+=" and underlying(denotes.type) is STRING:
            denotes.origin = summed(denotes.origin, body.recorder.origins.of(rest, value), spell(target))
        else:
            denotes.origin = Origin("unknown", spell(target))


def _right_sides(body: Body, rhs: tuple[ast.Expr, ...], wanted: int) -> list[Value]:
    values = [body.expr(e) for e in rhs]
    if wanted > 1 and len(values) == 1:
        value = values[0]
        if isinstance(value.type, Tuple):
            return list(spread_results(value))
        return [value, Value(BOOL)]  # comma-ok: index, type assertion, receive
    return values


def _define(body: Body, target: ast.Name, value: Value, source: ast.Expr | None, follows: bool) -> None:
    if target.name == "_":
        return
    known = body.scope.names.get(target.name)
    origin = body.recorder.origins.of(source, value) if source is not None and follows else Origin("unknown")
    if source is not None and not follows and isinstance(source, ast.Call):
        origin = body.recorder.origins.result(source, value)
    if isinstance(known, Variable):  # redeclared: an assignment
        body.recorder.channels.assigned(known.node)
        body.timeline.assigned(known.node)
        known.parts = {}
        known.origin = merge(known.origin, origin)
        flow_into(body, known.node, known.type, value)
        return
    variable = body.local(target.name, default_type(value.type), origin, target)
    variable.parts = body.recorder.origins.parts(value)
    if isinstance(source, ast.Selector) and callee_name(value.denotes) in MAP_FUNCTIONS and value.receiver:
        body.recorder.method_values[variable.node] = (value, source.x)
    body.scope.names[target.name] = variable
    if follows and source is not None:
        body.recorder.channels.declared(variable, source, value)
        body.recorder.locking.made(variable.node, source, body.scope)
    flow_into(body, variable.node, variable.type, value)


def flow_into(body: Body, node: str, t: Type, value: Value) -> None:
    body.recorder.given.taken_for(t, value.type)
    if value.node and (followed(t) or value.node.startswith("func:")):
        body.recorder.flow(node, Value(t if followed(t) else value.type, value.node))


def store(
    body: Body, target: ast.Expr, value: Value, source: ast.Expr | None, at: ast.Node, giver: ast.Expr | None = None
) -> None:
    """``target = value``: into a map, a variable or a field.

    ``source`` is the expression of the value, ``giver`` that or the call which gives it among other results.
    """
    if isinstance(target, ast.Name) and target.name == "_":
        return
    if isinstance(target, ast.Index):
        insert(body, target, "assign", target, value, source)
        return
    place = body.expr(target)
    note_replaced(body.recorder, place, source or giver, at)
    _assigned(body, place, value, source)
    if isinstance(place.denotes, Variable) and place.denotes.function and isinstance(target, ast.Name):
        origin = body.recorder.origins.of(source, value) if source is not None else Origin("unknown", "", "")
        if place.denotes not in body.counter_of_loop:
            place.denotes.origin = merge(place.denotes.origin, origin)
    shape = container_shape(place.type)
    if shape is not None and place.node and not isinstance(target, ast.Index):
        form = _reset_form(value)
        body.recorder.operation("reset", form, (target, place.node, shape), at)
        if form == "nil" and isinstance(target, ast.Name):
            body.timeline.release(place.node)
        else:
            body.timeline.assigned(place.node)
    if isinstance(target, ast.Star) and map_shape(place.type) is None:
        _replace_struct(body, place.type, target, at)
    node = place.node or _field_of_unknown(body, target, value)
    if value.mode != "void" and node:
        flow_into(body, node, place.type, value)


def _field_of_unknown(body: Body, target: ast.Expr, value: Value) -> str:
    """The node of a field that is given a function, by whose name a library calls it at events, of a variable of which
    nothing is known: it has what a function that is not on disk returns. "" for all other places."""
    match target:
        case ast.Selector(x=ast.Name(name=holder), name=name) if value.node.startswith("func:"):
            variable = body.scope.lookup(holder)
            unknown = isinstance(variable, Variable) and variable.type is UNKNOWN
            return f"outside:?.{name}" if unknown and REGISTRATION_FIELD.fullmatch(name) else ""
    return ""


def _reset_form(value: Value) -> str:
    return "nil" if value.type is UNTYPED["nil"] else "remake"


def _assigned(body: Body, place: Value, value: Value, source: ast.Expr | None) -> None:
    """A variable that is assigned to, whole or in a field, no longer is the literal or zero value it began as."""
    holder = place.operand.denotes if place.operand is not None else place.denotes
    if isinstance(place.denotes, Selection):
        body.recorder.stored(place.node, source, value)
        if value.type is UNTYPED["nil"] and place.node:
            body.recorder.let_go[place.node] = None
    elif isinstance(place.denotes, Variable):
        body.recorder.locking.made(place.node, source, body.scope)
    if not isinstance(holder, Variable):
        return
    holder.parts = {}
    if place.operand is not None and holder.function:
        part = body.recorder.origins.of(source, value) if source is not None else Origin("call")
        holder.origin = mixed(holder.origin, part)


def _replace_struct(body: Body, t: Type, target: ast.Star, at: ast.Node) -> None:
    """``*s = S{…}`` replaces every map the struct holds."""
    struct = underlying(t)
    if isinstance(struct, Struct):
        for field in struct.fields:
            shape = map_shape(field.type)
            if shape is not None and not isinstance(field.type, Pointer):
                body.recorder.operation("reset", "remake", (target, f"{struct.owner}.{field.name}", shape), at)


def insert(
    body: Body, target: ast.Index, form: str, at: ast.Node, stored: Value | None, source: ast.Expr | None = None
) -> None:
    """An assignment to ``x[k]``: an insertion when x is a map; else an element is replaced."""
    container = body.expr(target.x)
    shape = map_shape(container.type) if isinstance(underlying(container.type), Map) else None
    keys = [(k, body.expr(k)) for k in target.indices]
    if shape is not None and keys:
        body.recorder.operation("insert", form, (target.x, container.node, shape), at, keys[0], stored, source)
        return
    if source is not None and stored is not None:
        _note_element(body, target, container, source, stored)
    element = map_shape(element_type(container.type))
    if element is not None and form == "assign" and stored is not None and container.node:
        body.recorder.operation("reset", _reset_form(stored), (target, f"{container.node}[]", element), at)
    if stored is not None and stored.node and container.node:
        body.recorder.flow(f"{container.node}[]", stored)


def _note_element(body: Body, target: ast.Index, container: Value, source: ast.Expr, stored: Value) -> None:
    """What a local array or slice is given decides where it comes from when it, or an element, becomes a key."""
    holder = container.denotes
    if not (isinstance(holder, Variable) and holder.function):
        return
    if note_part(target.x, source, body.recorder.calls, body.scope):
        return
    u = underlying(container.type)
    if isinstance(u, Array):
        holder.origin = mixed(holder.origin, Origin("element", spell(target)))
    elif isinstance(u, Slice) and isinstance(target.x, ast.Name):
        holder.origin = given(holder.origin, body.recorder.origins.of(source, stored))


def declare_variables(body: Body, s: ast.VarSpec) -> None:
    if len(s.names) == len(s.values):
        pairs = zip(s.names, s.values, strict=True)
        values = [body.named(f"{body.scope.owner}.{name.name}", e) for name, e in pairs]
    else:
        values = _right_sides(body, s.values, len(s.names))
    declared = read_type(s.type, body.scope, _anonymous_owner(body, s)) if s.type is not None else None
    for i, name in enumerate(s.names):
        value = values[i] if i < len(values) else NOTHING
        t = declared if declared is not None else default_type(value.type)
        if declared is not None:
            note_declared(body.recorder, declared)
        source = s.values[i] if i < len(s.values) else None
        if name.name == "_":
            continue
        cut = body.recorder.cuts.taken(source, 0, body.scope, body.recorder.loop_depth)
        origin = body.recorder.origins.of(source, value) if source is not None else ZERO_VALUE
        variable = body.local(name.name, t, origin, name)
        body.scope.names[name.name] = variable
        body.recorder.cuts.hold(variable, cut)
        if source is not None:
            body.recorder.copies.assigned(ast.Name(name.pos, name.end, name.name), t, source, body.scope, s)
        if len(s.values) in (0, len(s.names)):
            body.recorder.channels.declared(variable, source, value)
            body.recorder.locking.made(variable.node, source, body.scope)
        if s.values:
            body.recorder.floats.assigned(name, source, body.scope, defines=True)
            flow_into(body, variable.node, t, value)


def note_declared(recorder: Recorder, t: Type) -> None:
    """A variable of the type is declared: it comes with its value, but with nothing that it points to."""
    (recorder.named_nil if isinstance(t, Pointer) else recorder.made)(t)


def _anonymous_owner(body: Body, s: ast.VarSpec) -> str:
    return f"{body.scope.owner}.{s.names[0].name}" if s.names else body.scope.owner


def declare_constants(body: Body, s: ast.ConstSpec) -> None:
    t = read_type(s.type, body.scope, "") if s.type is not None else None
    for i, name in enumerate(s.names):
        value = body.expr(s.values[i]) if i < len(s.values) else NOTHING
        number = integer(s.values[i], body.scope, s.iota) if i < len(s.values) else None
        declared = t if t is not None else value.type
        body.scope.names[name.name] = Constant(name.name, body.package.path, declared, number=number)


def declare_local_type(body: Body, s: ast.TypeSpec) -> None:
    declared = declare_type(s, body.scope, f"{body.scope.owner}.{s.name}", body.package)
    body.scope.names[s.name] = declared
    body.census.add_type(declared, body.recorder.context.path)
