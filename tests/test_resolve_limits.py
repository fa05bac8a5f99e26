"""What a value stored under a key counts is no size of the map that it is stored in, nor of the maps beside."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import AbstractMap
from maps_source import model_of

SOURCE = """package main

import "net/http"

type try struct {
	count int
	names map[string]bool
}

type door struct {
	MaxTries int
	count    int
	tries    map[string]*try
	open     map[string]string
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.RemoteAddr
	%s
}

func main() {
	http.ListenAndServe(":80", &door{MaxTries: 3, tries: map[string]*try{}, open: map[string]string{}})
}
"""

LOOKED_UP = "t, ok := d.tries[key]; if ok && t.count > d.MaxTries { return }; t.count++; "


def found(folder: Path, body: str, name: str) -> AbstractMap:
    subject = model_of(folder, {"main.go": SOURCE % body}).map(f"example.com/m.{name}")
    assert subject is not None
    return subject


@pytest.mark.parametrize(
    ("body", "name", "guarded"),
    [
        (LOOKED_UP + "d.open[key] = key", "door.open", False),
        (LOOKED_UP + "d.tries[key] = t", "door.tries", False),
        ("if d.tries[key].count > d.MaxTries { return }; d.tries[key].count++; d.open[key] = key", "door.open", False),
        (LOOKED_UP + "t.names[r.URL.Path] = true", "try.names", True),  # the size of what it holds itself
        ("if d.count > d.MaxTries { return }; d.count++; d.open[key] = key", "door.open", True),
    ],
)
def test_a_limit_on_what_an_element_counts(tmp_path: Path, body: str, name: str, guarded: bool) -> None:
    assert [op.size_guarded for op in found(tmp_path, body, name).inserts] == [guarded]


def test_a_removal_above_the_limit_of_an_element_bounds_nothing_else(tmp_path: Path) -> None:
    body = "t := d.tries[key]; t.count++; if t.count > d.MaxTries { delete(d.tries, key) }; d.open[key] = key"
    assert not found(tmp_path, body, "door.open").inserts[0].size_guarded
