"""Go syntax as small immutable values: what is left of a file once tree-sitter is done with it.

Names follow the Go specification. Parentheses around expressions are dropped. Every node carries the
byte offsets of its source text: ``pos`` (first byte) and ``end`` (one past the last byte). Offsets turn
into lines and columns through :class:`mapleak.syntax.facts.FileFacts`.

The structs are array-like and tagged, so a file's facts travel between processes and into a cache as
compact MessagePack.
"""

from __future__ import annotations

import msgspec


class Node(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    gc=False,
    tag=True,
    tag_field="node",
):
    """A piece of Go syntax; ``pos`` and ``end`` are byte offsets into the file."""

    pos: int
    end: int


# --- expressions and types (Go writes both with the same grammar) ---------------------------------


class Name(Node, frozen=True, array_like=True, gc=False, tag="n"):
    """An identifier; also the blank identifier ``_`` and predeclared names."""

    name: str


class BasicLit(Node, frozen=True, array_like=True, gc=False, tag="l"):
    """A literal. ``kind`` is int, float, imaginary, rune or string.

    ``text`` is the literal as written, or "" when it is longer than 80 bytes.
    """

    kind: str
    text: str


class Selector(Node, frozen=True, array_like=True, gc=False, tag="s"):
    """``x.name``, a qualified identifier included. ``name_pos`` is the offset of the name."""

    x: Expr
    name: str
    name_pos: int


class Index(Node, frozen=True, array_like=True, gc=False, tag="i"):
    """``x[indices…]``: an index expression or an instantiation. ``lbrack`` is the offset of ``[``."""

    x: Expr
    indices: tuple[Expr, ...]
    lbrack: int


class SliceExpr(Node, frozen=True, array_like=True, gc=False, tag="sl"):
    """``x[low:high:max]``."""

    x: Expr
    bounds: tuple[Expr, ...]


class Star(Node, frozen=True, array_like=True, gc=False, tag="p"):
    """``*x``: an indirection or a pointer type."""

    x: Expr


class Unary(Node, frozen=True, array_like=True, gc=False, tag="u"):
    """``op x`` with op one of ``& <- - + ! ^ ~``."""

    op: str
    x: Expr


class Binary(Node, frozen=True, array_like=True, gc=False, tag="b"):
    """``x op y``. A chain of binary operators nests to the left."""

    op: str
    x: Expr
    y: Expr


class Call(Node, frozen=True, array_like=True, gc=False, tag="c"):
    """A call or conversion. ``lparen`` is the offset of ``(``; types appear as arguments of builtins."""

    fun: Expr
    args: tuple[Expr, ...]
    lparen: int
    spread: bool  # the last argument is followed by ...


class TypeAssert(Node, frozen=True, array_like=True, gc=False, tag="a"):
    """``x.(T)``; ``type`` is None for ``x.(type)``."""

    x: Expr
    type: Expr | None


class Element(Node, frozen=True, array_like=True, gc=False, tag="el"):
    """One element of a composite literal, with its key if it has one."""

    key: Expr | None
    value: Expr


class Composite(Node, frozen=True, array_like=True, gc=False, tag="cl"):
    """A composite literal; ``type`` is None where it is elided. ``lbrace`` is the offset of ``{``.

    ``omitted`` counts elements that were left out because the literal is a large table of constants.
    """

    type: Expr | None
    elements: tuple[Element, ...]
    lbrace: int
    omitted: int = 0


class FuncLit(Node, frozen=True, array_like=True, gc=False, tag="f"):
    """A function literal; ``pos`` is the offset of ``func``."""

    type: FuncType
    body: Block


class ArrayType(Node, frozen=True, array_like=True, gc=False, tag="at"):
    """``[n]T``, ``[...]T`` (length None and ``slice`` false) or ``[]T`` (``slice`` true)."""

    length: Expr | None
    elem: Expr
    slice: bool


class MapType(Node, frozen=True, array_like=True, gc=False, tag="mt"):
    """``map[K]V``."""

    key: Expr
    value: Expr


class ChanType(Node, frozen=True, array_like=True, gc=False, tag="ct"):
    """``chan T``; ``dir`` is "both", "send" or "recv"."""

    dir: str
    elem: Expr


class Param(Node, frozen=True, array_like=True, gc=False, tag="pm"):
    """One parameter, result, receiver or type parameter; ``name`` is "" when it has none."""

    name: str
    type: Expr
    variadic: bool = False


class FuncType(Node, frozen=True, array_like=True, gc=False, tag="ft"):
    """A function type or signature; grouped parameters are listed one by one."""

    type_params: tuple[Param, ...]
    params: tuple[Param, ...]
    results: tuple[Param, ...]


class Field(Node, frozen=True, array_like=True, gc=False, tag="fd"):
    """One struct field; an embedded field's ``name`` is its type's name."""

    name: str
    type: Expr
    embedded: bool
    struct_tag: str = ""  # the tag as written, delimiters included, or ""


class StructType(Node, frozen=True, array_like=True, gc=False, tag="st"):
    fields: tuple[Field, ...]


class InterfaceMethod(Node, frozen=True, array_like=True, gc=False, tag="im"):
    name: str
    type: FuncType


class InterfaceType(Node, frozen=True, array_like=True, gc=False, tag="it"):
    """``methods`` are declared here; ``embeds`` are embedded types, unions and ``~T`` terms.

    A union is a ``Binary`` with operator ``|``, a tilde term a ``Unary`` with operator ``~``.
    """

    methods: tuple[InterfaceMethod, ...]
    embeds: tuple[Expr, ...]


class BadExpr(Node, frozen=True, array_like=True, gc=False, tag="x"):
    """What could not be read: a syntax error, nesting beyond the limit, or an unknown construct."""

    reason: str


Expr = (
    Name
    | BasicLit
    | Selector
    | Index
    | SliceExpr
    | Star
    | Unary
    | Binary
    | Call
    | TypeAssert
    | Composite
    | FuncLit
    | ArrayType
    | MapType
    | ChanType
    | FuncType
    | StructType
    | InterfaceType
    | BadExpr
)


# --- statements -----------------------------------------------------------------------------------


class Block(Node, frozen=True, array_like=True, gc=False, tag="B"):
    stmts: tuple[Stmt, ...]


class ExprStmt(Node, frozen=True, array_like=True, gc=False, tag="E"):
    x: Expr


class Assign(Node, frozen=True, array_like=True, gc=False, tag="A"):
    """``lhs op rhs`` with op ``=``, ``:=`` or an assignment operator such as ``+=``.

    ``op_pos`` is the offset of the operator.
    """

    op: str
    lhs: tuple[Expr, ...]
    rhs: tuple[Expr, ...]
    op_pos: int


class IncDec(Node, frozen=True, array_like=True, gc=False, tag="I"):
    op: str  # "++" or "--"
    x: Expr


class Send(Node, frozen=True, array_like=True, gc=False, tag="S"):
    channel: Expr
    value: Expr


class Go(Node, frozen=True, array_like=True, gc=False, tag="G"):
    call: Expr


class Defer(Node, frozen=True, array_like=True, gc=False, tag="D"):
    call: Expr


class Return(Node, frozen=True, array_like=True, gc=False, tag="R"):
    results: tuple[Expr, ...]


class Branch(Node, frozen=True, array_like=True, gc=False, tag="J"):
    """``break``, ``continue``, ``goto`` or ``fallthrough``, with its label or ""."""

    keyword: str
    label: str


class Labeled(Node, frozen=True, array_like=True, gc=False, tag="L"):
    label: str
    stmt: Stmt


class If(Node, frozen=True, array_like=True, gc=False, tag="IF"):
    init: Stmt | None
    cond: Expr
    then: Block
    orelse: Stmt | None  # a Block or another If


class For(Node, frozen=True, array_like=True, gc=False, tag="FO"):
    init: Stmt | None
    cond: Expr | None
    post: Stmt | None
    body: Block


class Range(Node, frozen=True, array_like=True, gc=False, tag="RA"):
    """``for key, value := range x``; ``define`` is true for ``:=``."""

    key: Expr | None
    value: Expr | None
    define: bool
    x: Expr
    body: Block


class CaseClause(Node, frozen=True, array_like=True, gc=False, tag="CC"):
    """A clause of an expression or type switch; no expressions means ``default``."""

    exprs: tuple[Expr, ...]
    body: tuple[Stmt, ...]


class Switch(Node, frozen=True, array_like=True, gc=False, tag="SW"):
    init: Stmt | None
    tag: Expr | None
    clauses: tuple[CaseClause, ...]


class TypeSwitch(Node, frozen=True, array_like=True, gc=False, tag="TS"):
    """``switch name := x.(type)``; ``name`` is "" when nothing is bound."""

    init: Stmt | None
    name: str
    name_pos: int
    x: Expr
    clauses: tuple[CaseClause, ...]


class CommClause(Node, frozen=True, array_like=True, gc=False, tag="CO"):
    """A clause of a select statement; ``comm`` is None for ``default``."""

    comm: Stmt | None
    body: tuple[Stmt, ...]


class Select(Node, frozen=True, array_like=True, gc=False, tag="SE"):
    clauses: tuple[CommClause, ...]


class Ident(Node, frozen=True, array_like=True, gc=False, tag="id"):
    """A name being declared."""

    name: str


class VarSpec(Node, frozen=True, array_like=True, gc=False, tag="VS"):
    """One line of a ``var`` declaration, at package level or as a statement."""

    names: tuple[Ident, ...]
    type: Expr | None
    values: tuple[Expr, ...]


class ConstSpec(Node, frozen=True, array_like=True, gc=False, tag="CS"):
    """One line of a ``const`` declaration; an omitted type and value list is filled in from above."""

    names: tuple[Ident, ...]
    type: Expr | None
    values: tuple[Expr, ...]
    iota: int


class TypeSpec(Node, frozen=True, array_like=True, gc=False, tag="TY"):
    """A type definition, or with ``alias`` an alias declaration; ``pos`` is the name's offset."""

    name: str
    type_params: tuple[Param, ...]
    type: Expr
    alias: bool


class BadStmt(Node, frozen=True, array_like=True, gc=False, tag="X"):
    reason: str


Stmt = (
    Block
    | ExprStmt
    | Assign
    | IncDec
    | Send
    | Go
    | Defer
    | Return
    | Branch
    | Labeled
    | If
    | For
    | Range
    | Switch
    | TypeSwitch
    | Select
    | VarSpec
    | ConstSpec
    | TypeSpec
    | BadStmt
)


class FuncDecl(Node, frozen=True, array_like=True, gc=False, tag="FD"):
    """A function or method declaration.

    ``name_pos`` is the offset of the name; ``recv`` is the receiver of a method; ``type_end`` is where the signature
    ends. Signature and body stay encoded until they are asked for: decoded, the bodies of a large program take several
    times the memory, and so do the signatures of the packages it imports, of which it uses few. ``leaves_locking``: the
    comment above it says that its callers see to the lock (syntax.docs).
    """

    name: str
    name_pos: int
    recv: Param | None
    type_end: int
    encoded_type: msgspec.Raw
    encoded_body: msgspec.Raw
    leaves_locking: bool = False

    @property
    def type(self) -> FuncType:
        """The signature, decoded anew each time."""
        return _TYPE_DECODER.decode(self.encoded_type)

    @property
    def body(self) -> Block | None:
        """The body, decoded anew each time; None for functions implemented elsewhere."""
        return _BODY_DECODER.decode(self.encoded_body)


def encoded(part: FuncType | Block | None) -> msgspec.Raw:
    """What :class:`FuncDecl` keeps of a signature or a body."""
    return msgspec.Raw(_ENCODER.encode(part))


_ENCODER = msgspec.msgpack.Encoder()
_TYPE_DECODER = msgspec.msgpack.Decoder(FuncType)
_BODY_DECODER: msgspec.msgpack.Decoder[Block | None] = msgspec.msgpack.Decoder(Block | None)
