"""Maps that an object gets when it is opened and loses when it is closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Lifetime
from mapleak.model import Certainty
from maps_source import model_of

TILLS = """
package main

import (
	"net/http"
	"sync"
)

type till struct {
	mu    sync.Mutex
	paths map[string]bool
}

type shop struct{ tills map[string]*till }

func (t *till) Open() {
	%s
}

func (t *till) Close() { t.paths = nil }

func (t *till) note(path string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.paths[path] = true
}

func (s *shop) plug(name string) {
	if s.tills[name] == nil {
		s.tills[name] = &till{paths: map[string]bool{}}
		s.tills[name].Open()
	}
}

func (s *shop) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	if r.Method == "PUT" {
		s.plug(r.Host)
	}
	if t := s.tills[r.Host]; t != nil {
		t.note(r.URL.Path)
		if r.Method == "DELETE" {
			t.Close()
		}
	}
}

func main() { http.ListenAndServe(":80", &shop{map[string]*till{}}) }
"""


@pytest.mark.parametrize(
    ("opening", "certainty"),
    [
        ("t.paths = map[string]bool{}", Certainty.ASSUMED),
        ("if t.paths == nil {\nt.paths = map[string]bool{}\n}", Certainty.ASSUMED),
        ("", Certainty.LIKELY),
    ],
)
def test_new_with_each_opening(opening: str, certainty: Certainty, tmp_path: Path) -> None:
    """It then lives as long as one opening; else closing comes once, and says nothing of the time before."""
    found = model_of(tmp_path, {"main.go": TILLS % opening}).map("example.com/m.till.paths")
    assert (found.lifetime, found.lifetime_certainty) == (Lifetime.OBJECT, certainty)
