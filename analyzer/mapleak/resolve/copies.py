"""Structs that a function copies by value, and the maps in them that it then changes through the copy.

A copied struct has fields of its own, but a map in it is the map of the original: what is inserted through one shows
through the other. That is wanted where the copy only serves to reach the map. It is not where the copy is another
thing than the original, and these tell it: the copy is returned or stored, another of its fields is assigned, or it is
passed on. A map that is replaced before it is changed is the copy's own, and a copy that is written back to where it
came from takes the original's place.

What a function does with a copy is looked up in its syntax, by name, and only when one of its maps is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mapleak.program.scope import Scope
from mapleak.resolve.libraries import library
from mapleak.resolve.model import CallFact, MapOp
from mapleak.resolve.sharing_facts import SharedCopy
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import Map, Named, Pointer, Struct, Type, underlying

_DEEPEST = 2
"""Structs inside structs that are looked into."""

_CHANGES = frozenset(("insert", "update", "remove"))
_GROUP_APART = ("returned", "stored", "assigned", "passed")
"""What tells a copy apart from its source, the surest first."""

_HANDED = frozenset(("receiver", "parameter"))


class Copied(NamedTuple):
    """A copy: the variable that has it, what was copied and where; ``fields`` are its maps, path to node."""

    variable: Variable
    source: str
    kind: str
    pos: int
    end: int
    fields: dict[str, str]


class Copies:
    """The copies that one function makes, and those ``shared`` with their source when its body has been walked."""

    def __init__(self) -> None:
        self.made: list[Copied] = []
        self.shared: tuple[SharedCopy, ...] = ()

    def assigned(self, target: ast.Expr, t: Type, source: ast.Expr | None, scope: Scope, at: ast.Node) -> None:
        """``target`` has got the value of ``source``, of type ``t``: a copy when that is kept somewhere else."""
        if source is None or not isinstance(underlying(t), Struct) or not (fields := map_fields(t)):
            return
        name = target.x if isinstance(target, ast.Star) else target
        variable = scope.lookup(name.name) if isinstance(name, ast.Name) else None
        kind = _kind(source, scope) if spell(source) != spell(target) else ""
        if kind and isinstance(variable, Variable) and variable.function:
            self.made.append(Copied(variable, spell(source), kind, at.pos, at.end, fields))

    def handed(self, variable: Variable, kind: str, source: str, at: ast.Node) -> None:
        """A receiver, a parameter or the value of a range loop is a copy by itself."""
        if isinstance(underlying(variable.type), Struct) and (fields := map_fields(variable.type)):
            self.made.append(Copied(variable, source, kind, at.pos, at.end, fields))

    def finish(self, ops: Sequence[MapOp], calls: Sequence[CallFact], block: ast.Block) -> None:
        """Finds the copies through which the function changes a map that it did not replace before."""
        found: dict[SharedCopy, None] = {}
        for copied in self.made:
            changes = [*_operations(ops, copied), *_methods(calls, copied)]
            if changes:
                found.update(dict.fromkeys(_shared(copied, changes, block)))
        self.shared = tuple(found)


# --- what is copied ---------------------------------------------------------------------------------


def map_fields(t: Type) -> dict[str, str]:
    """The maps that a struct holds by value: how they are written (``labels``, ``opts.labels``) to their nodes."""
    memo = t.memo
    if memo is None:
        memo = t.memo = {}
    if "maps" not in memo:
        memo["maps"] = dict(_map_fields(t, _DEEPEST))
    found = memo["maps"]
    return found if isinstance(found, dict) else {}


def _map_fields(t: Type, left: int) -> Iterator[tuple[str, str]]:
    struct = underlying(t)
    if not isinstance(struct, Struct) or (isinstance(t, Named) and library(t.name) is not None):
        return
    for field in struct.fields:
        if isinstance(underlying(field.type), Map):
            yield field.name, f"{struct.owner}.{field.name}"
        elif left and isinstance(underlying(field.type), Struct):
            for path, node in _map_fields(field.type, left - 1):
                yield f"{field.name}.{path}", node
                if field.embedded:
                    yield path, node


def _kind(source: ast.Expr, scope: Scope) -> str:
    """What an expression copies a struct out of, "" when it makes a new one."""
    match source:
        case ast.Name():
            variable = scope.lookup(source.name)
            if not isinstance(variable, Variable):
                return ""
            return "local" if variable.function else "variable"
        case ast.Star(x=x):
            return "" if isinstance(x, ast.Call) else "local" if _is_made_here(x, scope) else "pointer"
        case ast.Index(x=x):
            return "" if isinstance(x, ast.Call) else "element"
        case ast.Selector(x=x):
            return _of_field(x, scope)
        case ast.TypeAssert():
            return ""
    return ""


def _of_field(x: ast.Expr, scope: Scope) -> str:
    """A field of a local struct is as local as the struct; behind a pointer it is somebody else's as well."""
    match x:
        case ast.Name():
            found = scope.lookup(x.name)
            if not isinstance(found, Variable):
                return "variable"  # of another package
            if not found.function:
                return "variable"
            shared = isinstance(underlying(found.type), Pointer) and not _is_made_here(x, scope)
            return "field" if shared else "local"
        case ast.Selector(x=inner):
            return "field" if _of_field(inner, scope) else ""
        case ast.Index():
            return "element"
    return ""


def _is_made_here(x: ast.Expr, scope: Scope) -> bool:
    """Whether a pointer leads to what the function itself has allocated."""
    found = scope.lookup(x.name) if isinstance(x, ast.Name) else None
    return isinstance(found, Variable) and getattr(found.origin, "origin", "") == "fresh"


# --- what is done with a copy -----------------------------------------------------------------------


class _Change(NamedTuple):
    field: str  # "" for a method, which may change any
    pos: int
    end: int
    method: str


def _operations(ops: Sequence[MapOp], copied: Copied) -> Iterator[_Change]:
    name = copied.variable.name
    for op in ops:
        field = op.text.removeprefix(f"{name}.")
        if op.effect in _CHANGES and op.pos > copied.pos and field != op.text and field in copied.fields:
            yield _Change(field, op.pos, op.end, "")


def _methods(calls: Sequence[CallFact], copied: Copied) -> Iterator[_Change]:
    for call in calls:
        if call.receiver == copied.variable.node and call.mode == "static" and call.pos > copied.pos:
            yield _Change("", call.pos, call.end, call.callee)


class _Uses:
    """What a function does with one variable, by name."""

    def __init__(self, copied: Copied) -> None:
        self._name = copied.variable.name
        self._source = copied.source
        self._kind = copied.kind
        self._fields = copied.fields
        self._from = copied.pos
        self.replaced: dict[str, int] = {}  # map to where it is first replaced
        self.lazy: set[str] = set()  # maps made when there are none
        self.apart: dict[str, int] = {}
        self.gone = False  # written back, or assigned anew
        self.source_used = 0  # the last place where the source is mentioned

    def walk(self, node: object, lazy: str = "") -> None:
        """Goes through a part of the syntax tree; ``lazy`` is the map known to be nil here, as written."""
        match node:
            case ast.Assign():
                self._assign(node, lazy)
            case ast.Return(results=results):
                self._apart("returned", results, node.pos)
            case ast.Send(value=value):
                self._apart("stored", (value,), node.pos)
            case ast.Call(fun=ast.Name(name="append"), args=args):
                self._apart("stored", args[1:], node.pos)
            case ast.Call(args=args):
                self._apart("passed", args, node.pos)
            case ast.If(cond=ast.Binary(op="==", x=x, y=ast.Name(name="nil"))):
                self.walk(node.init)
                self.walk(node.then, spell(x))
                self.walk(node.orelse)
                return
            case ast.Name(name=name) if name == self._source.removeprefix("*"):
                self.source_used = max(self.source_used, node.pos)
        for part in _parts(node):
            self.walk(part, lazy)

    def _assign(self, node: ast.Assign, lazy: str) -> None:
        if node.pos < self._from:
            return
        for i, target in enumerate(node.lhs):
            source = node.rhs[i] if len(node.rhs) == len(node.lhs) else None
            text = spell(target)
            field = text.removeprefix(f"{self._name}.")
            if text == self._name:
                self.gone = self.gone or (node.pos > self._from and source is not None)
            elif field != text and field in self._fields:
                if lazy == text:
                    self.lazy.add(field)
                else:
                    self.replaced.setdefault(field, node.pos)
            elif field != text and isinstance(target, ast.Selector):
                for path in self._fields:  # a struct around the map is replaced as a whole
                    if path.startswith(f"{field}."):
                        self.replaced.setdefault(path, node.pos)
                self.apart.setdefault("assigned", node.pos)
            elif source is not None and self._has((source,)):
                self.gone = self.gone or self._is_source(text)
                if not isinstance(target, ast.Name):
                    self.apart.setdefault("stored", node.pos)

    def _is_source(self, target: str) -> bool:
        """Whether an assignment target is what was copied: the copy takes its place."""
        element = self._kind == "range" and target.startswith(f"{self._source}[")
        return element or target == self._source

    def _apart(self, how: str, exprs: Sequence[ast.Expr], pos: int) -> None:
        if pos > self._from and self._has(exprs):
            self.apart.setdefault(how, pos)

    def _has(self, exprs: Sequence[ast.Expr]) -> bool:
        """Whether one of the expressions is the copy, its address, or a literal that holds it."""
        for e in exprs:
            match e:
                case ast.Name(name=name) | ast.Unary(op="&", x=ast.Name(name=name)) | ast.Star(x=ast.Name(name=name)):
                    if name == self._name:
                        return True
                case ast.Composite(elements=elements):
                    if self._has([element.value for element in elements]):
                        return True
                case ast.Unary(op="&", x=ast.Composite(elements=elements)):
                    if self._has([element.value for element in elements]):
                        return True
                case ast.Call(fun=ast.Name(name="append"), args=args):
                    if self._has(args[1:]):
                        return True
        return False


def _shared(copied: Copied, changes: Sequence[_Change], block: ast.Block) -> Iterator[SharedCopy]:
    uses = _Uses(copied)
    uses.walk(block)
    if uses.gone:
        return
    apart = next((how for how in _GROUP_APART if how in uses.apart), "")
    if not apart or (apart == "passed" and copied.kind in _HANDED):
        return
    told: set[str] = set()
    for change in changes:
        if copied.kind == "local" and uses.source_used <= change.end:
            continue  # the copy has taken the place of the original
        for field, node in copied.fields.items():
            if change.field not in ("", field) or (node in told) or uses.replaced.get(field, change.pos) < change.pos:
                continue
            told.update([node] if change.field else [])
            yield SharedCopy(
                node, field, copied.variable.name, copied.source, copied.kind, copied.pos, copied.end,
                change.pos, change.end, change.method, apart, field in uses.lazy,
            )  # fmt: skip


def _parts(node: object) -> Iterator[object]:
    if isinstance(node, tuple):
        yield from node
    elif isinstance(node, ast.Node):
        for name in node.__struct_fields__:
            part = getattr(node, name)
            if isinstance(part, ast.Node | tuple):
                yield part
