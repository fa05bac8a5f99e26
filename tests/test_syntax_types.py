# ruff: noqa: E501 (a case is a line)
"""Every form of type, by what it is read as."""

from __future__ import annotations

import pytest

from syntax_support import shape, type_of

CASES = [
    ("int", "int"),
    ("pkg.T", "(selector pkg T)"),
    ("(T)", "T"),
    ("*T", "(star T)"),
    ("**T", "(star(star T))"),
    ("[]T", "(array slice T)"),
    ("[3]T", "(array(literal) T)"),
    ("[N * 2]T", "(array(binary N *(literal)) T)"),
    ("[pkg.N]T", "(array(selector pkg N) T)"),
    ("[]*map[K]*V", "(array slice(star(map K(star V))))"),
    ("map[string][]int", "(map string(array slice int))"),
    ("chan int", "(chan both int)"),
    ("chan<- int", "(chan send int)"),
    ("<-chan int", "(chan recv int)"),
    ("chan<- chan int", "(chan send(chan both int))"),
    ("chan (<-chan int)", "(chan both(chan recv int))"),
    ("chan <-chan int", "(chan send(chan both int))"),
    ("func()", "(func(params)(params)(params))"),
    ("func(int, string)", "(func(params)(params(p int)(p string))(params))"),
    ("func(a, b)", "(func(params)(params(p a)(p b))(params))"),
    ("func(a, b int) error", "(func(params)(params(p a int)(p b int))(params(p error)))"),
    ("func(a int, b ...pkg.T)", "(func(params)(params(p a int)(p b ...(selector pkg T)))(params))"),
    ("func(...int)", "(func(params)(params(p ... int))(params))"),
    ("func() (int, error)", "(func(params)(params)(params(p int)(p error)))"),
    ("func() (a, b int)", "(func(params)(params)(params(p a int)(p b int)))"),
    ("func() func() int", "(func(params)(params)(params(p(func(params)(params)(params(p int))))))"),
    (
        "func(num, a1, a2, a3, a4, a5, a6, a7, a8, a9 uintptr)",
        "(func(params)(params(p num uintptr)(p a1 uintptr)(p a2 uintptr)(p a3 uintptr)(p a4 uintptr)(p a5 uintptr)(p a6 uintptr)(p a7 uintptr)(p a8 uintptr)(p a9 uintptr))(params))",
    ),
    ("T[int]", "(index T( int))"),
    ("T[int, []string]", "(index T( int(array slice string)))"),
    ("pkg.T[K, map[K]V]", "(index(selector pkg T)( K(map K V)))"),
    ("*T[int]", "(star(index T( int)))"),
    ("[]T[int]", "(array slice(index T( int)))"),
    ("struct{}", "(struct)"),
    ("struct{ a, b int; c string }", "(struct(field a int -)(field b int -)(field c string -))"),
    (
        "struct{ T; *U; pkg.V; *pkg.W; G[int]; *pkg.G[K, V] }",
        "(struct(embedded T T -)(embedded U(star U) -)(embedded V(selector pkg V) -)(embedded W(star(selector pkg W)) -)(embedded G(index G( int)) -)(embedded G(star(index(selector pkg G)( K V))) -))",
    ),
    ('struct{ a int `json:"a"`; T "x" }', '(struct(field a int "`json:\\"a\\"`")(embedded T T "\\"x\\""))'),
    ("struct{ _ int; s struct{ a int } }", "(struct(field _ int -)(field s(struct(field a int -)) -))"),
    ("interface{}", "(interface)"),
    (
        "interface{ F(x int) (y string, err error); G() }",
        "(interface(method F(params)(params(p x int))(params(p y string)(p err error)))(method G(params)(params)(params)))",
    ),
    (
        "interface{ io.Reader; F(); T[int] }",
        "(interface(method F(params)(params)(params))(selector io Reader)(index T( int)))",
    ),
    (
        "interface{ ~int | ~string; int; *T | []byte | pkg.X | U[int] }",
        "(interface(binary(unary ~ int) |(unary ~ string)) int(binary(binary(binary(star T) |(array slice byte)) |(selector pkg X)) |(index U( int))))",
    ),
]


@pytest.mark.parametrize(("code", "expected"), CASES, ids=[code for code, _ in CASES])
def test_type(code: str, expected: str) -> None:
    """A type is read as the Go specification nests it."""
    assert shape(type_of(code)) == expected
