"""Functions that are handed out and seem to be called by themselves alone: how often they run is not known."""

from __future__ import annotations

import pytest

from maps_facts import PACKAGE, World

F, OLD, SERVE = f"{PACKAGE}.Hook", f"{PACKAGE}.Hook$1", f"{PACKAGE}.Serve"


@pytest.mark.parametrize(("caller", "expected"), [(OLD, ""), (F, "it runs only at start-up")])
def test_a_hook_that_calls_the_one_before(caller: str, expected: str) -> None:
    """``old := c.Hook; c.Hook = func() { old(); delete(m, k) }``: what it calls may be what it is, and nothing else is
    seen to call it. It runs at start-up where start-up code does call it."""
    world = World()
    name = world.var("v")
    world.function(SERVE, ops=(world.op(name),), root="callback")
    world.function(F, root="init", startup=True)
    world.function(OLD, ops=(world.op(name, "remove"),), parent=F, startup=True)
    world.edge(caller, OLD, kind="value")
    (removal,) = world.map(name).removes
    assert removal.no_effect == expected
