"""Binary operators: chains of any length without recursion along them."""

from __future__ import annotations

from collections.abc import Sequence

from mapleak.syntax import ast
from mapleak.syntax.expressions import TOKENS
from mapleak.syntax.grammar import SyntaxNode, kind
from mapleak.syntax.source import MAX_DEPTH, ExpressionHandler, Source

BINARY = kind("binary_expression")
PARENTHESIZED = kind("parenthesized_expression")
STRINGS = frozenset({kind("interpreted_string_literal"), kind("raw_string_literal")})

LONG_CHAIN = 32
"""Operands up to which a chain nests to the left, as Go says.

Longer ones, mostly generated concatenations, are grouped as a balanced tree: nothing is lost, the nesting
stays shallow, and nobody needs the value of such an expression.
"""

PRECEDENCE = {
    **dict.fromkeys(("*", "/", "%", "<<", ">>", "&", "&^"), 5),
    **dict.fromkeys(("+", "-", "|", "^"), 4),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), 3),
    "&&": 2,
    "||": 1,
}
HIGHEST_PRECEDENCE = 5


def binary(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``x op y``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    left, operator, right = node.children
    if left.kind_id != BINARY and left.kind_id != PARENTHESIZED:
        table = source.expression
        x = table[left.kind_id](source, left, depth + 1)
        y = table[right.kind_id](source, right, depth + 1)
        return ast.Binary(x.pos, y.end, TOKENS[operator.kind_id], x, y)
    operators, operands = chain(node)
    return combined(source, operators, operands, depth)


def combined(source: Source, operators: Sequence[str], operands: Sequence[SyntaxNode], depth: int) -> ast.Expr:
    """The expression of a chain; there is one operand more than operators."""
    if len(operands) <= LONG_CHAIN and depth + len(operators) <= MAX_DEPTH:
        return nested(source, operators, operands, depth)
    if all(operand.kind_id in STRINGS for operand in operands):
        return ast.BasicLit(operands[0].start_byte, operands[-1].end_byte, "string", "")
    return grouped(source, operators, operands, depth)


def chain(node: SyntaxNode) -> tuple[list[str], list[SyntaxNode]]:
    """The operators and operands of a left-leaning chain of binary operators, in order, without parentheses."""
    operators: list[str] = []
    operands: list[SyntaxNode] = []
    while node.kind_id == BINARY:
        left, operator, right = node.children
        operators.append(TOKENS[operator.kind_id])
        operands.append(bare(right))
        node = bare(left)
    operands.append(node)
    operators.reverse()
    operands.reverse()
    return operators, operands


def bare(node: SyntaxNode) -> SyntaxNode:
    """What is inside the parentheses of a node, if there are any."""
    while node.kind_id == PARENTHESIZED:
        node = node.children[1]
    return node


def nested(source: Source, operators: Sequence[str], operands: Sequence[SyntaxNode], depth: int) -> ast.Expr:
    """The chain as Go nests it; its first operand is the deepest."""
    table = source.expression
    level = depth + len(operators)
    first = operands[0]
    result = table[first.kind_id](source, first, level)
    for operator, operand in zip(operators, operands[1:], strict=True):
        y = table[operand.kind_id](source, operand, level)
        level -= 1
        result = ast.Binary(result.pos, y.end, operator, result, y)
    return result


def grouped(source: Source, operators: Sequence[str], operands: Sequence[SyntaxNode], depth: int) -> ast.Expr:
    """The chain as a balanced tree for every run of operators of one precedence.

    A chain without parentheses has five runs at the most; one with more is a single run.
    """
    runs = [0]
    runs += [at for at in range(1, len(operators)) if PRECEDENCE[operators[at]] != PRECEDENCE[operators[at - 1]]]
    if len(runs) > HIGHEST_PRECEDENCE:
        runs = [0]
    level = depth + len(operands).bit_length() + len(runs)
    table = source.expression
    values = [table[operand.kind_id](source, operand, level) for operand in operands]
    result = values[0]
    for start, stop in zip(runs, [*runs[1:], len(operators)], strict=True):
        result = balanced(operators[start:stop], [result, *values[start + 1 : stop + 1]])
    return result


def balanced(operators: Sequence[str], values: Sequence[ast.Expr]) -> ast.Expr:
    """A tree of logarithmic depth over ``values``, in their order."""
    if len(values) == 1:
        return values[0]
    middle = len(values) // 2
    x = balanced(operators[: middle - 1], values[:middle])
    y = balanced(operators[middle:], values[middle:])
    return ast.Binary(x.pos, y.end, operators[middle - 1], x, y)


HANDLERS: dict[str, ExpressionHandler] = {"binary_expression": binary}
