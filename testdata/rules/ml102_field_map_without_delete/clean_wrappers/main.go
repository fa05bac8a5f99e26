// Wrappers in fields that are emptied by whoever holds them, through fields, interfaces and other wrappers.
package main

import (
	"net/http"
	"sync"
)

type set struct {
	mu sync.Mutex
	m  map[string]struct{}
}

func newSet() *set { return &set{m: make(map[string]struct{})} }

func (s *set) add(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[k] = struct{}{}
}

func (s *set) Remove(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.m, k)
}

// room is built on a set.
type room struct{ guests *set }

func (r *room) enter(k string) { r.guests.add(k) }
func (r *room) leave(k string) { r.guests.Remove(k) }

type remover interface{ Remove(k string) }

type server struct {
	online *set
	lobby  *room
	closer *closer
}

// closer gets the very set that the server fills.
type closer struct{ ends *set }

func (c *closer) end(k string) { c.ends.Remove(k) }

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.online.add(r.RemoteAddr)
	s.lobby.enter(r.RemoteAddr)
	defer s.lobby.leave(r.RemoteAddr)
	s.closer.end(r.RemoteAddr)
	w.WriteHeader(http.StatusNoContent)
}

type hub struct {
	peers *set
	gone  []remover
}

func (h *hub) join(w http.ResponseWriter, r *http.Request) {
	h.peers.add(r.RemoteAddr)
	for _, g := range h.gone {
		g.Remove(r.RemoteAddr)
	}
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	online := newSet()
	s := &server{online, &room{newSet()}, &closer{online}}
	peers := newSet()
	h := &hub{peers, []remover{peers}}
	http.HandleFunc("/join", h.join)
	http.Handle("/", s)
	_ = http.ListenAndServe(":8080", nil)
}
