"""Keys that a function of the tree computes: its parameters are what the very call passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from maps_source import model_of

SOURCE = """
package main

import (
	"net/http"
	"strings"
)

type table struct{ rows map[string]int }

func upper(name string) string {
	if name == "" {
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

func title(name string) string { return "the " + upper(name) }

func (t *table) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	if t.rows[title(r.URL.Path)] == 0 {
		t.rows[%s]++
	}
}

func main() {
	http.ListenAndServe(":80", &table{rows: map[string]int{}})
}
"""


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ('upper("home")', Growth.BOUNDED),
        ('title("home")', Growth.BOUNDED),
        ("title(r.URL.Path)", Growth.UNBOUNDED),
        ('upper(title(r.FormValue("name")))', Growth.UNBOUNDED),
    ],
)
def test_what_the_very_call_passes(tmp_path: Path, key: str, expected: Growth) -> None:
    """Another call of the same helper, here a lookup's, tells nothing of this key; also where helpers call helpers."""
    found = model_of(tmp_path, {"main.go": SOURCE % key}).map("example.com/m.table.rows")
    assert found is not None
    assert found.growth is expected


WALKS = """
package main

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
)

type index struct{ sizes map[string]int64 }

func (x *index) note(path string, %s error) error {
	x.sizes[path]++
	return err
}

func (x *index) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	filepath.%s
	var _ os.FileInfo
	var _ fs.DirEntry
}

func main() {
	http.ListenAndServe(":80", &index{sizes: map[string]int64{}})
}
"""


@pytest.mark.parametrize(
    ("parameters", "walk", "expected"),
    [
        ("info os.FileInfo, err", "Walk(r.URL.Path, x.note)", Growth.UNKNOWN),
        ("d fs.DirEntry, err", "WalkDir(r.URL.Path, x.note)", Growth.UNKNOWN),
        ("err", "Base(x.note(r.URL.Path, nil).Error())", Growth.UNBOUNDED),
    ],
)
def test_files_that_a_walk_finds(tmp_path: Path, parameters: str, walk: str, expected: Growth) -> None:
    found = model_of(tmp_path, {"main.go": WALKS % (parameters, walk)}).map("example.com/m.index.sizes")
    assert found is not None
    assert found.growth is expected


CONFIGURED = """
package main

import (
	"net/http"

	"example.org/lib"
)

type entryConfig struct{ group string }

func newConfig(r *http.Request) *entryConfig { return &entryConfig{group: %s} }

type table struct{ rows map[string]int }

func (t *table) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	c := newConfig(r)
	t.rows[c.group]++
	lib.Done()
}

func main() {
	http.ListenAndServe(":80", &table{rows: map[string]int{}})
}
"""


@pytest.mark.parametrize(
    ("group", "expected"), [('r.FormValue("group")', Growth.UNBOUNDED), ("lib.Group(r)", Growth.BOUNDED)]
)
def test_configuration_that_each_object_has(tmp_path: Path, group: str, expected: Growth) -> None:
    """Only where it is more than an assumption that what configures an object is ever new."""
    found = model_of(tmp_path, {"main.go": CONFIGURED % group}).map("example.com/m.table.rows")
    assert found is not None
    assert found.growth is expected
