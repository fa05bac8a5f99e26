"""Which maps are used by code that is not seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_facts import PACKAGE, World
from maps_source import model_of

F = f"{PACKAGE}.F"


def handed(callee: str, *, mode: str = "static") -> bool:
    world = World()
    name = world.var("v")
    world.function(F, calls=(world.call(callee, name, mode=mode),))
    return world.map(name).unseen_uses


@pytest.mark.parametrize(
    ("callee", "expected"),
    [
        ("lib.Fill", True),
        ("fmt.Println", False),
        ("encoding/json.Marshal", False),
        ("(*sync.Map).Range", False),
        (f"{PACKAGE}.F", False),
    ],
)
def test_handed_to_a_function(callee: str, expected: bool) -> None:
    """Code outside may do anything, except where it is known to only read."""
    assert handed(callee) is expected


@pytest.mark.parametrize("mode", ["unknown", "interface", "value"])
def test_handed_to_who_knows_whom(mode: str) -> None:
    """A call whose callee was not found may lead outside."""
    assert handed("lib.Filler", mode=mode)


def test_a_dynamic_call_whose_callees_were_found() -> None:
    """What the call graph resolves is seen."""
    world = World()
    name = world.var("v")
    call = world.call("lib.Filler", name, mode="interface", method="Fill")
    world.function(F, calls=(call,))
    world.edge(F, F, kind="interface", pos=call.pos)
    assert not world.map(name).unseen_uses


def test_handed_over_by_tests() -> None:
    """What a test compares a map with takes nothing out of it in a program that runs."""
    world = World()
    name = world.var("v")
    world.function(F, file="p_test.go", calls=(world.call("lib.Equal", name),))
    assert not world.map(name).unseen_uses


@pytest.mark.parametrize(
    ("root", "mains", "expected"),
    [
        ("exported", (), True),
        ("exported", ("example.com/p/cmd/serve",), False),  # all that call it are in the program
        ("main", (PACKAGE,), False),
        ("", (), False),
    ],
)
def test_returned_to_importers(root: str, mains: tuple[str, ...], expected: bool) -> None:
    """``func (s *server) Table() map[string]int { return v }``."""
    world = World(main_packages=mains)
    name, function = world.var("v"), f"(*{PACKAGE}.server).Table"
    world.function(function, flows=((f"{function}$r0", name),), root=root, receiver=f"{PACKAGE}.server")
    assert world.map(name).unseen_uses is expected


def test_comes_from_outside() -> None:
    """``s.header = r.Header``: others hold it as well."""
    world = World()
    name = world.field_("server", "header")
    world.function(F, flows=((name, "outside:net/http.Request.Header"),))
    assert world.map(name).unseen_uses


def test_syntax_errors_in_the_package() -> None:
    """What could not be read may do anything."""
    world = World()
    name = world.var("v")
    assert not world.map(name).unseen_uses
    world.file("broken.go", issues=True)
    assert world.map(name).unseen_uses


@pytest.mark.parametrize(
    ("name", "package_is_main", "mains", "expected"),
    [
        ("Table", False, (), True),  # a library
        ("table", False, (), False),
        ("Table", True, (PACKAGE,), False),
        ("Table", False, ("example.com/p/cmd/serve",), False),  # a program with packages of its own
        ("Table", False, ("example.com/p/examples/simple",), True),  # a library with an example
        ("Table", False, ("example.org/other",), True),
    ],
)
def test_exported_variables(name: str, package_is_main: bool, mains: tuple[str, ...], expected: bool) -> None:
    """Importers of a library may change what they can name."""
    world = World(main_packages=mains)
    assert package_is_main == (PACKAGE in mains)
    assert world.map(world.var(name)).unseen_uses is expected


def test_exported_fields_of_unexported_types() -> None:
    """Both names must be exported."""
    world = World(main_packages=())
    assert world.map(world.field_("Server", "Peers")).unseen_uses
    assert not world.map(world.field_("server", "Peers")).unseen_uses
    assert not world.map(world.field_("Server", "peers")).unseen_uses


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("func forget(d deleter, k string) { d.Delete(k) }", True),
        ("func forget(d deleter, k string) { d.Load(k) }", False),
        ("func forget(m *sync.Map, k string)", True),  # assembly, or linked from elsewhere
        ("func forget(m *sync.Map, k string) { m.Load(k) }", False),
    ],
)
def test_handed_to_a_function_that_removes_out_of_sight(tmp_path: Path, body: str, expected: bool) -> None:
    source = (
        'package main\n\nimport "sync"\n\ntype deleter interface {\n\tDelete(any)\n\tLoad(any) (any, bool)\n}\n\n'
        f"var known sync.Map\n\n{body}\n\n"
        'func main() { known.Store("a", 1); forget(&known, "a"); var _ deleter }\n'
    )
    found = model_of(tmp_path, {"main.go": source}).map("example.com/m.known")
    assert found is not None
    assert found.unseen_uses is expected
