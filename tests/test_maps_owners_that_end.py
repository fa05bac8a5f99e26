"""Owners that end with the operation that makes them or with their entry, and owners that are data stores."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import AbstractMap
from mapleak.model import Certainty
from maps_source import model_of

MAIN = """package main

import "net/http"

func main() {{
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {{ serve(r.URL.Query()["part"]) }})
	_ = http.ListenAndServe(":80", nil)
}}

{body}
"""

COPY = """
type copying struct {
	mu    sync.Mutex
	parts chan string
	done  map[string]bool
}

func newCopying() *copying { return &copying{parts: make(chan string), done: make(map[string]bool)} }

func (c *copying) work() {
	for {
		part, ok := c.next()
		if !ok {
			return
		}
		c.mu.Lock()
		c.done[part] = true
		c.mu.Unlock()
	}
}

func (c *copying) next() (string, bool) {
	part, ok := <-c.parts
	return part, ok
}

func serve(parts []string) {
	c := newCopying()
	KEEP
	go c.work()
	for _, part := range parts {
		c.parts <- part
	}
	close(c.parts)
}
"""


def find(folder: Path, name: str, body: str) -> AbstractMap:
    source = MAIN.format(body=body)
    if "sync." in body:
        source = source.replace('import "net/http"', 'import (\n\t"net/http"\n\t"sync"\n)')
    (found,) = [m for m in model_of(folder, {"main.go": source}).maps if m.name == f"example.com/m.{name}"]
    return found


def test_the_worker_of_one_operation_meets_the_same_owner_for_as_long_as_that(tmp_path: Path) -> None:
    found = find(tmp_path, "copying.done", COPY.replace("KEEP", ""))
    assert found.lifetime_certainty is Certainty.UNKNOWN
    assert found.lifetime_reason.endswith("works on the same one only within the operation that makes it")


@pytest.mark.parametrize(
    ("keep", "more"),
    [
        ("copies[parts[0]] = c", "var copies = map[string]*copying{}"),
        ("", "func (c *copying) Close() { close(c.parts) }"),
    ],
)
def test_not_where_something_keeps_it_or_it_is_a_service(tmp_path: Path, keep: str, more: str) -> None:
    found = find(tmp_path, "copying.done", COPY.replace("KEEP", keep) + more)
    assert found.lifetime_certainty is not Certainty.UNKNOWN


def test_not_where_the_loop_is_what_the_owner_lives_in(tmp_path: Path) -> None:
    found = find(tmp_path, "copying.done", COPY.replace("KEEP", "").replace("work()", "readLoop()"))
    assert found.lifetime_certainty is not Certainty.UNKNOWN


UPLOADS = """
type upload struct{ parts map[string]bool }

var uploads = map[string]*upload{}

func serve(parts []string) {
	name := parts[0]
	if uploads[name] == nil {
		uploads[name] = &upload{parts: make(map[string]bool)}
	}
	add(parts)
	FINISH
}

func add(parts []string) {
	for _, part := range parts {
		uploads[parts[0]].parts[part] = true
	}
}
"""


@pytest.mark.parametrize(("finish", "unknown"), [("", False), ("delete(uploads, name)", True)])
def test_an_entry_that_is_taken_out_takes_its_maps_with_it(tmp_path: Path, finish: str, unknown: bool) -> None:
    found = find(tmp_path, "upload.parts", UPLOADS.replace("FINISH", finish))
    assert (found.lifetime_certainty is Certainty.UNKNOWN) is unknown


SETTINGS = """
type volumeParams struct{ users map[string]bool }

var volumes = map[string]*volumeParams{}

func serve(parts []string) {
	v := &volumeParams{users: make(map[string]bool)}
	v.read(parts)
	volumes[parts[0]] = v
}

func (v *volumeParams) read(parts []string) {
	for _, part := range parts {
		v.users[part] = true
	}
}
"""


def test_what_is_filled_before_it_becomes_an_entry_does_not_grow_with_it(tmp_path: Path) -> None:
    found = find(tmp_path, "volumeParams.users", SETTINGS)
    assert found.lifetime.value == "call" or found.lifetime_certainty is Certainty.UNKNOWN


STORES = """
type blobs interface {{
	Put(name string)
	Has(name string) bool
}}

type {name} struct{{ kept map[string]bool }}

func (s *{name}) Put(name string)      {{ s.kept[name] = true }}
func (s *{name}) Has(name string) bool {{ return s.kept[name] }}

{other}

func open(local bool) blobs {{
	if local {{
		return &{name}{{kept: make(map[string]bool)}}
	}}
	return others()
}}

var store = open(true)

func serve(parts []string) {{ store.Put(parts[0]) }}
"""

OTHER = """
type diskBlobs struct{ folder string }

func (s *diskBlobs) Put(name string)      {}
func (s *diskBlobs) Has(name string) bool { return false }

func others() blobs { return &diskBlobs{} }
"""


@pytest.mark.parametrize("name", ["InMemoryBlobs", "memBlobs", "MemoryStorage", "MemoryStateStore"])
def test_what_a_store_in_memory_is_given_is_its_data(tmp_path: Path, name: str) -> None:
    found = find(tmp_path, f"{name}.kept", STORES.format(name=name, other=OTHER))
    assert found.lifetime_certainty is Certainty.UNKNOWN
    assert "keeps in memory what m.diskBlobs keeps elsewhere" in found.lifetime_reason


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("listOfBlobs", OTHER),
        ("MemoryCache", OTHER),
        ("memSessions", OTHER),
        ("memStateBlobs", OTHER),
        ("memBlobs", "func others() blobs { return nil }"),
        ("memBlobs", OTHER.replace("diskBlobs", "fakeBlobs")),
    ],
)
def test_not_of_other_types_and_not_what_is_to_be_forgotten(tmp_path: Path, name: str, other: str) -> None:
    found = find(tmp_path, f"{name}.kept", STORES.format(name=name, other=other))
    assert found.lifetime_certainty is not Certainty.UNKNOWN


def test_not_behind_an_interface_of_what_is_to_be_forgotten(tmp_path: Path) -> None:
    body = STORES.format(name="memBlobs", other=OTHER).replace(" blobs ", " cache ")
    assert find(tmp_path, "memBlobs.kept", body).lifetime_certainty is not Certainty.UNKNOWN


VIEW = """
type memoryData struct{ kept map[string]bool }

type memoryView struct{ data *memoryData }

func (v *memoryView) Put(name string)      { v.data.kept[name] = true }
func (v *memoryView) Has(name string) bool { return v.data.kept[name] }

var shared = &memoryData{kept: make(map[string]bool)}

func others() blobs { return &memoryView{data: shared} }
"""


def test_what_a_stand_in_holds_keeps_its_data(tmp_path: Path) -> None:
    found = find(tmp_path, "memoryData.kept", STORES.format(name="listOfBlobs", other=VIEW))
    assert found.lifetime_certainty is Certainty.UNKNOWN


TALLY = """
type tally struct{ seen map[string]bool }

func newTally() *tally { return &tally{seen: make(map[string]bool)} }

func count() *cli.Command {
	t := newTally()
	return &cli.Command{FIELD: func(c *cli.Context) error {
		t.seen[c.Args().First()] = true
		return nil
	}}
}

func serve(parts []string) { count().Run(nil) }
"""


@pytest.mark.parametrize(("field", "meets"), [("Action", False), ("OnEvent", True)])
def test_a_command_runs_once_whatever_keeps_it(tmp_path: Path, field: str, meets: bool) -> None:
    body = TALLY.replace("FIELD", field)
    source = MAIN.format(body=body).replace(
        'import "net/http"', 'import (\n\t"net/http"\n\t"github.com/urfave/cli/v2"\n)'
    )
    (found,) = [m for m in model_of(tmp_path, {"main.go": source}).maps if m.name == "example.com/m.tally.seen"]
    assert ("works on the same one" in found.lifetime_reason) is meets, found.lifetime_reason


REFLECTED = """package main

import (
	"net/http"

	"example.com/m/trace"
)

type api struct{ calls int }

func (a *api) CreateList(names []string) {
	t := trace.New()
	for _, name := range names {
		t.Note(name)
	}
}

var served any = &api{}

func main() { _ = http.ListenAndServe(":80", nil) %s}
"""

TRACE = """package trace

type Tracer struct{ seen map[string]bool }

func New() *Tracer { return &Tracer{map[string]bool{}} }

func (t *Tracer) Note(name string) { t.seen[name] = true }
"""


@pytest.mark.parametrize(("more", "lifetime"), [("", "call"), ("; served.(*api).CreateList(nil) ", "process")])
def test_what_only_methods_make_that_nothing_is_seen_to_call(tmp_path: Path, more: str, lifetime: str) -> None:
    """Reflection may call the method at every request: that it is made at start-up is not known."""
    model = model_of(tmp_path, {"main.go": REFLECTED % more, "trace/trace.go": TRACE})
    found = model.map("example.com/m/trace.Tracer.seen")
    assert found is not None
    assert found.lifetime.value == lifetime, found.lifetime_reason


CLOSED = """package main

import "net/http"

type server struct{ conns map[string]bool }

func (s *server) Close() { s.drop() }

func (s *server) drop() { delete(s.conns, "") }

func (s *server) ServeHTTP(_ http.ResponseWriter, r *http.Request) { s.conns[r.RemoteAddr] = true }

func main() {
	s := &server{conns: map[string]bool{}}
	defer s.Close()
	_ = http.ListenAndServe(":80", s)
}
"""


def test_what_runs_at_the_end_is_not_said_to_run_at_start_up(tmp_path: Path) -> None:
    found = model_of(tmp_path, {"main.go": CLOSED}).map("example.com/m.server.conns")
    assert found is not None
    assert [op.no_effect for op in found.removes] == ["it runs only when its owner is shut down"]
