"""Copies of a struct that are kept, and keep its maps, when the original lets go of them afterwards.

``last = *batch; batch.items = nil``: the map is still reachable through ``last``. Places that keep a copy are variables
of the package, fields, elements of those, and slices that it is appended to; the copy may go there as a field of a
struct literal, or by way of a local variable. The original lets go when it gets another map, or none, or is replaced as
a whole by something that is not made from it. A copy that is read out of a place, changed and written back to it
(``c := m[k]; c.n++; m[k] = c``) is the original again: there is no second struct, and its maps are replaced only where
the copy was given others before.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mapleak.program.scope import Scope
from mapleak.resolve.kept import parts_of
from mapleak.resolve.model import MapOp
from mapleak.resolve.sharing_facts import KeptCopy
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.lookup import select
from mapleak.types.types import Pointer, Type


class Keeping(NamedTuple):
    """A copy of ``source`` that is put into ``place``: a package variable, or a field by its node."""

    source: str
    place: str
    text: str
    pos: int
    end: int
    fields: dict[str, str]
    of_package: bool


class Replacement(NamedTuple):
    """An assignment that replaces the struct ``target``, as written, by ``source``."""

    target: str
    source: ast.Expr
    pos: int
    end: int


def appended(source: ast.Expr) -> tuple[ast.Expr, ...]:
    """The single values that a call of append adds."""
    match source:
        case ast.Call(fun=ast.Name(name="append"), args=args) if not source.spread:
            return args[1:]
    return ()


def place_of(target: ast.Expr, scope: Scope) -> str:
    """The package variable or field that an assignment target is, or is stored in; "" for everything else."""
    while isinstance(target, ast.Index | ast.Star):
        target = target.x
    if isinstance(target, ast.Name):
        found = scope.lookup(target.name)
        return found.node if isinstance(found, Variable) and not found.function else ""
    if isinstance(target, ast.Selector) and isinstance(target.x, ast.Name):
        found = scope.lookup(target.x.name)
        t: Type | None = found.type if isinstance(found, Variable) else None
        selection = select(t, target.name, scope.file.package.path) if t is not None else None
        shared = isinstance(found, Variable) and (not found.function or isinstance(t, Pointer))
        return f"{selection.owner}.{target.name}" if shared and selection is not None and selection.field else ""
    return ""


def kept_copies(
    kept: Sequence[Keeping],
    ops: Sequence[MapOp],
    replaced: Sequence[Replacement],
    taken: Mapping[str, tuple[str, int]],
) -> Iterator[KeptCopy]:
    """The kept copies whose original gets another map, or none, later in the function.

    ``taken`` are the local variables that hold a copy: what of, and where it was made.
    """
    resets = [op for op in ops if _lets_go(op)]
    for keeping in kept:
        source, since = taken.get(keeping.source, (keeping.source, keeping.pos))
        original = bare(source)
        if original == bare(keeping.text):
            continue  # written back
        whole = [r for r in replaced if r.target == original and r.pos > since and r.pos != keeping.pos]
        copies = {name for name, (of, _) in taken.items() if bare(of) == original}
        anew = [(r.pos, r.end) for r in whole if not _mentions(r.source, {original, *copies})]
        back = [(r, r.source.name) for r in whole if isinstance(r.source, ast.Name) and r.source.name in copies]
        for field, node in keeping.fields.items():
            if any(op.text == f"{keeping.source}.{field}" and since < op.pos < keeping.pos for op in resets):
                continue  # what is kept has no more of the map than the original
            times = [
                *((op.pos, op.end) for op in resets if op.pos > since and op.text == f"{original}.{field}"),
                *anew,
                *((r.pos, r.end) for r, name in back if _given_another(f"{name}.{field}", resets, keeping.pos, r.pos)),
            ]
            if node and times:
                reset, reset_end = min(times)
                place, at, end, shared = keeping.place, keeping.pos, keeping.end, keeping.of_package
                yield KeptCopy(node, field, source, place, keeping.text, at, end, reset, reset_end, shared)


def bare(text: str) -> str:
    """How a struct is written without the star that reads it through a pointer."""
    return text.lstrip("*").strip("()")


def _mentions(e: object, texts: Container[str]) -> bool:
    """Whether an expression is made from one of the structs that are written like this."""
    if isinstance(e, ast.Name | ast.Selector | ast.Index | ast.Star) and bare(spell(e)) in texts:
        return True
    return any(_mentions(part, texts) for part in parts_of(e))


def _given_another(text: str, resets: Iterable[MapOp], begin: int, end: int) -> bool:
    """Whether a map, as written, is replaced between two places."""
    return any(op.text == text and begin < op.pos < end for op in resets)


def _lets_go(op: MapOp) -> bool:
    """Whether an operation puts another map in the place of one: where there was none, nothing is let go of."""
    return op.effect == "reset" and "lazy" not in op.guards


def keeping_of(
    target: ast.Expr, source: ast.Expr, fields: dict[str, str], scope: Scope, at: ast.Node
) -> Iterator[Keeping]:
    """The copies of whole structs that an assignment keeps beyond the call: what is assigned, fields of a literal."""
    place = place_of(target, scope) if fields else ""
    if not place:
        return
    literal = source.x if isinstance(source, ast.Unary) and source.op == "&" else source
    if isinstance(literal, ast.Composite):
        for element in literal.elements:
            if isinstance(element.key, ast.Name):
                begin = f"{element.key.name}."
                inside = {path.removeprefix(begin): node for path, node in fields.items() if path.startswith(begin)}
                if inside and isinstance(element.value, ast.Star | ast.Selector | ast.Name):
                    shared = _of_package(element.value, scope)
                    yield Keeping(spell(element.value), place, spell(target), at.pos, at.end, inside, shared)
    elif isinstance(source, ast.Star | ast.Selector | ast.Name):
        shared = _of_package(source, scope)
        yield Keeping(spell(source), place, spell(target), at.pos, at.end, fields, shared)


def _of_package(source: ast.Expr, scope: Scope) -> bool:
    """Whether an expression is a variable of the package, or a field of one: ``current``, ``*state.current``."""
    while isinstance(source, ast.Star | ast.Selector):
        source = source.x
    found = scope.lookup(source.name) if isinstance(source, ast.Name) else None
    return isinstance(found, Variable) and not found.function
