// Maps in maps: the outer key goes when the page does, and the tables by kind are made anew each day.
package main

import (
	"net/http"
	"sync"
	"time"
)

type page struct{ section string }

func parse(r *http.Request) *page { return &page{section: r.URL.Path} }

// Hub has a table of visitors for each section, and one for each kind of visit.
type Hub struct {
	mu       sync.Mutex
	visitors map[string]map[string]int
	kinds    map[int]map[string]int
}

// Open makes the tables.
func (h *Hub) Open() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.visitors = make(map[string]map[string]int)
	h.kinds = make(map[int]map[string]int)
	for kind := range 3 {
		h.kinds[kind] = make(map[string]int)
	}
}

func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	section := parse(r).section
	if r.Method == http.MethodDelete {
		delete(h.visitors, section)
		return
	}
	inside, ok := h.visitors[section]
	if !ok {
		inside = make(map[string]int)
		h.visitors[section] = inside
	}
	inside[r.RemoteAddr] = 1
	h.kinds[2][r.RemoteAddr]++
}

func main() {
	hub := &Hub{}
	hub.Open()
	go func() {
		for range time.Tick(24 * time.Hour) {
			hub.Open()
		}
	}()
	http.Handle("/", hub)
	_ = http.ListenAndServe("localhost:8080", nil)
}
