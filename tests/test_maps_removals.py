"""Every form of removal, and every way in which programs mend a leak, against what only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import MapModel, Miss
from mapleak.maps.removal.emptying import emptying
from maps_source import model_of

HEAD = """\
package m

import (
	"maps"
	"runtime"
	"sync"
	"time"
)

var _ = maps.DeleteFunc[map[string]int]
var _ = runtime.GC
var _ = time.Now

type Entry struct {
	inner map[string]int
	refs  int
	at    time.Time
}

type Table map[string]*Entry

type S struct {
	mu    sync.Mutex
	m     map[string]*Entry
	other map[string]*Entry
	named Table
	deep  map[string]map[string]int
	sync  sync.Map
	nums  map[string]int
	first *Entry
	next  *Entry
}

func (s *S) Fill(k string) {
	s.m[k] = &Entry{}
	s.other[k] = &Entry{}
	s.named[k] = &Entry{}
	s.nums[k]++
	s.sync.Store(k, k)
	if s.deep[k] == nil {
		s.deep[k] = map[string]int{}
	}
	s.deep[k][k] = 1
}

"""

REMOVALS = {
    "delete": ("m", "func (s *S) F(k string) { delete(s.m, k) }"),
    "clear": ("m", "func (s *S) F() { clear(s.m) }"),
    "DeleteFunc": ("nums", "func (s *S) F() { maps.DeleteFunc(s.nums, func(string, int) bool { return true }) }"),
    "sync.Map.Delete": ("sync", "func (s *S) F(k string) { s.sync.Delete(k) }"),
    "LoadAndDelete": ("sync", "func (s *S) F(k string) { _, _ = s.sync.LoadAndDelete(k) }"),
    "CompareAndDelete": ("sync", "func (s *S) F(k string) { s.sync.CompareAndDelete(k, 1) }"),
    "Range and Delete": (
        "sync",
        "func (s *S) F() { s.sync.Range(func(k, v any) bool { s.sync.Delete(k); return true }) }",
    ),
    "method value": ("sync", "func (s *S) F(k string) { remove := s.sync.Delete; remove(k) }"),
    "another function": ("m", "func (s *S) F(k string) { drop(s, k) }\nfunc drop(s *S, k string) { delete(s.m, k) }"),
    "another type": (
        "m",
        "type Conn struct{ s *S }\nfunc (c *Conn) Shut(k string) { delete(c.s.m, k) }",
    ),
    "interface": (
        "m",
        "type dropper interface{ drop(string) }\nfunc (s *S) drop(k string) { delete(s.m, k) }\n"
        'func F(d dropper) { d.drop("") }\nfunc G(s *S) { F(s) }',
    ),
    "defer": ("m", "func (s *S) F(k string) { defer delete(s.m, k) }"),
    "deferred closure": ("m", "func (s *S) F(k string) { defer func() { delete(s.m, k) }() }"),
    "closure handed out": ("m", "func (s *S) F(k string) func() { return func() { delete(s.m, k) } }"),
    "closure kept in a field": (
        "m",
        "type Handle struct{ done func() }\n"
        "func (s *S) F(k string) *Handle { return &Handle{done: func() { delete(s.m, k) }} }\n"
        "func (h *Handle) Done() { h.done() }",
    ),
    "AfterFunc": ("m", "func (s *S) F(k string) { time.AfterFunc(time.Second, func() { delete(s.m, k) }) }"),
    "finalizer": (
        "m",
        "func (s *S) F(e *Entry, k string) { runtime.SetFinalizer(e, func(*Entry) { delete(s.m, k) }) }",
    ),
    "cleanup": (
        "m",
        "func (s *S) F(e *Entry, k string) { runtime.AddCleanup(e, func(k string) { delete(s.m, k) }, k) }",
    ),
    "reference count": (
        "m",
        "func (s *S) F(k string) {\n\te := s.m[k]\n\te.refs--\n\tif e.refs == 0 {\n\t\tdelete(s.m, k)\n\t}\n}",
    ),
    "count in the map": (
        "nums",
        "func (s *S) F(k string) {\n\tif s.nums[k]--; s.nums[k] <= 0 {\n\t\tdelete(s.nums, k)\n\t}\n}",
    ),
    "outer key when empty": (
        "deep",
        "func (s *S) F(k string) {\n\tdelete(s.deep[k], k)\n\tif len(s.deep[k]) == 0 {\n\t\tdelete(s.deep, k)\n\t}\n}",
    ),
    "inner map by its outer": ("deep[]", "func (s *S) F(k string) { delete(s.deep[k], k) }"),
    "sweep by age in a ticker": (
        "m",
        "func New() *S {\n\ts := &S{}\n\tgo s.run()\n\treturn s\n}\nfunc (s *S) run() {\n\tfor range time.Tick(1) {\n"
        "\t\tfor k, e := range s.m {\n\t\t\tif time.Since(e.at) > 1 {\n\t\t\t\tdelete(s.m, k)\n\t\t\t}\n\t\t}\n\t}\n}",
    ),
    "sweep by absence": (
        "m",
        "func (s *S) F(live map[string]bool) {\n\tfor k := range s.m {\n\t\tif !live[k] {\n\t\t\tdelete(s.m, k)\n"
        "\t\t}\n\t}\n}",
    ),
    "local alias": ("m", "func (s *S) F(k string) { m := s.m; delete(m, k) }"),
    "parameter": (
        "m",
        "func (s *S) F(k string) { drop(s.m, k) }\nfunc drop(m map[string]*Entry, k string) { delete(m, k) }",
    ),
    "generic helper": (
        "m",
        "func (s *S) F(k string) { drop(s.m, k) }\nfunc drop[K comparable, V any](m map[K]V, k K) { delete(m, k) }",
    ),
    "pointer to a named map": (
        "named",
        "func (t *Table) drop(k string) { delete(*t, k) }\nfunc (s *S) F(k string) { (&s.named).drop(k) }",
    ),
    "method of a named map": (
        "named",
        "func (t Table) drop(k string) { delete(t, k) }\nfunc (s *S) F(k string) { s.named.drop(k) }",
    ),
    "one of several": (
        "m",
        "func (s *S) F(k string, n int) {\n\tvar m map[string]*Entry\n\tswitch n {\n\tcase 0:\n\t\tm = s.m\n"
        "\tdefault:\n\t\tm = s.other\n\t}\n\tdelete(m, k)\n}",
    ),
    "list of maps": (
        "m",
        "func (s *S) F(k string) {\n\tfor _, m := range []map[string]*Entry{s.m, s.other} {\n\t\tdelete(m, k)\n\t}\n}",
    ),
    "pointer to one of several": (
        "m",
        "func (s *S) F(k string, n int) {\n\tp := &s.other\n\tif n > 0 {\n\t\tp = &s.m\n\t}\n\tdelete(*p, k)\n}",
    ),
    "replaced by a ticker": (
        "m",
        "func (s *S) Run() {\n\tfor range time.Tick(1) {\n\t\ts.m = make(map[string]*Entry)\n\t}\n}",
    ),
    "with the next neighbour": (
        "m",
        "func (s *S) F() {\n\tif s.next == nil {\n\t\ts.next = &Entry{}\n"
        "\t\ts.m = make(map[string]*Entry)\n\t}\n}\nfunc (s *S) Lost() { s.next = nil }",
    ),
    "where a neighbour is missing": (
        "m",
        "func (s *S) F() {\n\tif s.first == nil {\n\t\ts.m = make(map[string]*Entry)\n\t}\n}",
    ),
    "constructor of a user, and the user": (
        "m",
        "type U struct{ s *S }\nfunc NewU(s *S) *U {\n\ts.Anew()\n\treturn &U{s}\n}\n"
        "func (u *U) Lost() { u.s.Anew() }\nfunc (s *S) Anew() { s.m = make(map[string]*Entry) }",
    ),
    "swapped out": (
        "m",
        "func (s *S) F() map[string]*Entry {\n\told := s.m\n\ts.m = map[string]*Entry{}\n\treturn old\n}",
    ),
    "swept into a new map": (
        "m",
        "func (s *S) F() {\n\tkept := map[string]*Entry{}\n\tfor k, e := range s.m {\n\t\tif e.refs > 0 {\n"
        "\t\t\tkept[k] = e\n\t\t}\n\t}\n\ts.m = kept\n}",
    ),
    "swept while a new entry is added": (
        "nums",
        "func (s *S) F(k string) {\n\tn := make(map[string]int)\n\tfor old, v := range s.nums {\n\t\tif v > 1 {\n"
        "\t\t\tn[old] = v\n\t\t}\n\t}\n\tn[k] = 1\n\ts.nums = n\n}",
    ),
    "outer key of an inner map": ("deep[]", "func (s *S) F(k string) { delete(s.deep, k) }"),
    "whole struct replaced": ("m", "func (s *S) Reset() { *s = S{} }"),
}

NO_REMOVALS = {
    "nil under the key": ("m", "func (s *S) F(k string) { s.m[k] = nil }"),
    "zero under the key": ("nums", "func (s *S) F(k string) { s.nums[k] = 0 }"),
    "empty value under the key": ("deep", "func (s *S) F(k string) { s.deep[k] = map[string]int{} }"),
    "inner level": ("deep", "func (s *S) F(k string) { delete(s.deep[k], k) }"),
    "inner level through a local": ("deep", "func (s *S) F(k string) { in := s.deep[k]; delete(in, k) }"),
    "inner level through a range": ("deep", "func (s *S) F(k string) { for _, in := range s.deep { delete(in, k) } }"),
    "same name on another type": (
        "m",
        "type T struct{ m map[string]*Entry }\nfunc (t *T) F(k string) { delete(t.m, k) }",
    ),
    "a copy": ("m", "func (s *S) F(k string) { m := maps.Clone(s.m); delete(m, k) }"),
    "constructor": ("m", "func New() *S {\n\ts := &S{}\n\ts.m = make(map[string]*Entry)\n\treturn s\n}"),
    "lazy": ("m", "func (s *S) F() {\n\tif s.m == nil {\n\t\ts.m = make(map[string]*Entry)\n\t}\n}"),
    "with the first neighbour": (
        "m",
        "func (s *S) F() {\n\tif s.first == nil {\n\t\ts.first = &Entry{}\n\t\ts.m = make(map[string]*Entry)\n\t}\n}",
    ),
    "constructor of a user": (
        "m",
        "type U struct{ s *S }\nfunc NewU(s *S) *U {\n\ts.Anew()\n\treturn &U{s}\n}\n"
        "func (s *S) Anew() { s.m = make(map[string]*Entry) }",
    ),
    "shutdown": ("m", "func (s *S) Close() { s.m = nil }"),
    "shutdown clears": ("m", "func (s *S) Stop() { clear(s.m) }"),
    "shutdown sweeps": ("m", "func (s *S) Stop() { for k := range s.m { delete(s.m, k) } }"),
    "copied with one more": (
        "nums",
        "func (s *S) F(k string) {\n\tn := make(map[string]int)\n\tfor old, v := range s.nums {\n"
        "\t\tn[old] = v\n\t}\n\tn[k] = 1\n\ts.nums = n\n}",
    ),
    "alias set to nil": ("m", "func (s *S) F() { m := s.m; m = nil; _ = m }"),
}


FORMS = REMOVALS | NO_REMOVALS


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> MapModel:
    """All forms as packages of one module, so that the standard library is read once."""
    files = {f"p{i}/p.go": f"{HEAD}{source}\n" for i, (_, source) in enumerate(FORMS.values())}
    return model_of(tmp_path_factory.mktemp("removals"), files)


def emptied(model: MapModel, form: str) -> bool:
    """Whether anything empties the map of a form while the program runs."""
    found = model.map(f"example.com/m/p{list(FORMS).index(form)}.S.{FORMS[form][0]}")
    assert found is not None
    return bool(emptying(found) or found.released)


@pytest.mark.parametrize("form", REMOVALS)
def test_removal(form: str, model: MapModel) -> None:
    """The removal is seen on the right map, and it counts."""
    assert emptied(model, form)


@pytest.mark.parametrize("form", NO_REMOVALS)
def test_no_removal(form: str, model: MapModel) -> None:
    """Nothing that counts is seen on the map."""
    assert not emptied(model, form)


ZEROS = {
    "func (s *S) Begin(k string) { s.done[k] = false }\nfunc (s *S) End(k string) { s.done[k] = true }": False,
    "func (s *S) Run(k string) { s.done[k] = true; print(k); s.done[k] = false }": True,
    "func (s *S) Run(k string) { s.done[k] = true; defer func() { s.done[k] = false }() }": True,
    "func (s *S) Run(k string) { s.done[k] = false; print(k); s.done[k] = true }": False,
    "func (s *S) Set(k string) { s.done[k] = true }\nfunc (s *S) Forget(k string) { s.done[k] = false }": True,
    "func (s *S) Set(k string) { s.done[k] = true }\n"
    "func (s *S) End(k string) { if _, ok := s.done[k]; ok { s.done[k] = false } }": True,
}


@pytest.mark.parametrize("source", ZEROS)
def test_zero_may_be_what_an_entry_begins_with(tmp_path: Path, source: str) -> None:
    """It stands for a removal where the key has an entry already, or by the name of the function."""
    model = model_of(tmp_path, {"m.go": f"package m\n\ntype S struct{{ done map[string]bool }}\n\n{source}\n"})
    found = model.map("example.com/m.S.done")
    assert found is not None
    assert any(missed.kind is Miss.TOMBSTONE for missed in found.missing) == ZEROS[source]


FLAG = """package main

import "net/http"

type counters struct{ seen map[string]int }

func (c *counters) flush(remove bool) {
	if %(negated)sremove {
		clear(c.seen)
	}
	println(len(c.seen))
}

func (c *counters) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.seen[r.RemoteAddr]++
	c.flush(%(given)s)
}

func main() { http.ListenAndServe("localhost:80", &counters{map[string]int{}}) }
"""


@pytest.mark.parametrize(
    ("negated", "given", "empties"),
    [
        ("", "true", True),
        ("", "false", False),
        ("!", "true", False),
        ("!", "false", True),
        ("", 'r.Host == ""', True),
        ("", "false)\n\tc.flush(true", True),
    ],
)
def test_a_removal_that_no_caller_asks_for(tmp_path: Path, negated: str, given: str, empties: bool) -> None:
    model = model_of(tmp_path, {"main.go": FLAG % {"negated": negated, "given": given}})
    found = model.map("example.com/m.counters.seen")
    assert found is not None
    assert bool(emptying(found)) is empties
