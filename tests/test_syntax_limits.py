"""Code of a size or depth that only generators and adversaries write."""

from __future__ import annotations

import pytest

from mapleak.syntax import ast
from mapleak.syntax.codec import decode, encode
from mapleak.syntax.extract import extract
from mapleak.syntax.source import MAX_DEPTH
from syntax_support import depth, expression, nodes, shape, type_of

N = 10_000
DEEP = {
    "calls": "var x = " + "f(" * N + "1" + ")" * N,
    "arguments": "var x = " + "f(1, (" * N + "1" + "))" * N,
    "call chain": "var x = a" + ".b()" * N,
    "selector chain": "var x = a" + ".b" * N,
    "unary": "var x = " + "-" * N + "a",
    "pointers": "var x = " + "*" * N + "a",
    "right operands": "var x = " + "(a) + (b + (" * N + "c" + "))" * N,
    "indices": "var x = " + "a[" * N + "1" + "]" * N,
    "slices": "var x = " + "a[(a)[(" * N + "1" + "):]:2]" * N,
    "assertions": "var x = " + "(" * N + "a" + ").(T)" * N,
    "conversions": "var x = " + "[]T((" * N + "a" + "))" * N,
    "literals": "var x = T" + "{" * N + "}" * N,
    "closures": "var x = " + "func() { _ = " * N + "1" + "}" * N,
    "closures as arguments": "func f() {" + "a(1, (func() {" * N + "}))" * N + "}",
    "blocks": "func f() {" + "{" * N + "}" * N + "}",
    "ifs": "func f() {" + "if x {" * N + "}" * N + "}",
    "loops": "func f() {" + "for range x {" * N + "}" * N + "}",
    "switches": "func f() {" + "switch { default: " * N + "}" * N + "}",
    "else ifs": "func f() {" + "if x { } else " * N + "{ } }",
    "labels": "func f() {\n" + "a:\n" * N + "b()\n}",
    "slice types": "var x " + "[]" * N + "int",
    "pointer types": "var x " + "*" * N + "int",
    "map types": "var x " + "map[int]" * N + "int",
    "map keys": "var x " + "map[" * N + "int" + "]int" * N,
    "function types": "var x " + "func(" * N + ")" * N,
    "structs": "type x " + "struct{ a " * N + "int" + " }" * N,
    "type arguments": "var x " + "T[int, " * N + "int" + "]" * N,
    "open parentheses": "var x = " + "(" * N,
    "open blocks": "func f() {" * N,
    "open literals": "var x = T" + "{" * N,
}


@pytest.mark.parametrize("code", DEEP.values(), ids=DEEP)
def test_depth_is_limited(code: str) -> None:
    """However deep the code, what is handed out is not, survives encoding, and an issue says what is missing."""
    facts = extract(f"package p\n{code}\n".encode())
    assert depth(facts) < MAX_DEPTH + 10
    assert facts.issues
    assert decode(encode(facts)) == facts


@pytest.mark.parametrize("code", DEEP.values(), ids=DEEP)
def test_stack_is_left_for_the_caller(code: str) -> None:
    """Reading the deepest code works from a call stack that is already 300 frames deep."""

    def call(frames: int) -> int:
        return call(frames - 1) if frames else len(extract(f"package p\n{code}\n".encode()).issues)

    assert call(300) > 0


def test_parentheses_cost_no_depth() -> None:
    """Parentheses are dropped, however many there are."""
    assert shape(expression("(" * N + "a" + ")" * N)) == "a"


def test_long_chain_is_balanced() -> None:
    """A long chain of operators keeps every operand, in order, at little depth."""
    found = extract(f"package p\nvar x = {' + '.join(f'f{i}()' for i in range(N))}\n".encode())
    assert found.issues == ()
    assert depth(found) < 30
    calls = sorted((node for node in nodes(found) if isinstance(node, ast.Call)), key=lambda call: call.pos)
    assert [shape(call.fun) for call in calls] == [f"f{i}" for i in range(N)]


def test_long_union_keeps_its_types() -> None:
    """A union of any length is read as well."""
    found = type_of(f"interface{{ {' | '.join(f'T{i}' for i in range(N))} }}")
    assert depth(found) < 30
    assert shape(found).count(" T") == N


def test_short_chain_nests_to_the_left() -> None:
    """A chain that people write is nested as Go nests it."""
    found = expression(" - ".join("a" * 32))
    assert depth(found) == 32
    assert shape(found).startswith("(binary" * 31)


def test_long_chain_of_strings_is_one_literal() -> None:
    """A generated string in many pieces is a string."""
    found = expression(" + ".join(['"a"', "`b`"] * 20))
    assert isinstance(found, ast.BasicLit)
    assert (found.kind, found.text) == ("string", "")


def test_precedence_in_a_long_chain() -> None:
    """A comparison of long sums stays a comparison."""
    found = expression(" + ".join("a" * 100) + " == b")
    assert isinstance(found, ast.Binary)
    assert found.op == "=="


def table(element: str, count: int = 300) -> ast.Composite:
    """The literal of a table of so many equal elements."""
    found = expression(f"T{{\n{f'{element},{chr(10)}' * count}}}")
    assert isinstance(found, ast.Composite)
    return found


@pytest.mark.parametrize(
    "element",
    [
        "{\"a\", 1, 0x1F, 'b', 1.5e3, nil, true}",
        "{Lo: 1, Hi: -2}",
        '"f()": 1',
        "a.B: {1}",
        "{1, {2, {3}}}",
        "[]string{`x`}",
        "&T{1}",
    ],
)
def test_table_of_constants_is_cut(element: str) -> None:
    """Of a large table that holds only constants the first elements are kept, the others counted."""
    found = table(element)
    assert len(found.elements) + found.omitted == 300
    assert 0 < len(found.elements) < 20


@pytest.mark.parametrize(
    "element",
    ["f", "a.B", "f()", "func() {}", '{"a", f}', "map[string]int{}", "{a: f}", "x == 1", "größe", "[]F{f}"],
)
def test_table_of_anything_else_is_kept(element: str) -> None:
    """Names may be functions, and calls, closures and maps matter: such a table is kept whole."""
    found = table(element)
    assert (len(found.elements), found.omitted) == (300, 0)


def test_small_table_is_kept() -> None:
    """A table that fits a screen or two is kept whole."""
    found = table("1", 256)
    assert (len(found.elements), found.omitted) == (256, 0)


@pytest.mark.parametrize(
    "piece",
    [b"case x:", b"new(", b"func f(\n", b"func (r T) m[a(\n", b"//nolint\n", b"var (", b'"', b"`", b"/*", b"type T["],
)
def test_garbage_takes_no_forever(piece: bytes) -> None:
    """Garbage is read in time that grows with its length, though parsers may follow every reading of it."""
    assert extract(b"package p\n" + piece * 5_000).package == "p"
