"""ML102: a map in a field of a long-lived object that takes ever new keys and is never emptied."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import Lifetime, MapModel
from mapleak.model import Confidence, Finding, Level
from mapleak.rule import Rule
from mapleak_rules.elements import holder_of
from mapleak_rules.grow_only import filling, finding
from mapleak_rules.wording import prose

BAD = """\
package p

import "sync"

type Limiter struct{ tokens int }

type Server struct {
	mu       sync.Mutex
	limiters map[string]*Limiter
}

func NewServer() *Server {
	return &Server{limiters: make(map[string]*Limiter)}
}

func (s *Server) Close() {}

func (s *Server) Allow(client string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.limiters[client]
	if !ok {
		l = &Limiter{tokens: 10}
		s.limiters[client] = l
	}
	l.tokens--
	return l.tokens >= 0
}
"""

GOOD = """\
package p

import "sync"

type Limiter struct{ tokens int }

type Server struct {
	mu       sync.Mutex
	limiters map[string]*Limiter
}

func NewServer() *Server {
	return &Server{limiters: make(map[string]*Limiter)}
}

func (s *Server) Close() {}

func (s *Server) Allow(client string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.limiters[client]
	if !ok {
		l = &Limiter{tokens: 10}
		s.limiters[client] = l
	}
	l.tokens--
	return l.tokens >= 0
}

func (s *Server) Disconnected(client string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.limiters, client)
}
"""

_OWNED = frozenset({Lifetime.PROCESS, Lifetime.OBJECT, Lifetime.GOROUTINE, Lifetime.UNKNOWN})
_LASTING = {"field": _OWNED, "element": _OWNED, "local": frozenset({Lifetime.PROCESS})}


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each field of a lasting object, or variable of a lasting function, that only grows."""
    maps = {subject.name: subject for subject in model.maps}
    for subject in model.maps:
        if holder_of(maps, subject) is not None:
            continue  # a map stored in a map: ML104
        if subject.kind == "var" or subject.of_variable or subject.stored:
            continue
        if subject.lifetime in _LASTING.get(subject.kind, ()) and (filled := filling(subject)):
            yield finding(RULE, subject, filled)


RULE = Rule(
    id="ML102",
    name="field-map-without-delete",
    summary="A map that a long-lived object or function keeps takes ever new keys, and nothing empties it.",
    rationale=prose("""
        A map in a field lives as long as the object that holds it. When that object is a server, a client, a pool or
        a cache that the program keeps until it exits, every entry ever stored stays: the key, the value, and
        everything they point to, such as connections, goroutines, timers and locks. An entry that is made on first use
        of a key from outside (a peer, a tenant, a request id, a path) is made once for every such key there ever is.

        A local variable that a closure uses lives as long as the closure: in a handler, a middleware or a callback it
        is a field of that function in all but name.

        Dropping the object frees the map; emptying the map in `Close` or `Stop` adds nothing to that.
    """),
    not_reported=prose("""
        Maps in objects that live for one call, request, parse or build; maps filled only while the object is set up;
        keys from a finite set; maps whose size is checked; maps that running code deletes from, clears or replaces
        anywhere in the program, through whatever name.
    """),
    remedy=prose("""
        Remove the entry where the life of what it stands for ends, in the handler that exists for that event
        (disconnect, unregister, completion), whatever way it ends. Where there is no such event, use a bounded cache or
        sweep by age.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="high",
    tags=("memory-leak", "map", "field"),
    cwe=401,
    check=check,
)
