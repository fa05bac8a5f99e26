"""Maps that goroutines fill which the operation waits for, by whatever name they are started."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Lifetime
from maps_source import model_of

SEARCH = """
package main

import (
	"net/http"
	"sync"
)

type search struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (s *search) note(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[id] = true
}

func (s *search) all(ids chan string) {
	var group sync.WaitGroup
	get := func(id string) { s.note(id) }
	work := func(some <-chan string) {
		defer group.Done()
		for id := range some {
			get(id)
		}
	}
	group.Add(2)
	%s
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		ids := make(chan string, 1)
		ids <- r.URL.Path
		s := search{seen: map[string]bool{}}
		s.all(ids)
	})
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("started", "within"),
    [
        ("go work(ids); go work(ids); group.Wait()", True),
        ("go work(ids); go work(ids)", False),
    ],
)
def test_workers_by_the_name_of_a_variable(started: str, within: bool, tmp_path: Path) -> None:
    """Literals that variables stand for are waited for as those are that are written where they start."""
    found = model_of(tmp_path, {"main.go": SEARCH % started}).map("example.com/m.search.seen")
    assert (found.lifetime is Lifetime.CALL) is within
