"""Entries of a wrapper that know the wrapper, and take themselves out of it: its methods do not tell everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

STORES = """
package main

import (
	"net/http"
	"os"
	"sync"
)

type Opened struct {
	mu     sync.Mutex
	active map[string]*lease
}

type lease struct {
	of   *Opened
	name string
	uses int
}

func (o *Opened) Open(name string) *lease {
	o.mu.Lock()
	defer o.mu.Unlock()
	l, found := o.active[name]
	if !found {
		l = &lease{of: o, name: name}
		o.active[name] = l
	}
	l.uses++
	return l
}

func (l *lease) Close() {
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	l.uses--
	%s
}

var stores = Opened{active: map[string]*lease{}}

func handle(http.ResponseWriter, *http.Request) {
	folder, _ := os.MkdirTemp("", "work")
	defer stores.Open(folder).Close()
}

func main() {
	http.HandleFunc("/", handle)
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(("closing", "kept"), [("delete(l.of.active, l.name)", False), ("", True)])
def test_an_entry_takes_itself_out(closing: str, kept: bool, tmp_path: Path) -> None:
    model = model_of(tmp_path, {"main.go": STORES % closing})
    told = [m for m in model.maps if m.inserts and not m.told_by and not (m.removes or m.released)]
    assert bool(told) is kept
