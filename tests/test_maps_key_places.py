"""What the places that keys are read from tell of how many there are: small programs, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth, Operation
from mapleak.model import Certainty
from maps_source import model_of


def inserted(tmp_path: Path, files: dict[str, str], name: str) -> Operation:
    found = model_of(tmp_path, files).map(f"example.com/m.{name}")
    assert found is not None, name
    return found.inserts[0]


CHAIN = """
package main

import "net/http"

type count struct{ n int }

func (c *count) add(note *string) { c.n++ }

var counts = map[string]*count{}

func of(kind string) *count {
	c, ok := counts[kind]
	if !ok {
		c = new(count)
		counts[kind] = c
	}
	return c
}

func serve(w http.ResponseWriter, r *http.Request) { of("visit").add(new(string)) }

func main() { http.ListenAndServe("localhost:80", http.HandlerFunc(serve)) }
"""


def test_calls_of_a_chain_have_their_own_arguments(tmp_path: Path) -> None:
    insertion = inserted(tmp_path, {"main.go": CHAIN}, "counts")
    assert insertion.growth is Growth.BOUNDED, insertion.growth_reason


KEPT = """
package main

import (
	"net/http"

	"example.com/m/%(package)s"
)

var open = map[string]int{}

func serve(to *%(package)s.%(type)s) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { open[to.Address]++ }
}

func main() {
	for _, to := range %(package)s.Read() {
		http.Handle(to.Address, serve(to))
	}
	http.ListenAndServe("localhost:80", nil)
}
"""

READ = """
package %(package)s

type %(type)s struct{ Address string }

func Read() []*%(type)s { return nil }
"""


@pytest.mark.parametrize(
    ("package", "type_", "growth", "certainty"),
    [
        ("config", "Upstream", Growth.BOUNDED, Certainty.SURE),
        ("front", "Proxy", Growth.UNKNOWN, Certainty.UNKNOWN),
        ("front", "Visitor", Growth.UNBOUNDED, Certainty.LIKELY),
    ],
)
def test_fields_of_what_is_set_up_once(
    tmp_path: Path, package: str, type_: str, growth: Growth, certainty: Certainty
) -> None:
    names = {"package": package, "type": type_}
    files = {"main.go": KEPT % names, f"{package}/{package}.go": READ % names}
    insertion = inserted(tmp_path, files, "open")
    assert (insertion.growth, insertion.growth_certainty) == (growth, certainty), insertion.growth_reason


ANY_OF = """
package main

import "net/http"

var known = map[string]bool{}

func first(names ...string) {
	for _, name := range names {
		known[name] = true
	}
}

func serve(w http.ResponseWriter, r *http.Request) { first(%s) }

func main() { http.ListenAndServe("localhost:80", http.HandlerFunc(serve)) }
"""


@pytest.mark.parametrize(
    ("names", "growth"),
    [
        ('"localhost", r.Host', Growth.UNBOUNDED),
        ('r.Host, "localhost"', Growth.UNBOUNDED),
        ('"a", "b"', Growth.BOUNDED),
    ],
)
def test_every_argument_of_a_variadic_parameter_counts(names: str, growth: Growth, tmp_path: Path) -> None:
    assert inserted(tmp_path, {"main.go": ANY_OF % names}, "known").growth is growth
