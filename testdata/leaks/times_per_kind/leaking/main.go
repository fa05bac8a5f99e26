// How long each request took is kept for two kinds of requests, and all of it for ever.
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
	h.times[k] = list // want `ML104: what timesperkind\.history\.times stores`
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
