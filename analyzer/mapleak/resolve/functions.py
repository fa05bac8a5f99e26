"""Functions, closures and package initialisers, resolved one by one."""

from __future__ import annotations

from itertools import zip_longest

import msgspec

from mapleak.program.declare import function_name, function_scope
from mapleak.program.expressions import Evaluator
from mapleak.program.packages import File, Package
from mapleak.program.scope import Scope
from mapleak.program.typexpr import declare_type_params, read_signature, read_type
from mapleak.program.values import Unobserved, Value
from mapleak.resolve.assignments import note_declared
from mapleak.resolve.body import Body
from mapleak.resolve.channels import NO_SILENCE, Channels
from mapleak.resolve.counters import with_caps
from mapleak.resolve.declarations import VariableCensus
from mapleak.resolve.elements import Elements
from mapleak.resolve.entries import entry_layouts
from mapleak.resolve.floats import Floats
from mapleak.resolve.kept import CAPTURED, kept_names
from mapleak.resolve.model import NO_BODY, Ending, Flow, FunctionFacts, KeyFact, MapOp, Variable
from mapleak.resolve.origins import ZERO_VALUE, Origin
from mapleak.resolve.recorder import Context, Recorder
from mapleak.resolve.shapes import bounded_key, map_shape, signature_text, spell_type
from mapleak.resolve.starts import go_facts
from mapleak.resolve.statements import HANDLERS
from mapleak.resolve.timeline import Timeline
from mapleak.resolve.wrapping import container_shape, followed, instance_of, never_a_key
from mapleak.syntax import ast
from mapleak.types import declared
from mapleak.types.types import Signature, Slice, Type

_RESULTS_LIMIT = 8
"""Origins of a function's result that are kept."""

_NOBODY = Unobserved()
_NO_SCOPE_END = Ending("ends", NO_BODY, 0, 0)


class Counters:
    """Numbers that go on from file to file of a package, whose ``initialiser`` has that name."""

    def __init__(self, initialiser: str) -> None:
        self.inits = 0  # init functions
        self.literals: dict[str, int] = {}  # closures per enclosing function
        self._initialiser = initialiser

    @property
    def initialising(self) -> int:
        """Closures in the initialisers of package variables."""
        return self.literals.get(self._initialiser, 0)

    def go_on_after(self, inits: int, initialising: int) -> None:
        """Count from what the files so far have."""
        self.inits = inits
        self.literals = {self._initialiser: initialising}


class FunctionResolver:
    """Resolves the functions of one file; collects their facts in ``facts``, fields of local types in ``census``."""

    def __init__(self, file: File, context: Context, counters: Counters, census: VariableCensus) -> None:
        self.file = file
        self.context = context
        self.package: Package = file.package
        self.facts: list[FunctionFacts] = []
        self._counters = counters
        self._initialiser = f"{file.package.path}.init"
        self._unsettled: list[tuple[int, Timeline]] = []  # the bodies of one declared function, by place in facts
        self._census = census
        self._names: dict[str, int] = {}  # locals per node, to tell same names apart
        self._locals: dict[str, list[Variable]] = {}
        self._wrapped: dict[str, list[Variable]] = {}

    # --- functions ----------------------------------------------------------------------------

    def function(self, decl: ast.FuncDecl) -> None:
        """Resolve a declared function or method."""
        name = self._function_name(decl)
        scope, _, receiver_type = function_scope(decl, self.file, name)
        written = decl.type
        declare_type_params(written.type_params, scope, name)
        recorder = self._recorder(name, scope)
        signature = read_signature(written, scope, name)
        receiver = (decl.recv, receiver_type) if decl.recv is not None and receiver_type is not None else None
        params = self._bind(written, receiver, recorder, scope)
        recorder.locking.left_to_callers = decl.leaves_locking
        self._walk(written, decl.body, recorder, scope)
        owner = name[1:].partition(")")[0].lstrip("*") if decl.recv is not None else ""
        exported = decl.name[:1].isupper() and (decl.recv is None or owner.rpartition(".")[2][:1].isupper())
        self._finish(recorder, decl.name_pos, decl.end, "", owner, exported, params, signature, decl.body is not None)

    def _function_name(self, decl: ast.FuncDecl) -> str:
        name = function_name(decl, self.file)
        if decl.recv is None and decl.name == "init":
            self._counters.inits += 1
            return f"{name}#{self._counters.inits}"
        return name

    def initialiser(self) -> None:
        """Resolve the initialisers of the file's package variables."""
        if not self.file.code.vars:
            return
        name = f"{self.package.path}.init"
        scope = Scope(self.file, self.file.scope, name)
        recorder = self._recorder(name, scope)
        body = self._body(recorder, scope, ())
        for spec in self.file.code.vars:
            values = [
                body.named(f"{self.package.path}.{ident.name}", v)
                for ident, v in zip_longest(spec.names, spec.values[: len(spec.names)], fillvalue=None)
                if ident is not None and v is not None
            ]
            for i, ident in enumerate(spec.names):
                if spec.type is not None and i < len(values):
                    recorder.given.taken_for(read_type(spec.type, scope, ""), values[i].type)
                found = self.package.find(ident.name, self.file)
                if not isinstance(found, declared.Variable):
                    continue
                note_declared(recorder, found.type)
                if i < len(values):
                    recorder.flow(found.node, values[i])
                    recorder.locking.made(found.node, spec.values[i], scope)
        recorder.locking.settle()
        pos = self.file.code.vars[0].pos
        self._finish(recorder, pos, pos, "", "", False, (), None, True)

    def _closure(self, literal: ast.FuncLit, scope: Scope, parent: Recorder) -> str:
        literals = self._counters.literals
        # the initialisers of a package's files are one function; build variants of a function are several
        counted = parent.function if parent.function == self._initialiser else f"{parent.function}@{self.file.path}"
        number = literals[counted] = literals.get(counted, 0) + 1
        name = f"{parent.function}${number}"
        inner = Scope(self.file, scope, name)
        recorder = self._recorder(name, inner)
        recorder.once = parent.once or parent.runs_once
        recorder.method_values = parent.method_values
        recorder.ways.block = parent.ways.block
        recorder.channels = parent.channels
        recorder.stops.shares(parent.stops)
        parent.literals[name] = recorder
        parent.locking.literals[literal.pos] = (name, recorder.locking)
        signature = read_signature(literal.type, inner, name)
        params = self._bind(literal.type, None, recorder, inner)
        self._walk(literal.type, literal.body, recorder, inner)
        self._finish(recorder, literal.pos, literal.end, parent.function, "", False, params, signature, True)
        for node, variable in recorder.captured.items():
            parent.use_through(node, variable, literal)
        return name

    # --- parts --------------------------------------------------------------------------------

    def _recorder(self, name: str, scope: Scope) -> Recorder:
        recorder = Recorder(self.context, name, self._closure)
        recorder.evaluator = Evaluator(self.package.program, self.file.path, self.package.path, recorder)
        recorder.elements = Elements(recorder.evaluator)
        recorder.floats = Floats(recorder.evaluator)
        recorder.scope = scope
        return recorder

    def _body(self, recorder: Recorder, scope: Scope, results: tuple[str, ...]) -> Body:
        def local(name: str, t: Type, origin: Origin | None, at: ast.Node) -> declared.Variable:
            return self._local(name, t, origin, at, recorder, "local")

        return Body(recorder, scope, self.package, results, local, HANDLERS, self._census)

    def _walk(self, t: ast.FuncType, block: ast.Block | None, recorder: Recorder, scope: Scope) -> None:
        if block is not None:
            recorder.ways.block = recorder.ways.block or block
            results = tuple(f"{recorder.function}$r{i}" for i in range(len(t.results)))
            self._body(recorder, scope, results).block(block)
            recorder.ways.settle(stores=any(op.effect == "insert" for op in recorder.ops))
            recorder.copies.finish(recorder.ops, recorder.calls, _inner_ops(recorder), block)
            recorder.locking.follow(block, frozenset(e.pos for e in recorder.ways.exits if e.kind == "panic"))
            recorder.cuts.settle(block)
            recorder.floats.settle(block, t, scope, recorder.receiver)
            recorder.decoding.settle(block, recorder.receiver)
            if recorder.made_keys:
                _note_unkept(recorder, block, {result.name for result in t.results})

    def _bind(
        self, t: ast.FuncType, receiver: tuple[ast.Param, Type] | None, recorder: Recorder, scope: Scope
    ) -> tuple[str, ...]:
        """Declare receiver, parameters and results: known in the body, not in each other's types."""
        function = recorder.function
        types = [read_type(p.type, scope, f"{function}.{p.name or i}") for i, p in enumerate((*t.params, *t.results))]
        if receiver is not None:
            self._parameter(receiver[0], receiver[1], f"{function}$recv", recorder, scope)
            recorder.receiver = receiver[0].name
        nodes = []
        for i, param in enumerate(t.params):
            param_type = Slice(types[i]) if param.variadic else types[i]
            nodes.append(self._parameter(param, param_type, f"{function}$p{i}", recorder, scope))
        for i, result in enumerate(t.results):
            if result.name and result.name != "_":
                result_type = types[len(t.params) + i]
                variable = self._local(result.name, result_type, ZERO_VALUE, result, recorder, "result")
                recorder.named_results[i] = variable
                scope.names[result.name] = variable
                recorder.flow(f"{function}$r{i}", Value(result_type, variable.node))
        return tuple(nodes)

    def _parameter(self, param: ast.Param, t: Type, position: str, recorder: Recorder, scope: Scope) -> str:
        if not param.name or param.name == "_":
            return ""
        origin = Origin("parameter", param.name, position)
        variable = self._local(param.name, t, origin, param, recorder, "param")
        scope.names[param.name] = variable
        recorder.copies.handed(variable, "receiver" if position.endswith("$recv") else "parameter", param.name, param)
        if followed(t):
            recorder.flows[Flow(variable.node, position)] = None
        return variable.node

    def _finite_result(self, recorder: Recorder) -> bool:
        """Whether the first result is always one of finitely many constants: ``switch n { … return "small" }``."""
        returned = recorder.returned.get(0, ())
        return bool(returned) and all(o.origin in ("constant", "enum", "type") for o in returned)

    def _local(
        self, name: str, t: Type, origin: Origin | None, at: ast.Node, recorder: Recorder, kind: str
    ) -> declared.Variable:
        node = f"{recorder.function}.{name}"
        seen = self._names[node] = self._names.get(node, 0) + 1
        if seen > 1:
            node = f"{node}#{seen}"
        variable = declared.Variable(name, node, self.package.path, recorder.function, t)
        variable.origin = origin
        self._census.add_fields(t, self.file.path)
        shape = container_shape(t)
        if shape is not None:
            listed = self._locals if map_shape(t) is not None else self._wrapped
            listed.setdefault(recorder.function, []).append(
                Variable(
                    node, kind, self.file.path, at.pos, at.pos + len(name.encode()), self.package.path,
                    recorder.function, "", spell_type(t, self.package.path), shape.container,
                    spell_type(shape.key, self.package.path), spell_type(shape.value, self.package.path),
                    bounded_key(shape.key, self.context.enums) if listed is self._locals else "", entry_layouts(t),
                    instance_of(t),
                )
            )  # fmt: skip
        return variable

    def _finish(
        self,
        recorder: Recorder,
        pos: int,
        end: int,
        parent: str,
        receiver: str,
        exported: bool,
        params: tuple[str, ...],
        signature: Type | None,
        has_body: bool,
    ) -> None:
        branches = _branches(recorder, parent)
        self.facts.append(
            FunctionFacts(
                name=recorder.function,
                package=self.package.path,
                file=self.file.path,
                pos=pos,
                end=end,
                parent=parent,
                receiver_type=receiver,
                exported=exported,
                params=params,
                returns=bool(getattr(signature, "results", ())),
                ops=with_caps(recorder.ops, recorder.counted),
                calls=tuple(recorder.calls),
                flows=tuple(recorder.flows),
                variables=tuple(self._locals.pop(recorder.function, ())),
                wrapped=tuple(self._wrapped.pop(recorder.function, ())),
                held=recorder.timeline.held(),
                ending=recorder.timeline.ending(pos, end) if has_body else _NO_SCOPE_END,
                gos=go_facts(recorder.gos, recorder.timeline, recorder.stops),
                ranges=tuple(recorder.ranges),
                made=tuple(recorder.made_types),
                signature=signature_text(signature) if signature is not None else "func()()",
                waits=recorder.timeline.waits_for_events,
                reads=tuple(recorder.reads),
                arms=tuple(recorder.ways.arms) if branches else (),
                exits=tuple(recorder.ways.exits) if branches else (),
                sizes=tuple(recorder.sizes),
                results=_results(recorder, signature),
                stores=tuple(recorder.stores),
                finite_result=self._finite_result(recorder),
                fresh_result=_is_fresh(recorder),
                loops=recorder.timeline.endless_loops(),
                nil_types=tuple(recorder.nil_types),
                replaced=tuple(recorder.replaced),
                let_go=tuple(recorder.let_go),
                receiver=recorder.receiver,
                given=tuple(recorder.given.objects),
                halt=recorder.timeline.halt(params),
            )
        )
        self.facts[-1] = _with_noted(self.facts[-1], recorder)
        if has_body:
            self._unsettled.append((len(self.facts) - 1, recorder.timeline))
        if not parent:
            self._settle(recorder.channels)
            _release(recorder)

    def _settle(self, channels: Channels) -> None:
        """Judge the waits of a function and its closures again, now that all they do to their channels is known."""
        silence = channels.silence()
        bodies, self._unsettled = self._unsettled, []
        for index, timeline in bodies if silence != NO_SILENCE else ():
            facts = self.facts[index]
            self.facts[index] = msgspec.structs.replace(
                facts,
                ending=timeline.ending(facts.pos, facts.end, silence),
                held=timeline.held(silence),
                loops=timeline.endless_loops(silence),
            )


def _inner_ops(recorder: Recorder) -> list[MapOp]:
    """The operations of the literals in a function that has copied a struct with maps."""
    return _all_ops(recorder) if recorder.copies.made else []


def _all_ops(recorder: Recorder) -> list[MapOp]:
    return [op for literal in recorder.literals.values() for op in (*literal.ops, *_all_ops(literal))]


def _branches(recorder: Recorder, parent: str) -> bool:
    """Whether the arms and exits of a function, or of a closure written in ``parent``, tell of maps or waits."""
    telling = any(arm.awaits or (parent and arm.selects) for arm in recorder.ways.arms)
    return bool(recorder.ops or recorder.reads or telling)


def _with_noted(facts: FunctionFacts, recorder: Recorder) -> FunctionFacts:
    """The facts with those that few functions have."""
    cuts = recorder.cuts.facts()
    locks, floats, decoded = recorder.locking.facts, recorder.floats.facts, recorder.decoding.facts
    copies = recorder.copies
    copied = copies.shared or copies.kept or copies.spent
    if not (cuts or locks or floats or decoded or recorder.visits.found or copied or recorder.decoding.fills):
        return facts
    return msgspec.structs.replace(
        facts,
        locks=locks,
        visits=tuple(recorder.visits.found),
        floats=floats,
        cuts=cuts,
        decoded=decoded,
        fills=tuple(recorder.decoding.fills),
        copies=copies.shared,
        kept=copies.kept,
        spent=tuple(copies.spent),
    )


def _release(recorder: Recorder) -> None:
    """Cut what leads from a recorder back to itself, closures included: it goes at once, without a collector."""
    for inner in recorder.literals.values():
        _release(inner)
    recorder.literals.clear()
    recorder.evaluator.observer = _NOBODY


def _note_unkept(recorder: Recorder, block: ast.Block, results: set[str]) -> None:
    """Marks the keys of insertions that the function makes and passes on to nothing else."""
    maps = frozenset(recorder.ops[number].text for number in recorder.made_keys)
    kept = kept_names(block, maps) | results | {CAPTURED}
    for number, names in recorder.made_keys.items():
        op = recorder.ops[number]
        if op.key is not None and not names & kept:
            key = msgspec.structs.replace(op.key, unkept=True)
            recorder.ops[number] = msgspec.structs.replace(op, key=key)


def _is_fresh(recorder: Recorder) -> bool:
    first = recorder.returned.get(0, ())
    return bool(first) and all(origin.origin == "fresh" for origin in first)


def _results(recorder: Recorder, signature: Type | None) -> tuple[tuple[KeyFact, ...], ...]:
    """Where each result comes from, up to the last that anything is known of: each origin once; nothing for one that
    can be no key, or has too many origins."""
    if not isinstance(signature, Signature) or not recorder.returned:
        return ()
    found = [_origins(recorder, result, i) for i, result in enumerate(signature.results)]
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def _origins(recorder: Recorder, result: Type, position: int) -> tuple[KeyFact, ...]:
    if never_a_key(result):
        return ()
    found = dict.fromkeys(recorder.keys.short(origin) for origin in recorder.returned.get(position, ()))
    return tuple(found) if len(found) <= _RESULTS_LIMIT else ()
