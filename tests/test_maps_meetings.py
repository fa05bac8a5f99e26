"""Who meets at a map that a lock guards: programs with phases, objects of one call, helpers of tests, partners."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.locks.model import ALONE, UNCALLED, UnguardedAccess
from maps_source import model_of

UNITS = """package units

import (
	"net/http"
	"sync"
)

type unit interface {
	PHASE() error
	Serve() error
}

type hub struct {
	mu    sync.Mutex
	calls map[string]func()
}

func (h *hub) Subscribe(topic string, f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls[topic] = f
}

func (h *hub) call(topic string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls[topic]()
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.calls[r.URL.Path]() }

type clock struct{ hub *hub }

func (c *clock) PHASE() error { c.listen("ticks"); return nil }

func (c *clock) Serve() error { return http.ListenAndServe(":80", c.hub) }

func (c *clock) listen(topic string) { c.hub.Subscribe(topic, func() {}) }

func Run(units ...unit) {
	for _, u := range units {
		_ = u.PHASE()
	}
	for _, u := range units {
		go func() { _ = u.Serve() }()
	}
}

func New() unit {
	h := &hub{calls: map[string]func(){}}
	http.HandleFunc("/call", func(w http.ResponseWriter, r *http.Request) { h.call("a") })
	return &clock{h}
}
"""


def unguarded(folder: Path, files: dict[str, str]) -> list[UnguardedAccess]:
    return list(model_of(folder, files).unguarded)


@pytest.mark.parametrize(("phase", "met"), [("PreRun", False), ("Setup", False), ("Provision", False), ("Renew", True)])
def test_what_a_phase_before_serving_writes_nobody_meets(tmp_path: Path, phase: str, met: bool) -> None:
    """All units have been through it when the first one serves."""
    assert bool(unguarded(tmp_path, {"units.go": UNITS.replace("PHASE", phase)})) == met


RING = """package ring

import "sync"

type Ring struct {
	mu   sync.Mutex
	load map[string]int
}

func New() *Ring { return &Ring{load: map[string]int{}} }

func (r *Ring) Add(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.load[name]++
}

func (r *Ring) Drop(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.load, name)
}

func (r *Ring) Loads() int { return len(r.load) + r.load[""] }
"""

SPREAD = """package main

import (
	"net/http"

	"example.com/m/ring"
)

func spread(names []string) {
	r := ring.New()
	for _, name := range names {
		r.Add(name)
		r.Drop(name)
	}
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { spread(r.URL.Query()["name"]) })
	_ = http.ListenAndServe(":80", nil)
}
"""


def test_objects_of_one_call_and_a_method_that_nothing_calls(tmp_path: Path) -> None:
    """In a program's tree; a library's users may do otherwise."""
    (race,) = unguarded(tmp_path / "program", {"ring/ring.go": RING, "main.go": SPREAD})
    assert (race.together, race.proof) == ("exported", ALONE)
    (race,) = unguarded(tmp_path / "library", {"ring/ring.go": RING})
    assert race.proof != ALONE


STORE = """package store

import "sync"

type Store struct {
	mu    sync.Mutex
	kinds map[string]int
}

func New() *Store { return &Store{kinds: map[string]int{}} }

func (s *Store) Add(kind string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kinds[kind] = 1
}

func (s *Store) Remove(kind string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kinds, kind)
}

func (s *Store) Drop(kind string) { delete(s.kinds, kind) }
"""

STORING = """package main

import (
	"net/http"

	"example.com/m/store"
)

func main() {
	s := store.New()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.Add(r.URL.Path)
		s.%s(r.URL.Path)
	})
	_ = http.ListenAndServe(":80", nil)
}
"""


def test_a_method_that_nothing_calls(tmp_path: Path) -> None:
    """What a whole program does not call races with nothing; a library's users may call it."""
    files = {"store/store.go": STORE}
    (race,) = unguarded(tmp_path / "uncalled", {**files, "main.go": STORING % "Remove"})
    assert race.proof == UNCALLED
    (race,) = unguarded(tmp_path / "called", {**files, "main.go": STORING % "Drop"})
    assert race.proof != UNCALLED
    (race,) = unguarded(tmp_path / "library", files)
    assert race.proof != UNCALLED


TABLE = """package table

import (
	"net/http"

	"example.com/other/web"
)

var names = map[string]int{}

func Load(engine *web.Engine) { names["include"]++ }

func CreateWebContext(w http.ResponseWriter, r *http.Request) { Load(web.CALLED(w)) }
"""

MAIN = """package main

import (
	"net/http"

	"example.com/m/table"
)

func main() {
	table.Load(nil)
	_ = http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(("called", "met"), [("CreateTestContext", False), ("CreateContext", True)])
def test_a_way_that_begins_in_a_helper_of_tests(tmp_path: Path, called: str, met: bool) -> None:
    """It calls what a library has for tests, and no program uses it."""
    files = {"table/table.go": TABLE.replace("CALLED", called), "main.go": MAIN}
    assert bool(unguarded(tmp_path, files)) == met


def test_what_helpers_of_tests_call_is_not_left_to_importers(tmp_path: Path) -> None:
    """Nothing else calls it; what nothing calls at all importers may."""
    body = (
        "type S struct { mu sync.Mutex; m map[int]int }\nfunc (s *S) Set() { s.mu.Lock(); s.m[0]++; s.mu.Unlock() }\n"
    )
    source = f'package m\nimport ("sync"; "testing")\n{body}func (s *S) Get() int {{ return s.m[0] }}\n'
    helper = "func Check(t *testing.T, s *S) { _ = s.Get() }\n"
    assert unguarded(tmp_path / "helper", {"m.go": source + helper}) == []
    (race,) = unguarded(tmp_path / "none", {"m.go": source + "var _ testing.TB\n"})
    assert race.together == "exported"


PARTNER = """package main

import (
	"net/http"
	"sync"
)

type board struct {
	mu  sync.Mutex
	on  map[string]bool
	out chan string
}

func (b *board) clearAll(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.on, name)
}

func (b *board) mark(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	MARK
}

func (b *board) markLocked(name string) { b.on[name] = true }

func (b *board) forward() {
	for name := range b.out {
		b.first(name)
	}
}

func (b *board) first(name string)  { b.second(name) }
func (b *board) second(name string) { b.third(name) }
func (b *board) third(name string)  { b.mark(name) }

func (b *board) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.clearAll(r.Host)
	if b.on[r.URL.Path] {
		w.WriteHeader(http.StatusOK)
	}
}

func main() {
	b := &board{on: map[string]bool{}, out: make(chan string)}
	go b.forward()
	_ = http.ListenAndServe(":80", b)
}
"""


@pytest.mark.parametrize("mark", ["b.on[name] = true", "b.markLocked(name)"])
def test_the_partner_is_one_that_another_goroutine_comes_to(tmp_path: Path, mark: str) -> None:
    """Not the writer that the same handler calls, although it comes first in the source."""
    (race,) = unguarded(tmp_path, {"main.go": PARTNER.replace("MARK", mark)})
    assert race.function == "(*example.com/m.board).ServeHTTP"
    assert race.other_function == "(*example.com/m.board).mark"


CATALOGUE = """package catalogue

import (
	"net/http"
	"sync"
)

var (
	lock  sync.Mutex
	kinds = map[string]func() string{}
)

func Add(kind string, make func() string) {
	lock.Lock()
	defer lock.Unlock()
	kinds[kind] = make
}

func Known(kind string) bool {
	lock.Lock()
	defer lock.Unlock()
	return kinds[kind] != nil
}

func Make(kind string) string { return kinds[kind]() }

func look(w http.ResponseWriter, r *http.Request) { Make(r.URL.Path) }

func CALLER { Add("plain", func() string { return "" }) }
"""


@pytest.mark.parametrize(("caller", "met"), [("init()", False), ("add(w http.ResponseWriter, r *http.Request)", True)])
def test_what_only_initialisers_write_nobody_meets(tmp_path: Path, caller: str, met: bool) -> None:
    serving = 'func Serve() { http.HandleFunc("/", look)'
    serving += '; http.HandleFunc("/add", add) }' if met else " }"
    found = unguarded(tmp_path, {"catalogue.go": CATALOGUE.replace("CALLER", caller) + serving})
    assert bool(found) == met


PROBE = """
package probe

import "time"

type Probe struct{ seen map[string]int }

func New() *Probe {
	p := &Probe{seen: map[string]int{}}
	%s
	return p
}

func (p *Probe) note() { p.seen["all"]++ }

func (p *Probe) Count() int { return p.seen["all"] }

func (p *Probe) Work() {
	for range time.Tick(time.Second) {
		p.note()
		println(p.Count())
	}
}
"""

WORK = """
package main

import (
	"net/http"

	"example.com/m/app/probe"
)

var probes = map[string]*probe.Probe{}

func begin(name string) {
	p := probes[name]
	go func() { %s }()
}

func main() {
	probes["one"] = probe.New()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { begin(r.FormValue("name")) })
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("made", "done", "found"),
    [("go p.Work()", "p.Work()", 0), ("go p.Work()", "println(p.Count())", 1), ("", "p.Work()", 0)],
)
def test_a_loop_that_others_start_as_well_does_not_meet_itself(
    tmp_path: Path, made: str, done: str, found: int
) -> None:
    files = {"app/main.go": WORK % done, "app/probe/probe.go": PROBE % made}
    assert len(model_of(tmp_path, files).unguarded) == found
