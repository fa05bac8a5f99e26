"""Objects that others have behind an interface: they live as long as what they are seen to go to."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Lifetime
from mapleak.model import Certainty
from maps_source import model_of

NAME = "example.com/m.scale.seen"

SOURCE = """package main

import "net/http"

type gauge interface {
	Weigh(name string) int
	Reset()
}

type scale struct{ seen map[string]int }

func newScale() gauge { return &scale{map[string]int{}} }

func (s *scale) Weigh(name string) int {
	s.seen[name]++
	return s.seen[name]
}

func (s *scale) Reset() {}

func pick(kind string) gauge { return newScale() }

type stall struct{ gauges []gauge }

func (s *stall) weigh(name string) {
	for _, g := range s.gauges {
		g.Weigh(name)
	}
}

var stalls = map[string]*stall{}

func stallOf(name string) *stall {
	if s, ok := stalls[name]; ok {
		return s
	}
	s := &stall{}
	s.gauges = append(s.gauges, pick(name))
	KEEP
	return s
}

func weigh(w http.ResponseWriter, r *http.Request) {
	stallOf(r.Host).weigh(r.URL.Path)
	MORE
}

func main() {
	http.HandleFunc("/", weigh)
	_ = http.ListenAndServe(":80", nil)
}
"""


def life(folder: Path, keep: str, more: str, source: str = SOURCE) -> tuple[Lifetime, Certainty, str]:
    text = source.replace("KEEP", keep).replace("MORE", more)
    found = model_of(folder, {"main.go": text}).map(NAME)
    assert found is not None
    return found.lifetime, found.lifetime_certainty, found.lifetime_reason


def test_it_lives_as_long_as_the_entry_that_holds_it(tmp_path: Path) -> None:
    lifetime, certainty, reason = life(tmp_path, "stalls[name] = s", "")
    assert (lifetime, certainty) == (Lifetime.OBJECT, Certainty.LIKELY)
    assert reason == (
        "m.stallOf brings one to m.stall: m.stallOf keeps one for each entry of m.stalls; "
        "m.weigh works on the same one again and again"
    )


@pytest.mark.parametrize(
    ("keep", "more"),
    [
        ("_ = stalls", ""),
        ("stalls[name] = s", "pick(r.Host).Weigh(r.URL.Path)"),
        ("stalls[name] = s", "g := newScale(); g.Weigh(r.URL.Path)"),
    ],
)
def test_not_when_the_holder_is_dropped_or_something_else_uses_one(tmp_path: Path, keep: str, more: str) -> None:
    """A holder of each request, and scales that a request makes for itself."""
    _, certainty, reason = life(tmp_path, keep, more)
    assert "brings one" not in reason
    assert certainty is not Certainty.LIKELY or "makes a new" in reason


def test_it_lives_as_long_as_its_own_entry_in_a_map_of_the_interface(tmp_path: Path) -> None:
    source = SOURCE.replace("var stalls = map[string]*stall{}", "var gauges = map[string]gauge{}")
    start, end = source.index("func stallOf"), source.index("func weigh")
    source = source[:start] + """func gaugeOf(name string) gauge {
	if g, ok := gauges[name]; ok {
		return g
	}
	g := pick(name)
	gauges[name] = g
	return g
}

""" + source[end:]  # fmt: skip
    source = source.replace("stallOf(r.Host).weigh(r.URL.Path)", "weighOn(gaugeOf(r.Host), r.URL.Path)")
    source += "\nfunc weighOn(g gauge, name string) { g.Weigh(name) }\n"
    lifetime, certainty, reason = life(tmp_path, "", "", source)
    assert (lifetime, certainty) == (Lifetime.OBJECT, Certainty.LIKELY)
    assert reason.startswith("m.gaugeOf keeps one for each entry of m.gauges")


def test_nothing_is_brought_to_where_only_a_user_may_keep_it(tmp_path: Path) -> None:
    """Of a library: that somebody has a Stall says nothing of the scales in it that its type does not say."""
    source = SOURCE.replace("package main", "package m").replace("stall struct", "Stall struct")
    source = source.replace("*stall", "*Stall").replace("&stall", "&Stall").replace("stallOf", "StallOf")
    source = source[: source.index("func main()")]
    assert "brings one" not in life(tmp_path, "_ = stalls", "", source)[2]
    assert "brings one" in life(tmp_path, "stalls[name] = s", "", source)[2]


def test_what_implements_an_interface_and_never_comes_there_is_not_kept(tmp_path: Path) -> None:
    """Only types that are seen to flow into a place are in it, not all that have its methods."""
    source = SOURCE + """
type tray struct{ seen map[string]int }

func (t *tray) Weigh(name string) int {
	t.seen[name]++
	return 0
}

func (t *tray) Reset() {}

func serve(w http.ResponseWriter, r *http.Request) {
	use(&tray{map[string]int{}}, r.URL.Path)
}

func use(g gauge, name string) { g.Weigh(name) }

func init() { http.HandleFunc("/tray", serve) }
"""  # fmt: skip
    text = source.replace("KEEP", "stalls[name] = s").replace("MORE", "")
    found = model_of(tmp_path, {"main.go": text}).map("example.com/m.tray.seen")
    assert found is not None
    assert "brings one" not in found.lifetime_reason
