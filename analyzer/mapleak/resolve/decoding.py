"""Calls of decoders whose target was there before the message, and may hold a map of earlier messages.

The target of a call is told by the variable it begins with. A local variable, or a field of one, counts where the
call is in a loop that the variable was declared outside of, that goes on after the call, and that uses the variable
for each message: what is only looked at after the loop is collected on purpose. A variable of the package counts
wherever it is decoded into, a field of the receiver too, a captured variable where the call is a function of its own.

A target that the loop, or outside of loops the function, gives a new value is no earlier message's: an assignment to
the variable or to a field that leads to the map, ``clear`` and ``delete`` on it, and a method or function whose name
says so.

What a function takes out of a sync.Pool and puts back is the target of earlier messages, too. The target of a decoder
may be told when the decoder is made (mapleak.resolve.configured).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mapleak.program.scope import Scope
from mapleak.program.values import Value
from mapleak.resolve.configured import MAKERS, reached, targets
from mapleak.resolve.decoders import (
    DECODERS,
    ELEMENT,
    Inside,
    begins_anew,
    fills_cut_slices,
    keeps_interfaces,
    map_inside,
)
from mapleak.resolve.enclosing import Loop, holds, loops_around
from mapleak.resolve.kept import declared_in, parts_of
from mapleak.resolve.noted import Decoded
from mapleak.resolve.spell import spell
from mapleak.resolve.visits import leaving
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import Interface, Pointer, Type, underlying

_FRESH = re.compile(r"(?i:reset|clear|init|zero|empty)")
"""Beginning of the names of functions and methods that give a target back empty."""

_ITSELF = re.compile(r"(?:Unmarshal|Decode|GobDecode|UnmarshalJSON)\w*")
"""Methods that decode for somebody else, whose target the receiver is."""

_KEYS = re.compile(r"(?:Keys|Names|(?:^|\.)(?:keys|names))$")
"""How the names of things are called, and functions that give them: each thing has one."""

_TAKES = "(*sync.Pool).Get"

_MOST_PASSED = 64
"""Targets that are passed to other functions of the tree, of one function; each is looked for in all of its body."""


class _Pending(NamedTuple):
    """A call of a decoder: its target, the variable that begins with and the fields from there to the map."""

    call: ast.Call
    callee: str
    target: ast.Expr
    root: Variable
    inside: Inside


class Decoding:
    """The calls of decoders in one function."""

    def __init__(self, function: str) -> None:
        self._function = function
        self._pending: list[_Pending] = []
        self._passed = 0
        self._made: list[tuple[ast.Call, str, Scope]] = []  # decoders that are told their target
        self._taken: set[int] = set()  # ends of calls that take something out of a pool
        self.facts: tuple[Decoded, ...] = ()
        self.fills: dict[tuple[str, str], None] = {}  # parameter, and the decoder or parameter it is passed to

    def called(
        self,
        call: ast.Call,
        callee: str,
        exprs: tuple[ast.Expr, ...],
        args: tuple[Value, ...],
        scope: Scope,
        *,
        outside: bool,
    ) -> None:
        """A function is called; ``callee`` is its name. One of the tree may hand what it is given to a decoder."""
        if len(exprs) != len(args):
            return
        if callee == _TAKES:
            self._taken.add(call.end)
        if callee in MAKERS:
            self._made.append((call, MAKERS[callee], scope))
        number = DECODERS.get(callee)
        if number is not None and number < len(args):
            self._target(call, callee, exprs[number], (args[number].type, args[number].node), scope)
            self._filled(exprs[number], callee, scope)
        elif not outside:
            for i, (e, value) in enumerate(zip(exprs, args, strict=True)):
                self._filled(e, f"{callee}$p{i}", scope)
                if isinstance(e, ast.Unary) and e.op == "&" and self._passed < _MOST_PASSED:
                    self._passed += self._target(call, f"{callee}$p{i}", e, (value.type, value.node), scope)

    def _target(self, call: ast.Call, callee: str, target: ast.Expr, value: tuple[Type, str], scope: Scope) -> bool:
        """``value`` is the type and the node of the target."""
        target = target.x if isinstance(target, ast.Unary) and target.op == "&" else target
        root = _root(target, scope)
        inside = map_inside(*value) if root is not None else None
        if root is None or inside is None or begins_anew(callee, "".join(inside.fields)):
            return False
        if inside.interface and "$p" not in callee and not keeps_interfaces(callee):
            return False
        self._pending.append(_Pending(call, callee, target, root, inside))
        return True

    def _filled(self, e: ast.Expr, place: str, scope: Scope) -> None:
        """A parameter of the function's own is passed on as it is."""
        found = scope.lookup(e.name) if isinstance(e, ast.Name) else None
        if isinstance(found, Variable) and found.function == self._function:
            origin = found.origin
            if getattr(origin, "origin", "") == "parameter" and isinstance(underlying(found.type), Interface | Pointer):
                self.fills[getattr(origin, "node", ""), place] = None

    def settle(self, body: ast.Block, receiver: str) -> None:
        """Works out the facts, now that all of the function's body is known; ``receiver`` is the receiver's name."""
        for made, callee, scope in self._made:
            for call, target in targets(body, made):
                value = reached(target, scope)
                if value is not None:
                    self._target(call, callee, target, value, scope)
                    self._filled(target, callee, scope)
        found = (self._fact(pending, body, receiver) for pending in self._pending)
        self.facts = tuple(fact for fact in found if fact is not None)

    def _fact(self, pending: _Pending, body: ast.Block, receiver: str) -> Decoded | None:
        loop, label = _loop_around(body, pending.call.pos)
        kind = self._kind(pending, receiver)
        if kind == "local" and self._taken and _is_pooled(body, pending.root.name, self._taken):
            kind = "pooled"
        in_loop = loop is not None and _per_message(loop, label, pending)
        if not kind or (kind == "local" and not in_loop):
            return None
        if _is_renewed(loop if in_loop and loop is not None else body, pending):
            return None
        call = pending.call
        fields = (spell(pending.target).lstrip("*"), *pending.inside.fields)
        text = ".".join(fields).replace(f".{ELEMENT}", ELEMENT)
        at, after = (-1, -1), False
        if in_loop and loop is not None:
            at = loop.pos, loop.pos + len("for")
            after = any(pos >= loop.end for pos in _mentions(body, pending.root.name))
        root, inside = pending.root.node, pending.inside.node
        interface = pending.inside.interface
        return Decoded(kind, pending.callee, root, inside, text, call.pos, call.end, *at, after, interface)

    def _kind(self, pending: _Pending, receiver: str) -> str:
        """Whose the target is: local, variable (of the package), captured, field (of the receiver), or ""."""
        root = pending.root
        if not root.function:
            return "variable"
        if root.function != self._function:
            return "captured"
        own_decoder = _ITSELF.fullmatch(self._function.rpartition(".")[2]) is not None
        if root.name == receiver and not own_decoder and isinstance(pending.target, ast.Selector):
            return "field"
        return "local"


def _is_pooled(body: ast.Block, name: str, taken: set[int]) -> bool:
    """Whether a variable is given what a pool gives (``pool.Get().(*T)``), and put back into one."""
    return any(_takes(body, name, taken)) and any(_puts_back(body, name))


def _takes(node: object, name: str, taken: set[int]) -> Iterator[bool]:
    match node:
        case ast.Assign(lhs=(ast.Name(name=target), *_), rhs=(source,)) if target == name:
            yield isinstance(source, ast.TypeAssert) and source.x.end in taken
        case ast.VarSpec(names=(ident, *_), values=(source,)) if ident.name == name:
            yield isinstance(source, ast.TypeAssert) and source.x.end in taken
    for part in parts_of(node):
        yield from _takes(part, name, taken)


def _puts_back(node: object, name: str) -> Iterator[bool]:
    match node:
        case ast.Call(fun=ast.Selector(name="Put"), args=(ast.Name(name=given),)):
            yield given == name
    for part in parts_of(node):
        yield from _puts_back(part, name)


def _root(e: ast.Expr, scope: Scope) -> Variable | None:
    """The variable that a target begins with; None when it is no plain field of a variable."""
    while isinstance(e, ast.Selector | ast.Star):
        e = e.x
    found = scope.lookup(e.name) if isinstance(e, ast.Name) else None
    return found if isinstance(found, Variable) else None


def _root_name(e: object) -> str:
    while isinstance(e, ast.Selector | ast.Star | ast.Index | ast.Unary):
        e = e.x
    return e.name if isinstance(e, ast.Name) else ""


# --- loops --------------------------------------------------------------------------------------


def _loop_around(body: ast.Block, pos: int) -> tuple[Loop | None, str]:
    """The innermost loop of the function itself around an offset, and its label."""
    found: tuple[Loop | None, str] = (None, "")
    for loop, label in loops_around(body, pos):
        if not (isinstance(loop, ast.Range) and pos < loop.x.end):
            found = loop, label
    return found


def _per_message(loop: Loop, label: str, pending: _Pending) -> bool:
    """Whether the loop decodes into what is declared outside of it, goes on, and uses the target each time."""
    name = pending.root.name
    if pending.root.function and name in set(declared_in(loop)):
        return False
    left = leaving(loop.body, label)
    call = pending.call
    if any(start <= call.pos < end for start, end in left) or _in_pieces(loop, call) or _of_one_name(loop, call):
        return False
    ignored = (*left, (call.pos, call.end))
    return any(not any(start <= pos < end for start, end in ignored) for pos in _mentions(loop, name))


def _in_pieces(loop: Loop, call: ast.Call) -> bool:
    """``in-pieces``: whether the loop reads one document piece by piece: it asks the same decoder for its next token
    and lets a case of a switch decode what belongs to it."""
    decoder = call.fun.x if isinstance(call.fun, ast.Selector) else None
    return decoder is not None and _asks_for_token(loop, spell(decoder)) and _in_case(loop, call.pos)


def _of_one_name(loop: Loop, call: ast.Call) -> bool:
    """``of-one-name``: whether only the turn for one name decodes: the call is in the case of a switch over the names
    that the loop ranges over (``for name, v := range parts { switch name { case "options": … } }``), or in an if for
    one. Each comes once: they are the keys of a map, its ``Keys()``, or are called keys or names."""
    if not isinstance(loop, ast.Range):
        return False
    of_keys = _KEYS.search(spell(loop.x.fun if isinstance(loop.x, ast.Call) else loop.x)) is not None
    names = {e.name for e in (loop.key, loop.value if of_keys else None) if isinstance(e, ast.Name)} - {"_"}
    return _under_name(loop.body, call.pos, names)


def _under_name(node: object, pos: int, names: set[str]) -> bool:
    if isinstance(node, ast.FuncLit) or not holds(node, pos):
        return False
    match node:
        case ast.Switch(tag=ast.Name(name=name), clauses=clauses) if name in names:
            return any(holds(clause, pos) and len(clause.exprs) == 1 for clause in clauses)
        case ast.If(cond=ast.Binary(op="==", x=ast.Name(name=name)), then=then) if name in names and holds(then, pos):
            return True
    return any(_under_name(part, pos, names) for part in parts_of(node))


def _asks_for_token(node: object, decoder: str) -> bool:
    match node:
        case ast.Call(fun=ast.Selector(x=x, name="Token")) if spell(x) == decoder:
            return True
    return any(_asks_for_token(part, decoder) for part in parts_of(node))


def _in_case(node: object, pos: int) -> bool:
    if isinstance(node, ast.FuncLit) or not holds(node, pos):
        return False
    return isinstance(node, ast.CaseClause) or any(_in_case(part, pos) for part in parts_of(node))


def _mentions(node: object, name: str) -> Iterator[int]:
    if isinstance(node, ast.Name) and node.name == name:
        yield node.pos
    for part in parts_of(node):
        yield from _mentions(part, name)


# --- fresh targets ------------------------------------------------------------------------------


def _is_renewed(node: object, pending: _Pending) -> bool:
    """Whether a part of the function gives the target, or the map in it, a new value or empties it."""
    match node:
        case ast.Assign(op="=", lhs=lhs, rhs=rhs) if any(_leads_to_map(target, pending) for target in lhs):
            cut = len(lhs) == len(rhs) == 1 and _cut_short(rhs[0], lhs[0])
            return not (cut and fills_cut_slices(pending.callee))
        case ast.Call(fun=ast.Name(name="clear" | "delete"), args=(subject, *_)) if _leads_to_map(subject, pending):
            return True
        case ast.Call(fun=ast.Selector(x=x, name=name)) if _FRESH.match(name) and _root_name(x) == pending.root.name:
            return True
        case ast.Call(fun=fun, args=args) if _FRESH.match(spell(fun).rpartition(".")[2]):
            if any(_root_name(arg) == pending.root.name for arg in args):
                return True
    return any(_is_renewed(part, pending) for part in parts_of(node))


def _cut_short(source: ast.Expr, target: ast.Expr) -> bool:
    """``list = list[:0]``: what is behind the length stays, and is decoded into again."""
    return isinstance(source, ast.SliceExpr) and spell(source.x) == spell(target)


def _leads_to_map(e: ast.Expr, pending: _Pending) -> bool:
    """Whether an expression is the target, what holds it, or a field between it and the map."""
    if _root_name(e) != pending.root.name:
        return False
    path = (*_fields(pending.target), *(name for name in pending.inside.fields if name != ELEMENT))
    given = _fields(e)
    return given == path[: len(given)]


def _fields(e: ast.Expr) -> tuple[str, ...]:
    found: list[str] = []
    while isinstance(e, ast.Selector | ast.Star | ast.Unary | ast.Index):
        if isinstance(e, ast.Selector):
            found.append(e.name)
        e = e.x
    return tuple(reversed(found))
