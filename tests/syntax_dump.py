"""Prints our syntax in the form of tests/go/astdump, which prints go/parser's."""

from __future__ import annotations

from functools import singledispatch

from mapleak.syntax import ast
from mapleak.syntax.facts import FileFacts

LARGE_TABLE = 256


class LongError(Exception):
    """The declaration holds an expression that neither side prints."""


def dump(facts: FileFacts) -> list[str]:
    """One line for the package clause and one for each declaration, in the order of the file."""
    lines = {imported.pos: _import(imported.path, imported.name, imported.pos) for imported in facts.imports}
    for declaration in (*facts.code.functions, *facts.code.types, *facts.code.vars, *facts.code.consts):
        try:
            lines[declaration.pos] = show(declaration)
        except LongError:
            lines[declaration.pos] = "long"
    generated = "true" if facts.generated else "false"
    return [f"(package {facts.package} {facts.package_pos} {generated})", *(lines[pos] for pos in sorted(lines))]


def _import(path: str, name: str, pos: int) -> str:
    return f"(import@{pos} {name} {path})" if name else f"(import@{pos} {path})"


@singledispatch
def show(node: object) -> str:
    """The node as nested lists with offsets."""
    raise TypeError(type(node))


def _optional(node: object) -> str:
    return " -" if node is None else show(node)


def _list(nodes: tuple[object, ...]) -> str:
    return f"({''.join(map(show, nodes))})"


def _all(nodes: tuple[object, ...]) -> str:
    return "".join(map(show, nodes))


def _params(params: tuple[ast.Param, ...], kind: str = "params") -> str:
    return f"({kind}{_all(params)})"


@show.register
def _(node: ast.Param) -> str:
    name = f" {node.name}@{node.pos}" if node.name else ""
    return f"(p{name}{' ...' if node.variadic else ''}{show(node.type)})"


def _signature(node: ast.FuncType) -> str:
    return _params(node.type_params) + _params(node.params) + _params(node.results)


@show.register
def _(node: ast.FuncDecl) -> str:
    recv = _params((node.recv,) if node.recv else (), "recv")
    body = show(node.body) if node.body else ""
    return f"(function@{node.pos}@{node.end} {node.name}@{node.name_pos}{recv}{_signature(node.type)}{body})"


def _names(names: tuple[ast.Ident, ...]) -> str:
    return "".join(f" {name.name}@{name.pos}" for name in names)


@show.register
def _(node: ast.VarSpec) -> str:
    return f"(var@{node.pos}@{node.end}{_names(node.names)}{_optional(node.type)}{_list(node.values)})"


@show.register
def _(node: ast.ConstSpec) -> str:
    head = f"(const@{node.pos}@{node.end} {node.iota}{_names(node.names)}"
    return f"{head}{_optional(node.type)}{_list(node.values)})"


@show.register
def _(node: ast.TypeSpec) -> str:
    alias = " =" if node.alias else ""
    head = f"(type@{node.pos}@{node.end} {node.name}@{node.pos}{alias}"
    return f"{head}{_params(node.type_params)}{show(node.type)})"


@show.register
def _(node: ast.Name) -> str:
    return f" {node.name}@{node.pos}"


@show.register
def _(node: ast.BasicLit) -> str:
    return f"(literal@{node.pos}@{node.end})"


@show.register
def _(node: ast.Selector) -> str:
    return f"(selector@{node.name_pos}{show(node.x)} {node.name})"


@show.register
def _(node: ast.Index) -> str:
    return f"(index@{node.lbrack}{show(node.x)}{_list(node.indices)})"


@show.register
def _(node: ast.SliceExpr) -> str:
    return f"(slice{show(node.x)}{_all(node.bounds)})"


@show.register
def _(node: ast.Star) -> str:
    return f"(star@{node.pos}{show(node.x)})"


@show.register
def _(node: ast.Unary) -> str:
    return f"(unary@{node.pos} {node.op}{show(node.x)})"


@show.register
def _(node: ast.Binary) -> str:
    return f"(binary{show(node.x)} {node.op}{show(node.y)})"


@show.register
def _(node: ast.Call) -> str:
    spread = " ..." if node.spread else ""
    return f"(call@{node.lparen}@{node.end}{show(node.fun)}{_list(node.args)}{spread})"


@show.register
def _(node: ast.TypeAssert) -> str:
    return f"(assert{show(node.x)}{_optional(node.type)})"


@show.register
def _(node: ast.Composite) -> str:
    if node.omitted or len(node.elements) > LARGE_TABLE:
        raise LongError
    return f"(composite@{node.lbrace}@{node.end}{_optional(node.type)}{_all(node.elements)})"


@show.register
def _(node: ast.Element) -> str:
    return f"(pair{show(node.key)}{show(node.value)})" if node.key else show(node.value)


@show.register
def _(node: ast.FuncLit) -> str:
    return f"(closure@{node.pos}@{node.end}{_signature(node.type)}{show(node.body)})"


@show.register
def _(node: ast.ArrayType) -> str:
    length = " slice" if node.slice else show(node.length) if node.length else " ..."
    return f"(array@{node.pos}{length}{show(node.elem)})"


@show.register
def _(node: ast.MapType) -> str:
    return f"(map@{node.pos}{show(node.key)}{show(node.value)})"


@show.register
def _(node: ast.ChanType) -> str:
    return f"(chan@{node.pos} {node.dir}{show(node.elem)})"


@show.register
def _(node: ast.FuncType) -> str:
    return f"(func@{node.pos}{_signature(node)})"


@show.register
def _(node: ast.StructType) -> str:
    return f"(struct@{node.pos}@{node.end}{_all(node.fields)})"


@show.register
def _(node: ast.Field) -> str:
    kind = "embedded" if node.embedded else "field"
    return f"({kind}@{node.pos} {node.name}{show(node.type)} {_quoted(node.struct_tag) if node.struct_tag else '-'})"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@show.register
def _(node: ast.InterfaceType) -> str:
    return f"(interface@{node.pos}@{node.end}{_all(node.methods)}{_all(node.embeds)})"


@show.register
def _(node: ast.InterfaceMethod) -> str:
    return f"(method@{node.pos} {node.name}{_signature(node.type)})"


@show.register
def _(node: ast.BadExpr) -> str:
    return f"(bad@{node.pos})"


@show.register
def _(node: ast.BadStmt) -> str:
    return f"(bad@{node.pos})"


@show.register
def _(node: ast.Block) -> str:
    return f"(block@{node.pos}@{node.end}{_all(node.stmts)})"


@show.register
def _(node: ast.ExprStmt) -> str:
    return f"(do{show(node.x)})"


@show.register
def _(node: ast.Assign) -> str:
    return f"(assign@{node.op_pos}{_list(node.lhs)} {node.op}{_list(node.rhs)})"


@show.register
def _(node: ast.IncDec) -> str:
    return f"(step@{node.end} {node.op}{show(node.x)})"


@show.register
def _(node: ast.Send) -> str:
    return f"(send{show(node.channel)}{show(node.value)})"


@show.register(ast.Go)
@show.register(ast.Defer)
def _(node: ast.Go | ast.Defer) -> str:
    return f"({type(node).__name__.lower()}@{node.pos}@{node.end}{show(node.call)})"


@show.register
def _(node: ast.Return) -> str:
    return f"(return@{node.pos}{_list(node.results)})"


@show.register
def _(node: ast.Branch) -> str:
    return f"({node.keyword}@{node.pos}{' ' + node.label if node.label else ''})"


@show.register
def _(node: ast.Labeled) -> str:
    stmt = "" if isinstance(node.stmt, ast.Block) and node.stmt.pos == node.stmt.end else show(node.stmt)
    return f"(label@{node.pos} {node.label}{stmt})"


@show.register
def _(node: ast.If) -> str:
    head = f"(if@{node.pos}@{node.end}{_optional(node.init)}"
    return f"{head}{show(node.cond)}{show(node.then)}{_optional(node.orelse)})"


@show.register
def _(node: ast.For) -> str:
    head = f"(for@{node.pos}@{node.end}{_optional(node.init)}"
    return f"{head}{_optional(node.cond)}{_optional(node.post)}{show(node.body)})"


@show.register
def _(node: ast.Range) -> str:
    define = " :=" if node.define else ""
    head = f"(range@{node.pos}@{node.end}{_optional(node.key)}{_optional(node.value)}"
    return f"{head}{define}{show(node.x)}{show(node.body)})"


@show.register
def _(node: ast.Switch) -> str:
    head = f"(switch@{node.pos}@{node.end}{_optional(node.init)}"
    return f"{head}{_optional(node.tag)}{_all(node.clauses)})"


@show.register
def _(node: ast.TypeSwitch) -> str:
    name = f" {node.name}@{node.name_pos}" if node.name else ""
    head = f"(typeswitch@{node.pos}@{node.end}{_optional(node.init)}"
    return f"{head}{name}{show(node.x)}{_all(node.clauses)})"


@show.register
def _(node: ast.CaseClause) -> str:
    return f"(case@{node.pos}{_list(node.exprs)}{_all(node.body)})"


@show.register
def _(node: ast.Select) -> str:
    return f"(select@{node.pos}@{node.end}{_all(node.clauses)})"


@show.register
def _(node: ast.CommClause) -> str:
    return f"(comm@{node.pos}{_optional(node.comm)}{_all(node.body)})"
