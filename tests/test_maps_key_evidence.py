"""What speaks for new keys beside their names, and what speaks against them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import AbstractMap, Growth
from mapleak.model import Certainty
from maps_source import model_of

PROGRAM = """
package main

import (
	"fmt"
	"net"
	"net/http"
	"sync"
)

type packet struct{ id, path string }

func decode(b []byte) (*packet, error) { return nil, fmt.Errorf("%d", len(b)) }

var (
	heard  = map[string]int{}
	told   = map[string]int{}
	locks  sync.Map
	keyed  = map[string]*sync.Mutex{}
	sizes  = map[string]int{}
)

func listen(in chan *packet) {
	conn, err := net.ListenUDP("udp", nil)
	if err != nil {
		panic(err)
	}
	buf := make([]byte, 1024)
	for {
		n, _, err := conn.ReadFromUDP(buf)
		if err != nil {
			panic(err)
		}
		p, err := decode(buf[:n])
		if err != nil {
			continue
		}
		heard[p.id] = n
	}
}

func pass(in []*packet) {
	for _, p := range in {
		told[p.id]++
	}
}

func lockOf(path string) *sync.Mutex {
	v, _ := locks.LoadOrStore(path, &sync.Mutex{})
	return v.(*sync.Mutex)
}

func sizeOf(path string) int {
	n, ok := sizes[path]
	if !ok {
		n = len(path)
		sizes[path] = n
	}
	return n
}

func lockKeyed(path string) {
	l, ok := keyed[path]
	if !ok {
		l = &sync.Mutex{}
		keyed[path] = l
	}
	l.Lock()
}

var pending []*packet

func serve(w http.ResponseWriter, r *http.Request) {
	pass(pending)
	for _, p := range pending {
		lockOf(p.path).Lock()
		lockKeyed(p.path)
		sizeOf(p.path)
	}
}

func main() {
	go listen(make(chan *packet))
	http.HandleFunc("/", serve)
	http.ListenAndServe(":80", nil)
}
"""


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, AbstractMap]:
    model = model_of(tmp_path_factory.mktemp("evidence"), {"main.go": PROGRAM})
    return {found.name.rpartition(".")[2]: found for found in model.maps}


def told(found: AbstractMap) -> tuple[Growth, Certainty, bool]:
    (insertion,) = found.inserts
    return insertion.growth, insertion.growth_certainty, insertion.growth_named


def test_what_is_read_from_the_network_comes_again_and_again(maps: dict[str, AbstractMap]) -> None:
    assert told(maps["heard"]) == (Growth.UNBOUNDED, Certainty.LIKELY, False)
    assert told(maps["told"]) == (Growth.UNBOUNDED, Certainty.LIKELY, True)


def test_locks_are_made_for_what_the_program_is_asked_to_work_on(maps: dict[str, AbstractMap]) -> None:
    assert told(maps["sizes"])[2]
    assert told(maps["locks"]) == (Growth.UNBOUNDED, Certainty.LIKELY, False)
    assert told(maps["keyed"]) == (Growth.UNBOUNDED, Certainty.LIKELY, False)


def test_what_each_key_gets_is_called_by_its_name(maps: dict[str, AbstractMap], tmp_path: Path) -> None:
    assert "a lock of its own" in maps["keyed"].inserts[0].growth_reason
    source = PROGRAM.replace("sync.Mutex{}\n)", "rate.Limiter{}\n)").replace("*sync.Mutex{}\n", "*rate.Limiter{}\n")
    source = source.replace("l = &sync.Mutex{}", "l = rate.NewLimiter(1, 1)").replace("l.Lock()", "l.Allow()")
    source = source.replace('"sync"\n', '"sync"\n\n\t"golang.org/x/time/rate"\n')
    model = model_of(tmp_path, {"main.go": source})
    (keyed,) = (found for found in model.maps if found.name.endswith(".keyed"))
    assert "a limiter of its own" in keyed.inserts[0].growth_reason


FEW = """
package main

import (
	"net"
	"net/http"
	"reflect"

	"example.com/m/config"
)

type shop struct {
	staticUsers map[string]bool
	users       map[string]bool
	nets        map[string]bool
	wide        map[string]bool
	names       map[string]bool
	routes      map[string]bool
	asked       map[string]bool
	calls       map[string]bool
	known       map[string]int
}

type order struct{ path string }

func (s *shop) order(o *order) { s.calls[o.path] = true }

func (s *shop) again(o *order) *order { return &order{path: o.path} }

func (s *shop) only(name string) {
	name = name + "!"
	if _, ok := s.known[name]; !ok {
		return
	}
	s.asked[name] = true
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.users[r.RemoteAddr] = true
	for _, user := range r.Header["User"] {
		s.staticUsers[who(user)] = true
	}
	ip := net.ParseIP(r.RemoteAddr)
	s.nets[ip.Mask(net.CIDRMask(16, 32)).String()] = true
	s.wide[ip.Mask(net.CIDRMask(64, 128)).String()] = true
	s.names[reflect.TypeOf(w).PkgPath()] = true
	s.routes[config.Current().RouteID()] = true
	s.only(r.FormValue("name"))
	s.order(s.again(&order{path: "/a"}))
	s.order(s.again(&order{path: "/b"}))
}

func who(user string) string { return user }

func main() {
	s := &shop{known: map[string]int{"a!": 1}}
	http.ListenAndServe(":80", s)
}
"""

CONFIG = """
package config

import "crypto/sha256"

type Policy struct{ From string }

var current = &Policy{}

func Current() *Policy { return current }

func (p *Policy) RouteID() string {
	h := sha256.New()
	h.Write([]byte(p.From))
	return string(h.Sum(nil))
}
"""


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> dict[str, AbstractMap]:
    model = model_of(tmp_path_factory.mktemp("few"), {"main.go": FEW, "config/config.go": CONFIG})
    return {found.name.rpartition(".")[2]: found for found in model.maps}


@pytest.mark.parametrize(
    ("name", "growth"),
    [
        ("users", Growth.UNBOUNDED),
        ("nets", Growth.BOUNDED),
        ("wide", Growth.UNKNOWN),
        ("names", Growth.BOUNDED),
        ("routes", Growth.BOUNDED),
        ("asked", Growth.BOUNDED),
        ("calls", Growth.BOUNDED),
    ],
)
def test_keys_that_are_few(few: dict[str, AbstractMap], name: str, growth: Growth) -> None:
    """Networks, types, what a configuration computes, keys of a map that does not grow, fields that hand themselves
    on."""
    (insertion,) = few[name].inserts
    assert insertion.growth is growth, insertion.growth_reason


def test_a_map_that_is_called_static_holds_what_somebody_wrote_down(few: dict[str, AbstractMap]) -> None:
    (insertion,) = few["staticUsers"].inserts
    assert insertion.growth_few


MESSAGES = """
package main

import (
	"net/http"
	"os"
	"sync"
)

type Call struct{ what string }

type Ping struct{ From string }

type PingRequest struct{ From, text string }

type Server struct {
	mu     sync.Mutex
	self   string
	calls  map[string]int
	pings  map[string]int
	texts  map[string]int
}

func (s *Server) Run() {}

func (s *Server) do(c *Call) { s.calls[c.what]++ }

func (s *Server) ping(p *PingRequest) {
	s.pings[p.From]++
	s.texts[p.text]++
}

func (s *Server) ask() *PingRequest { return &PingRequest{From: s.self} }

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.ping(s.ask())
	s.do(&Call{what: os.Getenv("CALL")})
	start(s)
}

func main() {
	s := &Server{self: os.Args[0]}
	http.ListenAndServe(":80", s)
}
"""


def test_messages_that_the_program_makes_itself(tmp_path: Path) -> None:
    """Constants do not count against what a field is given; what a long-lived object puts in is one thing for each."""
    makers = "".join(f'func (s *Server) do{n}() {{ s.do(&Call{{what: "{n}"}}) }}\n' for n in range(50))
    made = "".join(f"\ts.do{n}()\n" for n in range(50))
    others = f"package main\n\nfunc start(s *Server) {{\n{made}}}\n\n{makers}"
    model = model_of(tmp_path, {"main.go": MESSAGES, "makers.go": others})
    found = {one.name.rpartition(".")[2]: told(one)[:2] for one in model.maps}
    assert found["calls"] == (Growth.BOUNDED, Certainty.SURE)
    assert found["pings"] == (Growth.UNBOUNDED, Certainty.ASSUMED)
    assert found["texts"] == (Growth.UNBOUNDED, Certainty.LIKELY)


LINES = """
package main

import (
	"bufio"
	"net"
	"net/http"
	"os"
	"strings"
)

type shop struct {
	text, files, typed, sent, patterns map[string]bool
}

func (s *shop) read(text string) {
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		s.text[lines.Text()] = true
	}
}

func (s *shop) list(name string) {
	file, err := os.Open(name)
	if err != nil {
		return
	}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		s.files[lines.Text()] = true
	}
}

func (s *shop) ask() {
	answer, _ := bufio.NewReader(os.Stdin).ReadString(10)
	s.typed[answer] = true
}

func (s *shop) serve(conn net.Conn) {
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		s.sent[lines.Text()] = true
	}
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.patterns[r.Pattern] = true
	s.read(r.Host)
	s.list(r.Host)
	s.ask()
	conn, _ := net.Dial("tcp", r.Host)
	s.serve(conn)
}

func main() { http.ListenAndServe(":80", &shop{}) }
"""


def test_a_text_comes_to_its_end_and_a_connection_goes_on(tmp_path: Path) -> None:
    model = model_of(tmp_path, {"main.go": LINES})
    found = {one.name.rpartition(".")[2]: one.inserts[0].growth for one in model.maps}
    assert found == {
        "text": Growth.UNKNOWN,
        "files": Growth.UNKNOWN,
        "typed": Growth.UNKNOWN,
        "sent": Growth.UNBOUNDED,
        "patterns": Growth.BOUNDED,
    }
