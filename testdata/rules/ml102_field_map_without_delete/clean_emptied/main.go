// Tables of a long-lived object that are emptied while it serves.
package main

import (
	"log"
	"net/http"
	"sync"
	"time"
)

type service struct {
	mu      sync.Mutex
	open    map[string]time.Time
	recent  map[string]time.Time
	counted map[string]int
	waiting sync.Map
}

func main() {
	s := &service{open: map[string]time.Time{}, recent: map[string]time.Time{}, counted: map[string]int{}}
	go s.sweep()
	http.HandleFunc("/", s.handle)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func (s *service) handle(_ http.ResponseWriter, r *http.Request) {
	s.begin(r.RemoteAddr)
	defer s.end(r.RemoteAddr)
	s.mu.Lock()
	s.recent[r.Host] = time.Now()
	s.counted[r.URL.Path]++
	s.mu.Unlock()
	s.waiting.Store(r, time.Now())
	defer s.waiting.Delete(r)
}

func (s *service) begin(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[address] = time.Now()
}

func (s *service) end(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, address)
}

func (s *service) sweep() {
	for range time.Tick(time.Minute) {
		s.mu.Lock()
		for host, at := range s.recent {
			if time.Since(at) > time.Hour {
				delete(s.recent, host)
			}
		}
		s.counted = map[string]int{}
		s.mu.Unlock()
	}
}
