"""What is made again and again for one long-lived holder lives as its entry does, and its fields tell of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth, Lifetime, MapModel
from mapleak.model import Certainty
from maps_source import model_of

SERVER = """
package main

import (
	"net"
	"sync"
)

type %(settings)s struct {
	conn net.Conn
	key  %(type)s
}

type peer struct {
	of   %(settings)s
	sent map[string]int
}

type server struct {
	mu    sync.Mutex
	peers map[string]*peer
	seen  map[%(type)s]int
}

func (s *server) connected(c net.Conn, key %(type)s) {
	p := &peer{of: %(settings)s{conn: c}, sent: map[string]int{}}
	copyKey(&p.of, key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peers[c.RemoteAddr().String()] = p
	s.seen[p.of.key]++
}

func main() {
	s := &server{peers: map[string]*peer{}, seen: map[%(type)s]int{}}
	l, _ := net.Listen("tcp", ":1")
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() { s.connected(c, read(c)) }()
	}
}
"""


def _model(folder: Path, settings: str, type_: str) -> MapModel:
    return model_of(folder, {"main.go": SERVER % {"settings": settings, "type": type_}})


def test_what_is_made_more_often_than_its_holder_is_not_made_with_it(tmp_path: Path) -> None:
    subject = _model(tmp_path, "identity", "[33]byte").map("example.com/m.peer.sent")
    assert subject is not None
    assert subject.lifetime is not Lifetime.PROCESS


@pytest.mark.parametrize(
    ("settings", "type_", "growth"),
    [
        ("config", "[33]byte", (Growth.UNBOUNDED, Certainty.LIKELY)),
        ("config", "string", (Growth.BOUNDED, Certainty.SURE)),
        ("identity", "[33]byte", (Growth.UNBOUNDED, Certainty.LIKELY)),
    ],
)
def test_the_configuration_of_each_peer(
    tmp_path: Path, settings: str, type_: str, growth: tuple[Growth, Certainty]
) -> None:
    """The public key of a peer is no setting, whatever the object is called that it comes in."""
    subject = _model(tmp_path, settings, type_).map("example.com/m.server.seen")
    assert subject is not None
    assert [(op.growth, op.growth_certainty) for op in subject.inserts] == [growth]


KEPT = """package main

import (
	"net/http"
	"sync"
)

type session struct {
	mu    sync.Mutex
	conns map[string]bool
}

func newSession() *session { return &session{conns: map[string]bool{}} }

func (s *session) connect(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[id] = true
}

type manager struct{ sessions *sync.Map }

func (m *manager) get(id string) *session {
	s := %s
	found, loaded := m.sessions.LoadOrStore(id, s)
	if loaded {
		return found.(*session)
	}
	return newSession()
}

func main() {
	m := &manager{sessions: new(sync.Map)}
	http.HandleFunc("/connect", func(w http.ResponseWriter, r *http.Request) {
		m.get(r.FormValue("session")).connect(r.RemoteAddr)
	})
	http.ListenAndServe(":8080", nil)
}
"""


def test_what_a_constructor_gives_may_be_kept_in_a_map_of_anything(tmp_path: Path) -> None:
    """It is an entry of a sync.Map, as what the function makes itself."""
    for made in ("newSession()", "&session{conns: map[string]bool{}}"):
        subject = model_of(tmp_path / made[:3], {"main.go": KEPT % made}).map("example.com/m.session.conns")
        assert subject is not None
        assert "keeps one for each entry of m.manager.sessions" in subject.lifetime_reason
