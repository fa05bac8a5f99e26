// Package hub has maps in maps: what is stored inside grows for certain, whatever is believed of the outer keys.
package hub

import (
	"net/http"
	"sync"
)

type page struct{ section string }

func parse(r *http.Request) *page { return &page{section: r.URL.Path} }

// Hub has a table of visitors for each section, and one for each kind of visit.
type Hub struct {
	mu       sync.Mutex
	visitors map[string]map[string]int
	kinds    map[int]map[string]int
}

// Open makes the tables; importers may do so as well.
func (h *Hub) Open() {
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
	inside, ok := h.visitors[section]
	if !ok {
		inside = make(map[string]int)
		h.visitors[section] = inside
	}
	inside[r.RemoteAddr] = 1  // want `ML104: the maps stored in .*visitors keep an entry for every 'r.RemoteAddr'`
	h.kinds[2][r.RemoteAddr]++ // want `ML104: the maps stored in .*kinds keep an entry for every 'r.RemoteAddr'`
}

// Main is the hub of the program.
var Main = &Hub{}

func init() {
	Main.Open()
}
