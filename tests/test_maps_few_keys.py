"""Keys that look ever new and are few: kinds, settings, names of servers and of parts of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import AbstractMap, Growth, Lifetime
from mapleak.model import Certainty
from maps_source import model_of

SERVER = """
package main

import (
	"expvar"
	"net/http"
	"net/url"
)

type orderMessage struct{ itemType, itemName string }

type settings struct{ loud bool }

type shop struct {
	byType   map[string]int
	byName   map[string]int
	shared   map[string]*settings
	upstream map[string]bool
	asked    map[string]bool
	numbers  map[string]bool
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked[r.URL.EscapedPath()] = true
	expvar.Do(func(kv expvar.KeyValue) { s.numbers[kv.Key] = true })
}

func (s *shop) order(in chan *orderMessage) {
	for m := range in {
		s.byType[m.itemType]++
		s.byName[m.itemName]++
		s.shared[m.itemName] = &settings{}
	}
}

func (s *shop) dial(in chan string) {
	for text := range in {
		u, err := url.Parse(text)
		if err == nil {
			s.upstream[u.Hostname()] = true
		}
	}
}

func main() {
	s := &shop{}
	go s.order(make(chan *orderMessage))
	go s.dial(make(chan string))
	http.ListenAndServe(":80", s)
}
"""


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, AbstractMap]:
    model = model_of(tmp_path_factory.mktemp("few"), {"main.go": SERVER})
    return {found.name.rpartition(".")[2]: found for found in model.maps}


def judged(found: AbstractMap) -> tuple[Growth, Certainty]:
    (insertion,) = found.inserts
    return insertion.growth, insertion.growth_certainty


def test_what_sorts_there_are_is_less_certain_to_grow_than_other_names(maps: dict[str, AbstractMap]) -> None:
    assert judged(maps["byName"]) == (Growth.UNBOUNDED, Certainty.ASSUMED)
    assert judged(maps["byType"]) == (Growth.UNBOUNDED, Certainty.UNKNOWN)


def test_settings_are_as_many_as_somebody_wrote_down(maps: dict[str, AbstractMap]) -> None:
    assert judged(maps["shared"]) == (Growth.UNBOUNDED, Certainty.UNKNOWN)


def test_the_path_of_a_request_is_the_other_sides_and_other_urls_may_be_of_a_few_servers(
    maps: dict[str, AbstractMap],
) -> None:
    assert judged(maps["asked"]) == (Growth.UNBOUNDED, Certainty.SURE)
    assert judged(maps["upstream"]) == (Growth.UNKNOWN, Certainty.UNKNOWN)


def test_published_variables_are_parts_of_the_program(maps: dict[str, AbstractMap]) -> None:
    assert maps["numbers"].growth is Growth.BOUNDED


NUMBERED = """
package main

import "net/http"

type line struct {
	used map[%(type)s]bool
	last *%(type)s
}

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var id %(type)s
	for l.used[id] {
		id++
	}
	l.last = &id
	l.used[id] = true
}

func main() { http.ListenAndServe(":80", &line{used: map[%(type)s]bool{}}) }
"""


@pytest.mark.parametrize(("type_", "growth"), [("uint16", Growth.BOUNDED), ("uint32", Growth.UNBOUNDED)])
def test_the_type_of_a_number_bounds_it_wherever_it_comes_from(tmp_path: Path, type_: str, growth: Growth) -> None:
    model = model_of(tmp_path, {"main.go": NUMBERED % {"type": type_}})
    found = model.map("example.com/m.line.used")
    assert found is not None
    assert found.growth is growth


CONSTRUCTED = """
package main

import "net/http"

type lock struct{ ready map[string]bool }

func NewLock(owners []string) *lock {
	l := &lock{ready: map[string]bool{}}
	for _, owner := range owners {
		l.ready[owner] = true
	}
	return l
}

type keeper struct{ locks map[string]*lock }

func (k *keeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l, ok := k.locks[r.RemoteAddr]
	if !ok {
		l = NewLock(r.Header["Owner"])
		k.locks[r.RemoteAddr] = l
	}
	l.ready[r.Host] = true
}

func main() { http.ListenAndServe(":80", &keeper{locks: map[string]*lock{}}) }
"""


def test_a_constructor_gives_a_new_object_its_first_entries(tmp_path: Path) -> None:
    model = model_of(tmp_path, {"main.go": CONSTRUCTED})
    found = model.map("example.com/m.lock.ready")
    assert found is not None
    growth = {insertion.function.rpartition(".")[2]: insertion.growth for insertion in found.inserts}
    assert growth == {"NewLock": Growth.BOUNDED, "ServeHTTP": Growth.UNBOUNDED}


COMMAND = """
package main

import (
	"net/http"
	"os"

	"github.com/urfave/cli/v2"
)

var seen = map[string]bool{}

var count = &cli.Command{
	Name: "count",
	Action: func(cctx *cli.Context) error {
		for _, name := range cctx.Args().Slice() {
			seen[name] = true
		}
		return nil
	},
}

var serve = &cli.Command{
	Name:   "serve",
	Action: func(cctx *cli.Context) error { return http.ListenAndServe(":80", nil) },
}

func main() {
	app := &cli.App{Commands: []*cli.Command{count, serve}}
	if err := app.Run(os.Args); err != nil {
		os.Exit(1)
	}
}
"""


def test_a_command_runs_once(tmp_path: Path) -> None:
    """Whether it is told by its shape or by a program that has come to its end with it."""
    found = model_of(tmp_path, {"main.go": COMMAND}).map("example.com/m.seen")
    assert found is not None
    assert found.growth in (Growth.START_UP, Growth.BOUNDED)


STACK = """
package main

import "net/http"

type layer struct{ seen map[string]bool }

type stack struct{ layers []*layer }

func (s *stack) push() { s.layers = append(s.layers, &layer{seen: map[string]bool{}}) }

func (s *stack) note(key string) { s.layers[len(s.layers)-1].seen[key] = true }

func newStack() *stack {
	s := &stack{}
	s.push()
	return s
}

type shop struct{}

func (shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s := newStack()
	s.note(r.RemoteAddr)
}

func main() { http.ListenAndServe(":80", shop{}) }
"""


def test_who_makes_an_object_makes_the_parts_that_its_methods_add(tmp_path: Path) -> None:
    found = model_of(tmp_path, {"main.go": STACK}).map("example.com/m.layer.seen")
    assert found is not None
    assert found.lifetime is Lifetime.CALL
    assert "ServeHTTP makes a new m.layer" in found.lifetime_reason


VISITED = """
package main

import "sync"

type task struct{ turn int }

var tasks sync.Map

func turn() (int, error) { return 1, nil }

func main() {
	for {
		tasks.Range(func(key, value any) bool {
			t := key.(*task)
			t.turn, _ = turn()
			tasks.Store(t, value)
			return true
		})
	}
}
"""


def test_a_pointer_stays_the_visited_key_when_what_it_points_to_changes(tmp_path: Path) -> None:
    (store,) = model_of(tmp_path, {"main.go": VISITED}).range_stores
    assert store.key == "visited"


RENDERED = """
package main

import (
	"net/http"
	"text/template"
)

type page struct{ seen map[string]bool }

func newPage() *page { return &page{seen: map[string]bool{}} }

func (p *page) note(name string) bool {
	p.seen[name] = true
	return true
}

type shop struct{}

func (shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := newPage()
	t := template.New("page").Funcs(template.FuncMap{"note": func(name string) bool { return p.note(name) }})
	t.Execute(w, r)
}

func main() { http.ListenAndServe(":80", shop{}) }
"""


def test_the_functions_of_a_template_run_where_they_are_written(tmp_path: Path) -> None:
    found = model_of(tmp_path, {"main.go": RENDERED}).map("example.com/m.page.seen")
    assert found is not None
    assert found.lifetime is Lifetime.CALL


URLS = """
package main

import (
	"net/http"
	"net/url"
)

type backend struct {
	URL    url.URL
	weight int
}

type proxyConfig struct{ URL *url.URL }

type visitRequest struct{ URL *url.URL }

type frame struct{ Inner *http.Request }

var (
	backends []backend
	settled  proxyConfig
	seen     = map[string]bool{}
)

func serve(w http.ResponseWriter, r *http.Request) {
	for _, b := range backends {
		_ = b.URL.String()
	}
	f, v := &frame{r}, &visitRequest{r.URL}
	_, _ = f, v
	seen[%s] = true
}

func main() {
	http.HandleFunc("/", serve)
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("key", "growth"),
    [
        ("r.URL.Hostname()", Growth.UNKNOWN),  # empty, unless it is a request to another server
        ("r.URL.Host", Growth.UNKNOWN),
        ("f.Inner.URL.Host", Growth.UNKNOWN),
        ("r.URL.Path", Growth.UNBOUNDED),
        ("f.Inner.URL.Path", Growth.UNBOUNDED),
        ("f.Inner.URL.String()", Growth.UNBOUNDED),
        ("v.URL.Path", Growth.UNBOUNDED),
        ("v.URL.String()", Growth.UNBOUNDED),
        ("backends[0].URL.Hostname()", Growth.UNKNOWN),
        ("backends[0].URL.Host", Growth.UNKNOWN),
        ("settled.URL.String()", Growth.BOUNDED),
        ("settled.URL.Host", Growth.BOUNDED),
    ],
)
def test_a_url_is_what_the_other_side_sends_only_in_a_request(tmp_path: Path, key: str, growth: Growth) -> None:
    seen = model_of(tmp_path, {"main.go": URLS % key}).map("example.com/m.seen")
    assert seen is not None
    assert seen.inserts[0].growth is growth, seen.inserts[0].growth_reason
