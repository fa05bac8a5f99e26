"""Wrappers that give the map inside them away: what takes entries out elsewhere is a removal of all that hold one."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

SOURCE = """
package main

import (
	"net/http"
	"sync"
)

type Register struct{ guests *sync.Map }

func (r *Register) Enter(name string, l *lease) { r.guests.Store(name, l) }

func (r *Register) Guests() *sync.Map { return r.guests }

func (r *Register) Close() {
	r.guests.Range(func(name, l any) bool {
		l.(*lease).%s()
		return true
	})
}

type lease struct {
	name   string
	guests *sync.Map
}

func newLease(name string, guests *sync.Map) *lease { return &lease{name, guests} }

func (l *lease) end() { l.guests.Delete(l.name) }

func (l *lease) look() { l.guests.Load(l.name) }

type hotel struct{ Register }

func (h *hotel) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	name := r.FormValue("name")
	l := newLease(name, h.Guests())
	if r.Method == http.MethodPost {
		h.Enter(name, l)
	} else {
		l.%s()
	}
}

func main() {
	http.ListenAndServe(":80", &hotel{Register{new(sync.Map)}})
}
"""


@pytest.mark.parametrize(("leaving", "emptied"), [("end", True), ("look", False)])
def test_who_is_given_the_map_removes(tmp_path: Path, leaving: str, emptied: bool) -> None:
    model = model_of(tmp_path, {"main.go": SOURCE % (leaving, leaving)})
    holder = model.map("example.com/m.hotel.Register")
    assert holder is not None
    assert any(not op.no_effect for op in holder.removes) is emptied
