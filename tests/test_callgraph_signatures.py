"""Signatures that are known in part only, compared with those of interfaces."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build
from mapleak.callgraph.signatures import agree
from programs import resolved, write_module


@pytest.mark.parametrize(
    ("own", "interface"),
    [
        ("func(unknown)(string)", "func(map[string]int)(string)"),
        ("func(unknown,func(unknown)(bool))()", "func(int,func(int)(bool))()"),
        ("func(map[unknown]p.V,error)(unknown,error)", "func(map[string]p.V,error)(*p.T,error)"),
        ("func([]unknown...)()", "func([]string...)()"),
        ("func(*unknown)()", "func(*unknown)()"),
        ("func(string)()", "func(unknown)()"),
        ("func(p.List[unknown])([]unknown)", "func(p.List[a,b])([]c)"),
        ("unknown", "func(int)()"),
    ],
)
def test_unknown_parts_may_be_anything(own: str, interface: str) -> None:
    assert agree(own, interface)


@pytest.mark.parametrize(
    ("own", "interface"),
    [
        ("func(unknown,func()())()", "func(*net/http.Request)(*net/http.Response,error)"),
        ("func(unknown)()", "func(int,string)()"),
        ("func(unknown)()", "func()()"),
        ("func(unknown)(int)", "func(bool)(string)"),
        ("func(map[unknown]int)()", "func(map[string]bool)()"),
        ("func([]unknown)()", "func([]string...)()"),
        ("func(p.unknown)()", "func(int)()"),
        ("func(unknown/p.T)()", "func(int)()"),
    ],
)
def test_the_other_parts_must_be_the_same(own: str, interface: str) -> None:
    assert not agree(own, interface)


def test_a_method_of_a_generic_type_is_no_implementation_of_another_shape(tmp_path: Path) -> None:
    source = """package p

    type Latch[T comparable] struct{ m map[T]bool }

    func (l *Latch[T]) Do(key T, f func()) { l.m[key] = true; f() }

    type Cell[T any] struct{ v T }

    func (c *Cell[T]) Do(v T) error { c.v = v; return nil }

    type Doer interface{ Do(order *Order) error }

    type Order struct{}

    var latch Latch[string]
    var cell Cell[*Order]

    func Use(d Doer, o *Order) error { return d.Do(o) }
    """
    graph = build(resolved(write_module(tmp_path, {"p.go": source})))
    assert {edge.callee for edge in graph.callees["example.com/m.Use"]} == {"(*example.com/m.Cell).Do"}
