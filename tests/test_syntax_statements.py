# ruff: noqa: E501 (a case is a line)
"""Every form of statement, by what it is read as."""

from __future__ import annotations

import pytest

from syntax_support import shape, statements

CASES = [
    ("v := new(i > 0)\nif v { }", "(assign( v) :=((call new((binary i >(literal))))))(if - v(block) -)"),
    ("x = 1", "(assign( x) =((literal)))"),
    ("a, b = <-c, m[k]", "(assign( a b) =((unary <- c)(index m( k))))"),
    ("v, ok := m[k]", "(assign( v ok) :=((index m( k))))"),
    ("m[k] += 1", "(assign((index m( k))) +=((literal)))"),
    ("a &^= b", "(assign( a) &^=( b))"),
    ("m[k]++", "(step ++(index m( k)))"),
    ("*p--", "(step --(star p))"),
    ("c <- 1", "(send c(literal))"),
    ("c <- <-d", "(send c(unary <- d))"),
    ("f()", "(do(call f()))"),
    ("(f())", "(do(call f()))"),
    ("<-c", "(do(unary <- c))"),
    ("go f()", "(go(call f()))"),
    ("go func() {}()", "(go(call(closure(params)(params)(params)(block))()))"),
    ("defer (func() {})()", "(defer(call(closure(params)(params)(params)(block))()))"),
    ("return", "(return())"),
    ("return a, (b)", "(return( a b))"),
    ("L: for { break L; continue L; goto L }", "(label L(for - - -(block(break L)(continue L)(goto L))))"),
    (
        "new:\nfor { break new; continue new; goto new }",
        "(label new(for - - -(block(break new)(continue new)(goto new))))",
    ),
    ("iota: // of mine\nfor { continue iota }", "(label iota(for - - -(block(continue iota))))"),
    (
        "nil: for { v := new(i > 0); break nil }",
        "(label nil(for - - -(block(assign( v) :=((call new((binary i >(literal))))))(break nil))))",
    ),
    ("L: x := 1", "(label L(assign( x) :=((literal))))"),
    ("a(); L:", "(do(call a()))(label L)"),
    ("L: ;", "(label L)"),
    ("L: M: f()", "(label L(label M(do(call f()))))"),
    ("{ a(); { b() } }", "(block(do(call a()))(block(do(call b()))))"),
    (";;a();;", "(do(call a()))"),
    ("if a { b() }", "(if - a(block(do(call b()))) -)"),
    (
        "if x := f(T{}); x { a() } else if y { b() } else { c() }",
        "(if(assign( x) :=((call f((composite T))))) x(block(do(call a())))(if - y(block(do(call b())))(block(do(call c())))))",
    ),
    ("if (a) { } else { }", "(if - a(block)(block))"),
    ("if x := (T{}); x.a { }", "(if(assign( x) :=((composite T)))(selector x a)(block) -)"),
    ("for { }", "(for - - -(block))"),
    ("for a { }", "(for - a -(block))"),
    (
        "for i := 0; i < 3; i++ { f() }",
        "(for(assign( i) :=((literal)))(binary i <(literal))(step ++ i)(block(do(call f()))))",
    ),
    ("for ; ; { }", "(for - - -(block))"),
    ("for ; a; { }", "(for - a -(block))"),
    ("for i = 0; ; i++ { }", "(for(assign( i) =((literal))) -(step ++ i)(block))"),
    ("for range c { }", "(range - - c(block))"),
    ("for range 3 { }", "(range - -(literal)(block))"),
    ("for i := range 10 { }", "(range i - :=(literal)(block))"),
    ("for k, v := range m { }", "(range k v := m(block))"),
    ("for _, x := range []T{{1}} { }", "(range _ x :=(composite(array slice T)(composite -(literal)))(block))"),
    ("for m[k] = range x { }", "(range(index m( k)) - x(block))"),
    ("for m[k], *p = range x { }", "(range(index m( k))(star p) x(block))"),
    ("for x := range f[T]() { }", "(range x - :=(call(index f( T))())(block))"),
    ("for x := range (a) { }", "(range x - := a(block))"),
    ("switch { }", "(switch - -)"),
    (
        "switch x { case 1, 2: a(); fallthrough; case f(x): default: b() }",
        "(switch - x(case((literal)(literal))(do(call a()))(fallthrough))(case((call f( x))))(case()(do(call b()))))",
    ),
    ("switch x := f(); x { }", "(switch(assign( x) :=((call f()))) x)"),
    ("switch f(); { }", "(switch(do(call f())) -)"),
    ("switch (x) { case T{}: }", "(switch - x(case((composite T))))"),
    (
        "switch x := y.(type) { case int, *T: a(); case nil: case []int, pkg.T[int]: default: }",
        "(typeswitch - x y(case( int(star T))(do(call a())))(case( nil))(case((array slice int)(index(selector pkg T)( int))))(case()))",
    ),
    ("switch y.(type) { }", "(typeswitch - y)"),
    ("switch a := 1; x := y.z().(type) { }", "(typeswitch(assign( a) :=((literal))) x(call(selector y z)()))"),
    ("switch f(); (y).(type) { }", "(typeswitch(do(call f())) y)"),
    (
        "select { case x := <-c: f(); case c <- 1: case <-c: default: g() }",
        "(select(comm(assign( x) :=((unary <- c)))(do(call f())))(comm(send c(literal)))(comm(do(unary <- c)))(comm -(do(call g()))))",
    ),
    (
        "select { case x, ok = <-c: case m[k] = <-c: case (<-c): }",
        "(select(comm(assign( x ok) =((unary <- c))))(comm(assign((index m( k))) =((unary <- c))))(comm(do(unary <- c))))",
    ),
    ("select { }", "(select)"),
    ("var x, y int = 1, 2", "(var x y int((literal)(literal)))"),
    ("var ( a int; b = 2 )", "(var a int())(var b -((literal)))"),
    ("var ()", ""),
    (
        "const ( a = iota; b; c, d int = 1, 2; e, f )",
        "(const 0 a -( iota))(const 1 b -( iota))(const 2 c d int((literal)(literal)))(const 3 e f int((literal)(literal)))",
    ),
    ("type T struct { a int }", "(type T(params)(struct(field a int -)))"),
    ("type A = B", "(type A =(params) B)"),
    ("type ( A int; B[K any] = C[K] )", "(type A(params) int)(type B =(params(p K any))(index C( K)))"),
]


@pytest.mark.parametrize(("code", "expected"), CASES, ids=[code for code, _ in CASES])
def test_statement(code: str, expected: str) -> None:
    """A statement is read as the Go specification nests it."""
    assert shape(*statements(code)) == expected
