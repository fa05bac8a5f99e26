// Of each kind of requests the last hundred are kept.
package main

import (
	"log"
	"net/http"
	"sync"
	"time"
)

type kind int

const (
	read kind = iota
	written
)

type history struct {
	mu    sync.Mutex
	times map[kind][]time.Duration
}

func (h *history) note(k kind, took time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := append(h.times[k], took)
	if len(list) > 100 {
		list = append([]time.Duration(nil), list[len(list)-100:]...)
	}
	h.times[k] = list
}

func (h *history) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	w.Write([]byte("done"))
	if r.Method == http.MethodGet {
		h.note(read, time.Since(start))
	} else {
		h.note(written, time.Since(start))
	}
}

func main() {
	log.Fatal(http.ListenAndServe("localhost:8080", &history{times: map[kind][]time.Duration{}}))
}
