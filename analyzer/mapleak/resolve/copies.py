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

from mapleak.program.scope import Scope
from mapleak.resolve.copy_uses import (
    Copied,
    changes_through,
    given_on_leaving,
    in_literals,
    last_uses,
    method_calls,
    of_literals,
    shared,
)
from mapleak.resolve.libraries import library
from mapleak.resolve.model import CallFact, MapOp
from mapleak.resolve.origins import Origin
from mapleak.resolve.retained import Keeping, Replacement, appended, bare, keeping_of, kept_copies
from mapleak.resolve.sharing_facts import KeptCopy, SharedCopy
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import Array, Map, Named, Pointer, Slice, Struct, Type, underlying

_DEEPEST = 2
"""Structs and arrays inside structs that are looked into."""


class Copies:
    """The copies that one function makes, and those ``shared`` with their source when its body has been walked.

    ``spent`` are the calls whose result takes the place of the struct that they were given: ``opts = opts.With(k)``.
    """

    def __init__(self) -> None:
        self.made: list[Copied] = []
        self.shared: tuple[SharedCopy, ...] = ()
        self.spent: list[int] = []
        self.kept: tuple[KeptCopy, ...] = ()
        self._keeping: list[Keeping] = []
        self._replaced: list[Replacement] = []
        self._given: list[tuple[int, str]] = []  # ends of calls that are given a struct of the function's own: its name

    def assigned(self, target: ast.Expr, t: Type, source: ast.Expr | None, scope: Scope, at: ast.Node) -> None:
        """``target`` has got the value of ``source``, of type ``t``: a copy when that is kept somewhere else."""
        u = underlying(t)
        if isinstance(u, Slice) and source is not None:
            for value in appended(source):
                self._keep(target, value, u.elem, scope, at)
        if isinstance(t, Pointer) and source is not None:
            self._keep(target, source, t, scope, at)
        if source is None or not isinstance(u, Struct | Array) or not (fields := map_fields(t)):
            return
        self._keep(target, source, t, scope, at)
        self._replaced.append(Replacement(bare(spell(target)), source, at.pos, at.end))
        if isinstance(source, ast.Call):
            self._taken_back(target, source)
        name = target.x if isinstance(target, ast.Star) else target
        variable = scope.lookup(name.name) if isinstance(name, ast.Name) else None
        kind = _kind(source, scope) if spell(source) != spell(target) else ""
        if kind and isinstance(variable, Variable) and variable.function:
            unset = _unset(source, scope, fields) if kind == "variable" else frozenset()
            dies = kind == "local"
            got = _got(source, scope)
            self.made.append(Copied(variable, spell(source), kind, at.pos, at.end, fields, dies, unset, got))

    def _keep(self, target: ast.Expr, source: ast.Expr, t: Type, scope: Scope, at: ast.Node) -> None:
        behind = isinstance(t, Pointer) and isinstance(source, ast.Unary)  # &entry{state: s.state}
        fields = map_fields(t.elem if behind and isinstance(t, Pointer) else t)
        self._keeping += keeping_of(target, source, fields, scope, at)

    def called(self, call: ast.Call, exprs: tuple[ast.Expr, ...], scope: Scope) -> None:
        """A function is given what may be a struct of the function's own: nobody else has that."""
        receiver = (call.fun.x,) if isinstance(call.fun, ast.Selector) else ()
        for e in (*receiver, *exprs):
            if isinstance(e, ast.Composite):
                self.spent.append(call.end)
            found = scope.lookup(e.name) if isinstance(e, ast.Name) else None
            if not isinstance(found, Variable) or found.function != scope.owner or not isinstance(e, ast.Name):
                continue
            own = getattr(found.origin, "origin", "") not in ("parameter", "element", "field")
            if own and isinstance(underlying(found.type), Struct) and map_fields(found.type):
                self._given.append((call.end, e.name))

    def _taken_back(self, target: ast.Expr, call: ast.Call) -> None:
        given = (call.fun.x, *call.args) if isinstance(call.fun, ast.Selector) else call.args
        if spell(target) in {spell(e) for e in given}:
            self.spent.append(call.end)

    def handed(self, variable: Variable, kind: str, source: str, at: ast.Node) -> None:
        """A receiver or a parameter is a copy by itself."""
        if isinstance(underlying(variable.type), Struct | Array) and (fields := map_fields(variable.type)):
            self.made.append(Copied(variable, source, kind, at.pos, at.end, fields))

    def visited(self, variable: Variable, collection: ast.Expr, at: ast.Node, scope: Scope) -> None:
        """The value of a range loop is a copy; what it is one of may be nobody's but the function's."""
        if isinstance(underlying(variable.type), Struct | Array) and (fields := map_fields(variable.type)):
            found = scope.lookup(collection.name) if isinstance(collection, ast.Name) else None
            own = isinstance(found, Variable) and found.function == scope.owner
            origin = getattr(found.origin, "origin", "") if isinstance(found, Variable) else ""
            kind = "given" if own and origin == "parameter" else "range"
            own = own or (isinstance(collection, ast.Selector) and _of_field(collection.x, scope) == "local")
            dies = own and kind == "range"
            got = "" if dies else _got(collection, scope)
            self.made.append(Copied(variable, spell(collection), kind, at.pos, at.end, fields, dies, got=got))

    def finish(self, ops: Sequence[MapOp], calls: Sequence[CallFact], inner: Sequence[MapOp], block: ast.Block) -> None:
        """Finds the copies through which the function, or (``inner``) a literal in it, changes a map that it did not
        replace before."""
        self._finish_spent(block)
        if self._keeping:
            taken = {copied.variable.name: (copied.source, copied.pos) for copied in self.made}
            self.kept = tuple(kept_copies(self._keeping, ops, self._replaced, taken))
        if not self.made:
            return
        ops = [*ops, *of_literals(inner, block)]
        found: dict[SharedCopy, None] = {}
        methods = method_calls(block, {copied.variable.name for copied in self.made}, calls)
        for copied in self.made:
            changes = list(changes_through(ops, methods, copied))
            if changes:
                found.update(dict.fromkeys(shared(copied, changes, block)))
        self.shared = tuple(found)

    def _finish_spent(self, block: ast.Block) -> None:
        """What is given away and not mentioned again, in the source or before the function returns, is of no use to
        the function any more."""
        copies = {copied.variable.name for copied in self.made if not copied.dies}
        given = [(end, name) for end, name in self._given if name not in copies]
        if not given:
            return
        used: dict[str, int] = {}
        last_uses(block, {name for _, name in given}, used)
        captured = set(in_literals(block))
        last = set(given_on_leaving(block, [(end, name) for end, name in given if name not in captured]))
        self.spent += [end for end, name in given if end in last or used.get(name, 0) < end]


# --- what is copied ---------------------------------------------------------------------------------


def map_fields(t: Type) -> dict[str, str]:
    """The maps that a struct or array holds by value: how they are written (``labels``, ``opts.labels``, ``[].by`` of
    any element) to their nodes, "" for those that are named after the variable alone."""
    memo = t.memo
    if memo is None:
        memo = t.memo = {}
    if "maps" not in memo:
        memo["maps"] = dict(_map_fields(t, _DEEPEST, ""))
    found = memo["maps"]
    return found if isinstance(found, dict) else {}


def _map_fields(t: Type, left: int, node: str) -> Iterator[tuple[str, str]]:
    u = underlying(t)
    if isinstance(t, Named) and library(t.name) is not None:
        return
    if isinstance(u, Array):
        inner = f"{node}[]" if node else ""
        if isinstance(underlying(u.elem), Map):
            yield "[]", inner
        elif left:
            yield from ((f"[]{_joint(path)}{path}", found) for path, found in _map_fields(u.elem, left - 1, inner))
    elif isinstance(u, Struct):
        for field in u.fields:
            place = f"{u.owner}.{field.name}"
            if isinstance(underlying(field.type), Map):
                yield field.name, place
            elif left and isinstance(underlying(field.type), Struct | Array):
                for path, found in _map_fields(field.type, left - 1, place):
                    yield f"{field.name}{_joint(path)}{path}", found
                    if field.embedded:
                        yield path, found


def _joint(path: str) -> str:
    return "" if path.startswith("[") else "."


def _unset(source: ast.Expr, scope: Scope, fields: dict[str, str]) -> frozenset[str]:
    """The maps that a package variable does not have from its declaration in this file."""
    specs = (spec for spec in scope.file.code.vars if isinstance(source, ast.Name))
    for spec in specs:
        for i, ident in enumerate(spec.names):
            if isinstance(source, ast.Name) and ident.name == source.name:
                value = spec.values[i] if i < len(spec.values) else None
                if value is None and not spec.values:
                    return frozenset(fields)
                if isinstance(value, ast.Composite) and all(isinstance(e.key, ast.Name) for e in value.elements):
                    given = {e.key.name for e in value.elements if isinstance(e.key, ast.Name)}
                    return frozenset(path for path in fields if path.partition(".")[0] not in given)
    return frozenset()


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


def _got(source: ast.Expr, scope: Scope) -> str:
    """The function that gave the local variable which an expression is read out of, "?" when it is not known."""
    x = source
    while isinstance(x, ast.Selector | ast.Index | ast.Star):
        x = x.x
    found = scope.lookup(x.name) if isinstance(x, ast.Name) and x is not source else None
    origin = found.origin if isinstance(found, Variable) and found.function == scope.owner else None
    if not isinstance(origin, Origin) or origin.origin != "call":
        return ""
    return origin.callee or "?"


def _is_made_here(x: ast.Expr, scope: Scope) -> bool:
    """Whether a pointer leads to what the function itself has allocated."""
    found = scope.lookup(x.name) if isinstance(x, ast.Name) else None
    return isinstance(found, Variable) and getattr(found.origin, "origin", "") == "fresh"
