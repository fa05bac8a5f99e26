"""A generic wrapper instantiated with other types is another map: what is taken out of it is not taken out here."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

SOURCE = """package main

import (
	"net/http"
	"sync"
)

type Table[K comparable, V any] struct {
	mu sync.Mutex
	m  map[K]V
}

func NewTable[K comparable, V any]() *Table[K, V] { return &Table[K, V]{m: make(map[K]V)} }

func (t *Table[K, V]) Get(k K, make func() V) V {
	t.mu.Lock()
	defer t.mu.Unlock()
	v, ok := t.m[k]
	if !ok {
		v = make()
		t.m[k] = v
	}
	return v
}

func (t *Table[K, V]) Load(k K) (V, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	v, ok := t.m[k]
	return v, ok
}

func (t *Table[K, V]) Delete(k K) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.m, k)
}

type seat struct{ row int }

type hall struct {
	rows *Table[string, *Table[string, seat]]
	bars *Table[string, *Table[string, %(bar)s]]
}

func (h *hall) enter(w http.ResponseWriter, r *http.Request) {
	row := h.rows.Get(r.RemoteAddr, func() *Table[string, seat] { return NewTable[string, seat]() })
	row.Get(r.URL.Path, func() seat { return seat{} })
}

func (h *hall) leave(w http.ResponseWriter, r *http.Request) {
	if %(found)s; ok {
		found.Delete(r.URL.Path)
	}
}

func main() {
	h := &hall{
		rows: NewTable[string, *Table[string, seat]](),
		bars: NewTable[string, *Table[string, %(bar)s]](),
	}
	http.HandleFunc("/in", h.enter)
	http.HandleFunc("/out", h.leave)
	http.ListenAndServe(":80", nil)
}
"""

INNER = "found, ok := h.rows.Load(r.RemoteAddr)"


@pytest.mark.parametrize(
    ("bar", "found", "removed"),
    [
        ("int", INNER, False),  # of the table inside
        ("int", "found, ok := h.rows, true", True),
    ],
)
def test_removals_from_another_instance_are_not_counted(tmp_path: Path, bar: str, found: str, removed: bool) -> None:
    model = model_of(tmp_path, {"main.go": SOURCE % {"bar": bar, "found": found}})
    rows = model.map("example.com/m.hall.rows")
    assert rows is not None
    assert bool(rows.removes) is removed


def test_inside_another_generic_type_nobody_knows_the_instance(tmp_path: Path) -> None:
    source = SOURCE % {"bar": "int", "found": INNER}
    source = source.replace(
        "type seat",
        """type Shelf[Item any] struct{ all *Table[string, *Table[string, Item]] }

func (s *Shelf[Item]) Drop(k string) {
	if found, ok := s.all.Load(k); ok {
		found.Delete(k)
	}
}

type seat""",
    ).replace("http.HandleFunc(", '(&Shelf[int]{}).Drop(h.rows.m[""].m[""].String())\n\thttp.HandleFunc(', 1)
    rows = model_of(tmp_path, {"main.go": source}).map("example.com/m.hall.rows")
    assert rows is not None
    assert rows.removes
