"""Which removals empty the map of a running program."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from mapleak.maps.removal.emptying import emptying
from maps_facts import PACKAGE, World, key
from maps_source import model_of

F = f"{PACKAGE}.F"
T = f"{PACKAGE}.T"


def why_not(world: World, name: str) -> str:
    """The reason why the only removal or reset of a map has no effect."""
    found = world.map(name)
    (operation,) = (*found.removes, *found.resets)
    assert emptying(found) == (() if operation.no_effect else (operation,))
    return operation.no_effect


def method(name: str) -> str:
    return f"(*{T}).{name}"


def test_a_removal_that_runs_again_and_again_counts() -> None:
    """The plain case."""
    world = World()
    name = world.var()
    world.function(F, ops=(world.op(name, "remove"),))
    assert why_not(world, name) == ""


def test_unreachable() -> None:
    """A removal in code nobody calls stays listed and has no effect."""
    world = World()
    name = world.var()
    world.unreachable.add(world.function(F, ops=(world.op(name, "remove"),), root=""))
    assert why_not(world, name) == "nothing that runs reaches it"


def test_tests_only() -> None:
    """A removal in a test file does nothing for the program, but it empties a map of the tests."""
    world = World()
    name, own = world.var(), world.var("own", file="p_test.go")
    world.function(F, ops=(world.op(name, "remove"), world.op(own, "remove")), file="p_test.go", root="test")
    assert why_not(world, name) == "only tests run it"
    assert why_not(world, own) == ""


def test_start_up_only() -> None:
    """What runs before the program serves empties nothing afterwards."""
    world = World()
    name = world.var()
    world.function(F, ops=(world.op(name, "remove"),), root="init", startup=True)
    assert why_not(world, name) == "it runs only at start-up"


@pytest.mark.parametrize(("mains", "counts"), [((PACKAGE,), False), ((f"{PACKAGE}/example",), True), ((), True)])
def test_start_up_only_in_this_program(mains: tuple[str, ...], counts: bool) -> None:
    """An exported function of a program that its main calls once empties nothing; a library's users may call it."""
    world = World(main_packages=mains)
    name = world.var()
    world.startup_here.add(world.function(F, ops=(world.op(name, "remove", "clear"),)))
    assert why_not(world, name) == ("" if counts else "this program runs it only at start-up")


@pytest.mark.parametrize(("filled", "counts"), [("here", True), ("again", False)])
def test_what_a_program_fills_and_empties_at_start_up_alone(filled: str, counts: bool) -> None:
    """Where only importers fill the map again and again, they empty it as often."""
    world = World(main_packages=(PACKAGE,))
    name = world.var()
    world.startup_here.add(world.function(F, ops=(world.op(name, "remove"),)))
    fills = world.function(f"{PACKAGE}.G", ops=(world.op(name),))
    if filled == "here":
        world.startup_here.add(fills)
    assert why_not(world, name) == ("" if counts else "this program runs it only at start-up")


def test_lazy_initialisation() -> None:
    """``if m == nil { m = make(…) }``."""
    world = World()
    name = world.var()
    world.function(F, ops=(world.op(name, "reset", guards=("lazy",)),))
    assert why_not(world, name) == "it only gives a map to a variable that has none"


def test_a_new_map_in_every_round_counts() -> None:
    """``m = make(…)`` elsewhere drops what was in it."""
    world = World()
    name = world.var()
    world.function(F, ops=(world.op(name, "reset"),))
    assert why_not(world, name) == ""


@pytest.mark.parametrize(
    ("made", "receiver", "expected"),
    [((T,), "", "it gives a new object its first map"), ((), "", ""), ((T,), T, "")],
)
def test_constructor(made: tuple[str, ...], receiver: str, expected: str) -> None:
    """The function that makes the owner gives it its first map; a method of the owner replaces one."""
    world = World()
    world.type("T")
    name = world.field_("T")
    world.function(method("Fresh") if receiver else F, ops=(world.op(name, "reset"),), made=made, receiver=receiver)
    assert why_not(world, name) == expected


def test_a_method_that_only_constructors_call_is_part_of_construction() -> None:
    """``func New() *T { t := &T{}; t.prepare(); return t }``."""
    world = World()
    world.type("T")
    name = world.field_("T")
    world.function(method("prepare"), ops=(world.op(name, "reset"),), receiver=T, root="")
    world.function(F, made=(T,), calls=(world.call(method("prepare")),), signature=f"func()(*{T})")
    assert why_not(world, name) == "it gives a new object its first map"


def test_a_method_that_is_called_beside_the_making_of_another_object_empties() -> None:
    """``func (s *Server) Peer(t *T) { s.spare = &T{}; t.renew() }``: what is made there need not be what is renewed."""
    world = World()
    world.type("T")
    name = world.field_("T")
    world.function(method("renew"), ops=(world.op(name, "reset"),), receiver=T, root="")
    world.function(F, made=(T,), calls=(world.call(method("renew")),))
    assert why_not(world, name) == ""


def test_a_method_that_others_call_too_is_no_part_of_construction() -> None:
    """``func Round(t *T) { t.prepare() }`` renews the map of an object that lives already."""
    world = World()
    world.type("T")
    name = world.field_("T")
    world.function(method("prepare"), ops=(world.op(name, "reset"),), receiver=T, root="")
    world.function(F, made=(T,), calls=(world.call(method("prepare")),), signature=f"func()(*{T})")
    world.function(f"{PACKAGE}.Round", calls=(world.call(method("prepare")),))
    assert why_not(world, name) == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Init", "it gives a new object its first map"),
        ("initTables", "it gives a new object its first map"),
        ("Start", "it gives a new object its first map"),
        ("startRound", ""),
    ],
)
def test_an_initialiser_by_name(name: str, expected: str) -> None:
    """``(*T).Init`` is called on new objects, whoever calls it; a round may start many times."""
    world = World()
    world.type("T")
    field = world.field_("T")
    world.function(method(name), ops=(world.op(field, "reset"),), receiver=T)
    assert why_not(world, field) == expected


@pytest.mark.parametrize(
    ("adds", "clones", "expected", "growth"),
    [
        (True, False, "the new map takes over the entries of the old one", Growth.UNBOUNDED),
        (True, True, "the new map takes over the entries of the old one", Growth.UNBOUNDED),
        (False, False, "", Growth.BOUNDED),
    ],
)
def test_a_copy_takes_the_place_of_the_map(adds: bool, clones: bool, expected: str, growth: Growth) -> None:
    """``n := copy of s.m; n[k] = v; s.m = n`` only adds; without the addition it is a sweep."""
    world = World()
    name = world.field_("T")
    n = world.local(F, "n")
    copied = world.op(n.node, key_=key("other-map", name))
    added = world.op(n.node, key_=key("call"))
    calls = (world.call("maps.Clone", name),) if clones else ()
    ops = (() if clones else (copied,)) + ((added,) if adds else ()) + (world.op(name, "reset"),)
    world.function(F, ops=ops, calls=calls, flows=((n.node, "make@p.go:5"), (name, n.node)), variables=(n,))
    assert why_not(world, name) == expected
    assert world.map(name).growth is growth


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Close", "it runs only when its owner is shut down"),
        ("stopAll", "it runs only when its owner is shut down"),
        ("Reset", ""),
        ("disclose", ""),
    ],
)
def test_shutdown(name: str, expected: str) -> None:
    """Close and the like end the owner's life; Reset does not."""
    world = World()
    world.type("T")
    field = world.field_("T")
    world.function(method(name), ops=(world.op(field, "reset"),), receiver=T)
    assert why_not(world, field) == expected


def test_a_helper_that_only_shutdown_calls() -> None:
    """``Close`` and ``Stop`` both call ``drop``."""
    world = World()
    world.type("T")
    field = world.field_("T")
    world.function(method("drop"), ops=(world.op(field, "remove", "clear"),), receiver=T, root="")
    world.function(method("Close"), calls=(world.call(method("drop")),), receiver=T)
    assert why_not(world, field) == "it runs only when its owner is shut down"
    world.function(method("Flush"), calls=(world.call(method("drop")),), receiver=T)
    assert why_not(world, field) == ""


def test_deleting_one_key_in_close_counts() -> None:
    """``(*Conn).Close`` takes itself out of the server's map, and even a server may close one entry."""
    world = World()
    world.type("T")
    field = world.field_("T")
    world.function(method("Close"), ops=(world.op(field, "remove"),), receiver=T)
    assert why_not(world, field) == ""


def test_deleting_every_key_in_close_does_not() -> None:
    """``for k := range t.m { delete(t.m, k) }``."""
    world = World()
    world.type("T")
    field = world.field_("T")
    world.function(method("Close"), ops=(world.op(field, "remove", guards=("ranging",)),), receiver=T)
    assert why_not(world, field) == "it runs only when its owner is shut down"


def test_close_of_another_type_may_come_at_any_time() -> None:
    """The end of a connection is not the end of the table of connections."""
    world = World()
    world.type("T")
    field = world.field_("T")
    world.function(f"(*{PACKAGE}.Conn).Close", ops=(world.op(field, "remove", "clear"),), receiver=f"{PACKAGE}.Conn")
    assert why_not(world, field) == ""


def test_shutdown_of_a_package_variable_is_a_plain_function() -> None:
    """``func Shutdown() { V = nil }`` against a method of some object."""
    world = World()
    name, other = world.var("V"), world.var("W")
    world.function(f"{PACKAGE}.Shutdown", ops=(world.op(name, "reset", "nil"),))
    world.function(method("Shutdown"), ops=(world.op(other, "reset", "nil"),), receiver=T)
    assert why_not(world, name) == "it runs only when its owner is shut down"
    assert why_not(world, other) == ""


def test_a_removal_under_a_build_constraint_counts() -> None:
    """Absence is only claimed when no file contradicts it."""
    world = World()
    name = world.var()
    windows = world.file("p_windows.go", constraint="windows")
    world.function(F, ops=(world.op(name, "remove"),), file=windows)
    assert why_not(world, name) == ""
    assert world.map(name).removes[0].constraint == "windows"


WATCHERS = """
package main

import "net/http"

type watcher struct{}

func (w *watcher) cancel() error { return nil }

type desk struct{ watchers map[string]*watcher }

func (d *desk) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	d.watchers[r.URL.Path] = &watcher{}
	if r.Method == "PUT" {
		d.%s(map[string]bool{r.URL.Path: true})
	}
}

func (d *desk) %s(wanted map[string]bool) {
	for path, w := range d.watchers {
		%s
	}
}

func main() { http.ListenAndServe(":80", &desk{map[string]*watcher{}}) }
"""

SHUT_DOWN = "it runs only when its owner is shut down"


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("stopObsolete", "if !wanted[path] { w.cancel(); delete(d.watchers, path) }", ""),
        ("stopObsolete", "if wanted[path] { continue }; w.cancel(); delete(d.watchers, path)", ""),
        ("stopWatchers", "w.cancel(); delete(d.watchers, path)", SHUT_DOWN),
        ("stopWatchers", "if err := w.cancel(); err != nil { continue }; delete(d.watchers, path)", SHUT_DOWN),
        ("stop", "if !wanted[path] { w.cancel(); delete(d.watchers, path) }", SHUT_DOWN),
    ],
)
def test_taking_chosen_entries_is_no_shutdown(name: str, body: str, reason: str, tmp_path: Path) -> None:
    """What nobody wants any more is stopped, and the others go on: that comes again and again."""
    found = model_of(tmp_path, {"main.go": WATCHERS % (name, name, body)}).map("example.com/m.desk.watchers")
    assert found.removes[0].no_effect == reason
