"""What a function does to what is stored under a key: makes it longer, cuts it, puts something else in its place.

``m[k] = append(m[k], v)`` may be spread over several statements: ``list := m[k]``, ``list = append(list, v)``,
``m[k] = list``, with a type assertion where the map is a sync.Map. So variables that hold what was read out of a map
are followed from the look-up to the store, in the order of the statements, both branches of an if statement one
after the other: whatever cuts the value on any way counts as a cut.

The effect of a store on the element, ``MapOp.element``:

* ``grows``: what was there before, with more behind, before or inside it;
* ``replaced``: something else, or a part of what was there before;
* ``nil``, ``zero`` (0, false, the empty string) and ``empty`` (a literal without elements): replaced by nothing;
* ``down``: counted down by one;
* ``""``: the first value of a new key, the value that was there before, or something that has no size.

An append behind a check of the element's length, or after a search through it, is no growth without end: ``""``.
"""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple

from mapleak.program.expressions import Evaluator
from mapleak.program.scope import Scope
from mapleak.program.values import Unobserved
from mapleak.resolve.model import KeyFact
from mapleak.resolve.shapes import map_shape
from mapleak.resolve.spell import spell
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.types import UNKNOWN, Interface, Map, Slice, Struct, Type, underlying

GROWS, REPLACED, NIL, ZERO, EMPTY, DOWN = "grows", "replaced", "nil", "zero", "empty", "down"

_LOADING = frozenset(("Load", "LoadOrStore"))
_SAME = frozenset(("slices.Clone", "slices.Clip", "slices.Grow"))
_LONGER = frozenset(("slices.Insert", "slices.Concat"))
_SHORTER = frozenset(("slices.Delete", "slices.DeleteFunc", "slices.Compact", "slices.CompactFunc"))


class Element(NamedTuple):
    """What was read under ``key`` out of the map ``node``, and what was done to it since."""

    node: str
    key: str
    grown: bool = False
    cut: bool = False


class Elements:
    """Follows the elements of maps through one function."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = Evaluator(evaluator.program, evaluator.file, evaluator.package, Unobserved())
        self._held: dict[Variable, Element] = {}
        self._checked: set[tuple[str, str]] = set()  # elements whose length was compared, or that were searched

    def read(self, e: ast.Expr, scope: Scope) -> Element | None:
        """The element that the value of ``e`` is, or is made from."""
        match e:
            case ast.Name():
                variable = scope.lookup(e.name)
                return self._held.get(variable) if isinstance(variable, Variable) else None
            case ast.Index(x=x, indices=(key,)):
                value = self._evaluator.expr(x, scope)
                is_map = value.node and isinstance(underlying(value.type), Map)
                return Element(value.node, spell(key)) if is_map else None
            case ast.Selector(x=x) | ast.TypeAssert(x=x):
                return self.read(x, scope)
            case ast.SliceExpr(x=x, bounds=bounds):
                found = self.read(x, scope)
                whole = all(spell(bound) == f"len({spell(x)})" for bound in bounds)
                return found if found is None or whole else found._replace(cut=True)
            case ast.Call():
                return self._result(e, scope)
        return None

    def _result(self, call: ast.Call, scope: Scope) -> Element | None:
        match call:
            case ast.Call(fun=ast.Name(name="append"), args=(first, *rest)):
                return self._appended(first, tuple(rest), scope)
            case ast.Call(fun=ast.Selector(x=x, name=name), args=(key, *_)) if name in _LOADING:
                value = self._evaluator.expr(x, scope)
                return Element(value.node, spell(key)) if value.node and map_shape(value.type) is not None else None
            case ast.Call(fun=ast.Selector()):
                return self._through_library(spell(call.fun), call.args, scope)
        return None

    def _appended(self, first: ast.Expr, rest: tuple[ast.Expr, ...], scope: Scope) -> Element | None:
        """``append(list, v)``, ``append(front, list...)``; ``append([]T(nil), list...)`` is a copy."""
        found = self.read(first, scope)
        if found is not None:
            return found._replace(grown=True) if rest else found
        found = next((f for f in (self.read(e, scope) for e in rest[-1:]) if f is not None), None)
        return found if found is None or _has_no_elements(first) else found._replace(grown=True)

    def _through_library(self, name: str, args: tuple[ast.Expr, ...], scope: Scope) -> Element | None:
        if name not in _SAME | _LONGER | _SHORTER:
            return None
        found = next((f for f in (self.read(arg, scope) for arg in args) if f is not None), None)
        if found is None or name in _SAME:
            return found
        return found._replace(grown=True) if name in _LONGER else found._replace(cut=True)

    # --- what the statements tell ---------------------------------------------------------------

    def assigned(self, target: ast.Expr, found: Element | None, scope: Scope, new: Container[tuple[str, str]]) -> None:
        """``target = found`` or ``target := found``; ``new`` are the (map, key) pairs known to be absent here."""
        field = isinstance(target, ast.Selector)
        holder = target.x if isinstance(target, ast.Selector) else target
        variable = scope.lookup(holder.name) if isinstance(holder, ast.Name) else None
        if not isinstance(variable, Variable) or not variable.function or not _has_size(variable.type):
            return
        before = self._held.get(variable)
        if found is not None and (not field or before is not None):
            self._held[variable] = found
        elif before is None or (before.node, before.key) in new:
            return
        elif not field or _has_size(self._evaluator.expr(target, scope).type):
            self._held[variable] = before._replace(cut=True)

    def compared(self, e: ast.Expr, scope: Scope) -> None:
        """The length of ``e`` is compared with something."""
        found = self.read(e, scope)
        if found is not None:
            self._checked.add((found.node, found.key))

    def searched(self, condition: ast.Expr, scope: Scope) -> None:
        """A condition calls a function with an element: ``slices.Contains(m[k], v)``."""
        match condition:
            case ast.Unary(x=x):
                self.searched(x, scope)
            case ast.Binary(x=x, y=y):
                self.searched(x, scope)
                self.searched(y, scope)
            case ast.Call(fun=ast.Name(name="len")):
                return
            case ast.Call():
                for arg in condition.args:
                    self.compared(arg, scope)

    def stored(
        self,
        source: ast.Expr | None,
        at: ast.Node,
        on: tuple[str, KeyFact | None],
        guards: Container[str],
        scope: Scope,
    ) -> str:
        """What the store ``at`` of the value of ``source`` does to the element ``on`` which it acts: map and key."""
        if isinstance(at, ast.IncDec):
            return DOWN if at.op == "--" else ""
        if source is None or "absent" in guards:
            return ""
        if isinstance(at, ast.Call) and spell(at.fun).endswith(".LoadOrStore"):
            return ""  # stores for a new key only
        nothing = _nothing(source)
        if nothing:
            return nothing
        found, place = self.read(source, scope), (on[0], on[1].text if on[1] is not None else "")
        if found is None or (found.node, found.key) != place or found.cut:
            return REPLACED
        return GROWS if found.grown and place not in self._checked else ""


def _has_size(t: Type) -> bool:
    """Whether values of a type can grow, or may hold something that can (``any``)."""
    return t is UNKNOWN or isinstance(underlying(t), Slice | Map | Struct | Interface)


def _has_no_elements(e: ast.Expr) -> bool:
    """``[]T{}``, ``[]T(nil)``, ``nil``, ``make([]T, 0, n)``: what a copy starts from."""
    match e:
        case ast.Composite():
            return not e.elements
        case ast.Call(fun=ast.Name(name="make")):
            return True
        case ast.Call(args=(inner,)):
            return _has_no_elements(inner)
        case ast.Name():
            return e.name == "nil"
    return False


def _nothing(e: ast.Expr) -> str:
    match e:
        case ast.Name(name="nil"):
            return NIL
        case ast.Name(name="false") | ast.BasicLit(text="0" | '""' | "``"):
            return ZERO
        case ast.Composite(elements=()):
            return EMPTY
    return ""
