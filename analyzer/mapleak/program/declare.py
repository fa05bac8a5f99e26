"""Package-level declarations of a file, entered into its package (Go spec, "Declarations and scope")."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from mapleak.program.constants import integer
from mapleak.program.expressions import Evaluator
from mapleak.program.packages import File, Package
from mapleak.program.scope import Scope
from mapleak.program.typexpr import declare_type_params, read_signature, read_type
from mapleak.program.values import Unobserved
from mapleak.syntax import ast
from mapleak.types.declared import Constant, Function, TypeDeclaration, TypeName, Variable
from mapleak.types.generics import substitute
from mapleak.types.types import UNKNOWN, Named, Pointer, Signature, Tuple, Type, TypeParam, underlying
from mapleak.types.universe import default_type


def declare(files: Iterable[File]) -> None:
    """Enter everything the files declare at package level into their packages.

    Methods come last: a receiver may be written through an alias, in whatever file that is declared.
    """
    files = tuple(files)
    for file in files:
        _declare_names(file)
    for file in files:
        for function in file.code.functions:
            _declare_function(function, file, file.package)


def _declare_names(file: File) -> None:
    package = file.package
    for spec in file.code.types:
        package.declare(spec.name, file, declare_type(spec, file.scope, f"{package.path}.{spec.name}", package))
    evaluator = Evaluator(package.program, file.path, package.path, Unobserved())
    for variables in file.code.vars:
        for i, name in enumerate(variables.names):
            if name.name != "_":
                node = f"{package.path}.{name.name}"
                load = _variable_type(variables, i, file.scope, node, evaluator)
                package.declare(name.name, file, Variable(name.name, node, package.path, "", load))
    for constants in file.code.consts:
        for i, name in enumerate(constants.names):
            if name.name != "_":
                initial = _Initial(constants, i, file.scope, evaluator)
                off = _is_false(constants, i)
                package.declare(name.name, file, Constant(name.name, package.path, initial, off, initial.number))


def _is_false(spec: ast.ConstSpec, index: int) -> bool:
    value = spec.values[index] if index < len(spec.values) else None
    return isinstance(value, ast.Name) and value.name == "false"


def _variable_type(spec: ast.VarSpec, index: int, scope: Scope, node: str, evaluator: Evaluator) -> Callable[[], Type]:
    def load() -> Type:
        if spec.type is not None:
            return read_type(spec.type, scope, node)
        if len(spec.values) == len(spec.names):
            return default_type(evaluator.expr(spec.values[index], initialiser_scope(scope, node)).type)
        if not spec.values:
            return UNKNOWN
        result = evaluator.expr(spec.values[0], scope).type
        if isinstance(result, Tuple):
            return result.types[index] if index < len(result.types) else UNKNOWN
        return result if index == 0 else UNKNOWN

    return load


def initialiser_scope(scope: Scope, node: str) -> Scope:
    """The scope in which the initialiser of the variable ``node`` is evaluated."""
    inner = scope.child()
    inner.naming = node
    return inner


class _Initial:
    """What a constant is declared as: calling it gives its type."""

    __slots__ = ("_evaluator", "_index", "_scope", "_spec")

    def __init__(self, spec: ast.ConstSpec, index: int, scope: Scope, evaluator: Evaluator) -> None:
        self._spec = spec
        self._index = index
        self._scope = scope
        self._evaluator = evaluator

    def __call__(self) -> Type:
        spec, index = self._spec, self._index
        if spec.type is not None:
            return read_type(spec.type, self._scope, "")
        return self._evaluator.expr(spec.values[index], self._scope).type if index < len(spec.values) else UNKNOWN

    def number(self) -> int | None:
        """Its value if it is an integer that can be worked out."""
        spec, index = self._spec, self._index
        return integer(spec.values[index], self._scope, spec.iota) if index < len(spec.values) else None


def declare_type(spec: ast.TypeSpec, scope: Scope, qualified: str, package: Package) -> TypeName:
    """The type name that ``spec`` declares; ``qualified`` is its name in reports."""
    if spec.alias:
        return _alias(spec, scope, qualified)

    def load() -> tuple[tuple[TypeParam, ...], Callable[[], Type]]:
        inner = scope.child()
        params = declare_type_params(spec.type_params, inner, qualified)
        return params, lambda: underlying(read_type(spec.type, inner, qualified))

    declaration = TypeDeclaration(
        package=package.path,
        name=spec.name,
        qualified=qualified,
        file=scope.file.path,
        pos=spec.pos,
        end=spec.pos + len(spec.name.encode()),
        load=load,
        substitute=substitute,
    )
    if qualified == f"{package.path}.{spec.name}":
        # build variants of a type share their methods: each method is declared for all of them
        declaration.methods = package.methods.setdefault(spec.name, {})
    return TypeName(spec.name, declaration.instance, declaration)


def _alias(spec: ast.TypeSpec, scope: Scope, qualified: str) -> TypeName:
    inner = scope.child()
    params: list[tuple[TypeParam, ...]] = []

    def parameters() -> tuple[TypeParam, ...]:
        if not params:
            params.append(declare_type_params(spec.type_params, inner, qualified))
        return params[0]

    def load() -> Type:
        parameters()
        return read_type(spec.type, inner, qualified)

    return TypeName(spec.name, load, None, parameters if spec.type_params else None)


def receiver_name(recv: ast.Param) -> tuple[str, bool, tuple[str, ...]]:
    """A receiver's type name, whether it is a pointer, and the names it gives to type parameters."""
    t = recv.type
    pointer = False
    while isinstance(t, ast.Star):
        pointer, t = True, t.x
    names: tuple[str, ...] = ()
    if isinstance(t, ast.Index):
        names = tuple(i.name if isinstance(i, ast.Name) else "_" for i in t.indices)
        t = t.x
    return (t.name if isinstance(t, ast.Name) else ""), pointer, names


def receiver_base(recv: ast.Param, file: File) -> tuple[str, bool]:
    """The name of the type a method belongs to, and whether its receiver is a pointer; aliases looked through."""
    name, pointer, _ = receiver_name(recv)
    found = file.package.find(name, file)
    if isinstance(found, TypeName) and found.declaration is None:
        t = found.type
        if isinstance(t, Pointer):
            pointer, t = True, t.elem
        if isinstance(t, Named) and t.declaration.package == file.package.path:
            return t.declaration.name, pointer
    return name, pointer


def function_name(function: ast.FuncDecl, file: File) -> str:
    """The name in reports: ``p.F``, ``(p.T).M`` or ``(*p.T).M``."""
    return _name_with(function, file, receiver_base(function.recv, file) if function.recv is not None else ("", False))


def _name_with(function: ast.FuncDecl, file: File, base: tuple[str, bool]) -> str:
    package = file.package.path
    if function.recv is None:
        return f"{package}.{function.name}"
    receiver, pointer = base
    return f"({'*' if pointer else ''}{package}.{receiver}).{function.name}"


def function_scope(function: ast.FuncDecl, file: File, name: str) -> tuple[Scope, tuple[TypeParam, ...], Type | None]:
    """A scope with the function's type parameters; the receiver's among them, and the receiver's type."""
    scope = Scope(file, file.scope, name)
    if function.recv is None:
        return scope, (), None
    _, _, names = receiver_name(function.recv)
    receiver, pointer = receiver_base(function.recv, file)
    found = file.package.find(receiver, file)
    declaration = found.declaration if isinstance(found, TypeName) else None
    if declaration is None:
        return scope, (), (found.type if isinstance(found, TypeName) else None)
    params: list[TypeParam] = []
    for i, spelled in enumerate(names):
        parameter = TypeParam(spelled, lambda i=i: _constraint(declaration, i))  # type: ignore[misc]
        params.append(parameter)
        if spelled != "_":
            scope.names[spelled] = TypeName(spelled, parameter)
    t: Type = declaration.instance(tuple(params))
    return scope, tuple(params), Pointer(t) if pointer else t


def _constraint(declaration: TypeDeclaration, index: int) -> Type:
    params = declaration.params
    return params[index].constraint if index < len(params) else UNKNOWN


def _signature(function: ast.FuncDecl, file: File, name: str) -> tuple[Signature, tuple[TypeParam, ...]]:
    scope, receiver_params, _ = function_scope(function, file, name)
    return read_signature(function.type, scope, name), receiver_params


def _declare_function(function: ast.FuncDecl, file: File, package: Package) -> None:
    receiver, pointer = base = receiver_base(function.recv, file) if function.recv is not None else ("", False)
    name = _name_with(function, file, base)
    load = partial(_signature, function, file, name)
    declared = Function(package.path, function.name, name, file.path, function.name_pos, package.in_tree, pointer, load)
    if function.recv is None:
        if function.name not in ("init", "_"):
            package.declare(function.name, file, declared)
        return
    methods = package.methods.setdefault(receiver, {})
    if function.name not in methods or file.preferred:
        methods[function.name] = declared
