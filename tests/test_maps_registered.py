"""Keys that are read from objects which another map keeps for good."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.model import Certainty
from maps_source import model_of

LIBRARY = """
package main

import (
	"net/http"
	"sync"
)

type book struct{ isbnID string }

type library struct {
	mu    sync.Mutex
	books map[string]*book
	loans map[string]int
}

func (l *library) lend(b *book) { l.loans[b.isbnID]++ }

func (l *library) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.books[r.URL.Path]
	if !ok {
		b = &book{isbnID: isbn(r)}
		%s
	}
	l.lend(b)
	%s
}

func isbn(r *http.Request) string

func main() { http.ListenAndServe(":80", &library{books: map[string]*book{}, loans: map[string]int{}}) }
"""


@pytest.mark.parametrize(
    ("keep", "drop", "certainty"),
    [
        ("l.books[r.URL.Path] = b", "", Certainty.ASSUMED),
        ("l.books[r.URL.Path] = b", "delete(l.books, r.Host)", Certainty.LIKELY),
        ("", "", Certainty.LIKELY),
    ],
)
def test_kept_elsewhere(keep: str, drop: str, certainty: Certainty, tmp_path: Path) -> None:
    """There are no more keys than objects, which stay for another reason; not so where they go, or are kept nowhere."""
    (insertion,) = model_of(tmp_path, {"main.go": LIBRARY % (keep, drop)}).map("example.com/m.library.loans").inserts
    assert insertion.growth_certainty is certainty
