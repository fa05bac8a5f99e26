"""What a function does with a copy of a struct, or of an array of them: what it changes through it, and what tells that
the copy is another thing than the original. Looked up in the syntax, by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mapleak.resolve.kept import names_in, parts_of
from mapleak.resolve.model import CallFact, MapOp
from mapleak.resolve.sharing_facts import SharedCopy
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import Pointer, Struct, Type, underlying

_CHANGES = frozenset(("insert", "update", "remove"))
_GROUP_APART = ("returned", "stored", "assigned", "passed")
"""What tells a copy apart from its source, the surest first."""

_HANDED = frozenset(("receiver", "parameter"))
_INDEX = re.compile(r"\[[^\[\]]*\]")


class Copied(NamedTuple):
    """A copy: the variable that has it, what was copied and where; ``fields`` are its maps, path to node.

    ``dies``: the source is the function's own, so that the copy takes its place unless it is used afterwards.
    ``unset`` are the maps that the source does not have, as far as its declaration tells. ``got`` is the function that
    gave what it is copied out of, "?" for one that is not known, "" when no call did.
    """

    variable: Variable
    source: str
    kind: str
    pos: int
    end: int
    fields: dict[str, str]
    dies: bool = False
    unset: frozenset[str] = frozenset()
    got: str = ""


class Change(NamedTuple):
    """A change of a map of the copy, written ``field``; by a method of it, or of a struct ``inside`` it, of any."""

    field: str
    pos: int
    end: int
    method: str = ""
    inside: str = ""
    node: str = ""


Methods = dict[str, list[tuple[str, CallFact]]]
"""By variable, the calls of methods on it or on a part of it: the path to that part, and the call."""


def path_in(text: str, name: str) -> str | None:
    """How a part of the variable ``name`` is written behind it: ``opts.by`` of ``c.opts.by``, ``[].by`` of
    ``c[i].by``, "" for itself; None for anything else."""
    if not text.startswith(name):
        return None
    rest = text[len(name) :]
    while (shorter := _INDEX.sub("\0", rest)) != rest:  # the innermost first
        rest = shorter
    rest = rest.replace("\0", "[]")
    if rest.startswith("."):
        return rest[1:]
    return rest if not rest or rest.startswith("[") else None


def method_calls(block: ast.Block, names: set[str], calls: Sequence[CallFact]) -> Methods:
    """The calls of methods on the variables with these names, and on structs inside them."""
    by_end = {call.end: call for call in calls if call.mode == "static"}
    found: Methods = {}

    def look(node: object) -> None:
        if isinstance(node, ast.Call) and isinstance(node.fun, ast.Selector) and node.end in by_end:
            text = spell(node.fun.x)
            name = re.match(r"\w*", text)
            if name is not None and name[0] in names:
                path = path_in(text, name[0])
                if path is not None:
                    found.setdefault(name[0], []).append((path, by_end[node.end]))
        for part in parts_of(node):
            look(part)

    look(block)
    return found


def of_literals(ops: Sequence[MapOp], block: ast.Block) -> Iterator[MapOp]:
    """Those of the operations in function literals that are on variables of the function around them."""
    own = list(_literals(block)) if ops else []
    for op in ops:
        name = re.match(r"\w*", op.text)
        if name is not None and not any(pos <= op.pos < end and name[0] in names for pos, end, names in own):
            yield op


def _literals(node: object) -> Iterator[tuple[int, int, frozenset[str]]]:
    """The function literals in a part of the syntax tree, each with the names that it declares."""
    if isinstance(node, ast.FuncLit):
        names = {param.name for param in (*node.type.params, *node.type.results)} | set(_declared(node.body))
        yield node.pos, node.end, frozenset(names)
    for part in parts_of(node):
        yield from _literals(part)


def _declared(node: object) -> Iterator[str]:
    targets: Sequence[object] = ()
    match node:
        case ast.Assign(op=":=", lhs=targets) | ast.VarSpec(names=targets):
            pass
        case ast.Range(define=True, key=key, value=value):
            targets = (key, value)
    yield from (target.name for target in targets if isinstance(target, ast.Name | ast.Ident))
    for part in parts_of(node):
        yield from _declared(part)


def last_uses(node: object, names: set[str], found: dict[str, int]) -> None:
    """Puts into ``found`` where each of the variables with these names is mentioned last."""
    if isinstance(node, ast.Name) and node.name in names:
        found[node.name] = max(found.get(node.name, 0), node.pos)
    for part in parts_of(node):
        last_uses(part, names, found)


def given_on_leaving(node: object, given: Sequence[tuple[int, str]]) -> Iterator[int]:
    """The ends of those calls in return statements that alone mention what they are given there."""
    if isinstance(node, ast.Return):
        names = list(names_in(node))
        yield from (end for end, name in given if node.pos < end <= node.end and names.count(name) == 1)
    elif not isinstance(node, ast.FuncLit):
        for part in parts_of(node):
            yield from given_on_leaving(part, given)


def in_literals(node: object) -> Iterator[str]:
    """The names that function literals mention."""
    if isinstance(node, ast.FuncLit):
        yield from names_in(node)
    else:
        for part in parts_of(node):
            yield from in_literals(part)


def changes_through(ops: Sequence[MapOp], methods: Methods, copied: Copied) -> Iterator[Change]:
    """What may change a map through a copy, after it was made."""
    name = copied.variable.name
    for op in ops:
        if op.effect in _CHANGES and op.pos > copied.pos:
            field = path_in(op.text, name)
            if field and field in copied.fields:
                yield Change(field, op.pos, op.end, node=op.node)
    for path, call in methods.get(name, ()):
        inside = any(_within(field, path) for field in copied.fields) and _by_value(copied.variable.type, path)
        if call.pos > copied.pos and inside:
            yield Change("", call.pos, call.end, call.callee, path)


def _within(field: str, path: str) -> bool:
    return not path or field.startswith((f"{path}.", f"{path}["))


def _by_value(t: Type, path: str) -> bool:
    """Whether a path of fields leads through no pointer: to a part of the copy itself, which the source has not."""
    t = t.elem if isinstance(t, Pointer) else t
    for name in path.split(".")[:-1] if path else ():
        struct = underlying(t)
        field = next((f for f in struct.fields if f.name == name), None) if isinstance(struct, Struct) else None
        if field is None:
            return True
        if isinstance(underlying(field.type), Pointer):
            return False
        t = field.type
    return True


class _Uses:
    """What a function does with one variable, by name."""

    def __init__(self, copied: Copied) -> None:
        self._name = copied.variable.name
        self._source = copied.source
        self._original = copied.source.lstrip("*").strip("()")
        self._kind = copied.kind
        self._fields = copied.fields
        self._from = copied.pos
        self._type = copied.variable.type
        self.replaced: dict[str, int] = {}  # map to where it is first replaced
        self.lazy: set[str] = set()  # maps made when there are none
        self.apart: dict[str, int] = {}
        self.passed: list[int] = []
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
                if self._has(args):
                    self.passed.append(node.pos)
            case ast.If(cond=ast.Binary(op="==", x=x, y=ast.Name(name="nil"))):
                self.walk(node.init)
                self.walk(node.then, spell(x))
                self.walk(node.orelse)
                return
            case ast.Name() | ast.Selector() if spell(node) == self._original:
                self.source_used = max(self.source_used, node.pos)
        for part in parts_of(node):
            self.walk(part, lazy)

    def _assign(self, node: ast.Assign, lazy: str) -> None:
        if node.pos < self._from:
            return
        for i, target in enumerate(node.lhs):
            source = node.rhs[i] if len(node.rhs) == len(node.lhs) else None
            text = spell(target)
            field = path_in(text, self._name)
            if text == self._name:
                self.gone = self.gone or (node.pos > self._from and source is not None)
            elif field and field in self._fields:
                if lazy == text:
                    self.lazy.add(field)
                else:
                    self.replaced.setdefault(field, node.pos)
            elif field and not any(field.startswith(f"{path}[") for path in self._fields):
                for path in self._fields:  # a struct around the map is replaced as a whole
                    if path.startswith((f"{field}.", f"{field}[")):
                        self.replaced.setdefault(path, node.pos)
                if _by_value(self._type, field):
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


def shared(copied: Copied, changes: Sequence[Change], block: ast.Block) -> Iterator[SharedCopy]:
    """The maps that are changed through a copy which is another thing than the original."""
    uses = _Uses(copied)
    uses.walk(block)
    if uses.gone:
        return
    told: set[str] = set()
    for change in changes:
        apart = next((how for how in _GROUP_APART if how in uses.apart), "")
        if not apart and any(pos > change.pos for pos in uses.passed) and copied.kind not in _HANDED:
            apart = "passed"  # what it was passed to before the change has not seen that
        if apart == "assigned" and copied.kind in _HANDED:
            continue  # it is gone with the call, and what was set in it: only the map is meant to stay
        if not apart or (copied.dies and uses.source_used <= change.end):
            continue  # the copy has taken the place of the original
        for field, place in copied.fields.items():
            node = place or change.node
            if change.field not in ("", field) or not _within(field, change.inside) or node in told:
                continue
            lazy = field in uses.lazy
            if uses.replaced.get(field, change.pos) < change.pos or (lazy and field in copied.unset):
                continue
            told.update([node] if change.field else [])
            yield SharedCopy(
                node, field, copied.variable.name, copied.source, copied.kind, copied.pos, copied.end,
                change.pos, change.end, change.method, apart, lazy, "" if uses.source_used > change.end else copied.got,
            )  # fmt: skip
