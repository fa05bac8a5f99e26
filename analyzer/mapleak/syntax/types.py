"""From syntax nodes to types and signatures."""

from __future__ import annotations

from mapleak.syntax import ast
from mapleak.syntax.expressions import parenthesized
from mapleak.syntax.grammar import SyntaxNode, kind
from mapleak.syntax.operators import combined
from mapleak.syntax.source import MAX_DEPTH, ExpressionHandler, Source

COMMA = kind(",")
STAR = kind("*")
ARROW = kind("<-")
PARAMETER_LIST = kind("parameter_list")
VARIADIC_PARAMETER = kind("variadic_parameter_declaration")
FIELD_DECLARATION = kind("field_declaration")
FIELD_IDENTIFIER = kind("field_identifier")
METHOD = kind("method_elem")
EMBEDDED = kind("type_elem")
CHANNEL_TYPE = kind("channel_type")
STRINGS = frozenset({kind("interpreted_string_literal"), kind("raw_string_literal")})


def pointer_type(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``*T``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    target = node.children[1]
    return ast.Star(node.start_byte, node.end_byte, source.expression[target.kind_id](source, target, depth + 1))


def tilde(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``~T``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    target = node.children[1]
    x = source.expression[target.kind_id](source, target, depth + 1)
    return ast.Unary(node.start_byte, node.end_byte, "~", x)


def array_type(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``[n]T``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    _, length, _, elem = node.children
    table = source.expression
    number = table[length.kind_id](source, length, depth + 1)
    return ast.ArrayType(node.start_byte, node.end_byte, number, table[elem.kind_id](source, elem, depth + 1), False)


def unsized(is_slice: bool) -> ExpressionHandler:
    """The handler of ``[]T`` or of ``[...]T``."""

    def handler(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
        if depth >= MAX_DEPTH:
            return source.too_deep(node)
        elem = node.children[-1]
        x = source.expression[elem.kind_id](source, elem, depth + 1)
        return ast.ArrayType(node.start_byte, node.end_byte, None, x, is_slice)

    return handler


def map_type(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``map[K]V``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    _, _, key, _, value = node.children
    table = source.expression
    k = table[key.kind_id](source, key, depth + 1)
    return ast.MapType(node.start_byte, node.end_byte, k, table[value.kind_id](source, value, depth + 1))


def channel_type(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``chan T``, ``chan<- T``, ``<-chan T``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    children = node.children
    elem = children[-1]
    if children[0].kind_id == ARROW:
        direction = "recv"
    elif children[1].kind_id == ARROW:
        direction = "send"
    else:
        direction = "both"
    x = source.expression[elem.kind_id](source, elem, depth + 1)
    if direction == "both" and elem.kind_id == CHANNEL_TYPE and isinstance(x, ast.ChanType) and x.dir == "recv":
        # The arrow belongs to the leftmost chan it can: chan <-chan T is chan<- (chan T).
        direction = "send"
        x = ast.ChanType(elem.children[1].start_byte, x.end, "both", x.elem)
    return ast.ChanType(node.start_byte, node.end_byte, direction, x)


def function_type(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``func(parameters) results``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    children = node.children
    return signature(source, node, (), children[1], children[2] if len(children) > 2 else None, depth)


def signature(
    source: Source,
    start: SyntaxNode,
    type_params: tuple[ast.Param, ...],
    parameters: SyntaxNode,
    result: SyntaxNode | None,
    depth: int,
) -> ast.FuncType:
    """The function type that begins with ``start`` and lists ``parameters`` and ``result``."""
    params = parameter_list(source, parameters, depth + 1)
    results: tuple[ast.Param, ...] = ()
    end = parameters.end_byte
    if result is not None:
        end = result.end_byte
        if result.kind_id == PARAMETER_LIST:
            results = parameter_list(source, result, depth + 1)
        else:
            only = source.expression[result.kind_id](source, result, depth + 2)
            results = (ast.Param(result.start_byte, end, "", only),)
    return ast.FuncType(start.start_byte, end, type_params, params, results)


def parameter_list(source: Source, node: SyntaxNode, depth: int) -> tuple[ast.Param, ...]:
    """The parameters between parentheses or the type parameters between brackets, one by one."""
    declarations = node.children[1:-1:2]
    result: list[ast.Param] = []
    some_named = False
    table = source.expression
    for declaration in declarations:
        children = declaration.children
        end = declaration.end_byte
        if not children:
            result.append(ast.Param(declaration.start_byte, end, "", unread(declaration)))
            continue
        target = children[-1]
        x = table[target.kind_id](source, target, depth + 1)
        variadic = declaration.kind_id == VARIADIC_PARAMETER
        named = children[:-2] if variadic else children[:-1:2]
        if not named:
            result.append(ast.Param(declaration.start_byte, end, "", x, variadic))
        else:
            some_named = True
            result += [ast.Param(name.start_byte, end, source.name(name), x, variadic) for name in named]
    if some_named and not all(param.name for param in result):
        return tuple(named_throughout(result))
    return tuple(result)


def named_throughout(params: list[ast.Param]) -> list[ast.Param]:
    """Parameters of which some have names: then all have, and what the grammar took for a type is one.

    Of long groups such as ``(a, b, c, d, e, f, g, h int)`` the grammar may take the first names for types.
    """
    result: list[ast.Param] = []
    following = params[-1]
    for param in reversed(params):
        if param.name or not isinstance(param.type, ast.Name):
            following = param
            result.append(param)
        else:
            result.append(ast.Param(param.pos, following.end, param.type.name, following.type, following.variadic))
    result.reverse()
    return result


def unread(node: SyntaxNode) -> ast.BadExpr:
    """Stand in for a type that broken code leaves out."""
    return ast.BadExpr(node.start_byte, node.end_byte, "type missing")


def struct_type(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``struct { … }``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    result: list[ast.Field] = []
    for declaration in node.children[1].children:
        if declaration.kind_id == FIELD_DECLARATION:
            result.extend(fields(source, declaration, depth + 1))
    return ast.StructType(node.start_byte, node.end_byte, tuple(result))


def fields(source: Source, declaration: SyntaxNode, depth: int) -> list[ast.Field]:
    """The fields of one line of a struct type."""
    children = list(declaration.children)
    tag = ""
    if children[-1].kind_id in STRINGS:
        literal = children.pop()
        tag = source.decoded(literal.start_byte, literal.end_byte)
    target = children[-1]
    x = source.expression[target.kind_id](source, target, depth + 1)
    if children[0].kind_id == FIELD_IDENTIFIER:
        end = target.end_byte
        return [
            ast.Field(identifier.start_byte, end, source.name(identifier), x, False, tag)
            for identifier in children[:-1:2]
        ]
    start = declaration.start_byte
    if children[0].kind_id == STAR:
        x = ast.Star(start, target.end_byte, x)
    return [ast.Field(start, target.end_byte, embedded_name(x), x, True, tag)]


def embedded_name(embedded: ast.Expr) -> str:
    """The name a field has that is embedded: its type's, without package, pointer and type arguments."""
    while isinstance(embedded, (ast.Star, ast.Index)):
        embedded = embedded.x
    return embedded.name if isinstance(embedded, (ast.Name, ast.Selector)) else ""


def interface_type(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """``interface { … }``."""
    if depth >= MAX_DEPTH:
        return source.too_deep(node)
    methods: list[ast.InterfaceMethod] = []
    embeds: list[ast.Expr] = []
    for element in node.children:
        if element.kind_id == METHOD:
            children = element.children
            result = children[2] if len(children) > 2 else None
            function = signature(source, children[1], (), children[1], result, depth + 2)
            methods.append(
                ast.InterfaceMethod(element.start_byte, element.end_byte, source.name(children[0]), function)
            )
        elif element.kind_id == EMBEDDED:
            embeds.append(union(source, element, depth + 1))
    return ast.InterfaceType(node.start_byte, node.end_byte, tuple(methods), tuple(embeds))


def union(source: Source, node: SyntaxNode, depth: int) -> ast.Expr:
    """One type or a union ``A | B``, as a chain of ``|``."""
    terms = node.children[::2]
    if len(terms) == 1:
        return source.expression[terms[0].kind_id](source, terms[0], depth)
    return combined(source, ["|"] * (len(terms) - 1), terms, depth)


HANDLERS: dict[str, ExpressionHandler] = {
    "parenthesized_type": parenthesized,
    "pointer_type": pointer_type,
    "negated_type": tilde,
    "array_type": array_type,
    "slice_type": unsized(True),
    "implicit_length_array_type": unsized(False),
    "map_type": map_type,
    "channel_type": channel_type,
    "function_type": function_type,
    "struct_type": struct_type,
    "interface_type": interface_type,
    "type_elem": union,
    "type_constraint": union,
}
