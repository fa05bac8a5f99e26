// A station has so many lockers: what counts them also bounds them.
package main

import (
	"log"
	"net/http"
	"sync"
	"sync/atomic"
)

const allLockers = 200

type locker struct{ opened atomic.Int64 }

type station struct {
	lockers sync.Map
	rented  atomic.Int64
}

func (s *station) rent(traveller string) *locker {
	if has, found := s.lockers.Load(traveller); found {
		return has.(*locker)
	}
	if n := s.rented.Add(1); n > allLockers {
		return nil
	}
	made, _ := s.lockers.LoadOrStore(traveller, new(locker))
	return made.(*locker)
}

func (s *station) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l := s.rent(r.Header.Get("Traveller"))
	if l == nil {
		http.Error(w, "no locker is free", http.StatusServiceUnavailable)
		return
	}
	l.opened.Add(1)
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	log.Fatal(http.ListenAndServe(":9100", new(station)))
}
