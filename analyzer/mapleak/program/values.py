"""What evaluating an expression tells: its type, what it denotes, and its node in the value-flow graph."""

from __future__ import annotations

from typing import Protocol

from mapleak.program.scope import Scope
from mapleak.syntax import ast
from mapleak.types.declared import Builtin, Function, Variable
from mapleak.types.lookup import Selection
from mapleak.types.types import UNKNOWN, Type


class Member:
    """A member of a package or type that is not on disk; ``name`` is the function name it would have."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Literal:
    """A function literal; ``name`` is the closure's name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


Denoted = Variable | Function | Selection | Member | Literal | Builtin | str | None


Parts = tuple[tuple[str, ast.Expr, "Value"], ...]


class Value:
    """The result of evaluating an expression.

    ``mode`` is value, constant, converted, type, package (``denotes`` is then the import path), builtin, void,
    or hidden (a member of a package that is not on disk).
    ``node`` is the value's node ("" when it is not followed). ``denotes`` is the variable, function,
    selection or package behind the expression; ``receiver`` the node of a method value's receiver.
    ``operand`` is the value converted when ``mode`` is converted, the function called for a call, what a field or
    an element is read from, the receiver of a method.
    ``holder`` is the node of the value that embeds a promoted method's receiver.
    ``parts`` are what a struct or array literal, or a sum, is made of: where (``field p``), expression, value.
    """

    __slots__ = ("denotes", "holder", "mode", "node", "operand", "parts", "receiver", "type")

    def __init__(
        self,
        type: Type,  # noqa: A002 - the language's own word
        node: str = "",
        mode: str = "value",
        denotes: Denoted = None,
        receiver: str = "",
        operand: Value | None = None,
        parts: Parts = (),
        holder: str = "",
    ) -> None:
        self.type = type
        self.node = node
        self.mode = mode
        self.denotes = denotes
        self.receiver = receiver
        self.operand = operand
        self.parts = parts
        self.holder = holder


NOTHING = Value(UNKNOWN)


class Observer(Protocol):
    """Who wants to know what an expression does while it is evaluated; see resolve.function."""

    def use(self, node: str, t: Type, expr: ast.Expr, /) -> None:
        """A variable or field is mentioned."""

    def receive(self, expr: ast.Unary, channel: str, /) -> None:
        """A value is received from the channel with that node."""

    def closed(self, channel: str, /) -> None:
        """``close`` is called on the channel with that node."""

    def flow(self, target: str, source: Value, /) -> None:
        """A value is stored where ``target`` names."""

    def stored(self, field: str, expr: ast.Expr | None, value: Value, /) -> None:
        """A field with that node is given a value in a literal."""

    def made(self, t: Type, /) -> None:
        """A value of the type is created."""

    def named_nil(self, t: Type, /) -> None:
        """nil is converted to the type: a possible dynamic type, of no object."""

    def closure(self, expr: ast.FuncLit, scope: Scope, /) -> str:
        """A function literal is evaluated; the answer is its name."""

    def indexed(self, expr: ast.Index, container: Value, keys: tuple[Value, ...], /) -> None:
        """An element is read."""

    def changed(self, call: ast.Call, builtin: str, args: tuple[Value, ...], /) -> None:
        """``delete``, ``clear`` or ``copy`` is called, which change what they are given."""

    def addressed(self, variable: Variable, method: str, /) -> None:
        """The address of a variable is taken, or it is sliced, or a method with a pointer receiver is called on it."""

    def through_interface(self, selection: Selection, /) -> None:
        """A method of an interface is mentioned, to be called or as a value."""

    def calling(self, function: Value, /) -> None:
        """A function is about to be called; its arguments come next."""

    def called(self, call: ast.Call, function: Value, args: tuple[Value, ...], how: str, /) -> None:
        """A function is called; ``how`` is call, go or defer."""


class Unobserved:
    """Nobody listens: only the type is wanted. Function literals get no name and are not entered."""

    def use(self, _node: str, _type: Type, _expr: ast.Expr, /) -> None:
        return

    def receive(self, _expr: ast.Unary, _channel: str, /) -> None:
        return

    def closed(self, _channel: str, /) -> None:
        return

    def flow(self, _target: str, _source: Value, /) -> None:
        return

    def stored(self, _field: str, _expr: ast.Expr | None, _value: Value, /) -> None:
        return

    def made(self, _type: Type, /) -> None:
        return

    def named_nil(self, _type: Type, /) -> None:
        return

    def closure(self, _expr: ast.FuncLit, _scope: Scope, /) -> str:
        return ""

    def indexed(self, _expr: ast.Index, _container: Value, _keys: tuple[Value, ...], /) -> None:
        return

    def changed(self, _call: ast.Call, _builtin: str, _args: tuple[Value, ...], /) -> None:
        return

    def addressed(self, _variable: Variable, _method: str, /) -> None:
        return

    def through_interface(self, _selection: Selection, /) -> None:
        return

    def calling(self, _function: Value, /) -> None:
        return

    def called(self, _call: ast.Call, _function: Value, _args: tuple[Value, ...], _how: str, /) -> None:
        return
