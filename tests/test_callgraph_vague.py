"""Calls that may mean very many functions: they reach them, but do not make them run again and again."""

from __future__ import annotations

import pytest

from callgraph_program import function, interface, interface_call, main, method, named_type, program
from mapleak.callgraph.build import build
from mapleak.callgraph.model import CallGraph
from mapleak.callgraph.vague import MANY, is_standard
from mapleak.resolve.model import CallFact


def fan_out(key: str, count: int) -> CallGraph:
    """An exported function that calls ``key``'s method M, which ``count`` types of the tree implement."""
    names = [f"m/p.T{i}" for i in range(count)]
    types = [named_type(name, method("M", f"*{name}")) for name in names]
    caller = function("m/p.Handle", interface_call(key, "M"), exported=True)
    implementations = [function(f"(*{name}).M", receiver=name) for name in names]
    return build(
        program(main(made=names), caller, *implementations, types=types, interfaces=[interface(key, ("M", "func()"))])
    )


@pytest.mark.parametrize(
    ("key", "count", "repeats"),
    [("io.Writer", MANY, True), ("io.Writer", MANY + 1, False), ("error", MANY + 1, False), ("m/p.Handler", 100, True)],
)
def test_only_the_librarys_interfaces_with_many_implementations_are_vague(key: str, count: int, repeats: bool) -> None:
    graph = fan_out(key, count)
    assert "(*m/p.T0).M" in graph.reachable
    assert ("(*m/p.T0).M" not in graph.startup_only) is repeats


def test_what_is_of_the_standard_library() -> None:
    own = frozenset({"shop", "shop/cart"})
    names = ["io", "net/http", "", "shop", "shop/cart", "example.com/x"]
    assert [is_standard(name, own) for name in names] == [True, True, True, False, False, False]
    assert is_standard("net/http", frozenset({"net/http", "runtime"}))


def test_calls_chained_at_one_place_are_counted_apart() -> None:
    """``first.M().N()``: both calls begin at the same offset, and neither has many callees."""
    chained = [
        CallFact("interface", f"io.{key}", name, "call", 5, end, "", (), 0)
        for key, name, end in (("First", "M", 14), ("Second", "N", 18))
    ]
    names = {"M": [f"m/p.A{i}" for i in range(MANY)], "N": [f"m/p.B{i}" for i in range(MANY)]}
    owned = [(name, own) for name, owners in names.items() for own in owners]
    graph = build(
        program(
            main(made=[own for _, own in owned]),
            function("m/p.Handle", *chained, exported=True),
            *(function(f"(*{own}).{name}", receiver=own) for name, own in owned),
            types=[named_type(own, method(name, f"*{own}")) for name, own in owned],
            interfaces=[interface("io.First", ("M", "func()")), interface("io.Second", ("N", "func()"))],
        )
    )
    assert "(*m/p.A0).M" in graph.reachable - graph.startup_only
