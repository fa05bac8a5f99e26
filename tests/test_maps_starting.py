"""Whether events are seen to start a goroutine, or only what is made for each configured thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.model import Certainty
from maps_source import model_of

OVENS = """
package main

import (
	"net/http"
	"sync"
	"time"
)

type oven struct{ heat map[string]int }

func newOven() *oven {
	o := &oven{map[string]int{}}
	go o.cool()
	return o
}

func (o *oven) cool() {
	for {
		time.Sleep(time.Second)
		delete(o.heat, "bread")
	}
}

type maker interface{ Make() *oven }
type stone struct{}
type steel struct{}

func (stone) Make() *oven { return newOven() }
func (steel) Make() *oven { return newOven() }

type bakery struct {
	mu    sync.Mutex
	kinds map[string]maker
	ovens map[string]*oven
}

func (b *bakery) oven(kind string) *oven {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := b.ovens[kind]
	if found == nil && b.kinds[kind] != nil {
		found = %s
		b.ovens[kind] = found
	}
	return found
}

func (b *bakery) ServeHTTP(_ http.ResponseWriter, r *http.Request) { b.oven(r.URL.Path).heat["bread"]++ }

func main() {
	b := &bakery{kinds: map[string]maker{"stone": stone{}, "steel": steel{}}, ovens: map[string]*oven{}}
	http.ListenAndServe(":80", b)
}
"""


@pytest.mark.parametrize(
    ("made", "certainty"), [("b.kinds[kind].Make()", Certainty.ASSUMED), ("newOven()", Certainty.SURE)]
)
def test_way_to_an_event(made: str, certainty: Certainty, tmp_path: Path) -> None:
    """A request is near when plain calls lead from it to the go statement; a factory's method hides how many."""
    (found,) = model_of(tmp_path, {"main.go": OVENS % made}).goroutines
    assert found.seen_to_repeat is certainty


def test_importers(tmp_path: Path) -> None:
    """A library's own callers are not seen: they may serve events."""
    library = OVENS.replace("package main", "package ovens").replace("func newOven", "func NewOven")
    library = library.partition("type maker")[0].replace('\t"net/http"\n\t"sync"\n', "")
    (found,) = model_of(tmp_path, {"ovens.go": library}).goroutines
    assert found.seen_to_repeat is Certainty.LIKELY
