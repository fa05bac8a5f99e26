"""What a file declares: package, imports, functions, types, variables, constants, and where."""

from __future__ import annotations

import pytest

from mapleak.syntax import ast
from mapleak.syntax.codec import decode, encode
from mapleak.syntax.extract import extract, extract_declarations
from mapleak.syntax.facts import Import
from syntax_support import expression, nodes, read, shape, statements

SAMPLE = b"""// Package cart holds carts.
package cart

import (
	"fmt"
	str "strings"
	. "sync"
	_ `embed`
)

import "C"

const limit = 10

var carts = map[string]*Cart{"a": {}}

type Cart struct {
	items map[string]int
	mu    Mutex
}

func (c *Cart) Add(name string, n int) (total int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[name] += n
	for k, v := range c.items {
		go func() { fmt.Println(str.ToUpper(k), v) }()
	}
	return len(c.items)
}

func assembly(x int) int

func init() { carts = make(map[string]*Cart, limit) }
"""


def test_package_clause() -> None:
    """The package is named, and found where its clause begins."""
    facts = extract(SAMPLE)
    assert (facts.package, facts.package_pos) == ("cart", SAMPLE.index(b"package cart"))


def test_imports() -> None:
    """Paths lose their quotes; names are kept as written; position is the line's; some only bodies can mean."""
    assert extract(SAMPLE).imports == (
        Import("fmt", "", SAMPLE.index(b'"fmt"'), inner=True),
        Import("strings", "str", SAMPLE.index(b"str "), inner=True),
        Import("sync", ".", SAMPLE.index(b'. "sync"')),
        Import("embed", "_", SAMPLE.index(b"_ `"), inner=True),
        Import("C", "", SAMPLE.index(b'"C"'), inner=True),
    )


@pytest.mark.parametrize(("code", "expected"), [(SAMPLE, True), (b'package p\nimport "fmt"\n', False)])
def test_cgo(code: bytes, expected: bool) -> None:
    """A file that imports "C" uses cgo."""
    assert extract(code).uses_cgo is expected


def test_functions() -> None:
    """Functions and methods are listed in order; one without a body is implemented elsewhere."""
    found = [(f.name, f.recv is not None, f.body is not None) for f in extract(SAMPLE).code.functions]
    assert found == [("Add", True, True), ("assembly", False, False), ("init", False, True)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("func (r *T[K, V]) M() {}", "(p r(star(index T( K V))))"),
        ("func (T) M() {}", "(p T)"),
        ("func (_ T) M() {}", "(p _ T)"),
        ("func (r (*T)) M() {}", "(p r(star T))"),
    ],
)
def test_receiver(code: str, expected: str) -> None:
    """A receiver is a parameter, named or not, generic or not."""
    assert shape(read(code).code.functions[0].recv) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("func f[T any]() {}", "(p T any)"),
        ("func f[K comparable, V any]() {}", "(p K comparable)(p V any)"),
        ("func f[K, V any]() {}", "(p K any)(p V any)"),
        ("func f[S ~[]E, E any]() {}", "(p S(unary ~(array slice E)))(p E any)"),
        ("func f[N ~int | ~float64]() {}", "(p N(binary(unary ~ int) |(unary ~ float64)))"),
        ("func f[P *T]() {}", "(p P(star T))"),
        ("func f[T interface{ ~int; F() }]() {}", "(p T(interface(method F(params)(params)(params))(unary ~ int)))"),
        ("func f[A Adder[A]]() {}", "(p A(index Adder( A)))"),
        ("func (r T) m[K any]() {}", "(p K any)"),
        ("func (r *T[V]) m[K comparable, W any](k K) W { return new(1) }", "(p K comparable)(p W any)"),
    ],
)
def test_type_parameters(code: str, expected: str) -> None:
    """Type parameters of functions, and of methods as Go 1.27 has them, are listed one by one."""
    assert shape(*read(code).code.functions[0].type.type_params) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("type A int", "(type A(params) int)"),
        ("type A = B", "(type A =(params) B)"),
        ("type S[E any] []E", "(type S(params(p E any))(array slice E))"),
        ("type A[T any] = B[T]", "(type A =(params(p T any))(index B( T)))"),
        ("type P[T *C,] int", "(type P(params(p T(star C))) int)"),
        ("type P[T interface{ *C }] int", "(type P(params(p T(interface(star C)))) int)"),
        ("type A [N]int", "(type A(params)(array N int))"),
        ("type A [N * 2]int", "(type A(params)(array(binary N *(literal)) int))"),
    ],
)
def test_type_declaration(code: str, expected: str) -> None:
    """Definitions and aliases, generic or not; an array's length is no type parameter."""
    assert shape(*read(code).code.types) == expected


def test_type_position_is_the_names() -> None:
    """A type specification begins at its name, not at the keyword."""
    code = b"package p\n\ntype (\n\tA int\n)\n"
    assert extract(code).code.types[0].pos == code.index(b"A int")


def test_constants_repeat_what_is_above() -> None:
    """A line without values takes type and values from above, and iota counts lines."""
    consts = read("const (\n\ta, b T = iota, 1\n\tc, d\n\t_, _\n\te = 2\n\tf\n)\n").code.consts
    assert [c.iota for c in consts] == [0, 1, 2, 3, 4]
    assert consts[2].values == consts[0].values
    assert consts[2].type == consts[0].type
    assert (consts[4].type, consts[4].values) == (None, consts[3].values)


def test_constants_start_over() -> None:
    """Each declaration counts iota from zero and inherits from nothing."""
    consts = read("const a = iota\nconst b = iota\n").code.consts
    assert [c.iota for c in consts] == [0, 0]


def test_variables() -> None:
    """Grouped variables are one specification a line, several names on a line are one."""
    found = read("var a, b int\nvar (\n\tc = 1\n\td T = x\n)\n").code.vars
    assert shape(*found) == "(var a b int())(var c -((literal)))(var d T( x))"


def test_declarations_only() -> None:
    """Without bodies everything else is the same."""
    full, short = extract(SAMPLE), extract_declarations(SAMPLE)
    assert [f.body for f in short.code.functions] == [None, None, None]
    assert [(f.name, f.recv, f.type, f.pos, f.end) for f in short.code.functions] == [
        (f.name, f.recv, f.type, f.pos, f.end) for f in full.code.functions
    ]
    assert (short.code.types, short.code.vars, short.code.consts) == (
        full.code.types,
        full.code.vars,
        full.code.consts,
    )
    assert [(i.path, i.name, i.pos) for i in short.imports] == [(i.path, i.name, i.pos) for i in full.imports]


@pytest.mark.parametrize(
    "code",
    [
        "func f(x struct{ a int }, y interface{ F() }) interface{} { return T{} }\nvar after = 1\n",
        "func f() struct{ a int } { return struct{ a int }{1} }\nvar after = 1\n",
        "func f(g func() { }) {\n}\n",
        "func f()\n\nfunc g() (\n\tint,\n\terror,\n) {\n\tx()\n}\nvar after = 1\n",
        "func f() { s := \"}\"; t := `\n}\n`; r := '}' }\nvar after = 1\n",
        "var f = func() { g() }\n\nfunc after() {}\n",
        "func f() {\n",
    ],
)
def test_declarations_only_finds_bodies(code: str) -> None:
    """Braces of types, in literals and of closures are not mistaken for bodies; broken code is not lost."""
    data = f"package p\n{code}".encode()
    full, short = extract(data), extract_declarations(data)
    assert short.issues == full.issues
    assert short.code.vars == full.code.vars
    assert [(f.name, f.type, f.end) for f in short.code.functions] == [
        (f.name, f.type, f.end) for f in full.code.functions
    ]


def test_offsets_name_their_tokens() -> None:
    """Offsets that are matched with the compiler's columns point at the token they stand for."""
    seen = set()
    for node in nodes(extract(SAMPLE)):
        tokens = {"lparen": b"(", "lbrack": b"[", "lbrace": b"{"}
        for name, token in tokens.items():
            if hasattr(node, name):
                assert SAMPLE.startswith(token, getattr(node, name))
                seen.add(name)
        if isinstance(node, ast.Assign):
            assert SAMPLE.startswith(node.op.encode(), node.op_pos)
        if isinstance(node, (ast.Selector, ast.FuncDecl)):
            assert SAMPLE.startswith(node.name.encode(), node.name_pos)
        if isinstance(node, ast.FuncLit):
            assert SAMPLE.startswith(b"func(", node.pos)
    assert seen == {"lparen", "lbrack", "lbrace"}


def test_parentheses_are_dropped() -> None:
    """A parenthesised expression is what is inside, with its extent."""
    found = expression("((x))")
    assert (found.pos, found.end) == (len("package p\nvar _ = (("), len("package p\nvar _ = ((x"))


def test_tags_keep_their_quotes() -> None:
    """A struct tag is kept as written."""
    facts = read('type T struct {\n\ta, b int `json:"ä"`\n}\n')
    struct = facts.code.types[0].type
    assert isinstance(struct, ast.StructType)
    assert [field.struct_tag for field in struct.fields] == ['`json:"ä"`', '`json:"ä"`']


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("1_000", "int", "1_000"),
        ("0x1p-2", "float", "0x1p-2"),
        ("1i", "imaginary", "1i"),
        (r"'\n'", "rune", r"'\n'"),
        ('"ä"', "string", '"ä"'),
        (f'"{"x" * 78}"', "string", f'"{"x" * 78}"'),
        (f'"{"x" * 79}"', "string", ""),
    ],
)
def test_literal_text(code: str, kind: str, text: str) -> None:
    """A literal's text is kept up to 80 bytes."""
    found = expression(code)
    assert isinstance(found, ast.BasicLit)
    assert (found.kind, found.text) == (kind, text)


def test_names_beyond_ascii() -> None:
    """Names are read as UTF-8, and offsets stay byte offsets."""
    (stmt,) = statements("größe.höhe = 1")
    assert isinstance(stmt, ast.Assign)
    assert shape(stmt) == "(assign((selector größe höhe)) =((literal)))"
    assert stmt.op_pos - stmt.pos == len("größe.höhe ".encode())


def test_round_trip() -> None:
    """Facts survive encoding, and the same facts are the same bytes."""
    facts = extract(SAMPLE)
    assert decode(encode(facts)) == facts
    assert encode(extract(SAMPLE)) == encode(facts)
