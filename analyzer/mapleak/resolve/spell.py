"""Expressions as short source text, for messages and for telling equal keys apart."""

from __future__ import annotations

from mapleak.syntax import ast

_MAX_DEPTH = 6
_MAX_LENGTH = 60


def spell(e: ast.Expr) -> str:
    """``e`` as Go source on one line, cut at 60 characters."""
    text = _spell(e, 0)
    return text if len(text) <= _MAX_LENGTH else text[: _MAX_LENGTH - 1] + "…"


def _spell(e: ast.Expr | None, depth: int) -> str:
    if depth > _MAX_DEPTH:
        return "…"
    depth += 1
    match e:
        case ast.Name():
            return e.name
        case ast.BasicLit():
            return e.text or "…"
        case ast.Selector():
            return f"{_spell(e.x, depth)}.{e.name}"
        case ast.Index():
            return f"{_spell(e.x, depth)}[{', '.join(_spell(i, depth) for i in e.indices)}]"
        case ast.SliceExpr():
            return f"{_spell(e.x, depth)}[{_bounds(e, depth)}]"
        case ast.Star():
            return f"*{_spell(e.x, depth)}"
        case ast.Unary():
            return f"{e.op}{_spell(e.x, depth)}"
        case ast.Binary():
            return f"{_spell(e.x, depth)} {e.op} {_spell(e.y, depth)}"
        case ast.Call():
            return f"{_spell(e.fun, depth)}({', '.join(_spell(a, depth) for a in e.args)})"
        case ast.TypeAssert():
            return f"{_spell(e.x, depth)}.({_spell(e.type, depth) if e.type else 'type'})"
        case ast.Composite():
            return f"{_spell(e.type, depth) if e.type else ''}{{{_elements(e, depth)}}}"
        case ast.FuncLit():
            return "func(…) {…}"
    return _spell_type(e, depth)


def _bounds(e: ast.SliceExpr, depth: int) -> str:
    """Of a single bound, only its place tells whether it is the low or the high one."""
    texts = [_spell(bound, depth) for bound in e.bounds]
    if len(texts) == 1:
        return f":{texts[0]}" if ends_high(e) else f"{texts[0]}:"
    return ":".join(texts) or ":"


def ends_high(e: ast.SliceExpr) -> bool:
    """Whether the only bound of a slice expression is the high one: it stands directly before the bracket."""
    return len(e.bounds) == 1 and e.bounds[0].end + 1 == e.end


def _elements(e: ast.Composite, depth: int) -> str:
    if len(e.elements) > 4 or e.omitted:
        return "…"
    return ", ".join(
        f"{_spell(element.key, depth)}: {_spell(element.value, depth)}" if element.key else _spell(element.value, depth)
        for element in e.elements
    )


def _spell_type(e: ast.Expr | None, depth: int) -> str:
    match e:
        case ast.ArrayType():
            return f"[{_spell(e.length, depth) if e.length else ''}]{_spell(e.elem, depth)}"
        case ast.MapType():
            return f"map[{_spell(e.key, depth)}]{_spell(e.value, depth)}"
    return "…"
