"""Objects that are made for a field that has none yet: they live as long as what has the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Lifetime
from maps_source import model_of

SOURCE = """package main

import "net/http"

type seen struct{ names map[string]bool }

func newSeen() *seen { return &seen{map[string]bool{}} }

func (s *seen) first(name string) bool {
	if s.names[name] {
		return false
	}
	s.names[name] = true
	return true
}

type desk struct{ seen *seen }

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	%s
	d.seen.first(r.Host)
}

func main() { _ = http.ListenAndServe(":80", &desk{}) }
"""


@pytest.mark.parametrize(
    ("body", "lifetime"),
    [
        ("if d.seen == nil { d.seen = newSeen() }", Lifetime.PROCESS),
        ("if d.seen == nil { d.seen = &seen{map[string]bool{}} }", Lifetime.PROCESS),
        ("d.seen = newSeen()", Lifetime.CALL),
        ("if d.seen == nil { d.seen = newSeen() }; d = &desk{newSeen()}", Lifetime.OBJECT),
    ],
)
def test_made_where_there_is_none(tmp_path: Path, body: str, lifetime: Lifetime) -> None:
    """Not where one is made at every request as well."""
    found = model_of(tmp_path, {"main.go": SOURCE % body}).map("example.com/m.seen.names")
    assert found is not None
    assert found.lifetime is lifetime, found.lifetime_reason
