"""Fields whose values somebody wrote down, and what the names on the way of a key take away from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth, Operation
from mapleak.model import Certainty
from mapleak.resolve.settings import is_setting
from maps_source import model_of


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('`toml:"paths"`', True),
        ('`json:"paths" toml:"paths"`', True),  # nobody sends TOML about
        ('`yaml:"paths"`', True),
        ('`yaml:"paths" json:"paths"`', False),
        ('`mapstructure:"paths"`', True),
        ('"env:\\"PATHS\\""', False),  # tags as they are written: the quotes are not undone
        ('`env:"PATHS"`', True),
        ('`json:"env"`', False),
        ("", False),
    ],
)
def test_tags(tag: str, expected: bool) -> None:
    assert is_setting(tag) is expected


PROBE = """
package main

import "net/http"

type Probe struct {
	Path string %(tag)s
}

func probes() []*Probe

var seen = map[string]bool{}

func serve(w http.ResponseWriter, r *http.Request) {
	for _, probe := range probes() {
		seen[probe.Path] = true
	}
}

func main() { http.ListenAndServe("localhost:80", http.HandlerFunc(serve)) }
"""


@pytest.mark.parametrize(
    ("tag", "growth"),
    [("", Growth.UNBOUNDED), ('`toml:"path"`', Growth.BOUNDED), ('`json:"path"`', Growth.UNBOUNDED)],
)
def test_what_configuration_is_read_into_is_as_few_as_it_says(tmp_path: Path, tag: str, growth: Growth) -> None:
    insertion = _inserted(tmp_path, PROBE % {"tag": tag})
    assert insertion.growth is growth, insertion.growth_reason


CHAIN = """
package main

import "net/http"

type call struct{ %(far)s string }

type row struct{ %(near)s string }

var seen = map[string]bool{}

func read(r *http.Request) *call {
	c := &call{}
	c.%(far)s = %(from)s
	return c
}

func serve(w http.ResponseWriter, r *http.Request) {
	c := read(r)
	line := &row{}
	line.%(near)s = c.%(far)s
	seen[line.%(near)s] = true
}

func elsewhere() string

func main() { http.ListenAndServe("localhost:80", http.HandlerFunc(serve)) }
"""


@pytest.mark.parametrize(
    ("far", "near", "source", "certainty", "named"),
    [
        ("clientID", "userID", "elsewhere()", Certainty.LIKELY, True),
        ("clientID", "what", "elsewhere()", Certainty.ASSUMED, False),  # the name is not the one that it is stored by
        ("what", "userID", "elsewhere()", Certainty.LIKELY, True),
        ("what", "what2", "r.Host", Certainty.SURE, False),
        ("what", "column", "r.Host", Certainty.ASSUMED, False),
    ],
)
def test_names_on_the_way(tmp_path: Path, far: str, near: str, source: str, certainty: Certainty, named: bool) -> None:
    """Fields are given many things. That one of those is called an identity says little when the field is not, and
    what is called a part of a program is less than all that some requests bring."""
    insertion = _inserted(tmp_path, CHAIN % {"far": far, "near": near, "from": source})
    found = (insertion.growth, insertion.growth_certainty, insertion.growth_named)
    assert found == (Growth.UNBOUNDED, certainty, named), insertion.growth_reason


MANY = """
package main

import "net/http"

type part struct{ title string }

%(parts)s

var seen = map[string]bool{}

func serve(w http.ResponseWriter, r *http.Request) {
	for _, make := range []func() *part{p0, p1} {
		seen[make().title] = true
	}
}

func main() { http.ListenAndServe("localhost:80", http.HandlerFunc(serve)) }
"""


def test_constants_stay_few_however_many_assign_them(tmp_path: Path) -> None:
    """Registered parts describe themselves, each with a constant of its own."""
    parts = "\n".join(f'func p{n}() *part {{ return &part{{title: "t{n}"}} }}' for n in range(60))
    assert _inserted(tmp_path, MANY % {"parts": parts}).growth is Growth.BOUNDED


STATUS = """
package main

import "net/http"

type answer struct{ code int }

var seen = map[int]int{}

func serve(w http.ResponseWriter, r *http.Request) {
	found, _ := http.Get("http://localhost")
	seen[found.StatusCode]++
}

func main() { http.ListenAndServe("localhost:80", http.HandlerFunc(serve)) }
"""


def test_status_codes_are_few(tmp_path: Path) -> None:
    assert _inserted(tmp_path, STATUS).growth is Growth.BOUNDED


def _inserted(tmp_path: Path, source: str) -> Operation:
    found = model_of(tmp_path, {"main.go": source}).map("example.com/m.seen")
    assert found is not None
    return found.inserts[0]


LISTED = """
package main

import (
	"net/http"
	"slices"
)

var seen = map[string]bool{}

var known = []string{"tide", "wind"}

func note(what string) { seen[what] = true }

func serve(w http.ResponseWriter, r *http.Request) {
	what := r.FormValue("what")
	%s
	note(what)
}

var _ = slices.Contains(known, "")

func main() { http.ListenAndServe("localhost:80", http.HandlerFunc(serve)) }
"""


@pytest.mark.parametrize(
    ("check", "growth"),
    [
        ("", Growth.UNBOUNDED),
        ("if !slices.Contains(known, what) { return }", Growth.BOUNDED),
        ('switch what { case "tide", "wind": default: return }', Growth.BOUNDED),
        ('switch what { case "tide": println("high") }', Growth.UNBOUNDED),
    ],
)
def test_what_is_passed_on_after_a_check_is_one_of_few(tmp_path: Path, check: str, growth: Growth) -> None:
    assert _inserted(tmp_path, LISTED % check).growth is growth


SOURCES = """
package main

import (
	"net/http"

	"github.com/samber/lo"
)

type SourceConfig struct{ ID string }

type catalogue struct{ names map[string]bool }

func (c *catalogue) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	for _, source := range sources(r) {
		c.names[source.ID] = true
	}
}

func sources(r *http.Request) []SourceConfig {
	%s
}

func main() { http.ListenAndServe(":80", &catalogue{map[string]bool{}}) }
"""


@pytest.mark.parametrize(
    ("made", "growth"),
    [
        ("return lo.MapToSlice(nil, func(id string, _ int) SourceConfig { return SourceConfig{id} })", Growth.BOUNDED),
        ("return []SourceConfig{{r.URL.Path}}", Growth.UNBOUNDED),
    ],
)
def test_a_name_does_not_make_configuration_new(made: str, growth: Growth, tmp_path: Path) -> None:
    """``config-of-each`` asks for more than that a field of a type called configuration is called an id."""
    names = model_of(tmp_path, {"main.go": SOURCES % made}).map("example.com/m.catalogue.names")
    assert names.growth is growth
