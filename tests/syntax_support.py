"""Short ways to read a piece of Go in a test, and to say what was read."""

from __future__ import annotations

import re

import msgspec

from mapleak.syntax import ast
from mapleak.syntax.extract import extract
from mapleak.syntax.facts import FileFacts
from syntax_dump import show


def read(code: str) -> FileFacts:
    """The facts of a file that consists of a package clause and ``code``; it must be free of errors."""
    facts = extract(f"package p\n{code}\n".encode())
    assert facts.issues == ()
    return facts


def expression(code: str) -> ast.Expr:
    """The syntax of an expression."""
    return read(f"var _ = {code}").code.vars[0].values[0]


def type_of(code: str) -> ast.Expr:
    """The syntax of a type."""
    declared = read(f"var _ {code}").code.vars[0].type
    assert declared is not None
    return declared


def statements(code: str) -> tuple[ast.Stmt, ...]:
    """The syntax of the statements of a function body."""
    body = read(f"func f() {{\n{code}\n}}").code.functions[0].body
    assert body is not None
    return body.stmts


def shape(*nodes: object) -> str:
    """The nodes as nested lists, offsets left out."""
    return re.sub(r"@\d+", "", "".join(map(show, nodes))).strip()


def depth(node: object) -> int:
    """How many structs are nested in one another."""
    deepest = 0
    stack = [(node, 0)]
    while stack:
        found, level = stack.pop()
        if isinstance(found, tuple):
            stack.extend((inner, level) for inner in found)
        elif isinstance(found, msgspec.Struct):
            deepest = max(deepest, level + 1)
            stack.extend((inner, level + 1) for inner in _parts(found))
    return deepest


def nodes(facts: FileFacts) -> list[ast.Node]:
    """Every node of the file's syntax."""
    result: list[ast.Node] = []
    stack: list[object] = [facts.code.functions, facts.code.types, facts.code.vars, facts.code.consts]
    while stack:
        found = stack.pop()
        if isinstance(found, tuple):
            stack.extend(found)
        elif isinstance(found, ast.Node):
            result.append(found)
            stack.extend(_parts(found))
    return result


def _parts(node: msgspec.Struct) -> list[object]:
    """The fields of a struct, with what is kept encoded decoded."""
    parts = [getattr(node, name) for name in node.__struct_fields__]
    if isinstance(node, FileFacts):
        parts.append(node.code)
    elif isinstance(node, ast.FuncDecl):
        parts.append(node.body)
    return parts


def check_offsets(facts: FileFacts, data: bytes) -> None:
    """Every offset is inside the file, and every node ends after it begins."""
    for node in nodes(facts):
        assert 0 <= node.pos <= node.end <= len(data)
        for name in ("lparen", "lbrack", "lbrace", "op_pos", "name_pos"):
            assert 0 <= getattr(node, name, 0) <= len(data)
