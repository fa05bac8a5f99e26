"""From syntax nodes to expressions, but for literals and binary operators.

Every handler takes (source, node, depth) and relies on the grammar's order of children: comments are
blanked out before parsing and errors are taken out by recovery, so children are exactly what the
grammar's rule says.
"""

from __future__ import annotations

from collections.abc import Sequence

from mapleak.syntax import ast
from mapleak.syntax.grammar import GO, SyntaxNode, kind
from mapleak.syntax.source import MAX_DEPTH, ExpressionHandler, Source

VARIADIC_ARGUMENT = kind("variadic_argument")
COLON = kind(":")
STAR = kind("*")
ARROW = kind("<-")
POINTER_TYPE = kind("pointer_type")
CHANNEL_TYPE = kind("channel_type")
PREFIXED_TYPES = frozenset({POINTER_TYPE, kind("negated_type")})

TOKENS = tuple(GO.node_kind_for_id(number) or "" for number in range(GO.node_kind_count))
"""The spelling of every token by kind number: operators and keywords."""

FRAMES = 2
"""Levels that type arguments count for, since converting them takes four Python frames."""

SHORT_SELECTOR = 64
"""Selectors up to this many bytes are split as text if they are two names and a dot, as most are."""


def name(source: Source, node: SyntaxNode, _depth: int) -> ast.Name:
    """An identifier, in whatever role the grammar sees it."""
    start = node.start_byte
    end = node.end_byte
    return ast.Name(start, end, source.names[source.text[start:end]])


def unexpected(_source: Source, node: SyntaxNode, _depth: int) -> ast.BadExpr:
    """Whatever has no place in an expression; only broken code has it there."""
    return ast.BadExpr(node.start_byte, node.end_byte, "unexpected or missing")


def expressions(source: Source, nodes: Sequence[SyntaxNode], depth: int) -> tuple[ast.Expr, ...]:
    """The expressions of a list; ``depth`` is theirs."""
    table = source.expression
    if len(nodes) == 1:
        node = nodes[0]
        return (table[node.kind_id](source, node, depth),)
    result = []  # not a comprehension: that would be one more Python frame a level
    for node in nodes:
        result.append(table[node.kind_id](source, node, depth))  # noqa: PERF401
    return tuple(result)


def parenthesized(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """An expression or type in parentheses: they are dropped in a loop, at no cost of depth."""
    own = node.kind_id
    while node.kind_id == own:
        node = node.children[1]
    return source.expression[node.kind_id](source, node, depth)


def first_child(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """What a node of no meaning wraps: ``x...``, an element of a literal."""
    child = node.children[0]
    return source.expression[child.kind_id](source, child, depth)


def selector(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``x.name`` or a qualified type."""
    start = node.start_byte
    end = node.end_byte
    if end - start <= SHORT_SELECTOR:
        first, _, second = source.text[start:end].partition(".")
        if first.isidentifier() and second.isidentifier():
            dot = start + len(first)
            names = source.names
            return ast.Selector(start, end, ast.Name(start, dot, names[first]), names[second], dot + 1)
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    operand, _, field = node.children
    position = field.start_byte
    x = source.expression[operand.kind_id](source, operand, depth + 1)
    return ast.Selector(start, end, x, source.names[source.text[position:end]], position)


def call(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``f(arguments)``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    depth += 1
    children = node.children
    function = children[0]
    argument_list = children[-1]
    fun = source.expression[function.kind_id](source, function, depth)
    if len(children) == 3:
        brackets = children[1]
        indices = expressions(source, brackets.children[1:-1:2], depth)
        fun = ast.Index(node.start_byte, brackets.end_byte, fun, indices, brackets.start_byte)
    lparen = argument_list.start_byte
    end = argument_list.end_byte
    if end - lparen <= len("()"):
        return ast.Call(node.start_byte, end, fun, (), lparen, False)
    args = argument_list.children[1:-1:2]
    spread = bool(args) and args[-1].kind_id == VARIADIC_ARGUMENT
    return ast.Call(node.start_byte, end, fun, expressions(source, args, depth), lparen, spread)


def conversion(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``T(x)``. The grammar takes ``f[i](x)`` for one, too: the result is the same."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    children = node.children
    return converted(source, children[0], children, depth, node.end_byte)


def converted(source: Source, target: SyntaxNode, children: Sequence[SyntaxNode], depth: int, end: int) -> ast.Expr:
    """``target(x)``; parentheses bind tighter than a ``*`` or ``<-`` that the grammar put inside the target."""
    prefix = target.children[0] if target.kind_id in (POINTER_TYPE, CHANNEL_TYPE) else None
    if prefix is not None and prefix.kind_id == STAR and depth < MAX_DEPTH:
        x = converted(source, target.children[1], children, depth + 1, end)
        return ast.Star(target.start_byte, end, x)
    _, parenthesis, argument, *_ = children
    fun = source.expression[target.kind_id](source, target, depth + 1)
    args = (source.expression[argument.kind_id](source, argument, depth + 1),)
    lparen = parenthesis.start_byte
    if prefix is not None and prefix.kind_id == ARROW and isinstance(fun, ast.ChanType):
        channel = ast.ChanType(target.children[1].start_byte, fun.end, "both", fun.elem)
        return ast.Unary(target.start_byte, end, "<-", ast.Call(channel.pos, end, channel, args, lparen, False))
    return ast.Call(target.start_byte, end, fun, args, lparen, False)


def index(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``x[i]``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    depth += 1
    operand, bracket, position, _ = node.children
    x = source.expression[operand.kind_id](source, operand, depth)
    indices = (source.expression[position.kind_id](source, position, depth),)
    return ast.Index(node.start_byte, node.end_byte, x, indices, bracket.start_byte)


def instantiation(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``f[T, U]`` where the brackets are children of the node itself."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    children = node.children
    return generic(source, children[0], children[1:], depth, node.end_byte)


def generic_type(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``T[U, V]`` where the brackets are a node of their own."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    target, brackets = node.children
    return generic(source, target, brackets.children, depth, node.end_byte)


def generic(source: Source, target: SyntaxNode, brackets: Sequence[SyntaxNode], depth: int, end: int) -> ast.Expr:
    """``target[…]``; brackets bind tighter than a ``*`` or ``~`` that the grammar put inside the target."""
    if target.kind_id in PREFIXED_TYPES and depth < MAX_DEPTH:
        prefix, inner = target.children
        x = generic(source, inner, brackets, depth + 1, end)
        start = prefix.start_byte
        return ast.Star(start, end, x) if TOKENS[prefix.kind_id] == "*" else ast.Unary(start, end, "~", x)
    x = source.expression[target.kind_id](source, target, depth + 1)
    indices = expressions(source, brackets[1:-1:2], depth + FRAMES)
    return ast.Index(target.start_byte, end, x, indices, brackets[0].start_byte)


def slice_expression(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``x[low:high:max]``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    children = node.children
    bounds = [child for child in children[2:-1] if child.kind_id != COLON]
    x, *rest = expressions(source, [children[0], *bounds], depth + 1)
    return ast.SliceExpr(node.start_byte, node.end_byte, x, tuple(rest))


def type_assertion(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``x.(T)``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    children = node.children
    x, target = expressions(source, [children[0], children[3]], depth + 1)
    return ast.TypeAssert(node.start_byte, node.end_byte, x, target)


def unary(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``op x``, an indirection included."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    operator, operand = node.children
    x = source.expression[operand.kind_id](source, operand, depth + 1)
    op = TOKENS[operator.kind_id]
    if op == "*":
        return ast.Star(node.start_byte, node.end_byte, x)
    return ast.Unary(node.start_byte, node.end_byte, op, x)


HANDLERS: dict[str, ExpressionHandler] = {
    "identifier": name,
    "type_identifier": name,
    "field_identifier": name,
    "package_identifier": name,
    "blank_identifier": name,
    "nil": name,
    "true": name,
    "false": name,
    "iota": name,
    "parenthesized_expression": parenthesized,
    "parenthesized_type": parenthesized,
    "variadic_argument": first_child,
    "selector_expression": selector,
    "qualified_type": selector,
    "call_expression": call,
    "type_conversion_expression": conversion,
    "index_expression": index,
    "type_instantiation_expression": instantiation,
    "generic_type": generic_type,
    "slice_expression": slice_expression,
    "type_assertion_expression": type_assertion,
    "unary_expression": unary,
}
