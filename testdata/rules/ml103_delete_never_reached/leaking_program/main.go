// A service whose removers nobody calls, and whose sweeper runs once.
package main

import (
	"log"
	"net/http"
	"sync"
	"time"
)

type store struct {
	mu     sync.Mutex
	visits map[string]int
	paths  map[string]time.Time
}

var guests = map[string]int{}

func newStore() *store {
	s := &store{visits: map[string]int{}, paths: map[string]time.Time{}}
	go s.sweep()
	return s
}

func (s *store) sweep() {
	<-time.After(time.Minute)
	s.mu.Lock()
	defer s.mu.Unlock()
	for path, at := range s.paths {
		if time.Since(at) > time.Minute {
			delete(s.paths, path)
		}
	}
}

func (s *store) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.visits[r.RemoteAddr]++         // want `ML103: .* nothing calls \(\*program\.store\)\.forget`
	s.paths[r.URL.Path] = time.Now() // want `ML103: .* runs a fixed number of times, from when`
	guests[r.RemoteAddr]++           // want `ML103: .* nothing that runs calls program\.dropGuest`
}

func (s *store) forget(addr string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.visits, addr)
}

func dropGuests(addrs []string) {
	for _, addr := range addrs {
		dropGuest(addr)
	}
}

func dropGuest(addr string) {
	delete(guests, addr)
}

func main() {
	http.Handle("/", newStore())
	log.Fatal(http.ListenAndServe(":8080", nil))
}
