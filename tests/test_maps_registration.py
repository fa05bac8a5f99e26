"""Insertions that only importers can repeat, and those that fill registries and settings."""

from __future__ import annotations

import pytest

from mapleak.resolve.model import KeyFact
from maps_facts import PACKAGE, World, endless, key


def configured(name: str, key_: KeyFact | None = None, form: str = "", receiver: str = "", caller: str = "") -> bool:
    """Whether a function of that name that inserts is taken for one that configures; ``caller`` calls it."""
    world = World()
    shared = world.var()
    full = f"(*{PACKAGE}.T).{name}" if receiver else f"{PACKAGE}.{name}"
    op = world.op(shared, key_=key_ or key("parameter"), form=form)
    world.function(full, ops=(op,), receiver=receiver, exported=name[0].isupper(), root="exported" * name[0].isupper())
    if caller:
        world.function(f"{PACKAGE}.{caller}", calls=(world.call(full),), exported=True)
    return world.map(shared).inserts[0].configures


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, True) for name in ("AddEngine", "SetName", "Set", "Register", "Handler", "NewServer")),
        *((name, False) for name in ("Address", "Settle", "HandleRequest", "Newest", "Login")),
    ],
)
def test_names_of_settings(name: str, expected: bool) -> None:
    """Whole first words count."""
    assert configured(name) is expected


def test_what_is_no_setting() -> None:
    """Counts, keys made anew, the objects a constructor makes, and methods."""
    assert not configured("Add", form="inc_dec")
    assert not configured("Add", key("counter"))
    assert configured("AddRoute", key("call"))
    assert not configured("NewSession", key("call"))
    assert not configured("Set", receiver=f"{PACKAGE}.T")


def test_callers_have_their_say() -> None:
    """A setter that other code calls is what that code uses it for; a registration is one whoever calls it."""
    assert configured("store", caller="SetName")
    assert not configured("SetName", caller="Login")
    assert configured("Register", caller="Provide")


@pytest.mark.parametrize(("method", "expected"), [("Serve", True), ("ListenAndServe", True), ("Answer", False)])
def test_servers_are_made_by_what_serves(method: str, expected: bool) -> None:
    """``(*App).Run`` makes its listeners and waits: whoever calls it does not call it again and again."""
    world = World()
    shared = world.var()
    made = world.function(f"{PACKAGE}.NewListener", ops=(world.op(shared, key_=key("parameter")),), exported=True)
    serves = f"(*{PACKAGE}.App).{method}"
    world.function(serves, calls=(world.call(made),), receiver=f"{PACKAGE}.App", exported=True, root="exported")
    world.function(f"{PACKAGE}.RunAll", calls=(world.call(serves),), exported=True, root="exported")
    assert world.map(shared).inserts[0].configures is expected


@pytest.mark.parametrize(("looping", "expected"), [(False, True), (True, False)])
def test_only_importers_repeat_it(looping: bool, expected: bool) -> None:
    """An endless loop around the insertion repeats it, whoever calls the function."""
    world = World()
    shared = world.var()
    ending = {"ending": endless()} if looping else {}
    name = world.function(f"{PACKAGE}.F", ops=(world.op(shared, key_=key("parameter")),), exported=True, **ending)  # type: ignore[arg-type]
    world.assumed.add(name)
    assert world.map(shared).inserts[0].assumed is expected


@pytest.mark.parametrize(
    ("signature", "repeats", "expected"),
    [
        ("func(net/http.ResponseWriter, *net/http.Request)()", False, f"{PACKAGE}.wrap$1"),
        ("func(net/http.ResponseWriter, *net/http.Request)()", True, f"{PACKAGE}.main"),
        ("func()()", False, f"{PACKAGE}.main"),
    ],
)
def test_a_handler_is_its_own_entry(signature: str, repeats: bool, expected: str) -> None:
    """``mux.Handle("/", wrap(s))``: main hands the closure of wrap on once, the server calls it."""
    world = World()
    shared = world.var()
    closure = world.function(
        f"{PACKAGE}.wrap$1",
        ops=(world.op(shared, key_=key("parameter")),),
        parent=f"{PACKAGE}.wrap",
        signature=signature,
    )
    main = world.function(f"{PACKAGE}.main", root="exported" if repeats else "main")
    world.entries[closure] = main
    assert world.map(shared).inserts[0].entry == expected
