// Copies that are meant to share, only read, or take the place of the original.
package main

import (
	"log"
	"net/http"
	"sync"
)

type state struct {
	count int
	seen  map[string]bool
}

type holder struct {
	mu     sync.Mutex
	state  state
	byHost map[string]state
	list   []state
	at     *state
	index  *map[string]bool
}

var total = state{seen: map[string]bool{}}

func main() {
	h := &holder{state: total, byHost: map[string]state{}, at: &state{seen: map[string]bool{}}}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.visit(r)
		h.shorten(r)
		h.writeBack(r)
		h.writeElement(r)
		h.each(r)
		h.deref(r)
		h.same(r)
		total.add(r.Host)
		mark(total, r.Host)
		log.Print(read(r), h.moved(r), h.handle(r))
	})
	http.HandleFunc("/forget", func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.byHost, r.Host)
		delete(*h.index, r.Host)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}

// A short way to the map.
func (h *holder) shorten(r *http.Request) {
	s := h.state
	s.seen[r.Host] = true
}

func (h *holder) writeBack(r *http.Request) {
	s := h.state
	s.count++
	s.seen[r.Host] = true
	h.state = s
}

func (h *holder) writeElement(r *http.Request) {
	s := h.byHost[r.Host]
	s.count++
	s.seen[r.URL.Path] = true
	h.byHost[r.Host] = s
}

func (h *holder) each(r *http.Request) {
	for i, s := range h.list {
		s.count++
		s.seen[r.Host] = true
		h.list[i] = s
	}
	for _, s := range h.list {
		s.seen[r.URL.Path] = true
	}
}

func (h *holder) deref(r *http.Request) {
	s := *h.at
	s.count++
	s.seen[r.Host] = true
	*h.at = s
}

// The pointer leads to the original.
func (h *holder) same(r *http.Request) {
	s := &h.state
	s.count++
	s.seen[r.Host] = true
	log.Print(s)
}

// A value receiver that reaches the map, and gives nothing back.
func (s state) add(host string) {
	s.seen[host] = true
}

func mark(s state, host string) {
	s.seen[host] = true
}

func read(r *http.Request) state {
	s := total
	s.count = len(s.seen)
	if s.seen[r.Host] {
		s.count--
	}
	return s
}

// The original is not used any more.
func (h *holder) moved(r *http.Request) state {
	first := state{seen: map[string]bool{}}
	second := first
	second.count++
	second.seen[r.Host] = true
	return second
}

// The map is held by pointer: whoever copies it means to share it.
func (h *holder) handle(r *http.Request) *map[string]bool {
	i := h.index
	(*i)[r.Host] = true
	return i
}

// update stores what change returns in the place of what it was given.
func (h *holder) update(host string, change func(state) state) {
	h.byHost[host] = change(h.byHost[host])
}

func (h *holder) visit(r *http.Request) {
	h.update(r.Host, func(old state) state {
		old.count++
		old.seen[r.URL.Path] = true
		return old
	})
}
