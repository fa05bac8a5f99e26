"""Maps that helpers change: the operation is at the call, with the key that is passed there."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import AbstractMap, Growth, MapModel, Operation
from maps_source import model_of

HELPER = """
package main

import "net/http"

func put[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = make(map[K]V)
	}
	(*m)[k] = v
}

func drop(m map[string]int, k string) { delete(m, k) }

func enter(m *map[string]int, name string) { put(m, name, 1) }

type shop struct {
	visitors map[string]int
	colours  map[string]int
	carts    map[string]int
	floors   map[int]int
	guests   map[string]int
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	put(&s.visitors, r.RemoteAddr, 1)
	put(&s.colours, "red", 1)
	put(&s.carts, r.Host, 1)
	drop(s.carts, r.Host)
	s.lift(len(r.Host))
	enter(&s.guests, r.RemoteAddr)
}

func (s *shop) lift(level int) { put(&s.floors, level, 1) }

func main() {
	http.ListenAndServe(":80", &shop{})
}
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> MapModel:
    return model_of(tmp_path_factory.mktemp("helper"), {"main.go": HELPER})


def shop(model: MapModel, name: str) -> AbstractMap:
    found = model.map(f"example.com/m.shop.{name}")
    assert found is not None, name
    return found


def only(operations: tuple[Operation, ...]) -> Operation:
    (operation,) = operations
    return operation


def line_of(text: str) -> int:
    return HELPER[: HELPER.index(text)].count("\n") + 1


def test_an_insertion_stands_where_the_helper_is_called(model: MapModel) -> None:
    insertion = only(shop(model, "visitors").inserts)
    assert insertion.location.line == line_of("put(&s.visitors")
    assert insertion.function == "(*example.com/m.shop).ServeHTTP"
    assert insertion.form == "call"


def test_each_map_has_the_keys_that_are_passed_for_it(model: MapModel) -> None:
    assert shop(model, "visitors").growth is Growth.UNBOUNDED
    assert shop(model, "colours").growth is Growth.BOUNDED


def test_the_lazy_making_in_a_helper_is_not_moved(model: MapModel) -> None:
    assert all(reset.form == "remake" and reset.no_effect for reset in shop(model, "visitors").resets)


def test_a_removal_stands_where_the_helper_is_called(model: MapModel) -> None:
    removal = only(shop(model, "carts").removes)
    assert (removal.location.line, removal.no_effect) == (line_of("drop(s.carts"), "")


def test_the_key_has_the_type_that_the_map_declares(model: MapModel) -> None:
    """``level`` is a small number only because the key is an int."""
    assert shop(model, "floors").growth is Growth.BOUNDED


def test_a_helper_of_a_helper_is_seen_through(model: MapModel) -> None:
    insertion = only(shop(model, "guests").inserts)
    assert insertion.location.line == line_of("enter(&s.guests")


def test_a_helper_that_is_also_a_value_is_followed_inside(tmp_path: Path) -> None:
    source = """
package main

import "net/http"

func put(m map[string]int, k string) { m[k] = 1 }

type shop struct{ visitors map[string]int }

var hook = put

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) { hook(s.visitors, r.RemoteAddr) }

func main() { http.ListenAndServe(":80", &shop{visitors: map[string]int{}}) }
"""
    found = model_of(tmp_path, {"main.go": source}).map("example.com/m.shop.visitors")
    assert found is not None
    assert [insertion.function for insertion in found.inserts] == ["example.com/m.put"]
