"""Tables in tables: a registry of objects each of which fills a map of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

REGISTRY = """
package main

import (
	"net/http"
	"sync"
)

type cluster struct {
	mu        sync.RWMutex
	listeners map[string]int
}

func (c *cluster) monitor(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listeners[id] = 1
}

type registry struct {
	mu       sync.RWMutex
	clusters map[string]*cluster
}

func (r *registry) monitor(name, id string) {
	r.mu.Lock()
	c, ok := r.clusters[name]
	if !ok {
		c = &cluster{listeners: map[string]int{}}
		r.clusters[name] = c
	}
	r.mu.Unlock()
	c.monitor(id)
}

var all = registry{clusters: map[string]*cluster{}}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { all.monitor("main", %s) })
	http.ListenAndServe(":80", nil)
}
"""


def _speaker(name: str, told_by: dict[str, str]) -> str:
    seen = [name]
    while told_by[seen[-1]]:
        assert told_by[seen[-1]] not in seen, "maps tell each other's story, and nobody speaks"
        seen.append(told_by[seen[-1]])
    return seen[-1]


@pytest.mark.parametrize(("key", "growth"), [('r.Header.Get("Session-Id")', "unbounded"), ('"main"', "bounded")])
def test_what_fills_an_object_of_a_table_is_told_by_its_own_map(tmp_path: Path, key: str, growth: str) -> None:
    maps = {found.name: found for found in model_of(tmp_path, {"main.go": REGISTRY % key}).maps}
    told_by = {name: found.told_by for name, found in maps.items()}
    speaker = _speaker("example.com/m.cluster.listeners", told_by)
    assert (speaker, maps[speaker].growth.value) == ("example.com/m.cluster.listeners", growth)
