"""What sync.Once lets run once, and for whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build as build_graph
from mapleak.maps.context import make_context
from mapleak.maps.model import Growth
from mapleak.resolve.model import CallFact, Ending
from maps_facts import PACKAGE, World, endless, key
from programs import resolved, write_module

F = f"{PACKAGE}.F"
LOAD = f"{PACKAGE}.load"
GUARDED = f"{F}$1"
ENDS = Ending("ends", "", 0, 0)


def do(world: World, once: str, argument: str = f"func:{GUARDED}") -> CallFact:
    return world.call("(*sync.Once).Do", argument, receiver=once)


def fill_and_empty(world: World, name: str, call: CallFact, ending: Ending = ENDS) -> tuple[Growth, str]:
    """F guards a closure that fills and empties a map; the call graph takes the closure for start-up code."""
    world.function(F, calls=(call,))
    ops = (world.op(name, key_=key("call"), pos=500), world.op(name, "remove", pos=510))
    world.function(GUARDED, ops=ops, parent=F, startup=True, ending=ending)
    found = world.map(name)
    return found.growth, found.removes[0].no_effect


def test_a_package_variable() -> None:
    """Once in the process."""
    world = World()
    growth, why = fill_and_empty(world, world.var(), do(world, f"{PACKAGE}.once"))
    assert (growth, why) == (Growth.START_UP, "it runs only at start-up")


def test_a_package_variable_of_anonymous_struct_type() -> None:
    """``var state struct { once sync.Once; m map[string]int }``."""
    world = World()
    growth, why = fill_and_empty(world, world.field_("state"), do(world, f"{PACKAGE}.state.once"))
    assert (growth, why) == (Growth.START_UP, "it runs only at start-up")


def test_a_field_of_another_object() -> None:
    """``c.closeOnce.Do(func() { delete(server.conns, c) })`` runs for every c."""
    world = World()
    world.type("Conn")
    growth, why = fill_and_empty(world, world.var(), do(world, f"{PACKAGE}.Conn.closeOnce"))
    assert (growth, why) == (Growth.UNBOUNDED, "")


def test_a_field_of_an_object_that_only_start_up_code_makes() -> None:
    """``var setting = &Setting{}`` with a Once of its own: as good as a package variable."""
    world = World()
    setting = world.type("Setting")
    world.function(f"{PACKAGE}.init", made=(setting,), root="init", startup=True)
    growth, why = fill_and_empty(world, world.var(), do(world, f"{setting}.once"))
    assert (growth, why) == (Growth.START_UP, "it runs only at start-up")


def test_a_field_of_the_owner() -> None:
    """``t.once.Do(func() { t.m[k] = v })`` fills each map once."""
    world = World()
    world.type("T")
    growth, why = fill_and_empty(world, world.field_("T"), do(world, f"{PACKAGE}.T.once"))
    assert (growth, why) == (Growth.START_UP, "it runs once")


@pytest.mark.parametrize("callee", ["sync.OnceFunc", "sync.OnceValue", "sync.OnceValues"])
def test_once_functions(callee: str) -> None:
    """Each call makes a function that runs once."""
    world = World()
    assert fill_and_empty(world, world.var(), world.call(callee, f"func:{GUARDED}")) == (Growth.UNBOUNDED, "")


def test_a_local_once() -> None:
    """``var once sync.Once`` in a function: once for each call."""
    world = World()
    assert fill_and_empty(world, world.var(), do(world, f"{F}.once")) == (Growth.UNBOUNDED, "")


def test_an_endless_loop_behind_once() -> None:
    """``startOnce.Do(func() { go func() { for { … delete(m, k) … } }() })``."""
    world = World()
    found = fill_and_empty(world, world.var(), do(world, f"{PACKAGE}.once"), endless(400, 600))
    assert found == (Growth.UNBOUNDED, "")


@pytest.mark.parametrize(
    ("once", "expected"), [(f"{PACKAGE}.once", Growth.START_UP), (f"{PACKAGE}.Conn.once", Growth.UNBOUNDED)]
)
def test_a_function_by_name_and_what_it_calls(once: str, expected: Growth) -> None:
    """``once.Do(load)``, by way of a variable; ``load`` calls ``fill``."""
    world = World()
    world.type("Conn")
    name = world.var()
    fill = f"{PACKAGE}.fill"
    world.function(F, calls=(do(world, once, f"{F}.f"),), flows=((f"{F}.f", f"func:{LOAD}"),))
    world.function(LOAD, calls=(world.call(fill),), root="", startup=True)
    world.function(fill, ops=(world.op(name, key_=key("call")),), root="", startup=True)
    assert world.map(name).growth is expected


def test_the_loosest_of_several_guards() -> None:
    """The same function behind a Once of the process and behind one of each connection."""
    world = World()
    world.type("Conn")
    name = world.var()
    calls = (do(world, f"{PACKAGE}.once", f"func:{LOAD}"), do(world, f"{PACKAGE}.Conn.once", f"func:{LOAD}"))
    world.function(F, calls=calls)
    world.function(LOAD, ops=(world.op(name, key_=key("call")),), root="", startup=True)
    assert world.map(name).growth is Growth.UNBOUNDED


@pytest.mark.parametrize(("once", "expected"), [("processOnce", True), ("j.once", False)])
def test_an_exported_function_behind_once(tmp_path: Path, once: str, expected: bool) -> None:
    """Importers aside, NewTable runs once in the process, or once for each job, which is again and again."""
    library = """
package table

type Table struct{ rows map[string]int }

func NewTable() *Table { return &Table{rows: map[string]int{}} }

func (t *Table) Put(name string) { t.rows[name]++ }
"""
    program = """
package main

import (
	"net/http"
	"sync"

	"example.com/m/table"
)

var processOnce sync.Once

type job struct {
	once sync.Once
	name string
}

func (j *job) run() {
	%s.Do(func() { table.NewTable().Put(j.name) })
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		j := &job{name: r.Host}
		j.run()
	})
	http.ListenAndServe(":80", nil)
}
"""
    files = {"table/table.go": library, "main.go": program % once}
    linked = resolved(write_module(tmp_path, files))
    context = make_context(linked, build_graph(linked))
    (maker,) = context.graph.functions["example.com/m/table.NewTable"]
    assert (context.startup_here(maker, maker.pos), context.assumed(maker, maker.pos)) == (expected, expected)
