"""Which variables of a function keep a key that was made there: who else could use that key again?

A pointer, a random id or a moment in time that is made for one insertion finds its entry again only if something else
has it: it is returned, stored, sent, captured by a closure, handed to a function, or a method is called on it. What
does not keep it: using it as a key of the map (look-ups included), reading and setting its fields, comparing it.

The walk goes by names: a variable of the same name elsewhere in the function counts for all of them, to be careful.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from inspect import get_annotations

from mapleak.program.scope import Scope
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable

MADE_HERE = frozenset(("fresh", "call"))
"""Origins of keys that may have been made for the insertion."""

CAPTURED = "captured"
"""Stands for every variable of an enclosing function: what that does with it is not looked at."""

_BY_KEY = frozenset(("Load", "Store", "LoadOrStore", "LoadAndDelete", "Delete", "Swap", "CompareAndDelete"))


def kept_names(body: ast.Block, maps: frozenset[str]) -> frozenset[str]:
    """The names whose values the function body passes on, or may. ``maps``: the maps they are keys of, as written."""
    return frozenset(_kept(body, maps))


def made_names(key: ast.Expr, scope: Scope, function: str) -> frozenset[str]:
    """The variables in a key that hold something made in the function; ``CAPTURED`` for those of another function."""
    found = ((name, scope.lookup(name)) for name in names_in(key))
    made = [
        (name, variable)
        for name, variable in found
        if isinstance(variable, Variable) and getattr(variable.origin, "origin", "") in MADE_HERE
    ]
    return frozenset(name if variable.function == function else CAPTURED for name, variable in made)


def names_in(node: object) -> Iterator[str]:
    """All names mentioned in a part of the syntax tree."""
    if isinstance(node, ast.Name):
        yield node.name
    for part in parts_of(node):
        yield from names_in(part)


def _kept(node: object, maps: frozenset[str]) -> Iterator[str]:
    match node:
        case ast.Name():
            yield node.name
            return
        case ast.FuncLit():
            yield from names_in(node.body)
            return
        case ast.Assign():
            targets = [t for t in node.lhs if not isinstance(t, ast.Name)]
            yield from _all(targets, maps)
            yield from _all(node.rhs, maps)
            return
        case ast.VarSpec():
            yield from _all(node.values, maps)
            return
        case ast.Index(x=x, indices=keys) if spell(x) in maps:
            yield from _all((x, *(key for key in keys if not _plain(key))), maps)
            return
        case ast.Call(fun=ast.Name(name="delete"), args=(subject, _)) if spell(subject) in maps:
            return
        case ast.Call(fun=ast.Selector(x=x, name=name), args=(_, *rest)) if name in _BY_KEY and spell(x) in maps:
            yield from _all(rest, maps)
            return
        case ast.Call(fun=ast.Selector(x=ast.Name() as receiver)):
            yield receiver.name  # the method may keep it
            yield from _all(node.args, maps)
            return
        case ast.Selector(x=ast.Name()) | ast.Star(x=ast.Name()):
            return
        case ast.Binary(op="==" | "!=", x=x, y=y):
            yield from _all((e for e in (x, y) if not isinstance(e, ast.Name)), maps)
            return
    yield from _all(parts_of(node), maps)


def _all(nodes: Iterable[object], maps: frozenset[str]) -> Iterator[str]:
    for node in nodes:
        yield from _kept(node, maps)


def _plain(key: ast.Expr) -> bool:
    """Whether an index expression is a variable or is put together of variables, and hands them to nobody."""
    match key:
        case ast.Name():
            return True
        case ast.Composite():
            return all(_plain(element.value) for element in key.elements)
        case ast.BasicLit() | ast.Selector():
            return True
    return False


def declared_in(node: object) -> Iterator[str]:
    """The names of the variables that are declared in a part of the syntax tree."""
    match node:
        case ast.VarSpec(names=names):
            yield from (ident.name for ident in names)
        case ast.Assign(op=":=", lhs=lhs):
            yield from (target.name for target in lhs if isinstance(target, ast.Name))
        case ast.Range(define=True, key=key, value=value):
            yield from (target.name for target in (key, value) if isinstance(target, ast.Name))
    for part in parts_of(node):
        yield from declared_in(part)


def parts_of(node: object) -> Sequence[object]:
    """What a part of the syntax tree is directly made of; empty lists are left out."""
    if isinstance(node, tuple):
        return node
    kind = type(node)
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = _FIELDS[kind] = _fields_with_parts(kind)
    return [part for name in fields if (part := getattr(node, name))]


def _fields_with_parts(kind: type) -> tuple[str, ...]:
    """The fields of a kind of node that hold nodes, by what they are declared as; of anything else, none."""
    if not issubclass(kind, ast.Node):
        return ()
    declared = {name: text for base in kind.__mro__ for name, text in get_annotations(base).items()}
    return tuple(name for name in kind.__struct_fields__ if declared[name] not in _NO_PARTS)


_NO_PARTS = frozenset({"int", "str", "bool", "msgspec.Raw"})
_FIELDS: dict[type, tuple[str, ...]] = {}
