// A locker for every traveller who ever asked for one.
package main

import (
	"log"
	"net/http"
	"sync"
	"sync/atomic"
)

type locker struct{ opened atomic.Int64 }

type station struct {
	lockers sync.Map
	rented  atomic.Int64
}

func (s *station) rent(traveller string) *locker {
	made, found := s.lockers.LoadOrStore(traveller, new(locker)) // want `ML102: station\.station\.lockers keeps an entry`
	if !found {
		s.rented.Add(1)
	}
	return made.(*locker)
}

func (s *station) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.rent(r.Header.Get("Traveller")).opened.Add(1)
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	log.Fatal(http.ListenAndServe(":9100", new(station)))
}
