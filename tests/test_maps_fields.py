"""How long maps in fields live, as the events that fill them see it: small programs, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import AbstractMap, Lifetime
from mapleak.model import Certainty
from maps_source import model_of

CALL = (Lifetime.CALL, Certainty.LIKELY)
ENTRY = (Lifetime.OBJECT, Certainty.LIKELY)
MANY = (Lifetime.OBJECT, Certainty.ASSUMED)
NOBODY = (Lifetime.OBJECT, Certainty.UNKNOWN)


def field(tmp_path: Path, source: str, name: str) -> AbstractMap:
    found = model_of(tmp_path, {"main.go": source}).map(f"example.com/m.{name}")
    assert found is not None, name
    return found


def judged(tmp_path: Path, source: str, name: str) -> tuple[Lifetime, Certainty]:
    found = field(tmp_path, source, name)
    return found.lifetime, found.lifetime_certainty


SERVER = """
package main

import (
	"net/http"
	"sync"
)

type page struct{ seen map[string]bool }

func newPage() *page { return &page{seen: map[string]bool{}} }

func (p *page) note(word string) { p.seen[word] = true }

%s

func main() { http.ListenAndServe("localhost:80", http.HandlerFunc(serve)) }

var _ sync.Mutex
"""


def test_made_by_the_handler_that_fills_it(tmp_path: Path) -> None:
    source = SERVER % "func serve(w http.ResponseWriter, r *http.Request) { newPage().note(r.URL.Path) }"
    found = field(tmp_path, source, "page.seen")
    assert (found.lifetime, found.lifetime_certainty) == CALL
    assert found.lifetime_reason == "m.serve makes a new m.page, and all that fills it happens within that call"


def test_filled_by_a_literal_that_is_run_on_the_spot(tmp_path: Path) -> None:
    source = SERVER % (
        "func each(words []string, f func(string)) {\n\tfor _, w := range words {\n\t\tf(w)\n\t}\n}\n"
        "func serve(w http.ResponseWriter, r *http.Request) {\n"
        "\tp := newPage()\n\teach(r.URL.Query()[\"w\"], func(word string) { p.seen[word] = true })\n}"
    )  # fmt: skip
    assert judged(tmp_path, source, "page.seen") == CALL


def test_filled_by_goroutines_that_the_handler_waits_for(tmp_path: Path) -> None:
    source = SERVER % (
        "func serve(w http.ResponseWriter, r *http.Request) {\n"
        "\tp := newPage()\n\twords := make(chan string)\n\tvar wg sync.WaitGroup\n\twg.Add(1)\n"
        "\tgo func() {\n\t\tdefer wg.Done()\n\t\tfor word := range words {\n\t\t\tp.note(word)\n\t\t}\n\t}()\n"
        "\twords <- r.URL.Path\n\tclose(words)\n\twg.Wait()\n}"
    )  # fmt: skip
    assert judged(tmp_path, source, "page.seen") == CALL


@pytest.mark.parametrize(("elsewhere", "expected"), [("", CALL), ("func init() { go drain(last, others) }", MANY)])
def test_filled_by_what_only_such_goroutines_call(
    tmp_path: Path, elsewhere: str, expected: tuple[Lifetime, Certainty]
) -> None:
    source = SERVER % (
        f"var last, others = newPage(), make(chan string)\n\n{elsewhere}\n\n"
        "func drain(p *page, words chan string) {\n\tfor word := range words {\n\t\tp.note(word)\n\t}\n}\n\n"
        "func serve(w http.ResponseWriter, r *http.Request) {\n"
        "\tp := newPage()\n\twords := make(chan string)\n\tvar wg sync.WaitGroup\n\twg.Add(1)\n\t"
        "go func() {\n\t\tdefer wg.Done()\n\t\tdrain(p, words)\n\t}()\n"
        "\twords <- r.URL.Path\n\tclose(words)\n\twg.Wait()\n}"
    )
    assert judged(tmp_path, source, "page.seen") == expected


def test_filled_by_a_helper_that_is_handed_the_map(tmp_path: Path) -> None:
    """Whoever else calls the helper says nothing of this map."""
    source = SERVER % (
        "func set(m map[string]bool, word string) { m[word] = true }\n"
        "var words = map[string]bool{}\n"
        "func serve(w http.ResponseWriter, r *http.Request) {\n"
        "\tset(words, r.URL.Path)\n\tp := newPage()\n\tset(p.seen, r.URL.Path)\n}"
    )
    assert judged(tmp_path, source, "page.seen") == CALL


def test_found_in_a_table_by_the_handler(tmp_path: Path) -> None:
    """What the handler has from a table was there before; that somebody makes them again and again is no matter."""
    source = SERVER % (
        "var pages = map[string]*page{}\n"
        "func serve(w http.ResponseWriter, r *http.Request) {\n\tpages[r.Host].note(r.URL.Path)\n}\n"
        "func Add(host string) { pages[host] = newPage() }\n"
        "func add(w http.ResponseWriter, r *http.Request) { Add(r.Host) }\n"
        "func init() { http.HandleFunc(\"/add\", add) }"
    )  # fmt: skip
    assert judged(tmp_path, source, "page.seen") == ENTRY


def test_got_or_created_by_the_handler(tmp_path: Path) -> None:
    """A function that keeps what it makes gives its callers what need not be new."""
    source = SERVER % (
        "var pages = map[string]*page{}\n"
        "func lookup(host string) *page {\n"
        "\tp, ok := pages[host]\n\tif !ok {\n\t\tp = newPage()\n\t\tpages[host] = p\n\t}\n\treturn p\n}\n"
        "func serve(w http.ResponseWriter, r *http.Request) { lookup(r.Host).note(r.URL.Path) }"
    )
    assert judged(tmp_path, source, "page.seen") == ENTRY


def test_entries_that_are_only_filled_when_made(tmp_path: Path) -> None:
    """An entry, but no event that comes back to it is seen."""
    source = SERVER % (
        "var pages = map[string]*page{}\n"
        "func serve(w http.ResponseWriter, r *http.Request) {\n"
        "\tp := newPage()\n\tp.note(r.URL.Path)\n\tkeep(r.Host, p)\n}\n"
        "func keep(host string, p *page) { pages[host] = p }"
    )
    assert judged(tmp_path, source, "page.seen") == CALL


CONNECTIONS = """
package main

import "net"

type %(name)s struct{ ids map[byte]bool }

func (s *%(name)s) take(id byte) { s.ids[id] = true }

%(body)s

func main() {
	l, _ := net.Listen("tcp", "localhost:80")
	for {
		c, err := l.Accept()
		if err != nil {
			continue
		}
		go handle(c)
	}
}
"""


@pytest.mark.parametrize(("name", "method"), [("peer", "work"), ("tally", "serve")])
def test_made_before_the_endless_loop_that_fills_it(tmp_path: Path, name: str, method: str) -> None:
    """A connection, and an object that spends its life in the loop."""
    body = (
        f"func handle(c net.Conn) {{\n\ts := newOne()\n\tgo s.{method}(c)\n}}\n"
        f"func newOne() *{name} {{ return &{name}{{ids: map[byte]bool{{}}}} }}\n"
        f"func (s *{name}) {method}(c net.Conn) {{\n\tb := make([]byte, 1)\n"
        "\tfor {\n\t\tif _, err := c.Read(b); err != nil {\n\t\t\treturn\n\t\t}\n\t\ts.take(b[0])\n\t}\n}"
    )
    found = field(tmp_path, CONNECTIONS % {"name": name, "body": body}, f"{name}.ids")
    assert (found.lifetime, found.lifetime_certainty) == ENTRY
    assert found.lifetime_reason.endswith(f"; (*m.{name}).{method} works on the same one again and again")


@pytest.mark.parametrize(("name", "expected"), [("session", ENTRY), ("tally", MANY)])
def test_shared_by_the_goroutines_of_an_operation(tmp_path: Path, name: str, expected: tuple[object, object]) -> None:
    """A lock tells that goroutines share it, which those of one operation do as well."""
    body = (
        f"var locks struct{{ sync.Mutex }}\nfunc handle(c net.Conn) {{\n\ts := &{name}{{ids: map[byte]bool{{}}}}\n"
        "\thttp.HandleFunc(c.RemoteAddr().String(), "
        "func(w http.ResponseWriter, r *http.Request) { s.take(r.URL.Path[0]) })\n}"
    )
    source = CONNECTIONS.replace('import "net"', 'import (\n\t"net"\n\t"net/http"\n\t"sync"\n)').replace(
        "struct{ ids", "struct { mu sync.Mutex; ids"
    )
    found = field(tmp_path, source % {"name": name, "body": body}, f"{name}.ids")
    assert (found.lifetime, found.lifetime_certainty) == expected


def test_made_inside_the_endless_loop_that_fills_it(tmp_path: Path) -> None:
    body = (
        "func newPeer() *peer { return &peer{ids: map[byte]bool{}} }\n"
        "func handle(c net.Conn) {\n\tb := make([]byte, 1)\n"
        "\tfor {\n\t\tif _, err := c.Read(b); err != nil {\n\t\t\treturn\n\t\t}\n\t\tnewPeer().take(b[0])\n\t}\n}"
    )
    assert judged(tmp_path, CONNECTIONS % {"name": "peer", "body": body}, "peer.ids") == CALL


@pytest.mark.parametrize(("name", "expected"), [("session", ENTRY), ("digest", CALL)])
def test_a_loop_with_an_end(tmp_path: Path, name: str, expected: tuple[Lifetime, Certainty]) -> None:
    """It may read a file or serve a connection: the name of what it fills decides."""
    body = (
        f"func make_() *{name} {{ return &{name}{{ids: map[byte]bool{{}}}} }}\n"
        "func handle(c net.Conn) {\n\ts := make_()\n\tb := make([]byte, 1)\n"
        "\tfor n := 0; n < 1000; n++ {\n\t\tc.Read(b)\n\t\ts.take(b[0])\n\t}\n}"
    )
    assert judged(tmp_path, CONNECTIONS % {"name": name, "body": body}, f"{name}.ids") == expected


def test_a_loop_over_what_is_there_takes_no_messages(tmp_path: Path) -> None:
    """The parts of one path, by a method of its own or by its maker: that is one piece of work."""
    body = (
        "func newPeer() *peer { return &peer{ids: map[byte]bool{}} }\n"
        "func (s *peer) all(path string) {\n\tfor _, part := range []byte(path) {\n\t\ts.take(part)\n\t}\n}\n"
        'func handle(c net.Conn) {\n\ts := newPeer()\n\tfor _, path := range []string{"a/b", "a/c"} {\n'
        "\t\ts.all(path)\n\t}\n}"
    )
    assert judged(tmp_path, CONNECTIONS % {"name": "peer", "body": body}, "peer.ids") == CALL


@pytest.mark.parametrize(("name", "expected"), [("journal", MANY), ("session", ENTRY), ("request", NOBODY)])
def test_short_lived_by_its_name(tmp_path: Path, name: str, expected: tuple[Lifetime, Certainty]) -> None:
    """A request may pass by where it was not made; it is done with before the next one all the same."""
    body = (
        f"var current = make(chan *{name})\n"
        f"func handle(c net.Conn) {{\n\tcurrent <- &{name}{{ids: map[byte]bool{{}}}}\n}}\n"
        f"func init() {{ go serve() }}\n"
        "func serve() {\n\tfor s := range current {\n\t\ts.take(1)\n\t}\n}"
    )
    assert judged(tmp_path, CONNECTIONS % {"name": name, "body": body}, f"{name}.ids") == expected


MIDDLEWARE = """
package m

import "net/http"

type %(name)s struct{ hosts map[string]int }

func new%(name)s() *%(name)s { return &%(name)s{hosts: map[string]int{}} }

func (c *%(name)s) add(host string) { c.hosts[host]++ }

func Count(next http.Handler) http.Handler {
	c := new%(name)s()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.add(r.Host)
		next.ServeHTTP(w, r)
	})
}
"""


def test_made_by_the_writer_of_a_handler_that_is_handed_out(tmp_path: Path) -> None:
    """The handler is called when the function that made the object and the handler has long returned."""
    found = field(tmp_path, MIDDLEWARE % {"name": "counter"}, "counter.hosts")
    assert found.lifetime is Lifetime.PROCESS
    assert found.lifetime_certainty is Certainty.ASSUMED
    assert found.lifetime_reason == "m.counter is there before the events that m.Count$1 serves"


def test_carried_by_a_context(tmp_path: Path) -> None:
    source = SERVER % (
        "type key struct{}\n"
        "func pageOf(r *http.Request) *page {\n\tp, _ := r.Context().Value(key{}).(*page)\n\treturn p\n}\n"
        "func serve(w http.ResponseWriter, r *http.Request) { pageOf(r).note(r.URL.Path) }\n"
        "func Wrap() *page { return newPage() }"
    )
    found = field(tmp_path, source, "page.seen")
    assert (found.lifetime, found.lifetime_certainty) == NOBODY
    assert found.lifetime_reason == "m.pageOf takes it out of a context: it belongs to one request"


def test_decoded(tmp_path: Path) -> None:
    """A method that decodes gives a new value its contents, whoever calls it."""
    source = SERVER % (
        "func (p *page) UnmarshalJSON(b []byte) error {\n\tp.seen[string(b)] = true\n\treturn nil\n}\n"
        "func serve(w http.ResponseWriter, r *http.Request) {}"
    )
    assert judged(tmp_path, source, "page.seen")[0] is Lifetime.CALL


RIVALS = """
package main

import (
	"net/http"
	"sync"
)

type store interface {
	put(key string)
	size() int
}

type table struct {
	mu   sync.Mutex
	keys map[string]bool
}

func (m *table) put(key string) { m.mu.Lock(); m.keys[key] = true; m.mu.Unlock() }
func (m *table) size() int      { return len(m.keys) }

type disk struct{ n int }

func (d *disk) put(string) { d.n++ }
func (d *disk) size() int  { return d.n }

func openDisk() *disk { return &disk{} }

func fill(s store, key string) int {
	s.put(key)
	return s.size()
}

type shop struct{}

func (shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	trial(r.Host)
	kept(r.Host)
}

func trial(key string) { fill(&table{keys: map[string]bool{}}, key) }

func kept(key string) { fill(%s, key) }

var everything store

func main() { http.ListenAndServe(":80", shop{}) }
"""


@pytest.mark.parametrize(("filled", "expected"), [("openDisk()", Certainty.UNKNOWN), ("everything", Certainty.ASSUMED)])
def test_who_makes_another_implementation_does_not_meet_this_one(
    tmp_path: Path, filled: str, expected: Certainty
) -> None:
    assert judged(tmp_path, RIVALS.replace("%s", filled), "table.keys") == (Lifetime.OBJECT, expected)


def test_what_stands_behind_an_interface_is_not_found_by_its_caller(tmp_path: Path) -> None:
    source = SERVER % (
        "type noter interface{ note(string) }\n\n"
        "func newNoter() noter { return newPage() }\n\n"
        "type visit struct{ to noter }\n\n"
        "func (v *visit) run(word string) { v.to.note(word) }\n\n"
        "func serve(w http.ResponseWriter, r *http.Request) {\n\tv := &visit{newNoter()}\n\tv.run(r.Host)\n}\n"
    )
    assert judged(tmp_path, source, "page.seen") == NOBODY


def test_zero_values_are_made_with_what_holds_them(tmp_path: Path) -> None:
    source = SERVER % (
        "type set struct{ words map[string]bool }\n\n"
        "type book struct{ pages map[string]set }\n\n"
        "func (b *book) note(page, word string) {\n\ts := b.pages[page]\n\tif s.words == nil {\n"
        "\t\ts.words = map[string]bool{}\n\t\tb.pages[page] = s\n\t}\n\ts.words[word] = true\n}\n\n"
        "func serve(w http.ResponseWriter, r *http.Request) {\n\tb := &book{pages: map[string]set{}}\n"
        "\tnote := func(word string) { b.note(r.URL.Path, word) }\n\tnote(r.Host)\n}\n"
    )
    assert judged(tmp_path, source, "set.words") == CALL


def test_a_literal_of_the_objects_own_method_is_a_part_of_it(tmp_path: Path) -> None:
    source = SERVER % (
        "func (p *page) each() func(string) { return func(word string) { p.note(word) } }\n\n"
        "func apply(f func(string), words ...string) {\n\tfor _, w := range words {\n\t\tf(w)\n\t}\n}\n\n"
        "func serve(w http.ResponseWriter, r *http.Request) { apply(newPage().each(), r.Host, r.URL.Path) }\n"
    )
    lifetime, certainty = judged(tmp_path, source, "page.seen")
    assert (lifetime, certainty) != ENTRY


LOADING = """
package load

import "sync"

type BatchWriter struct {
	mu   sync.Mutex
	seen map[string]bool
}

func New() *BatchWriter { return &BatchWriter{seen: map[string]bool{}} }

func (b *BatchWriter) Write(row string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen[row] = true
}

func (b *BatchWriter) Flush() {}
"""

LOADER = """
package main

import (
	"net/http"
	"os"

	"example.com/m/load"
)

func main() {
	%(first)s
	rows := make(chan string)
	go func() { rows <- os.Args[0] }()
	w := load.New()
	for {
		select {
		case row, ok := <-rows:
			if !ok {
				w.Flush()
				return
			}
			w.Write(row)
		}
	}
}

var _ = http.DefaultClient
"""

LOADING_SERVER = """
package main

import (
	"net/http"

	"example.com/m/load"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { load.New().Write(r.URL.Path) })
	http.ListenAndServe("localhost:81", nil)
}
"""


@pytest.mark.parametrize(("first", "sees"), [("", False), ('go http.ListenAndServe("localhost:80", nil)', True)])
def test_the_loop_of_a_program_that_ends_is_one_operation(tmp_path: Path, first: str, sees: bool) -> None:
    files = {"load/load.go": LOADING, "fill/main.go": LOADER % {"first": first}, "main.go": LOADING_SERVER}
    found = model_of(tmp_path, files).map("example.com/m/load.BatchWriter.seen")
    assert found is not None
    assert ("again and again" in found.lifetime_reason) is sees, found.lifetime_reason


@pytest.mark.parametrize(("name", "of_tests"), [("testLedger", True), ("fakeLedger", True), ("latestLedger", False)])
def test_what_is_named_for_tests_is_no_service(tmp_path: Path, name: str, of_tests: bool) -> None:
    source = """
    package main

    import (
        "net/http"
        "sync"
    )

    type NAME struct {
        mu   sync.Mutex
        seen map[string]bool
    }

    func (l *NAME) ServeHTTP(w http.ResponseWriter, r *http.Request) {
        l.mu.Lock()
        defer l.mu.Unlock()
        l.seen[r.URL.Path] = true
    }

    func main() { http.ListenAndServe(":80", &NAME{seen: map[string]bool{}}) }
    """
    found = judged(tmp_path, source.replace("NAME", name), f"{name}.seen")
    assert found == (NOBODY if of_tests else (Lifetime.PROCESS, Certainty.SURE))
