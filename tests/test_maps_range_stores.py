"""Stores into a sync.Map from inside its own Range."""

from __future__ import annotations

import pytest

from mapleak.maps.model import KeyOrigin, RangeStore
from mapleak.resolve.model import KeyFact, RangeFact
from maps_facts import PACKAGE, World, key

F = f"{PACKAGE}.F"
G = f"{PACKAGE}.G"
H = f"{PACKAGE}.H"
CALLBACK = f"{F}$1"
VISITED = f"{CALLBACK}.k"


def ranged(
    world: World,
    node: str,
    *,
    ops: tuple[tuple[str, str, KeyFact | None], ...] = (),
    store_text: str = "",
    range_text: str = "",
    callback: str = f"func:{CALLBACK}",
    **more: object,
) -> None:
    """F ranges over ``node``; its callback does ``ops``: (node, form, key)."""
    at = world.at()
    fact = RangeFact(node, callback, at, at + 5, range_text)
    made = tuple(
        world.op(target, "remove" if "Delete" in form else "insert", form, key_, text=store_text)
        for target, form, key_ in ops
    )
    world.function(F, ranges=(fact,))
    world.function(CALLBACK, parent=F, params=(VISITED, f"{CALLBACK}.v"), ops=made, **more)  # type: ignore[arg-type]


def stores(world: World) -> tuple[RangeStore, ...]:
    return world.model().range_stores


def sync_map(world: World, name: str = "cache") -> str:
    return world.var(name, type_="sync.Map")


@pytest.mark.parametrize("form", ["sync.Map.Store", "sync.Map.LoadOrStore", "sync.Map.Swap"])
def test_a_store_in_the_callback(form: str) -> None:
    world = World()
    cache = sync_map(world)
    ranged(world, cache, ops=((cache, form, key("fresh")),))
    (found,) = stores(world)
    assert (found.map, f"sync.Map.{found.method}", found.key) == (cache, form, "new")
    assert (found.location, found.chain, found.function) == (found.store, (), CALLBACK)


def test_other_operations_and_other_maps_are_nothing() -> None:
    """Deleting while ranging is allowed and useful; another map may be filled."""
    world = World()
    cache, other = sync_map(world), sync_map(world, "other")
    ops = ((cache, "sync.Map.Delete", key("parameter", VISITED)), (other, "sync.Map.Store", key("fresh")))
    ranged(world, cache, ops=ops)
    assert stores(world) == ()


@pytest.mark.parametrize(
    ("key_", "expected"),
    [
        (key("parameter", VISITED), "visited"),
        (key("parameter", f"{CALLBACK}$p0"), "visited"),
        (key("field", VISITED, text="k.(*entry).id"), "unknown"),
        (key("unknown", text='k.(string) + "-copy"'), "new"),
        (key("call", detail="fmt.Sprintf", text='fmt.Sprintf("%v-copy", k)'), "new"),
        (key("counter", text="n"), "new"),
        (key("call", detail="normalize", text="normalize(k)"), "unknown"),
        (key("parameter", f"{CALLBACK}$p1", text="v"), "unknown"),
        (None, "unknown"),
    ],
)
def test_which_key(key_: KeyFact | None, expected: str) -> None:
    """The visited key is merely wasteful; a new one multiplies the map."""
    world = World()
    cache = sync_map(world)
    ranged(world, cache, ops=((cache, "sync.Map.Store", key_),))
    assert [found.key for found in stores(world)] == [expected]


def test_a_constant_key_adds_one_entry() -> None:
    """That is no growth."""
    world = World()
    cache = sync_map(world)
    ranged(world, cache, ops=((cache, "sync.Map.Store", key("constant")),))
    assert stores(world) == ()


@pytest.mark.parametrize(("text", "count"), [("src.m", 1), ("(*src).m", 1), ("dst.m", 0), ("", 1)])
def test_another_object_of_the_same_type(text: str, count: int) -> None:
    """``src.m.Range(func(k, v any) bool { dst.m.Store(k, v); return true })`` copies."""
    world = World()
    field = world.field_("T", type_="sync.Map")
    ops = ((field, "sync.Map.Store", key("fresh")),)
    ranged(world, field, ops=ops, range_text="src.m", store_text=text)
    assert len(stores(world)) == count


def test_through_an_alias() -> None:
    """``c := &s.cache; c.Range(… s.cache.Store …)``."""
    world = World()
    cache = world.field_("T", type_="sync.Map")
    alias = world.local(F, "c", type_="*sync.Map")
    ranged(world, alias.node, ops=((cache, "sync.Map.Store", key("fresh")),), range_text="c", store_text="s.cache")
    world.function(G, flows=((alias.node, cache),), variables=(alias,))
    (found,) = stores(world)
    assert found.map == cache


def test_a_callback_in_a_variable() -> None:
    """``f := func(k, v any) bool { … }; m.Range(f)``."""
    world = World()
    cache = sync_map(world)
    ranged(world, cache, ops=((cache, "sync.Map.Store", key("fresh")),), callback=f"{F}.f")
    world.function(G, flows=((f"{F}.f", f"func:{CALLBACK}"),))
    assert len(stores(world)) == 1


def called(levels: int, argument: KeyFact | None) -> World:
    """The callback calls G0(k), which calls G1(k), …; the last one stores its parameter."""
    world = World()
    cache = sync_map(world)
    names = [f"{PACKAGE}.G{i}" for i in range(levels)]
    ranged(world, cache, calls=(world.call(names[0], "", keys=(argument,)),))
    for i, name in enumerate(names):
        own = key("parameter", f"{name}$p0")
        if i + 1 < levels:
            world.function(name, calls=(world.call(names[i + 1], "", keys=(own,)),), root="")
        else:
            world.function(name, ops=(world.op(cache, form="sync.Map.Store", key_=own),), root="")
    return world


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        (key("parameter", f"{CALLBACK}$p0"), "visited"),
        (key("fresh"), "new"),
        (key("call"), "unknown"),
        (None, "unknown"),
    ],
)
def test_through_calls(argument: KeyFact | None, expected: str) -> None:
    """The key is followed back to what the callback passes."""
    (found,) = stores(called(2, argument))
    assert (found.key, len(found.chain), found.location) == (expected, 2, found.chain[0])
    assert found.store != found.location


def test_calls_are_followed_so_far() -> None:
    """Five calls, no more."""
    assert len(stores(called(5, None))) == 1
    assert stores(called(6, None)) == ()


def test_a_callback_that_deletes_what_it_visits() -> None:
    """``m.Delete(k); m.Store(moved(k), v)`` keeps the size."""
    world = World()
    cache = sync_map(world)
    ops = (
        (cache, "sync.Map.Delete", key("parameter", VISITED)),
        (cache, "sync.Map.Store", key("fresh")),
    )
    ranged(world, cache, ops=ops)
    assert [found.deletes_visited for found in stores(world)] == [True]
    world = World()
    cache = sync_map(world)
    ranged(world, cache, ops=((cache, "sync.Map.Delete", key("call")), (cache, "sync.Map.Store", key("fresh"))))
    assert [found.deletes_visited for found in stores(world)] == [False]


def test_operations_on_the_visited_key_are_on_a_key_of_the_map() -> None:
    """Storing it is an update, deleting it always finds it."""
    world = World()
    cache, other = sync_map(world), sync_map(world, "other")
    visited = key("parameter", f"{CALLBACK}$p0")
    ops = (
        (cache, "sync.Map.Store", visited),
        (cache, "sync.Map.Delete", visited),
        (other, "sync.Map.Delete", visited),
    )
    ranged(world, cache, ops=ops)
    found = world.map(cache)
    assert (found.inserts, len(found.updates)) == ((), 1)
    assert [op.key.origin for op in found.removes if op.key] == [KeyOrigin.SAME_MAP]
    assert [op.key.origin for op in world.map(other).removes if op.key] == [KeyOrigin.PARAMETER]


@pytest.mark.parametrize(("handed", "count"), [(("cache",), 1), (("other",), 0), (("other", "cache", "cache"), 1)])
def test_a_helper_stores_into_the_map_it_is_handed_here(handed: tuple[str, ...], count: int) -> None:
    """``storeIn(&other, k)`` in a Range over cache; elsewhere the same helper is handed cache."""
    world = World()
    maps = {name: sync_map(world, name) for name in ("cache", "other")}
    helper = f"{PACKAGE}.storeIn"
    param = world.local(helper, "m", "param", type_="*sync.Map")
    op = world.op(param.node, "insert", "sync.Map.Store", key("fresh"))
    flows = ((param.node, f"{helper}$p0"), *((f"{helper}$p0", node) for node in maps.values()))
    world.function(helper, ops=(op,), params=(param.node,), flows=flows, variables=(param,), root="")
    ranged(world, maps["cache"], calls=tuple(world.call(helper, maps[name]) for name in handed))
    world.function(G, calls=(world.call(helper, maps["cache"]),))
    assert len(stores(world)) == count
