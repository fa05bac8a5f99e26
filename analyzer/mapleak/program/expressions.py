"""Types and denotations of expressions (Go spec, "Expressions").

Every expression is evaluated once, operands before operators, and an observer is told what happens on the
way: that is how the resolve stage sees calls and map operations. Without an observer it is a plain type
checker for initialisers of package variables.
"""

from __future__ import annotations

from collections.abc import Callable

from mapleak.program.hidden import CONSTRUCTED, constructed, hidden_field, hidden_method, only_field, unversioned
from mapleak.program.operators import element_type, inferred, operate, spread_results, unsafe_function
from mapleak.program.packages import Program
from mapleak.program.scope import Scope
from mapleak.program.typexpr import read_signature, read_type
from mapleak.program.values import NOTHING, Literal, Member, Observer, Parts, Value
from mapleak.syntax import ast
from mapleak.types.declared import Builtin, Constant, Function, Nil, Object, PackageName, TypeName, Variable
from mapleak.types.generics import substitute
from mapleak.types.lookup import Selection, interface_method, select
from mapleak.types.types import (
    UNKNOWN,
    Array,
    Chan,
    Interface,
    Map,
    Pointer,
    Signature,
    Slice,
    Struct,
    Tuple,
    Type,
    underlying,
)
from mapleak.types.universe import BASIC, INT, UNSAFE_POINTER, UNTYPED, default_type

_LITERAL_TYPES: dict[str, Type] = {
    "int": UNTYPED["int"],
    "float": UNTYPED["float"],
    "imaginary": UNTYPED["imaginary"],
    "rune": UNTYPED["rune"],
    "string": UNTYPED["string"],
}
_UNTYPED_NIL = Value(UNTYPED["nil"])


class Evaluator:
    """Evaluates expressions of one file; ``file`` is its report path for nodes that carry a position."""

    __slots__ = ("file", "observer", "package", "program")

    def __init__(self, program: Program, file: str, package: str, observer: Observer) -> None:
        self.program = program
        self.file = file
        self.package = package
        self.observer = observer

    def expr(self, e: ast.Expr, scope: Scope) -> Value:
        """Evaluate ``e`` in ``scope``."""
        handler = _DISPATCH.get(type(e))
        return NOTHING if handler is None else handler(self, e, scope)

    # --- operands -----------------------------------------------------------------------------

    def _name(self, e: ast.Name, scope: Scope) -> Value:
        found = scope.lookup(e.name)
        if type(found) is Variable:
            self.observer.use(found.node, found.type, e)
            return Value(found.type, found.node, "value", found)
        return self._object(found)

    def _object(self, found: Object | None) -> Value:
        match found:
            case Variable():
                return Value(found.type, found.node, "value", found)
            case Constant():
                return Value(found.type, "", "constant")
            case TypeName():
                return Value(found.type, "", "type")
            case Function():
                return Value(found.signature, f"func:{found.name}", "value", found)
            case PackageName():
                return Value(UNKNOWN, "", "package", found.path)
            case Builtin():
                return Value(UNKNOWN, "", "builtin", found)
            case Nil():
                return _UNTYPED_NIL
        return NOTHING

    def _literal(self, e: ast.BasicLit, _scope: Scope) -> Value:
        return Value(_LITERAL_TYPES.get(e.kind, UNKNOWN), "", "constant")

    def _function_literal(self, e: ast.FuncLit, scope: Scope) -> Value:
        name = self.observer.closure(e, scope)
        signature = read_signature(e.type, scope, name)
        return Value(signature, f"func:{name}" if name else "", "value", Literal(name))

    def _type(self, e: ast.Expr, scope: Scope) -> Value:
        return Value(read_type(e, scope, scope.anonymous(e.pos)), "", "type")

    # --- selectors ----------------------------------------------------------------------------

    def _selector(self, e: ast.Selector, scope: Scope) -> Value:
        x = self.expr(e.x, scope)
        if x.mode == "package":
            return self._member(str(x.denotes), e, scope)
        selection = select(x.type, e.name, self.package)
        if x.mode == "type":
            return self._method_expression(x.type, selection)
        if selection is None and x.type is UNKNOWN:
            selection = only_field(scope.file.package, e.name)
        if selection is None:
            return hidden_method(x, e.name)
        if selection.field is not None:
            node = f"{selection.owner}.{selection.name}"
            self.observer.use(node, selection.type, e)
            return Value(selection.type, node, "value", selection, operand=x)
        receiver = ".".join(selection.path[-1]) if selection.path else x.node
        if selection.interface is not None:
            self.observer.through_interface(selection)
        if selection.function is None:
            return Value(selection.type, interface_method(selection, self.package), "value", selection, receiver)
        if selection.function.pointer_receiver and not isinstance(underlying(x.type), Pointer):
            self._addressed(x, selection.function.name)
        self.observer.flow(f"{selection.function.name}$recv", Value(x.type, receiver))
        holder = x.node if selection.path else ""
        return Value(selection.type, f"func:{selection.function.name}", "value", selection, receiver, x, holder=holder)

    def _member(self, path: str, e: ast.Selector, scope: Scope) -> Value:
        if path == "unsafe":
            if e.name == "Pointer":
                return Value(UNSAFE_POINTER, "", "type")
            return Value(UNKNOWN, "", "builtin", Builtin(f"unsafe.{e.name}"))
        package = self.program.package(path, scope.file)
        if package is None or package.opaque:
            if path == "C":
                return Value(UNKNOWN)
            # a type or a function, who knows: its name serves for both
            found = package.find(e.name, None) if package is not None else None
            hidden = found.type if isinstance(found, TypeName) else UNKNOWN
            return Value(hidden, f"outside:{path}.{e.name}", "hidden", Member(f"{path}.{e.name}"))
        found = package.selected(e.name, scope.file)
        value = self._object(found)
        if isinstance(found, Variable):
            self.observer.use(found.node, found.type, e)
        return value

    def _method_expression(self, t: Type, selection: Selection | None) -> Value:
        if selection is None or not isinstance(selection.type, Signature):
            return NOTHING
        signature = selection.type
        with_receiver = Signature((t, *signature.params), signature.results, signature.variadic)
        node = f"func:{selection.function.name}" if selection.function is not None else ""
        return Value(with_receiver, node, "method expression", selection)

    # --- primary expressions ------------------------------------------------------------------

    def _index(self, e: ast.Index, scope: Scope) -> Value:
        x = self.expr(e.x, scope)
        if x.mode == "type":
            return Value(read_type(e, scope, ""), "", "type")
        if x.mode == "hidden" and isinstance(x.denotes, Member) and unversioned(x.denotes.name) in CONSTRUCTED:
            return x  # type arguments of a function whose source is not on disk
        if x.mode == "hidden" and not isinstance(x.denotes, Member):
            return NOTHING
        if isinstance(x.type, Signature) and x.type.type_params:
            given = tuple(read_type(i, scope, "") for i in e.indices)
            return self._instantiated(x, given)
        self.observer.indexed(e, x, tuple([self.expr(index, scope) for index in e.indices]))
        return Value(element_type(x.type), f"{x.node}[]" if x.node else "", operand=x)

    def _instantiated(self, x: Value, given: tuple[Type, ...]) -> Value:
        signature = x.type
        assert isinstance(signature, Signature)
        bindings = dict(zip(signature.type_params, given, strict=False))
        bound = substitute(Signature(signature.params, signature.results, signature.variadic), bindings)
        assert isinstance(bound, Signature)
        rest = signature.type_params[len(given) :]
        bound = Signature(bound.params, bound.results, bound.variadic, rest)
        return Value(bound, x.node, x.mode, x.denotes, x.receiver, holder=x.holder)

    def _slice(self, e: ast.SliceExpr, scope: Scope) -> Value:
        x = self.expr(e.x, scope)
        for bound in e.bounds:
            self.expr(bound, scope)
        u = underlying(x.type)
        if isinstance(u, Pointer):
            u = underlying(u.elem)
        if isinstance(u, Array):
            if not isinstance(underlying(x.type), Pointer):
                self._addressed(x)
            return Value(Slice(u.elem), x.node, "value", x.denotes)
        return Value(default_type(x.type), x.node, "value", x.denotes)

    def _star(self, e: ast.Star, scope: Scope) -> Value:
        x = self.expr(e.x, scope)
        if x.mode == "type":
            return Value(Pointer(x.type), "", "type")
        u = underlying(x.type)
        return Value(u.elem if isinstance(u, Pointer) else UNKNOWN, x.node, "value", x.denotes)

    def _addressed(self, x: Value, method: str = "") -> None:
        """The variable behind ``x``, or the one whose field ``x`` is, has its address taken."""
        variable = x.denotes
        while isinstance(variable, Selection) and x.operand is not None:
            x = x.operand
            variable = x.denotes
        if isinstance(variable, Variable):
            self.observer.addressed(variable, method)

    def _unary(self, e: ast.Unary, scope: Scope) -> Value:
        x = self.expr(e.x, scope)
        if e.op == "&":
            self._addressed(x)
            return Value(Pointer(x.type), x.node, "value", x.denotes)
        if e.op == "<-":
            self.observer.receive(e, x.node)
            u = underlying(x.type)
            return Value(u.elem if isinstance(u, Chan) else UNKNOWN, f"{x.node}[]" if x.node else "")
        return Value(x.type, "", x.mode)

    def _binary(self, e: ast.Binary, scope: Scope) -> Value:
        spine: list[ast.Binary] = []
        left: ast.Expr = e
        while isinstance(left, ast.Binary):  # long chains nest to the left
            spine.append(left)
            left = left.x
        value = self.expr(left, scope)
        parts: list[tuple[str, ast.Expr, Value]] = [("operand", left, value)]
        for binary in reversed(spine):
            operand = self.expr(binary.y, scope)
            parts.append(("operand", binary.y, operand))
            value = operate(binary.op, value, operand)
        if e.op == "+":
            value.parts = tuple(parts)
        return value

    def _type_assert(self, e: ast.TypeAssert, scope: Scope) -> Value:
        x = self.expr(e.x, scope)
        if e.type is None:
            return x
        t = read_type(e.type, scope, scope.anonymous(e.pos))
        return Value(t, x.node, "value", x.denotes)

    # --- composite literals -------------------------------------------------------------------

    def _composite(self, e: ast.Composite, scope: Scope) -> Value:
        return self.composite(e, scope, UNKNOWN)

    def composite(self, e: ast.Composite, scope: Scope, elided: Type) -> Value:
        """A composite literal; ``elided`` is its type where the literal leaves it out."""
        t = elided if e.type is None else read_type(e.type, scope, scope.anonymous(e.pos))
        pointer = e.type is None and isinstance(t, Pointer)
        literal_type = t.elem if pointer and isinstance(t, Pointer) else t
        self.observer.made(literal_type)
        u = underlying(literal_type)
        node = f"make@{self.file}:{e.lbrace}"
        if isinstance(u, Struct):
            return Value(t, node, parts=self._struct_elements(e, u, scope))
        key = u.key if isinstance(u, Map) else UNKNOWN
        value = element_type(u)
        parts = []
        for element in e.elements:
            if element.key is not None:
                self._element(element.key, scope, key)
            stored = self._element(element.value, scope, value)
            name = element.key.name if u is UNKNOWN and isinstance(element.key, ast.Name) else ""
            if stored.node:
                self.observer.flow(hidden_field(literal_type, name, stored) or f"{node}[]", stored)
            if isinstance(u, Array):
                parts.append(("array element", element.value, stored))
            elif u is UNKNOWN:  # a type whose source is not on disk: most likely a struct
                parts.append((f"field {name}", element.value, stored))
        return Value(t, node, parts=tuple(parts))

    def _element(self, e: ast.Expr, scope: Scope, expected: Type) -> Value:
        if isinstance(e, ast.Composite) and e.type is None:
            return self.composite(e, scope, expected)
        return self.expr(e, scope)

    def _struct_elements(self, e: ast.Composite, struct: Struct, scope: Scope) -> Parts:
        parts = []
        by_name = {f.name: f for f in struct.fields}
        for position, element in enumerate(e.elements):
            if isinstance(element.key, ast.Name):
                field = by_name.get(element.key.name)
            else:
                field = struct.fields[position] if position < len(struct.fields) else None
            value = self._element(element.value, scope, field.type if field is not None else UNKNOWN)
            if field is not None:
                self.observer.flow(f"{struct.owner}.{field.name}", value)
                self.observer.stored(f"{struct.owner}.{field.name}", element.value, value)
                parts.append((f"field {field.name}", element.value, value))
        return tuple(parts)

    # --- calls --------------------------------------------------------------------------------

    def _call(self, e: ast.Call, scope: Scope) -> Value:
        return self.call(e, scope, "call")

    def call(self, e: ast.Call, scope: Scope, how: str) -> Value:
        """A call, conversion or use of a built-in; ``how`` is call, go or defer."""
        function = self.expr(e.fun, scope)
        if function.mode == "type":
            return self._conversion(e, function.type, scope)
        if function.mode == "builtin" and isinstance(function.denotes, Builtin):
            return self._builtin(e, function.denotes.name, scope)
        self.observer.calling(function)
        args = tuple([self.expr(a, scope) for a in e.args])
        if len(args) == 1 and isinstance(args[0].type, Tuple) and len(args[0].type.types) > 1:
            args = spread_results(args[0])
        signature = underlying(function.type) if not isinstance(function.type, Signature) else function.type
        if isinstance(signature, Signature) and signature.type_params:
            signature = inferred(signature, args)
        node, mode, holder = function.node, function.mode, function.holder
        function = Value(signature, node, mode, function.denotes, function.receiver, function.operand, holder=holder)
        self.observer.called(e, function, args, how)
        if isinstance(function.denotes, Member):
            made = constructed(self.program, function.denotes.name, scope)
            return Value(made, f"call@{self.file}:{e.end}$r0", operand=function)
        return self._results(e, signature, function)

    def _results(self, e: ast.Call, signature: Type, function: Value) -> Value:
        node = f"call@{self.file}:{e.end}$r"
        if not isinstance(signature, Signature):
            return Value(UNKNOWN, f"{node}0", operand=function)
        results = signature.results
        if len(results) == 1:
            return Value(results[0], f"{node}0", operand=function)
        return Value(Tuple(results), node, "value" if results else "void", operand=function)

    def _conversion(self, e: ast.Call, t: Type, scope: Scope) -> Value:
        value = NOTHING
        for a in e.args:
            value = self.expr(a, scope)
        (self.observer.named_nil if value is _UNTYPED_NIL else self.observer.made)(t)
        mode = "constant" if value.mode == "constant" else "converted"
        return Value(t, value.node, mode, value.denotes, value.receiver, value)

    def _builtin(self, e: ast.Call, name: str, scope: Scope) -> Value:
        if name in ("make", "new"):
            return self._allocation(e, name, scope)
        args = tuple([self.expr(a, scope) for a in e.args])
        first = args[0] if args else NOTHING
        match name:
            case "delete" | "clear" | "copy":
                self.observer.changed(e, name, args)
                return Value(INT) if name == "copy" else Value(UNKNOWN, "", "void")
            case "append":
                for a in args[1:]:
                    if a.node and first.node:
                        self.observer.flow(f"{first.node}[]", Value(a.type, f"{a.node}[]") if e.spread else a)
                return Value(
                    first.type, first.node, parts=tuple(zip(("operand",) * len(args), e.args, args, strict=True))
                )
            case "len" | "cap":
                return Value(INT)
            case "min" | "max":
                typed = [a for a in args if default_type(a.type) is a.type]
                return Value(typed[0].type if typed else first.type)
            case "close":
                self.observer.closed(first.node)
                return Value(UNKNOWN, "", "void")
            case "recover":
                return Value(Interface(lambda: ({}, ())))
            case "complex":
                return Value(BASIC["complex128"])
            case "real" | "imag":
                return Value(BASIC["float64"])
        return unsafe_function(name, first)

    def _allocation(self, e: ast.Call, name: str, scope: Scope) -> Value:
        operand = self.expr(e.args[0], scope) if e.args else NOTHING
        for a in e.args[1:]:
            self.expr(a, scope)
        t = operand.type if operand.mode == "type" else default_type(operand.type)
        self.observer.made(t)
        node = f"make@{self.file}:{e.lparen}"
        return Value(Pointer(t) if name == "new" else t, node)


_DISPATCH: dict[type, Callable[..., Value]] = {
    ast.Name: Evaluator._name,
    ast.BasicLit: Evaluator._literal,
    ast.Selector: Evaluator._selector,
    ast.Index: Evaluator._index,
    ast.SliceExpr: Evaluator._slice,
    ast.Star: Evaluator._star,
    ast.Unary: Evaluator._unary,
    ast.Binary: Evaluator._binary,
    ast.Call: Evaluator._call,
    ast.TypeAssert: Evaluator._type_assert,
    ast.Composite: Evaluator._composite,
    ast.FuncLit: Evaluator._function_literal,
    **dict.fromkeys(
        (ast.ArrayType, ast.MapType, ast.ChanType, ast.FuncType, ast.StructType, ast.InterfaceType), Evaluator._type
    ),
}
