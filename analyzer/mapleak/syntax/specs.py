"""Declarations of variables, constants and types, which Go has both at package level and as statements."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.syntax import ast
from mapleak.syntax.expressions import expressions
from mapleak.syntax.grammar import SyntaxNode, kind
from mapleak.syntax.source import Source
from mapleak.syntax.types import parameter_list

IDENTIFIER = kind("identifier")
COMMA = kind(",")
EQUALS = kind("=")
EXPRESSION_LIST = kind("expression_list")
VAR_SPEC = kind("var_spec")
VAR_SPEC_LIST = kind("var_spec_list")
CONST_SPEC = kind("const_spec")
TYPE_SPEC = kind("type_spec")
TYPE_ALIAS = kind("type_alias")
TYPE_PARAMETERS = kind("type_parameter_list")


def var_specs(source: Source, node: SyntaxNode, depth: int) -> Iterator[ast.VarSpec]:
    """The lines of a ``var`` declaration."""
    for child in node.children:
        if child.kind_id == VAR_SPEC:
            names, declared, values = value_spec(source, child, depth + 1)
            yield ast.VarSpec(child.start_byte, child.end_byte, names, declared, values)
        elif child.kind_id == VAR_SPEC_LIST:
            yield from var_specs(source, child, depth)


def const_specs(source: Source, node: SyntaxNode, depth: int) -> Iterator[ast.ConstSpec]:
    """The lines of a ``const`` declaration; a line without values repeats those of the line above."""
    iota = 0
    above: tuple[ast.Expr | None, tuple[ast.Expr, ...]] = (None, ())
    for child in node.children:
        if child.kind_id == CONST_SPEC:
            names, declared, values = value_spec(source, child, depth + 1)
            above = (declared, values) if values else above
            yield ast.ConstSpec(child.start_byte, child.end_byte, names, *above, iota)
            iota += 1


def value_spec(
    source: Source, node: SyntaxNode, depth: int
) -> tuple[tuple[ast.Ident, ...], ast.Expr | None, tuple[ast.Expr, ...]]:
    """The names, type and values of one line of a ``var`` or ``const`` declaration."""
    names: list[ast.Ident] = []
    declared: ast.Expr | None = None
    values: tuple[ast.Expr, ...] = ()
    for child in node.children:
        found = child.kind_id
        if found == IDENTIFIER:
            names.append(ast.Ident(child.start_byte, child.end_byte, source.name(child)))
        elif found == EXPRESSION_LIST:
            values = expressions(source, child.children[::2], depth)
        elif found != COMMA and found != EQUALS:
            declared = source.expression[found](source, child, depth)
    return tuple(names), declared, values


def type_specs(source: Source, node: SyntaxNode, depth: int) -> Iterator[ast.TypeSpec]:
    """The lines of a ``type`` declaration."""
    for child in node.children:
        found = child.kind_id
        if found in (TYPE_SPEC, TYPE_ALIAS):
            parts = child.children
            type_params = parameter_list(source, parts[1], depth + 1) if parts[1].kind_id == TYPE_PARAMETERS else ()
            target = parts[-1]
            defined = source.expression[target.kind_id](source, target, depth + 1)
            yield ast.TypeSpec(
                child.start_byte, child.end_byte, source.name(parts[0]), type_params, defined, found == TYPE_ALIAS
            )
