// After the last try both counts of the path are dropped.
package main

import (
	"log"
	"net/http"
	"sync"
)

type tries struct {
	mu     sync.Mutex
	reads  map[string]int
	writes map[string]int
}

func (t *tries) failed(method, path string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	var counts *map[string]int
	if method == http.MethodGet {
		counts = &t.reads
	} else {
		counts = &t.writes
	}
	if *counts == nil {
		*counts = make(map[string]int)
	}
	(*counts)[path]++
	return (*counts)[path]
}

func (t *tries) forget(path string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.reads, path)
	delete(t.writes, path)
}

func (t *tries) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength == 0 && t.failed(r.Method, r.URL.Path) > 3 {
		http.Error(w, "giving up", http.StatusServiceUnavailable)
		t.forget(r.URL.Path)
	}
}

func main() {
	log.Fatal(http.ListenAndServe("localhost:8080", &tries{}))
}
