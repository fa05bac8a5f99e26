"""Collects what one function does while its body is evaluated: calls, map operations, flows, closures.

It is the observer of :class:`mapleak.program.expressions.Evaluator`. The statement walk in
:mod:`mapleak.resolve.body` tells it where in the function's control structure the evaluation is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec import structs

from mapleak.program.expressions import Evaluator
from mapleak.program.scope import Scope
from mapleak.program.values import Literal, Value
from mapleak.resolve.callees import callee_of, interface_key, receiver_instance
from mapleak.resolve.channels import Channels
from mapleak.resolve.containers import container_call, library_operation
from mapleak.resolve.copies import Copies
from mapleak.resolve.counters import counted_by
from mapleak.resolve.cuts import Cuts
from mapleak.resolve.decoding import Decoding
from mapleak.resolve.elements import Elements
from mapleak.resolve.enums import Enums
from mapleak.resolve.floats import Floats, has_float
from mapleak.resolve.from_requests import note_sent
from mapleak.resolve.given import Given
from mapleak.resolve.guarding import OF_ELEMENT, Guard, guards_for, narrowed, present
from mapleak.resolve.kept import MADE_HERE, made_names
from mapleak.resolve.keys import Keys
from mapleak.resolve.known import (
    EVENT_METHODS,
    EVENT_WAITS,
    GO_METHODS,
    MAP_FUNCTIONS,
    ONCE,
    OTHER_WAITING_METHODS,
    OTHER_WAITS,
    REWRITING,
)
from mapleak.resolve.locking import Locking
from mapleak.resolve.model import CallFact, Flow, InterfaceFacts, KeyFact, MapOp, MapRead, RangeFact, Replaced
from mapleak.resolve.objects import variable_of, whose
from mapleak.resolve.origins import Origin, Origins, callee_name, in_tree, mixed
from mapleak.resolve.random_text import note_filled
from mapleak.resolve.replacing import note_stored
from mapleak.resolve.shapes import MapShape, map_shape, receiver_shape, spell_type, stored_type
from mapleak.resolve.spell import spell
from mapleak.resolve.starts import PendingGo, literal_of, pending
from mapleak.resolve.stops import Stops
from mapleak.resolve.timeline import Timeline
from mapleak.resolve.visits import Visits
from mapleak.resolve.ways import Ways
from mapleak.resolve.wrapping import followed, never_a_key, wrapper_shape
from mapleak.resolve.written_text import BUFFER_METHODS, TEXTS, Arguments, note_copied, note_written, written_text
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.lookup import Selection
from mapleak.types.types import UNKNOWN, Named, Pointer, Signature, Type, underlying


class Context(NamedTuple):
    """What all functions of a file share while they are resolved."""

    package: str
    path: str
    enums: Enums
    interfaces: dict[str, InterfaceFacts]
    key_cache: dict[Origin, KeyFact]


class Recorder:
    """Everything seen in one function so far."""

    def __init__(self, context: Context, function: str, enter: Callable[[ast.FuncLit, Scope, Recorder], str]) -> None:
        self.context = context
        self.function = function
        self._enter = enter
        self.evaluator: Evaluator
        self.elements: Elements
        self.floats: Floats
        self.cuts = Cuts(function)
        self.copies = Copies()
        self.made_keys: dict[int, frozenset[str]] = {}  # number of an insertion to the made variables in its key
        self.scope: Scope
        self.timeline = Timeline()
        self.channels = Channels()  # shared with closures
        self.origins = Origins(context.enums)
        self.keys = Keys(self.origins, context.enums, context.package, context.key_cache)
        self.decoding = Decoding(function)
        self.given = Given()
        self.ops: list[MapOp] = []
        self.calls_of_tree = 0  # calls that may run code of the tree
        self.returned: dict[int, list[Origin]] = {}  # where results that may become keys come from, by position
        self.stores: dict[tuple[str, KeyFact], None] = {}  # fields that are assigned to
        self.receiver = ""  # the receiver variable's name
        self.named_results: dict[int, Variable] = {}
        self.calls: list[CallFact] = []
        self.flows: dict[Flow, None] = {}
        self.ranges: list[RangeFact] = []
        self.made_types: dict[str, None] = {}
        self.nil_types: dict[str, None] = {}  # that nil is converted to
        self.guards: list[Guard] = []
        self.sized: set[str] = set()
        self.sizes: dict[str, None] = {}  # maps whose length is compared
        self.replaced: list[Replaced] = []
        self.let_go: dict[str, None] = {}  # fields that nil is assigned to
        self.counted: set[str] = set()  # fields and package variables that it counts up
        self.limited: set[str] = set()  # what is compared with a limit, above which something is removed
        self.loop_depth = 0
        self.captured: dict[str, Variable] = {}  # maps used through variables of enclosing functions
        self.once = False  # the whole function runs at most once
        self.runs_once = False  # the call being evaluated runs its function argument at most once
        self.gos: list[PendingGo] = []
        self.ways = Ways()
        self.visits = Visits()
        self.reads: list[MapRead] = []
        self.method_values: dict[str, tuple[Value, ast.Expr]] = {}  # variables that hold a library map's method
        self._of_wrappers: set[str] = set()  # methods of wrappers: their arguments are keys that users see
        self._function_values: set[int] = set()  # ends of reflect.ValueOf calls on functions
        self.literals: dict[str, Recorder] = {}
        self.stops = Stops(self.timeline)
        self.locking = Locking()
        self._last: tuple[Value, tuple[Value, ...]] | None = None

    def use(self, node: str, t: Type, expr: ast.Expr) -> None:
        self.channels.used(node)
        if map_shape(t) is None:
            return
        variable = variable_of(expr, self.scope)
        if variable is not None and variable.function:
            self.use_through(node, variable, expr)

    def use_through(self, node: str, variable: Variable, expr: ast.Node) -> None:
        """A map is used through a local variable: the map itself, or something that holds it."""
        if variable.function != self.function:
            self.captured[node] = variable
            how = "captured"
        else:
            is_parameter = isinstance(variable.origin, Origin) and variable.origin.origin == "parameter"
            how = "param" if is_parameter else "local"
        self.timeline.use(node, how, expr.pos, expr.end)

    def receive(self, expr: ast.Unary, channel: str) -> None:
        self.ways.received.append(expr.x)
        needs = self.channels.received(expr.x, self.scope, channel, one_of_several=self.timeline.one_of_several)
        self.timeline.wait(expr.pos, expr.end, f"receive from {spell(expr.x)}", channel, needs=needs)
        self.locking.passes("receive", channel, expr)

    def closed(self, channel: str) -> None:
        self.timeline.signal(channel)
        self.channels.closed(channel)
        self.stops.closed(channel)

    def flow(self, target: str, source: Value) -> None:
        if target.endswith("$recv") and wrapper_shape(source.type) is not None:
            self._of_wrappers.add(target.removesuffix("$recv"))
        if source.node and target and target != source.node and self._follows(source):
            self.flows[Flow(target, source.node)] = None

    def stored(self, field: str, e: ast.Expr | None, value: Value) -> None:
        """A field is given a value, by an assignment or in a literal; ``e`` is None for one of several results."""
        self.locking.made(field, e, self.scope)
        if value.type is not UNKNOWN and never_a_key(value.type):
            return
        self.stored_from(field, self.origins.stored(e, value))

    def stored_from(self, field: str, origin: Origin) -> None:
        """A field is given a value of that origin."""
        if field:
            self.stores[field, self.keys.short(origin)] = None

    def _follows(self, value: Value) -> bool:
        return followed(value.type) or value.node.startswith("func:")

    def made(self, t: Type) -> None:
        t = t.elem if isinstance(t, Pointer) else t
        if isinstance(t, Named):
            self.made_types[t.name] = None

    def named_nil(self, t: Type) -> None:
        t = t.elem if isinstance(t, Pointer) else t
        if isinstance(t, Named):
            self.nil_types[t.name] = None

    def known_nil(self, node: str) -> bool:
        """Whether a condition around here says that a variable or field is nil."""
        return any(guard.kind == "lazy" and guard.node == node for guard in self.guards)

    def closure(self, expr: ast.FuncLit, scope: Scope) -> str:
        return self._enter(expr, scope, self)

    def indexed(self, expr: ast.Index, container: Value, keys: tuple[Value, ...]) -> None:
        shape = map_shape(container.type)
        if shape is not None and container.node and keys:
            key = self._key(expr.indices[0], keys[0], shape, container.node)
            self.reads.append(MapRead("index", container.node, expr.pos, expr.end, key, spell(expr.x)))

    def changed(self, call: ast.Call, builtin: str, args: tuple[Value, ...]) -> None:
        shape = map_shape(args[0].type) if args else None
        if builtin == "copy":
            if len(args) > 1:  # copy(p.id[:], id)
                node = args[0].node if isinstance(args[0].denotes, Selection) else ""
                self.stored_from(node, note_copied(args[0], self.origins.of(call.args[1], args[1])))
        elif shape is not None:
            key = (call.args[1], args[1]) if builtin == "delete" and len(args) > 1 else None
            self.operation("remove", builtin, (call.args[0], args[0].node, shape), call, key)

    def addressed(self, variable: Variable, method: str) -> None:
        """Whoever gets a variable's address may change it: a decoder, a scanner, a read into an array."""
        variable.parts = {}
        if variable.function and not BUFFER_METHODS.match(method):
            variable.origin = mixed(variable.origin, Origin("call", f"&{variable.name}"))

    def through_interface(self, selection: Selection) -> None:
        interface_key(selection, self.context.interfaces)

    def calling(self, function: Value) -> None:
        self.runs_once = callee_name(function.denotes) in ONCE

    def called(self, call: ast.Call, function: Value, args: tuple[Value, ...], how: str) -> None:
        self.channels.called(call, self.scope)
        subject = call.fun.x if isinstance(call.fun, ast.Selector) else call.fun
        if function.node in self.method_values:
            function, subject = self.method_values[function.node]
        exprs = call.args
        if function.mode == "method expression" and args:  # T.M(receiver, …)
            function = Value(function.type, function.node, "value", function.denotes, args[0].node)
            exprs, args = exprs[1:], args[1:]
        mode, callee, method = callee_of(call, function, self.context.package, self.context.interfaces)
        self._note_contents(call, f"({callee}).{method}" if method else callee, tuple(zip(exprs, args, strict=False)))
        self.given.called(self, call, callee, function, mode, exprs, args)
        self.counted.add(counted_by(callee, function, args))
        known = MAP_FUNCTIONS.get(callee) if mode == "static" else None
        if known is not None:
            receiver = (subject, function.receiver, receiver_shape(callee))
            library_operation(self, known, call, receiver, tuple(zip(exprs, args, strict=False)))
        else:
            name = f"(*{callee}).{method}" if mode == "interface" else callee
            container_call(self, call, name, subject, function, tuple(zip(exprs, args, strict=False)))
        if callee == "(*sync.Map).Load" and args and function.receiver:
            key = self._key(exprs[0], args[0], receiver_shape(callee), function.receiver)
            self.reads.append(MapRead("load", function.receiver, call.pos, call.end, key, spell(subject)))
        elif callee == "(*sync.Map).Range" and args:
            self.ranges.append(RangeFact(function.receiver, args[0].node, call.pos, call.end, spell(subject)))
        interface_method = method if mode == "interface" else ""
        event = callee in EVENT_WAITS or interface_method in EVENT_METHODS
        if event or callee in OTHER_WAITS or interface_method in OTHER_WAITING_METHODS:
            self.timeline.wait(call.pos, call.end, spell(call.fun), function.receiver, event)
        elif callee == "(*sync.WaitGroup).Done":
            self.timeline.signal(function.receiver)
        if callee == "reflect.ValueOf" and args and isinstance(underlying(args[0].type), Signature):
            self._function_values.add(call.end)
        self.cuts.called(call, callee, in_tree(function.denotes), function.type, self.scope, self.loop_depth)
        if mode != "static" or in_tree(function.denotes):
            self.calls_of_tree += 1
            self.floats.arguments(call, callee if mode == "static" else "", exprs, args, self.scope)
            self.cuts.passed(call, exprs, self.scope, self.loop_depth)
            self.copies.called(call, exprs, self.scope)
        self.runs_once = False
        self._last = (function, args)
        self.stops.called(callee, function.node, call.pos)
        self.locking.called(call, f"({callee}" if mode == "interface" else callee, function.receiver, how, self.scope)
        if isinstance(function.denotes, Literal) and how == "call":
            self._waits_inside(call, function.denotes.name)
        elif isinstance(function.denotes, Literal) and how == "defer" and function.denotes.name in self.literals:
            self.stops.deferred(self.literals[function.denotes.name].stops)
            self.literals[function.denotes.name].locking.deferred = True
        nodes = tuple([a.node if a.node and (how == "go" or self._follows(a)) else "" for a in args])
        self.calls.append(
            CallFact(
                mode, callee, method, how, call.pos, call.end, function.receiver, nodes, self.loop_depth,
                self._argument_keys(exprs, args, callee in self._of_wrappers), function.holder, self._sized_here(),
                receiver_instance(function), present(self.guards, exprs),
            )
        )  # fmt: skip
        note_stored(self, callee, function.receiver, call, args)
        if callee in GO_METHODS and args and how == "call":
            self._start(call, call.args[0], args[0], (Value(function.type, function.receiver),))

    def _note_contents(self, call: ast.Call, callee: str, args: Arguments) -> None:
        note_written(call, callee, args, self.origins, self.scope)
        note_sent(call, callee, args, self.scope)
        note_filled(call, callee, self.calls, self.scope)  # at random: what was written before tells nothing
        if callee.startswith(REWRITING) or callee in TEXTS:
            self.origins.arguments[call.end] = written_text(call, self.scope) if callee in TEXTS else args

    def _waits_inside(self, call: ast.Call, literal: str) -> None:
        """A literal called on the spot waits where it is called."""
        if literal in self.literals and (inner := self.literals[literal].timeline.waits):
            self.timeline.wait(call.pos, call.end, inner[0].text, inner[0].subject, any(w.event for w in inner))

    def started(self, statement: ast.Go, call: ast.Call, calls_before: int) -> None:
        """A go statement whose call has just been evaluated."""
        if len(self.calls) == calls_before or self._last is None:
            return  # a conversion or a built-in: nothing runs
        self._start(statement, call.fun, *self._last)

    def _start(self, at: ast.Node, fun: ast.Expr, function: Value, args: tuple[Value, ...]) -> None:
        literal, own = self.literals.get(literal_of(function, self.flows)), isinstance(function.denotes, Literal)
        captured, timeline = (tuple(literal.captured) if own else (), literal.timeline) if literal else ((), None)
        loops = (self.loop_depth, self.timeline.innermost_loop)
        self.gos.append(pending(at, len(self.calls) - 1, fun, args, captured, timeline, loops))

    def _sized_here(self) -> tuple[str, ...]:
        found = {g.node for g in self.guards if g.kind == "size"}
        return tuple(sorted(found)) if found else ()

    def _argument_keys(
        self, exprs: tuple[ast.Expr, ...], args: tuple[Value, ...], shown: bool
    ) -> tuple[KeyFact | None, ...]:
        if len(args) != len(exprs):
            return ()
        pairs = zip(exprs, args, strict=True)
        facts = [None if never_a_key(v.type) else self.keys.short(self.origins.of(e, v)) for e, v in pairs]
        if any(guard.kind == "listed" for guard in self.guards):
            written = zip(facts, exprs, strict=True)
            facts = [narrowed(self.guards, fact, spell(e)) if fact is not None else None for fact, e in written]
        if shown:
            named = zip(facts, exprs, strict=True)
            facts = [structs.replace(fact, text=spell(e)) if fact is not None else None for fact, e in named]
        return tuple(facts)

    # --- map operations -----------------------------------------------------------------------

    def operation(
        self,
        effect: str,
        form: str,
        subject: tuple[ast.Expr, str, MapShape],
        at: ast.Node,
        key: tuple[ast.Expr, Value] | None = None,
        stored: Value | None = None,
        source: ast.Expr | None = None,
    ) -> None:
        """Record an operation at ``at`` on ``subject``: expression, node, shape; ``source`` is what is ``stored``."""
        expr, node, shape = subject
        fact = self._key(key[0], key[1], shape, node) if key is not None else None
        guards = self._guards_for(node, fact)
        writes = effect in ("insert", "update")
        if effect == "insert" and fact is not None and (fact.origin == "same-map" or "present" in guards):
            effect = "update"
        if effect == "insert" and node:
            self.visits.inserted(expr, key[0] if key is not None else None, self.scope, at.pos, source)
        if effect == "insert" and key and (has_float(shape.key) or has_float(key[1].type)):
            self.floats.key(key[0], key[1], at.pos, self.scope)
        if effect == "insert" and key and fact and fact.origin in MADE_HERE:
            self.made_keys[len(self.ops)] = made_names(key[0], self.scope, self.function)
        if effect == "insert":
            self.cuts.stored(at, key[0] if key is not None else None, source, self.scope, self.loop_depth)
        self.ops.append(
            MapOp(
                effect,
                form,
                node,
                at.pos,
                at.end,
                fact,
                spell_type(stored_type(shape, stored), self.context.package) if writes else "",
                stored.node if stored is not None and self._follows(stored) else "",
                self.loop_depth,
                guards,
                spell(expr),
                self.elements.stored(source, at, (node, fact), guards, self.scope) if writes else "",
                whose(expr, self.scope, self.function),
            )
        )
        if stored is not None and writes and node:
            self.flow(f"{node}[]", stored)

    def _key(self, key: ast.Expr, value: Value, shape: MapShape, node: str) -> KeyFact:
        origin = self.origins.of(key, value)
        function = key.fun if isinstance(key, ast.Call) else None
        if isinstance(function, ast.Selector) and function.x.end in self._function_values:
            origin = origin._replace(address=False)  # a function's code stays where it is
        fact = self.keys.fact(key, value, origin, shape.key, node)
        return narrowed(self.guards, fact, fact.text, node)

    def progress(self) -> tuple[int, int]:
        """How many operations and calls of the tree's functions there were so far: see :meth:`note_eviction`."""
        return len(self.ops), self.calls_of_tree

    def note_eviction(self, guards: list[Guard], since: tuple[int, int]) -> None:
        """A branch on the map's size that removes entries, or calls what may, bounds the map from here on."""
        for guard in guards:
            if guard.kind in ("size", "limit") and guard.key != OF_ELEMENT:
                changed = [op for op in self.ops[since[0] :] if guard.kind == "limit" or op.node == guard.node]
                if any(op.effect in ("remove", "reset") for op in changed) or self.calls_of_tree > since[1]:
                    (self.sized if guard.kind == "size" else self.limited).add(guard.node)

    def _guards_for(self, node: str, key: KeyFact | None) -> tuple[str, ...]:
        found = guards_for(self.guards, node, key, self.limited)
        if node in self.sized:
            found.add("size")
        if self.once:
            found.add("once")
        return tuple(sorted(found))
