// One bin for each street that a parcel was ever sent to; a queue works through a method of an interface.
package main

import (
	"log"
	"net/http"
	"sync"
)

type sorter[T any] interface {
	Take(item T, done func())
}

type parcel struct{ street string }

type queue[T any] struct {
	work func(T, func())
	in   chan T
}

func newQueue[T any](work func(T, func())) *queue[T] {
	q := &queue[T]{work: work, in: make(chan T)}
	go q.run()
	return q
}

func (q *queue[T]) run() {
	for item := range q.in {
		q.work(item, func() {})
	}
}

type streets struct {
	bins sync.Map
}

func (s *streets) Take(p parcel, done func()) {
	bin, _ := s.bins.LoadOrStore(p.street, new(sync.Mutex)) // want `ML102: depot\.streets\.bins keeps an entry for every 'p\.street'`
	bin.(*sync.Mutex).Lock()
	done()
	bin.(*sync.Mutex).Unlock()
}

func newSorter() sorter[parcel] { return &streets{} }

func main() {
	s := newSorter()
	q := newQueue(s.Take)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { q.in <- parcel{street: r.FormValue("street")} })
	log.Fatal(http.ListenAndServe(":8080", nil))
}
