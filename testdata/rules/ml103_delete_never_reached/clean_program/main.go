// A service whose removers are called: through an interface, in a defer, by a ticker, when an object is collected.
package main

import (
	"log"
	"net/http"
	"runtime"
	"sync"
	"time"
)

type remover interface{ forget(addr string) }

type store struct {
	mu     sync.Mutex
	visits map[string]int
	paths  map[string]time.Time
	hosts  map[string]int
	bodies map[uintptr]int
	next   uintptr
}

type body struct{ id uintptr }

func newStore() *store {
	s := &store{
		visits: map[string]int{}, paths: map[string]time.Time{}, hosts: map[string]int{}, bodies: map[uintptr]int{},
	}
	go s.sweep()
	return s
}

func (s *store) sweep() {
	for range time.Tick(time.Minute) {
		s.mu.Lock()
		for path, at := range s.paths {
			if time.Since(at) > time.Minute {
				delete(s.paths, path)
			}
		}
		s.mu.Unlock()
	}
}

func (s *store) enter(host string) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hosts[host]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.hosts, host)
	}
}

func (s *store) track() *body {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	b := &body{id: s.next}
	s.bodies[b.id] = 1
	runtime.SetFinalizer(b, func(b *body) {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.bodies, b.id)
	})
	return b
}

func (s *store) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	defer s.enter(r.Host)()
	defer end(s, r.RemoteAddr)
	s.track()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.visits[r.RemoteAddr]++
	s.paths[r.URL.Path] = time.Now()
}

func end(s remover, addr string) { s.forget(addr) }

func (s *store) forget(addr string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.visits, addr)
}

func main() {
	http.Handle("/", newStore())
	log.Fatal(http.ListenAndServe(":8080", nil))
}
