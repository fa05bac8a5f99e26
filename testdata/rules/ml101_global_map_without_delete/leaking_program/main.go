// A service in which removals exist that do not help: in tests, in dead code, at start-up, on another map of that name.
package main

import (
	"log"
	"net/http"
	"sync/atomic"
)

var (
	visitors   = map[string]int{}
	seen       = map[string]bool{}
	carts      = map[string]*cart{}
	limits     = map[string]int{}
	agents     = map[string]int{}
	tombstones = map[string]*cart{}
	lookups    = map[string]string{}
	pending    = map[uint64]string{}
	requests   atomic.Uint64
)

type cart struct {
	items map[string]int
}

func init() {
	limits = map[string]int{"default": 10}
	for name := range limits {
		if name == "" {
			delete(limits, name)
		}
	}
}

func main() {
	seen = make(map[string]bool)
	http.HandleFunc("/", handle)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func handle(w http.ResponseWriter, r *http.Request) {
	visitors[r.RemoteAddr]++         // want `ML101: program.visitors keeps .* program.handle adds them, and nothing ever takes them out`
	seen[r.URL.Path] = true          // want "ML101: program.seen .* nothing ever takes them out"
	limits[r.FormValue("user")] = 10 // want `ML101: program.limits .* it runs only at start-up`
	countAgent(r)
	id := requests.Add(1)
	pending[id] = r.URL.Path // want `ML103: program.pending .* nothing calls program.finish`
	user := r.FormValue("user")
	if carts[user] == nil {
		carts[user] = &cart{items: map[string]int{}} // want "ML101: program.carts "
	}
	carts[user].items[r.FormValue("item")]++
	delete(carts[user].items, r.FormValue("drop"))
	if r.Method == http.MethodDelete {
		tombstones[user] = nil // want "ML101: program.tombstones "
	}
	remember(user)
}

func countAgent(r *http.Request) {
	agents[r.UserAgent()]++ // want `ML101: program.agents .* program.countAgent, reached from .*, adds them`
}

func remember(user string) {
	lookups[user] = user // want "ML101: program.lookups "
	lookups := map[string]string{}
	delete(lookups, user)
}

// finish would empty pending, if anything called it.
func finish(id uint64) {
	delete(pending, id)
}
