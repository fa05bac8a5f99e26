"""Keys that have been looked up in a table, in another function, before they are stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from maps_source import model_of

SHELF = """
package main

import (
	"errors"
	"fmt"
	"net/http"
)

var (
	recipes = map[string]func() any{}
	baked   = map[string]any{}
)

func init() { recipes["bread"] = func() any { return 1 } }

func learn(name string) { recipes[name] = func() any { return 2 } }

func bake(name string) (any, error) {
	%(lookup)s
}

type oven struct{}

func (oven) take(name string, how func(string) (any, error)) (any, error) {
	if done, ok := baked[name]; ok {
		return done, nil
	}
	made, err := %(call)s
	%(check)s
	baked[name] = made
	return made, nil
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		_, err := oven{}.take(r.URL.Path, bake)
		fmt.Fprintln(w, err, errors.New(""))
		%(serve)s
	})
	http.ListenAndServe(":80", nil)
}
"""

FAILS = """recipe, ok := recipes[name]
	if !ok {
		return nil, fmt.Errorf("no %q", name)
	}
	return recipe(), nil"""
SPECIAL = """if recipe, ok := recipes[name]; ok {
		return recipe(), nil
	}
	return name, nil"""
OTHER_KEY = """recipe, ok := recipes[name[1:]]
	if !ok {
		return nil, errors.New("no")
	}
	return recipe(), nil"""
LEAVE = "if err != nil { return nil, err }"


@pytest.mark.parametrize(
    ("lookup", "call", "check", "serve", "growth"),
    [
        (FAILS, "bake(name)", LEAVE, "", Growth.BOUNDED),
        (FAILS, "how(name)", LEAVE, "", Growth.BOUNDED),
        (FAILS, "how(name)", "_ = err", "", Growth.UNBOUNDED),  # goes on without it
        (FAILS, "how(name)", 'if err != nil { fmt.Println("no") }', "", Growth.UNBOUNDED),
        (FAILS, 'how("bread")', LEAVE, "", Growth.UNBOUNDED),
        (FAILS, "how(name)", LEAVE, "learn(r.URL.Path)", Growth.UNBOUNDED),  # the table grows itself
        (SPECIAL, "how(name)", LEAVE, "", Growth.UNBOUNDED),
        (OTHER_KEY, "how(name)", LEAVE, "", Growth.UNBOUNDED),
    ],
)
def test_a_key_that_a_table_must_have(
    tmp_path: Path, lookup: str, call: str, check: str, serve: str, growth: Growth
) -> None:
    source = SHELF % {"lookup": lookup, "call": call, "check": check, "serve": serve}
    baked = model_of(tmp_path, {"main.go": source}).map("example.com/m.baked")
    assert baked is not None
    assert baked.inserts[0].growth is growth, baked.inserts[0].growth_reason


ASSETS = """
package main

import (
	"io/fs"
	"net/http"
	"os"
)

var files fs.FS = os.DirFS(".")

type page struct{ file string }

type shelf struct{ read map[string][]byte }

func (s *shelf) page(p page) []byte {
	text, err := %s
	%s
	s.read[p.file] = text
	return text
}

func pageOf(r *http.Request) page

func main() {
	s := &shelf{map[string][]byte{}}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { w.Write(s.page(pageOf(r))) })
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("name", "check", "growth"),
    [
        ("os.ReadFile(p.file)", "if err != nil { return nil }", Growth.UNKNOWN),
        ("fs.ReadFile(files, p.file)", "if err != nil { return nil }", Growth.UNKNOWN),
        ("os.ReadFile(p.file)", "", Growth.UNBOUNDED),
        ('os.ReadFile("all")', "if err != nil { return nil }", Growth.UNBOUNDED),
    ],
)
def test_files_that_exist(tmp_path: Path, name: str, check: str, growth: Growth) -> None:
    """A key by which a file has been read names one that is there; not so where nobody looks at the error."""
    model = model_of(tmp_path, {"main.go": ASSETS % (name, check)})
    (insertion,) = model.map("example.com/m.shelf.read").inserts
    assert insertion.growth is growth


LOCKS = """
package main

import (
	"net/http"
	"sync"
)

var (
	shelves = map[string]string{"a": "left"}
	locks   = map[string]*sync.Mutex{}
)

func lockOf(name string) *sync.Mutex {
	l, ok := locks[name]
	if !ok {
		l = &sync.Mutex{}
		locks[name] = l
	}
	return l
}

func read(name string) string {
	%(before)s
	shelf, ok := shelves[name]
	if !ok {
		return ""
	}
	lockOf(name).Lock()
	return shelf
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		read(r.URL.Path)
		%(serve)s
	})
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("before", "serve", "growth"),
    [
        ("", "", Growth.BOUNDED),
        ("lockOf(name)", "", Growth.UNBOUNDED),
        ("", "lockOf(r.Host)", Growth.UNBOUNDED),
        ("", "shelves[r.Host] = r.Host", Growth.UNBOUNDED),
    ],
    ids=["all callers have looked it up", "looked up too late", "one caller has not", "a table that grows"],
)
def test_what_all_callers_have_found_in_a_table_is_no_more_than_the_table(
    tmp_path: Path, before: str, serve: str, growth: Growth
) -> None:
    model = model_of(tmp_path, {"main.go": LOCKS % {"before": before, "serve": serve}})
    found = model.map("example.com/m.locks")
    assert found is not None
    assert found.growth is growth


ENTRANCE = """
package main

import (
	"net"
	"net/http"
)

var open = map[string]any{}

func enter(addr string) {
	door, err := %s
	if %s {
		return
	}
	open[addr] = door
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { enter(r.FormValue("addr")) })
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("call", "check", "growth"),
    [
        ('net.Listen("tcp", addr)', "err != nil", Growth.UNKNOWN),
        ('net.Listen("tcp", addr)', 'addr == ""', Growth.UNBOUNDED),
        ('net.Listen("tcp", ":1")', "err != nil", Growth.UNBOUNDED),
        ('net.Dial("tcp", addr)', "err != nil", Growth.UNBOUNDED),
    ],
)
def test_addresses_that_the_program_listens_on(tmp_path: Path, call: str, check: str, growth: Growth) -> None:
    """None is listened on twice; but others may be called, and tried, without end."""
    model = model_of(tmp_path, {"main.go": ENTRANCE % (call, check)})
    (insertion,) = model.map("example.com/m.open").inserts
    assert insertion.growth is growth
