"""What the loop of a service works with lasts as long as the service; a method of an owner fills its receiver."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Lifetime
from mapleak.model import Certainty
from maps_source import model_of

SERVICE = """package events

import "sync"

type command struct{ client, query string }

type Server struct {
	mu       sync.Mutex
	commands chan command
}

type state struct{ queries map[string]string }

func (s *Server) Subscribe(client, query string) { s.commands <- command{client, query} }

func (s *Server) Start() { go s.%[1]s(state{map[string]string{}}) }

func (s *Server) %[1]s(state state) {
	for command := range s.commands {
		state.add(command)
	}
}

func (state *state) add(c command) { state.queries[c.query] = c.client }
"""


@pytest.mark.parametrize(("loop", "certainty"), [("loop", Certainty.LIKELY), ("copyAll", Certainty.UNKNOWN)])
def test_state_of_the_loop_of_a_service(tmp_path: Path, loop: str, certainty: Certainty) -> None:
    """What is called otherwise may be a piece of work that ends."""
    found = model_of(tmp_path, {"events.go": SERVICE.replace("%[1]s", loop)}).map("example.com/m.state.queries")
    assert found is not None
    assert (found.lifetime, found.lifetime_certainty) == (Lifetime.OBJECT, certainty), found.lifetime_reason


CONNECTION = """package frames

import "sync"

type Conn struct {
	mu      sync.Mutex
	handler Handler
	streams map[uint32]bool
	frames  chan uint32
}

type Handler interface{ Handle(id uint32) }

type Server struct{ backend chan uint32 }

func NewConn(h Handler) *Conn { return &Conn{handler: h, streams: map[uint32]bool{}, frames: make(chan uint32)} }

func (c *Conn) Close() {}

func (c *Conn) readFrames() {
	for id := range c.frames {
		c.handleRequest(id)
	}
}

func (c *Conn) handleRequest(id uint32) {
	c.mu.Lock()
	c.streams[id] = true
	c.mu.Unlock()
	c.handler.Handle(id)
}

func (s *Server) Handle(id uint32) {
	next := NewConn(s)
	go next.readFrames()
	next.frames <- id
}
"""


def test_a_method_of_the_owner_fills_its_receiver(tmp_path: Path) -> None:
    """That the handler which it calls makes further connections says nothing of the one that it is called on."""
    found = model_of(tmp_path, {"frames.go": CONNECTION}).map("example.com/m.Conn.streams")
    assert found is not None
    assert (found.lifetime, found.lifetime_certainty) == (Lifetime.OBJECT, Certainty.LIKELY), found.lifetime_reason


OWNER = """package tcp

import "net"

type Server struct{ conns map[net.Conn]bool }

func (s *Server) Serve(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.conns[c] = true
	}
}
"""
FIXTURE = """package %s

import "example.com/m/tcp"

type Server struct{ served *tcp.Server }

func (s *Server) Renew() { s.served = &tcp.Server{} }
"""


@pytest.mark.parametrize(("package", "replacements"), [("tcptest", 0), ("proxy", 1)])
def test_what_helpers_of_tests_replace_is_their_own(tmp_path: Path, package: str, replacements: int) -> None:
    files = {"tcp/tcp.go": OWNER, f"{package}/server.go": FIXTURE % package}
    found = model_of(tmp_path, files).map("example.com/m/tcp.Server.conns")
    assert found is not None
    assert len(found.released) == replacements
