"""Keys that pointers point to: a pointer that is made anew may point to what others point to as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from maps_source import model_of

FLAGS = """
package main

import "net/http"

type flag struct{ dest *string }

func (f *flag) get() *string { return f.dest }

func (f *flag) text() string { return *f.dest }

var seen = map[any]int{}

func set(to string) *flag {
	f := &flag{dest: new(string)}
	*f.dest = to
	return f
}

func note(p *string) { seen[%s]++ }

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		f := set("on")
		seen[%s]++
		note(%s)
	})
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("noted", "key", "passed", "growth"),
    [
        ("1", "*f.dest", "nil", Growth.UNKNOWN),
        ("1", "f.text()", "nil", Growth.UNKNOWN),
        ("*p", "1", "f.dest", Growth.UNKNOWN),
        ("1", "f.dest", "nil", Growth.UNBOUNDED),
        ("1", "f.get()", "nil", Growth.UNBOUNDED),
        ("p", "1", "f.dest", Growth.UNBOUNDED),
    ],
)
def test_what_a_pointer_points_to(noted: str, key: str, passed: str, growth: Growth, tmp_path: Path) -> None:
    """Only the pointers themselves are another each time."""
    assert model_of(tmp_path, {"main.go": FLAGS % (noted, key, passed)}).map("example.com/m.seen").growth is growth


def test_what_a_pointer_in_a_message_points_to_comes_with_the_message(tmp_path: Path) -> None:
    source = FLAGS.replace("flag ", "flagMessage ").replace("*flag", "*flagMessage").replace("&flag{", "&flagMessage{")
    files = {"main.go": source % ("1", "*f.dest", "nil")}
    (_, insertion) = model_of(tmp_path, files).map("example.com/m.seen").inserts
    assert insertion.growth is Growth.UNBOUNDED
