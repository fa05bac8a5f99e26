"""From the top-level nodes of a file to its declarations and imports."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from tree_sitter import Node

from mapleak.syntax import ast
from mapleak.syntax.docs import leaves_locking
from mapleak.syntax.facts import Import
from mapleak.syntax.grammar import SyntaxNode, kind
from mapleak.syntax.source import Source
from mapleak.syntax.specs import const_specs, type_specs, var_specs
from mapleak.syntax.statements import block
from mapleak.syntax.types import parameter_list, signature, unread

PACKAGE_CLAUSE = kind("package_clause")
IMPORT_DECLARATION = kind("import_declaration")
IMPORT_SPEC = kind("import_spec")
IMPORT_SPEC_LIST = kind("import_spec_list")
FUNCTION_DECLARATION = kind("function_declaration")
METHOD_DECLARATION = kind("method_declaration")
VAR_DECLARATION = kind("var_declaration")
CONST_DECLARATION = kind("const_declaration")
TYPE_DECLARATION = kind("type_declaration")
TYPE_PARAMETERS = kind("type_parameter_list")
LARGEST_BODY = 500_000
"""Bytes up to which the body of a function is read. People write a hundredth of that; beyond it are state machines
and tables that generators write as code, of which one would hold up a scan longer than all the rest of a repository.
A function without a body may do anything, as far as the later stages know."""

BLOCK = kind("block")
SILENT = frozenset({kind(";"), kind("empty_statement"), 0})

OUTSIDE = "statement outside a function"


class Declarations:
    """The declarations of one file, gathered as its top-level nodes are met."""

    __slots__ = (
        *("bodies", "consts", "functions", "import_extents", "imports", "package", "package_end", "package_pos"),
        *("source", "types", "vars"),
    )

    def __init__(self, source: Source, *, bodies: bool) -> None:
        self.source = source
        self.bodies = bodies
        self.package = ""
        self.package_pos = 0
        self.package_end = 0
        self.imports: list[Import] = []
        self.import_extents: list[tuple[int, int]] = []
        self.functions: list[ast.FuncDecl] = []
        self.types: list[ast.TypeSpec] = []
        self.vars: list[ast.VarSpec] = []
        self.consts: list[ast.ConstSpec] = []

    def gather(self, nodes: list[Node] | list[SyntaxNode]) -> None:
        """Add the declarations among ``nodes``; note what else stands there.

        Empties the list: a node keeps those below it, and a file has too many of them to keep all.
        """
        source = self.source
        nodes.reverse()
        while nodes:
            node = nodes.pop()
            found = node.kind_id
            if found == FUNCTION_DECLARATION:
                self.functions.append(function(source, node, bodies=self.bodies))
            elif found == METHOD_DECLARATION:
                self.functions.append(method(source, node, bodies=self.bodies))
            elif found == TYPE_DECLARATION:
                self.types.extend(type_specs(source, node, 0))
            elif found == VAR_DECLARATION:
                self.vars.extend(var_specs(source, node, 0))
            elif found == CONST_DECLARATION:
                self.consts.extend(const_specs(source, node, 0))
            elif found == IMPORT_DECLARATION:
                self.imports.extend(imports(source, node))
                self.import_extents.append((node.start_byte, node.end_byte))
            elif found == PACKAGE_CLAUSE:
                if not self.package:
                    self.package = source.name(node.children[1])
                    self.package_pos = node.start_byte
                    self.package_end = node.end_byte
            elif found not in SILENT:
                source.notes.append((node.start_byte, OUTSIDE))


def imports(source: Source, node: SyntaxNode) -> Iterable[Import]:
    """The imports of a declaration, grouped or not."""
    for child in node.children:
        if child.kind_id == IMPORT_SPEC:
            *alias, path = child.children
            quoted = source.decoded(path.start_byte, path.end_byte)
            yield Import(quoted[1:-1], source.name(alias[0]) if alias else "", child.start_byte)
        elif child.kind_id == IMPORT_SPEC_LIST:
            yield from imports(source, child)


def _body(source: Source, body: SyntaxNode | None) -> msgspec.Raw:
    """The body of a function; none where there is none, and of a function that is too large."""
    if body is not None and source.too_large(body, LARGEST_BODY, "function"):
        body = None
    return ast.encoded(block(source, body, 0) if body is not None else None)


def function(source: Source, node: SyntaxNode, *, bodies: bool) -> ast.FuncDecl:
    """A function declaration."""
    keyword, identifier, *rest = node.children
    type_params: tuple[ast.Param, ...] = ()
    if rest[0].kind_id == TYPE_PARAMETERS:
        type_params = parameter_list(source, rest.pop(0), 1)
    body = rest.pop() if rest[-1].kind_id == BLOCK else None
    found = signature(source, keyword, type_params, rest[0], rest[1] if len(rest) > 1 else None, 0)
    return ast.FuncDecl(
        node.start_byte,
        node.end_byte,
        source.name(identifier),
        identifier.start_byte,
        None,
        found.end,
        ast.encoded(found),
        _body(source, body if bodies else None),
        bodies and leaves_locking(source.text, node.start_byte),
    )


def method(source: Source, node: SyntaxNode, *, bodies: bool) -> ast.FuncDecl:
    """A method declaration."""
    keyword, receivers, identifier, *rest = node.children
    body = rest.pop() if rest[-1].kind_id == BLOCK else None
    listed = parameter_list(source, receivers, 0)
    generic = source.type_parameters.get(identifier.start_byte)
    type_params = parameter_list(source, generic, 1) if generic is not None else ()
    recv = listed[0] if listed else ast.Param(receivers.start_byte, receivers.end_byte, "", unread(receivers))
    found = signature(source, keyword, type_params, rest[0], rest[1] if len(rest) > 1 else None, 0)
    return ast.FuncDecl(
        node.start_byte,
        node.end_byte,
        source.name(identifier),
        identifier.start_byte,
        recv,
        found.end,
        ast.encoded(found),
        _body(source, body if bodies else None),
        bodies and leaves_locking(source.text, node.start_byte),
    )
