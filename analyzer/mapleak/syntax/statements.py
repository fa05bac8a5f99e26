"""From syntax nodes to statements, function literals included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mapleak.syntax import ast
from mapleak.syntax.expressions import TOKENS, expressions
from mapleak.syntax.grammar import SyntaxNode, kind
from mapleak.syntax.source import MAX_DEPTH, TOO_DEEP, ExpressionHandler, Source, StatementHandler
from mapleak.syntax.specs import const_specs, type_specs, var_specs
from mapleak.syntax.types import signature

STATEMENT_LIST = kind("statement_list")
EXPRESSION_LIST = kind("expression_list")
VAR_DECLARATION = kind("var_declaration")
CONST_DECLARATION = kind("const_declaration")
TYPE_DECLARATION = kind("type_declaration")
FOR_CLAUSE = kind("for_clause")
RANGE_CLAUSE = kind("range_clause")
SEMICOLON = kind(";")
LBRACE = kind("{")
DEFINE = kind(":=")
DEFAULT = kind("default_case")
CLAUSES = frozenset({kind("expression_case"), kind("type_case"), kind("communication_case"), DEFAULT})


def statements(source: Source, nodes: Sequence[SyntaxNode], depth: int) -> tuple[ast.Stmt, ...]:
    """The statements of a list; a declaration of several names is several, an empty statement none."""
    table = source.statement
    result: list[ast.Stmt] = []
    for node in nodes:
        handler = table[node.kind_id]
        if handler is not None:
            result.append(handler(source, node, depth))
        else:
            result.extend(declared(source, node, depth))
    return tuple(result)


def declared(source: Source, node: SyntaxNode, depth: int) -> Iterator[ast.Stmt]:
    """The specs of a declaration statement; nothing for semicolons and the like."""
    found = node.kind_id
    if found == VAR_DECLARATION:
        return var_specs(source, node, depth)
    if found == CONST_DECLARATION:
        return const_specs(source, node, depth)
    if found == TYPE_DECLARATION:
        return type_specs(source, node, depth)
    return iter(())


def single(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """The one statement a node stands for; an empty block for an empty statement."""
    handler = source.statement[node.kind_id]
    if handler is not None:
        return handler(source, node, depth)
    found = tuple(declared(source, node, depth + 1))
    if len(found) == 1:
        return found[0]
    return ast.Block(node.start_byte, node.end_byte if found else node.start_byte, found)


def too_deep(source: Source, node: SyntaxNode) -> ast.BadStmt:
    """Stand in for a statement beyond ``MAX_DEPTH``."""
    source.too_deep(node)
    return ast.BadStmt(node.start_byte, node.end_byte, TOO_DEEP)


def block(source: Source, node: SyntaxNode, depth: int) -> ast.Block:
    """``{ … }``; empty beyond ``MAX_DEPTH``."""
    children = node.children
    stmts: tuple[ast.Stmt, ...] = ()
    if depth >= MAX_DEPTH:
        stmts = (too_deep(source, node),)
    elif len(children) > 2:
        stmts = statements(source, children[1].children, depth + 1)
    return ast.Block(node.start_byte, node.end_byte, stmts)


def expression_statement(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """An expression on its own."""
    x = node.children[0]
    return ast.ExprStmt(node.start_byte, node.end_byte, source.expression[x.kind_id](source, x, depth + 1))


def assignment(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``lhs op rhs``, a short variable declaration included."""
    left, operator, right = node.children
    return ast.Assign(
        node.start_byte,
        node.end_byte,
        TOKENS[operator.kind_id],
        expressions(source, left.children[::2], depth + 1),
        expressions(source, right.children[::2], depth + 1),
        operator.start_byte,
    )


def receive(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``lhs op <-c`` or ``<-c`` as the communication of a select clause."""
    children = node.children
    if len(children) == 1:
        return expression_statement(source, node, depth)
    left, operator, right = children
    return ast.Assign(
        node.start_byte,
        node.end_byte,
        TOKENS[operator.kind_id],
        expressions(source, left.children[::2], depth + 1),
        (source.expression[right.kind_id](source, right, depth + 1),),
        operator.start_byte,
    )


def step(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``x++`` or ``x--``."""
    x, operator = node.children
    op = TOKENS[operator.kind_id]
    return ast.IncDec(node.start_byte, node.end_byte, op, source.expression[x.kind_id](source, x, depth + 1))


def send(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``channel <- value``."""
    channel, value = expressions(source, node.children[::2], depth + 1)
    return ast.Send(node.start_byte, node.end_byte, channel, value)


def go(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``go f()``."""
    x = node.children[1]
    return ast.Go(node.start_byte, node.end_byte, source.expression[x.kind_id](source, x, depth + 1))


def defer(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``defer f()``."""
    x = node.children[1]
    return ast.Defer(node.start_byte, node.end_byte, source.expression[x.kind_id](source, x, depth + 1))


def return_statement(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``return results``."""
    children = node.children
    results = expressions(source, children[1].children[::2], depth + 1) if len(children) > 1 else ()
    return ast.Return(node.start_byte, node.end_byte, results)


def branch(source: Source, node: SyntaxNode, _depth: int) -> ast.Stmt:
    """``break``, ``continue``, ``goto`` or ``fallthrough``."""
    children = node.children
    label = source.name(children[1]) if len(children) > 1 else ""
    return ast.Branch(node.start_byte, node.end_byte, TOKENS[children[0].kind_id], label)


def labeled(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``label: statement``; an empty block is the statement of a label at the end of a block."""
    if depth >= MAX_DEPTH:
        return too_deep(source, node)
    children = node.children
    end = node.end_byte
    stmt = single(source, children[2], depth + 1) if len(children) > 2 else ast.Block(end, end, ())
    return ast.Labeled(node.start_byte, end, source.name(children[0]), stmt)


def if_statement(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``if init; cond { … } else …``."""
    if depth >= MAX_DEPTH:
        return too_deep(source, node)
    inner = depth + 1
    children = node.children
    init = None
    at = 1
    if children[2].kind_id == SEMICOLON:
        init = single(source, children[1], inner)
        at = 3
    cond = children[at]
    condition = source.expression[cond.kind_id](source, cond, inner)
    then = block(source, children[at + 1], inner)
    orelse = single(source, children[at + 3], inner) if len(children) > at + 3 else None
    return ast.If(node.start_byte, node.end_byte, init, condition, then, orelse)


def for_statement(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """Every form of ``for``."""
    if depth >= MAX_DEPTH:
        return too_deep(source, node)
    inner = depth + 1
    children = node.children
    start = node.start_byte
    end = node.end_byte
    header = children[1]
    if len(children) == 2:
        return ast.For(start, end, None, None, None, block(source, header, inner))
    body = children[2]
    if header.kind_id == RANGE_CLAUSE:
        parts = header.children
        key, value, define = None, None, False
        if parts[0].kind_id == EXPRESSION_LIST:
            key, value, *_ = (*expressions(source, parts[0].children[::2], inner), None)
            define = parts[1].kind_id == DEFINE
        x = source.expression[parts[-1].kind_id](source, parts[-1], inner)
        return ast.Range(start, end, key, value, define, x, block(source, body, inner))
    if header.kind_id == FOR_CLAUSE:
        init, cond, post = for_clause(source, header, inner)
        return ast.For(start, end, init, cond, post, block(source, body, inner))
    cond = source.expression[header.kind_id](source, header, inner)
    return ast.For(start, end, None, cond, None, block(source, body, inner))


def for_clause(
    source: Source, node: SyntaxNode, depth: int
) -> tuple[ast.Stmt | None, ast.Expr | None, ast.Stmt | None]:
    """``init; cond; post``, each of them optional."""
    parts: list[SyntaxNode | None] = [None, None, None]
    at = 0
    for child in node.children:
        if child.kind_id == SEMICOLON:
            at += 1
        else:
            parts[at] = child
    init, cond, post = parts
    return (
        single(source, init, depth) if init else None,
        source.expression[cond.kind_id](source, cond, depth) if cond else None,
        single(source, post, depth) if post else None,
    )


def header(source: Source, children: Sequence[SyntaxNode], depth: int) -> tuple[ast.Stmt | None, list[SyntaxNode]]:
    """What stands between ``switch`` and ``{``: the first statement, and the nodes after it."""
    parts = []
    for child in children[1:]:
        if child.kind_id == LBRACE:
            break
        parts.append(child)
    if len(parts) > 1 and parts[1].kind_id == SEMICOLON:
        return single(source, parts[0], depth), parts[2:]
    return None, parts


def switch(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``switch init; tag { … }``."""
    if depth >= MAX_DEPTH:
        return too_deep(source, node)
    children = node.children
    init, rest = header(source, children, depth + 1)
    tag = source.expression[rest[0].kind_id](source, rest[0], depth + 1) if rest else None
    clauses = tuple(case_clauses(source, children, depth + 1))
    return ast.Switch(node.start_byte, node.end_byte, init, tag, clauses)


def type_switch(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``switch init; name := x.(type) { … }``; without a name, ``name_pos`` is where x begins."""
    if depth >= MAX_DEPTH:
        return too_deep(source, node)
    children = node.children
    init, rest = header(source, children, depth + 1)
    name = ""
    name_pos = rest[0].start_byte
    if rest[0].kind_id == EXPRESSION_LIST:
        name = source.name(rest[0])
        rest = rest[2:]
    x = source.expression[rest[0].kind_id](source, rest[0], depth + 1)
    clauses = tuple(case_clauses(source, children, depth + 1))
    return ast.TypeSwitch(node.start_byte, node.end_byte, init, name, name_pos, x, clauses)


def case_clauses(source: Source, children: Sequence[SyntaxNode], depth: int) -> Iterator[ast.CaseClause]:
    """The clauses among the children of a switch."""
    for clause in children:
        if clause.kind_id in CLAUSES:
            parts = clause.children
            body: tuple[ast.Stmt, ...] = ()
            if parts[-1].kind_id == STATEMENT_LIST:
                body = statements(source, parts[-1].children, depth + 1)
                parts = parts[:-1]
            listed = parts[1].children[::2] if parts[1].kind_id == EXPRESSION_LIST else parts[1:-1:2]
            exprs = () if clause.kind_id == DEFAULT else expressions(source, listed, depth + 1)
            yield ast.CaseClause(clause.start_byte, clause.end_byte, exprs, body)


def select(source: Source, node: SyntaxNode, depth: int) -> ast.Stmt:
    """``select { … }``."""
    if depth >= MAX_DEPTH:
        return too_deep(source, node)
    clauses = []
    for clause in node.children:
        if clause.kind_id in CLAUSES:
            parts = clause.children
            comm = None if clause.kind_id == DEFAULT else single(source, parts[1], depth + 2)
            body: tuple[ast.Stmt, ...] = ()
            if parts[-1].kind_id == STATEMENT_LIST:
                body = statements(source, parts[-1].children, depth + 2)
            clauses.append(ast.CommClause(clause.start_byte, clause.end_byte, comm, body))
    return ast.Select(node.start_byte, node.end_byte, tuple(clauses))


def function_literal(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``func(parameters) results { … }`` as an expression."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    children = node.children
    result = children[2] if len(children) > 3 else None
    function = signature(source, node, (), children[1], result, depth + 1)
    return ast.FuncLit(node.start_byte, node.end_byte, function, block(source, children[-1], depth + 1))


EXPRESSION_HANDLERS: dict[str, ExpressionHandler] = {"func_literal": function_literal}
HANDLERS: dict[str, StatementHandler] = {
    "block": block,
    "expression_statement": expression_statement,
    "assignment_statement": assignment,
    "short_var_declaration": assignment,
    "receive_statement": receive,
    "inc_statement": step,
    "dec_statement": step,
    "send_statement": send,
    "go_statement": go,
    "defer_statement": defer,
    "return_statement": return_statement,
    "break_statement": branch,
    "continue_statement": branch,
    "goto_statement": branch,
    "fallthrough_statement": branch,
    "labeled_statement": labeled,
    "if_statement": if_statement,
    "for_statement": for_statement,
    "expression_switch_statement": switch,
    "type_switch_statement": type_switch,
    "select_statement": select,
}
