"""Decoders that are told their target when they are made: ``NewDecoder(&DecoderConfig{Result: &c})``, then ``Decode``.

The configuration is followed within one function: written in the call, or in a variable of it, whose ``Result`` may be
set by an assignment. With ``ZeroFields`` such a decoder empties maps before it fills them, and counts for none.
"""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.program.scope import Scope
from mapleak.resolve.kept import parts_of
from mapleak.syntax import ast
from mapleak.types.declared import Variable
from mapleak.types.lookup import select
from mapleak.types.types import Type

MAKERS: dict[str, str] = {
    f"{package}.NewDecoder": f"(*{package}.Decoder).Decode"
    for package in ("github.com/mitchellh/mapstructure", "github.com/go-viper/mapstructure/v2")
}
"""Function that makes a decoder to the method that decodes."""

_TARGET, _EMPTIES, _DECODES = "Result", "ZeroFields", "Decode"


def targets(body: ast.Block, made: ast.Call) -> Iterator[tuple[ast.Call, ast.Expr]]:
    """The calls of the decoder that ``made`` makes, in the function's ``body``, and what they decode into."""
    given = tuple(_given(body))
    settings = _settings(made.args[0], made.pos, given) if made.args else {}
    target = settings.get(_TARGET)
    if target is None or _EMPTIES in settings:
        return
    for call in _calls(body):
        decoder = call.fun.x if isinstance(call.fun, ast.Selector) else None
        if isinstance(decoder, ast.Name):
            sources = [source for to, source, pos in given if pos < call.pos and _is(to, decoder.name)]
            if sources and sources[-1].end == made.end:
                yield call, target


def reached(e: ast.Expr, scope: Scope) -> tuple[Type, str] | None:
    """Type and node of what a target names: a variable, or a field of one by way of others."""
    match e:
        case ast.Unary(op="&", x=x) | ast.Star(x=x):
            return reached(x, scope)
        case ast.Name(name=name):
            found = scope.lookup(name)
            return (found.type, found.node) if isinstance(found, Variable) else None
        case ast.Selector(x=x, name=name):
            holder = reached(x, scope)
            selection = select(holder[0], name, scope.file.package.path) if holder is not None else None
            if selection is not None and selection.field is not None:
                return selection.type, f"{selection.owner}.{name}"
    return None


def _settings(config: ast.Expr, pos: int, given: tuple[tuple[ast.Expr, ast.Expr, int], ...]) -> dict[str, ast.Expr]:
    """The fields of a configuration, as far as they are written before ``pos``."""
    config = config.x if isinstance(config, ast.Unary) else config
    if isinstance(config, ast.Composite):
        pairs = ((part.key, part.value) for part in config.elements)
        return {key.name: value for key, value in pairs if isinstance(key, ast.Name)}
    found: dict[str, ast.Expr] = {}
    for target, source, at in given if isinstance(config, ast.Name) else ():
        if at < pos and isinstance(config, ast.Name):
            if _is(target, config.name) and not isinstance(source, ast.Name):
                found = _settings(source, at, ())
            elif isinstance(target, ast.Selector) and _is(target.x, config.name):
                found[target.name] = source
    return found


def _is(e: ast.Expr, name: str) -> bool:
    return isinstance(e, ast.Name) and e.name == name


def _given(node: object) -> Iterator[tuple[ast.Expr, ast.Expr, int]]:
    """What a part of the syntax tree assigns to, what it assigns, and where, in source order."""
    if isinstance(node, ast.Assign) and node.lhs and len(node.rhs) in (1, len(node.lhs)):
        yield from ((target, source, node.pos) for target, source in zip(node.lhs, node.rhs, strict=False))
    for part in parts_of(node):
        yield from _given(part)


def _calls(node: object) -> Iterator[ast.Call]:
    match node:
        case ast.Call(fun=ast.Selector(name=name)) if name == _DECODES:
            yield node
    for part in parts_of(node):
        yield from _calls(part)
