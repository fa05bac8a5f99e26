"""What is done to the values under the keys of maps: in source (resolve) and in the map model."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from mapleak.maps.model import Element, Growth, Miss
from mapleak.resolve.model import MapOp, MapRead
from maps_facts import PACKAGE, World, key
from programs import resolved, write_module

F = f"{PACKAGE}.F"

HEADER = """\
package p

import (
	"slices"
	"sync"
)

type box struct {
	list []int
	n    int
}

var (
	lists  = map[string][]int{}
	boxes  = map[string]box{}
	counts = map[string]int{}
	inner  = map[string]map[string]int{}
	loaded sync.Map
)

var _ = slices.Contains[[]int]

"""


def element(tmp_path: Path, body: str) -> str:
    """The effect of the last store of ``func f(k string, v int)`` with this body on what was stored before."""
    write_module(tmp_path, {"p.go": f"{HEADER}func f(k string, v int) {{\n{body}\n}}\n"})
    stores = [op for f in resolved(tmp_path).functions for op in f.ops if op.effect in ("insert", "update")]
    return stores[-1].element


GROWING = {
    "append": "lists[k] = append(lists[k], v)",
    "variable": "l := lists[k]; l = append(l, v); lists[k] = l",
    "append of variable": "l := lists[k]; lists[k] = append(l, v)",
    "get or create": "l, ok := lists[k]; if !ok { l = make([]int, 0) }; l = append(l, v); lists[k] = l",
    "create when nil": "l := lists[k]; if l == nil { l = []int{} }; l = append(l, v); lists[k] = l",
    "present": "if l, ok := lists[k]; ok { lists[k] = append(l, v) }",
    "copy": "l := append([]int(nil), lists[k]...); l = append(l, v); lists[k] = l",
    "in front": "lists[k] = append([]int{v}, lists[k]...)",
    "inserted": "lists[k] = slices.Insert(lists[k], 0, v)",
    "cloned": "lists[k] = append(slices.Clone(lists[k]), v)",
    "capacity cut": "lists[k] = append(lists[k][:len(lists[k]):len(lists[k])], v)",
    "field of struct": "b := boxes[k]; b.n = 1; b.list = append(b.list, v); boxes[k] = b",
    "sync.Map": "x, _ := loaded.Load(k); l, _ := x.([]int); l = append(l, v); loaded.Store(k, l)",
    "sync.Map, declared before": (
        "var l []int; if x, ok := loaded.Load(k); ok { l = x.([]int) }; loaded.Store(k, append(l, v))"
    ),
}

REPLACING = {
    "re-slice": "lists[k] = lists[k][1:]",
    "append to part": "lists[k] = append(lists[k][1:], v)",
    "start anew": "lists[k] = append(lists[k][:0], v)",
    "take out": "lists[k] = append(lists[k][:v], lists[k][v+1:]...)",
    "library": "lists[k] = slices.Delete(lists[k], 0, v)",
    "cut on one way": "l := lists[k]; if len(l) > 9 { l = l[1:] }; lists[k] = append(l, v)",
    "filter": "var l []int; for _, x := range lists[k] { if x > v { l = append(l, x) } }; lists[k] = l",
    "filter in place": "l := lists[k][:0]; for _, x := range lists[k] { l = append(l, x) }; lists[k] = l",
    "another list": "lists[k] = []int{v}",
    "list of another key": "lists[k] = append(lists[k+k], v)",
    "field emptied": "b := boxes[k]; b.list = append(b.list, v); if v > 3 { b.list = nil }; boxes[k] = b",
    "variable set anew": "l := lists[k]; if v > 3 { l = []int{} }; lists[k] = append(l, v)",
    "fresh map": "inner[k] = make(map[string]int)",
    "stored": "loaded.Store(k, v)",
}

KEPT = {
    "first": "if _, ok := lists[k]; !ok { lists[k] = []int{v} }",
    "as it was": "l := lists[k]; lists[k] = l",
    "length checked": "if len(lists[k]) < 9 { lists[k] = append(lists[k], v) }",
    "searched": "if !slices.Contains(lists[k], v) { lists[k] = append(lists[k], v) }",
    "searched by loop": "for _, x := range lists[k] { if x == v { return } }; lists[k] = append(lists[k], v)",
    "counted": "counts[k]++",
    "stored once": "loaded.LoadOrStore(k, v)",
}

EMPTIED = {
    "lists[k] = nil": Element.NIL,
    "counts[k] = 0": Element.ZERO,
    "lists[k] = []int{}": Element.EMPTY,
    "boxes[k] = box{}": Element.EMPTY,
    "counts[k]--": Element.DOWN,
    "loaded.Store(k, nil)": Element.NIL,
}


@pytest.mark.parametrize("body", GROWING.values(), ids=GROWING)
def test_value_of_before_with_more(tmp_path: Path, body: str) -> None:
    """However many statements it takes, the value under the key is what it was, and longer."""
    assert element(tmp_path, body) == Element.GROWS.value


@pytest.mark.parametrize("body", REPLACING.values(), ids=REPLACING)
def test_replaced_or_cut(tmp_path: Path, body: str) -> None:
    """What is stored is a part of what was there, at least on one way, or something else."""
    assert element(tmp_path, body) == Element.REPLACED.value


@pytest.mark.parametrize("body", KEPT.values(), ids=KEPT)
def test_neither(tmp_path: Path, body: str) -> None:
    """First values, checked and searched lists, and values without a size say nothing."""
    assert element(tmp_path, body) == Element.KEPT.value


@pytest.mark.parametrize("body", EMPTIED)
def test_replaced_by_nothing(tmp_path: Path, body: str) -> None:
    """The value goes, the key stays."""
    assert element(tmp_path, body) == EMPTIED[body].value


def grown(world: World, name: str) -> Growth:
    """What the one store into ``name`` makes of the value under its key."""
    return world.map(name).inserts[0].element_growth


def adding(world: World, name: str, change: Element = Element.GROWS) -> MapOp:
    """A store that changes the value under its key."""
    return structs.replace(world.op(name, key_=key("constant")), element=change.value)


def test_values_grow_in_code_that_runs_again_and_again() -> None:
    """However few the keys are."""
    world = World()
    name = world.var()
    world.function(F, ops=(adding(world, name),))
    assert (world.map(name).growth, grown(world, name)) == (Growth.BOUNDED, Growth.UNBOUNDED)


def test_values_added_at_start_up() -> None:
    """Code that runs once adds a fixed number of values."""
    world = World()
    name = world.var()
    world.function(F, ops=(adding(world, name),))
    world.startup.add(F)
    assert grown(world, name) is Growth.START_UP


def test_values_added_by_a_constructor() -> None:
    """A new object gets its first values."""
    world = World()
    owner = world.type("T")
    name = world.field_("T")
    world.function(F, ops=(adding(world, name),), made=(owner,))
    assert grown(world, name) is Growth.BOUNDED


def fresh(world: World, name: str, **changes: object) -> MapOp:
    """An insertion under a key that was made for it."""
    made = structs.replace(key("fresh", type_="*p.T"), **changes)
    return world.op(name, key_=made)


def test_fresh_keys_are_kept_or_lost() -> None:
    """Lost when nothing but the map has them, or when they were looked up just after they were made."""
    world = World()
    name = world.var()
    kept, unkept, looked_up = fresh(world, name), fresh(world, name, unkept=True), fresh(world, name)
    world.function(F, ops=(kept, unkept, structs.replace(looked_up, guards=("absent",))))
    reasons = [op.fresh_key for op in world.map(name).inserts]
    assert (reasons[0], "keeps" in reasons[1], "look-up" in reasons[2]) == ("", True, True)


def test_constructors_make_fresh_keys() -> None:
    """A function of the tree that allocates what it returns; one that returns what it was given does not."""
    world = World()
    name = world.var()
    calls = [fresh(world, name, origin="call", callee=f"{PACKAGE}.{f}", unkept=True) for f in ("New", "Get")]
    world.function(F, ops=tuple(calls))
    world.function(f"{PACKAGE}.New")
    world.function(f"{PACKAGE}.Get")
    world.functions[-2] = structs.replace(world.functions[-2], fresh_result=True)
    assert [bool(op.fresh_key) for op in world.map(name).inserts] == [True, False]


def test_maps_whose_keys_are_gone_through() -> None:
    """Whoever ranges over a map has its keys."""
    for form, expected in (("range", True), ("index", False)):
        world = World()
        name = world.var()
        world.function(F, ops=(fresh(world, name, unkept=True),))
        world.function(f"{PACKAGE}.Walk")
        world.functions[-1] = structs.replace(world.functions[-1], reads=(MapRead(form, name, 1, 2, None),))
        assert world.map(name).walked is expected


def test_tombstones_are_told() -> None:
    """Nil stored where others store values, and an empty value in a function that is to remove; nothing else."""
    world = World()
    name = world.var()
    world.function(F, ops=(adding(world, name, Element.REPLACED), adding(world, name, Element.NIL)))
    world.function(f"{PACKAGE}.Forget", ops=(adding(world, name, Element.EMPTY),))
    world.function(f"{PACKAGE}.Add", ops=(adding(world, name, Element.EMPTY), adding(world, name, Element.DOWN)))
    missing = world.map(name).missing
    assert [m.kind for m in missing] == [Miss.TOMBSTONE, Miss.TOMBSTONE]
    assert {m.reason.split(" ")[0] for m in missing} == {"p.F", "p.Forget"}


def test_a_set_of_false_values_has_no_tombstones() -> None:
    """Where nothing but false is ever stored, false is the value."""
    world = World()
    name = world.var()
    world.function(F, ops=(adding(world, name, Element.ZERO),))
    assert world.map(name).missing == ()


def test_removals_from_the_inner_map_are_told() -> None:
    """They are the inner map's; the outer map's key stays."""
    world = World()
    name = world.var()
    world.function(F, ops=(world.op(name), world.op(f"{name}[]", "remove", "delete", key())))
    assert [m.kind for m in world.map(name).missing] == [Miss.INNER_LEVEL]
    assert world.map(name).removes == ()
    assert len(world.map(f"{name}[]").removes) == 1
