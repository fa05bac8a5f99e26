"""What does not make a function run again and again: vague calls, programs that link it alone, loops that compute."""

from __future__ import annotations

import msgspec
import pytest

from callgraph_program import (
    call,
    endless,
    function,
    interface,
    interface_call,
    main,
    method,
    named_type,
    program,
    value_call,
)
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


class TestImporters:
    """What exported functions lead to is followed into packages that their importers contain, and no further."""

    def graph(self, imports: dict[str, tuple[str, ...]]) -> CallGraph:
        parse = function("m/flag.Parse", value_call("m/flag.Parse.f"), exported=True, package="m/flag")
        option = function("m/internal/tool.Option", package="m/internal/tool")
        hand_over = call("m/flag.Parse", 5)
        flows = [("m/flag.Parse.f", "func:m/internal/tool.Option")]
        return build(program(main(hand_over), parse, option, flows=flows, imports=imports))

    def test_a_package_only_the_command_links_is_left_to_the_command(self) -> None:
        graph = self.graph({"m": ("m/flag", "m/internal/tool")})
        assert "m/internal/tool.Option" in graph.startup_only
        assert graph.entry["m/internal/tool.Option"] == "m.main"

    def test_a_package_that_the_api_imports_runs_as_often_as_the_api(self) -> None:
        graph = self.graph({"m/flag": ("m/internal/tool",)})
        assert "m/internal/tool.Option" not in graph.startup_only
        assert graph.entry["m/internal/tool.Option"] == "m/flag.Parse"


class TestLoopsThatCanBeLeft:
    """``for { … return }``: it serves events only when it, or what it calls, waits for some."""

    def graph(self, *, waits: bool) -> CallGraph:
        read = function("m.read", waits=waits)
        loop = function("m.serve", call("m.next", 5, loop=1), call("m.handle", 6, loop=1), ending=endless(kind="loops"))
        return build(
            program(main(call("m.serve")), loop, function("m.next", call("m.read")), read, function("m.handle"))
        )

    def test_reading_a_file_is_no_service(self) -> None:
        assert "m.handle" in self.graph(waits=False).startup_only

    def test_reading_messages_is(self) -> None:
        assert "m.handle" not in self.graph(waits=True).startup_only


def test_each_loop_of_a_function_counts() -> None:
    """One that is tried again until it is ready stands before the one that serves."""
    first, service = endless(5, 15, "stoppable"), endless(20, 40, "stoppable")
    serve = function("m.serve", call("m.ready", 6, loop=1), call("m.handle", 21, loop=1), ending=first)
    handle, ready = function("m.handle"), function("m.ready")
    for loops, again in (((first, service), {"m.ready", "m.handle"}), ((first,), {"m.ready"})):
        graph = build(program(main(call("m.serve")), msgspec.structs.replace(serve, loops=loops), handle, ready))
        assert {"m.ready", "m.handle"} - graph.startup_only == again


def test_what_only_importers_repeat_is_assumed() -> None:
    """Exported functions and what they lead to, unless a handler's shape, a callback or a loop says more."""
    served = function("m/p.serve", call("m/p.both", 5, loop=1), ending=endless())
    graph = build(
        program(
            main(call("m/p.serve"), call("m/p.Once", 5)),
            served,
            function("m/p.Login", call("m/p.add"), call("m/p.both", 5), exported=True),
            function("m/p.add"),
            function("m/p.both"),
            function("m/p.Once", exported=True),
            function("m/p.Serve", exported=True, signature="func(net/http.ResponseWriter, *net/http.Request)()"),
        )
    )
    assert graph.assumed == {"m/p.Login", "m/p.add", "m/p.Once"}


@pytest.mark.parametrize(
    ("calls", "waits", "repeats"),
    [
        ((call("time.AfterFunc", 5, args=("", "func:m/p.F")),), False, True),
        ((call("time.AfterFunc", 5, args=("", "func:m/p.back")),), False, True),
        ((call("time.AfterFunc", 5, args=("", "func:m/p.other")),), False, False),
        ((call("m/p.F", 5, how="go"),), True, True),
        ((call("m/p.F", 5, how="go"),), False, False),
        ((call("m/p.F", 5, how="go", loop=1),), True, False),
        ((call("m/p.F", 5),), True, False),
    ],
)
def test_functions_that_start_themselves_anew(calls: tuple[CallFact, ...], waits: bool, repeats: bool) -> None:
    """A timer, or a wait before the go statement, makes a repetition of it; dividing work comes to an end."""
    graph = build(
        program(
            main(call("m/p.F")),
            function("m/p.F", *calls, waits=waits),
            function("m/p.back", call("m/p.F")),
            function("m/p.other"),
        )
    )
    assert ("m/p.F" not in graph.startup_only) is repeats
