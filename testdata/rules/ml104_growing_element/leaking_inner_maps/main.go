// Maps under a few fixed keys that take ever new keys of their own.
package main

import (
	"net/http"
	"sync"
)

var (
	visitors = map[string]map[string]bool{"today": {}, "ever": {}}
	counts   = map[bool]map[string]int{}
)

type registry struct {
	mu     sync.Mutex
	byKind map[string]map[string]*http.Request
}

func main() {
	pending := &registry{byKind: map[string]map[string]*http.Request{"read": {}, "write": {}}}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		visitors["ever"][r.RemoteAddr] = true // want `ML104: the maps stored in inner_maps.visitors keep an entry for every 'r.RemoteAddr'`
		count(r)
		pending.hold(r)
	})
	http.ListenAndServe(":8080", nil)
}

func count(r *http.Request) {
	inner := counts[r.TLS != nil]
	if inner == nil {
		inner = map[string]int{}
		counts[r.TLS != nil] = inner
	}
	inner[r.RemoteAddr]++ // want `ML104: the maps stored in inner_maps.counts`
}

func (g *registry) hold(r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.byKind["read"][r.RemoteAddr] = r // want `ML104: the maps stored in inner_maps.registry.byKind`
}
