"""Ranges over built-in maps, and what in their bodies may put entries into the map that is being visited.

Two expressions of one field are two maps where they begin with different variables, and the same variable may name
another map after an assignment. So a map is told by the variable it is reached from, not by its name alone
(:func:`place`), one that is stored in another map or in a slice by the variable or literal it is stored under, too; and
a range whose map, or a variable that leads to it, is assigned to in the body is left out. A variable that was declared
with a map (``m := s.m``, ``set(s.m)``) is that map until one of the two is assigned to. The iterators of package maps
visit the live map, as a range over it does.

A statement list that ends by leaving the loop ends the visit with it: what it inserts is visited by nobody.

What a visit of the new entry would add nothing for is told by :mod:`mapleak.resolve.settled`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mapleak.program.scope import Scope
from mapleak.resolve.kept import names_in, parts_of
from mapleak.resolve.loop_bodies import lists, made_from, ranges
from mapleak.resolve.noted import Visit
from mapleak.resolve.settled import Settling
from mapleak.syntax import ast
from mapleak.types.declared import TypeName, Variable
from mapleak.types.lookup import select

_FIELD = "|"
"""Between a variable and its fields in a place; nodes have none."""
_ELEMENT = "["
"""Before what an element is stored under, in the place of a field."""


class _Open(NamedTuple):
    """A range that the walk is inside of: its map's node and place, and the insertions seen so far."""

    node: str
    alias: str  # the node of the variable that stands for it in the range, "" for none
    place: str
    inserts: list[tuple[int, ast.Expr | None, bool]]  # offset, key, whether what is stored is empty


ITERATORS = {"maps.Keys": ("key",), "maps.Values": ("value",), "maps.All": ("key", "value")}
"""Functions that visit the map they are given while the loop runs, and what they yield."""


def visited_by(e: ast.Expr, callee: str) -> ast.Expr | None:
    """The map that a call of such a function visits; None for all other expressions."""
    return e.args[0] if isinstance(e, ast.Call) and callee in ITERATORS and len(e.args) == 1 else None


class Visits:
    """The ranges of one function that may insert into what they range over, in the order of their ends."""

    def __init__(self) -> None:
        self.found: list[Visit] = []
        self._open: list[_Open] = []
        self._moved: set[str] = set()  # places of ranges whose map has been replaced in the body
        self._aliases: dict[str, tuple[str, str]] = {}  # variable to the place and the node of the map it stands for

    def assigned(self, target: ast.Expr, node: str, source: ast.Expr | None, scope: Scope, *, defines: bool) -> None:
        """``target`` has got the map of node ``node``, written ``source``: it stands for that when it is new."""
        if not defines:
            changed = place(target, scope)
            self._moved.update(visit.place for visit in self._open if changed and _leads(changed, visit.place))
            self._aliases = {
                name: (found, known)
                for name, (found, known) in self._aliases.items()
                if changed != name and not _leads(changed, found)
            }
            return
        found = scope.lookup(target.name) if isinstance(target, ast.Name) else None
        if node and source is not None and isinstance(found, Variable) and (named := self._place(source, scope)):
            self._aliases[found.node] = (named, self._aliases.get(node, ("", node))[1])

    def _place(self, e: ast.Expr, scope: Scope) -> str:
        if isinstance(e, ast.Call) and len(e.args) == 1 and _converts(e.fun, scope):
            return self._place(e.args[0], scope)
        found = place(e, scope)
        return self._aliases.get(found, (found, ""))[0]

    def enter(self, node: str, map_: ast.Expr, scope: Scope) -> None:
        """The body of a range over the map ``map_`` comes next."""
        known = self._aliases.get(node)
        if known is not None and place(map_, scope) == node:
            self._open.append(_Open(known[1], node, known[0], []))
        else:
            self._open.append(_Open(node, "", place(map_, scope), []))

    def inserted(
        self, map_: ast.Expr, key: ast.Expr | None, scope: Scope, pos: int, source: ast.Expr | None = None
    ) -> None:
        """An insertion at ``pos`` of ``source`` into the map ``map_`` under ``key``, None where that is not one key."""
        for visit in self._open:
            if visit.place and visit.place == self._place(map_, scope):
                visit.inserts.append((pos, key, _is_empty(source)))

    def leave(self, s: ast.Range, label: str, calls: bool) -> None:
        """The body has been walked; ``calls`` is true when it calls something that may insert, too."""
        node, alias, found, inserts = self._open.pop()
        if not found or not (inserts or calls) or found in self._moved or _moves(s, found):
            return
        named = [(pos, key, frozenset(names_in(key))) for pos, key, _ in inserts]
        settling = Settling(s)
        related = tuple(pos for pos, _, names in named if _may_be_visited(s, names))
        offsets, empty = tuple(pos for pos, *_ in inserts), tuple(pos for pos, _, nothing in inserts if nothing)
        left = leaving(s.body, label)
        held = tuple(pos for pos, _, names in named if _is_held(s, names))
        settled = tuple(pos for pos, key, names in named if settling.settled(pos, key, names))
        self.found.append(
            Visit(node, _holder(found), s.pos, s.end, offsets, related, left, alias, empty, held, settled)
        )


def _is_empty(e: ast.Expr | None) -> bool:
    """Whether a value is written as one that holds nothing yet."""
    match e:
        case ast.Name(name="nil" | "false"):
            return True
        case ast.BasicLit(text="0" | '""' | "``"):
            return True
        case ast.Composite(elements=()) | ast.Unary(op="&", x=ast.Composite(elements=())):
            return True
        case ast.Call(fun=ast.Name(name="make" | "new")):
            return True
    return False


def place(e: ast.Expr, scope: Scope) -> str:
    """The variable and the fields by which an expression reaches a map; "" when it takes more than that."""
    match e:
        case ast.Name():
            found = scope.lookup(e.name)
            return found.node if isinstance(found, Variable) else ""
        case ast.Selector(x=x, name=name):
            inner = place(x, scope)
            return f"{inner}{_FIELD}{name}" if inner else ""
        case ast.Star(x=x):
            return place(x, scope)
        case ast.Index(x=x, indices=(ast.Name() | ast.BasicLit() as index,)):
            inner = place(x, scope)
            at = index.text if isinstance(index, ast.BasicLit) else place(index, scope)
            return f"{inner}{_FIELD}{_ELEMENT}{at}" if inner and at else ""
    return ""


def _leads(changed: str, found: str) -> bool:
    """Whether a place is on the way to another, or that itself."""
    return found == changed or found.startswith(f"{changed}{_FIELD}")


def _converts(fun: ast.Expr, scope: Scope) -> bool:
    """Whether a call is a conversion to a type of this package."""
    return isinstance(fun, ast.Name) and isinstance(scope.lookup(fun.name), TypeName)


def map_node(e: ast.Expr, scope: Scope) -> str:
    """The node of a map that a variable or a field of one names, "" for all other expressions."""
    match e:
        case ast.Name():
            return place(e, scope)
        case ast.Selector(x=ast.Name(name=variable), name=name):
            found = scope.lookup(variable)
            if isinstance(found, Variable):
                selection = select(found.type, name, scope.file.package.path)
                return f"{selection.owner}.{name}" if selection is not None and selection.field is not None else ""
    return ""


def _holder(found: str) -> str:
    """The variable whose own field a map is: ``s`` of ``s.m``, "" otherwise."""
    variable, *fields = found.split(_FIELD)
    return variable if len(fields) == 1 and not fields[0].startswith(_ELEMENT) else ""


def _moves(s: ast.Range, found: str) -> bool:
    """Whether the body assigns to anything that leads to the map, as written or by its place, or takes its address."""
    variable, *fields = found.split(_FIELD)
    variables = (variable, *(field[1:] for field in fields if field.startswith(_ELEMENT)))
    leading = (name.rpartition(".")[2].partition("#")[0] for name in variables)
    names = {*names_in(s.x), *_fields_in(s.x), *leading, *fields}
    return any(name in names for name in _assigned(s.body))


def _fields_in(e: ast.Expr) -> Iterator[str]:
    while isinstance(e, ast.Selector | ast.Star):
        if isinstance(e, ast.Selector):
            yield e.name
        e = e.x


def _assigned(node: object) -> Iterator[str]:
    """The names of the variables and fields that a part of the syntax tree assigns to."""
    targets: tuple[ast.Expr | None, ...] = ()
    match node:
        case ast.Assign(op=op, lhs=lhs) if op != ":=":
            targets = lhs
        case ast.Range(define=False, key=key, value=value):
            targets = (key, value)
        case ast.Unary(op="&", x=x):
            targets = (x,)
    for target in targets:
        pointee = target.x if isinstance(target, ast.Star) else target
        if isinstance(pointee, ast.Name | ast.Selector):
            yield pointee.name
    for part in parts_of(node):
        yield from _assigned(part)


def _may_be_visited(s: ast.Range, key: frozenset[str]) -> bool:
    """Whether a key is made from the visited value alone, and so may well be the key that the value is stored under."""
    return bool(key & made_from(s.value, s.body)) and not key & made_from(s.key, s.body) and not _is_held(s, key)


def _is_held(s: ast.Range, key: frozenset[str]) -> bool:
    """Whether a key is one of several that the visited value holds (``for _, next := range edges``): the value is not
    stored under all of these."""
    inner = {name for loop in ranges(s.body) for name in names_in((loop.key, loop.value))}
    return bool(key & inner & made_from(s.value, s.body))


def _labels(stmts: tuple[ast.Stmt, ...]) -> Iterator[str]:
    for stmt in stmts:
        if isinstance(stmt, ast.Labeled):
            yield stmt.label
        for inner, _ in lists(stmt):
            yield from _labels(inner)


def leaving(body: ast.Block, label: str) -> tuple[tuple[int, int], ...]:
    """The extents of the statement lists in the body of the loop ``label`` that end by leaving the loop."""
    own = frozenset(_labels(body.stmts)) | {label}
    return tuple(_leaving(body.stmts, own, label, inner=False))


def _leaving(stmts: tuple[ast.Stmt, ...], own: frozenset[str], label: str, *, inner: bool) -> Iterator[tuple[int, int]]:
    """``own`` are the labels of the loop and of what is inside it; ``inner``: a break leaves something inside it."""
    if stmts and _leaves(stmts[-1], own, label, inner=inner):
        yield stmts[0].pos, stmts[-1].end
        return
    for stmt in stmts:
        for stmts_inside, breaks in lists(stmt):
            yield from _leaving(stmts_inside, own, label, inner=inner or breaks)


def _leaves(stmt: ast.Stmt, own: frozenset[str], label: str, *, inner: bool) -> bool:
    match stmt:
        case ast.Return() | ast.Branch(keyword="goto"):
            return True
        case ast.Branch(keyword="break", label=target):
            return (target == label or target not in own) if target else not inner
        case ast.Branch(keyword="continue", label=target):
            return bool(target) and target not in own
        case ast.ExprStmt(x=ast.Call(fun=ast.Name(name="panic"))):
            return True
    return False
