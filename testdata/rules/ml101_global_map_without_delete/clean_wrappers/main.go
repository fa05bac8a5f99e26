// Wrappers held by package variables that are emptied, or filled under a few keys only.
package main

import (
	"net/http"
	"sync"
	"time"
)

type table struct {
	mu sync.Mutex
	m  map[string]time.Time
}

func newTable() *table { return &table{m: make(map[string]time.Time)} }

func (t *table) touch(k string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.m[k] = time.Now()
}

func (t *table) drop(k string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.m, k)
}

func (t *table) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.m = make(map[string]time.Time)
}

type swept struct{ table }

func newSwept() *swept {
	s := &swept{table{m: make(map[string]time.Time)}}
	go s.sweep()
	return s
}

func (s *swept) sweep() {
	for range time.Tick(time.Minute) {
		s.mu.Lock()
		for k, t := range s.m {
			if time.Since(t) > time.Hour {
				delete(s.m, k)
			}
		}
		s.mu.Unlock()
	}
}

// grown is never emptied, but all who hold one fill it with a few keys, or for one request.
type grown struct {
	mu sync.Mutex
	m  map[string]int
}

func (g *grown) add(k string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.m[k]++
}

var (
	open    = newTable()
	daily   = newTable()
	recent  = newSwept()
	same    = newTable()
	methods = &grown{m: make(map[string]int)}
)

var alias = same

func serve(w http.ResponseWriter, r *http.Request) {
	open.touch(r.RemoteAddr)
	defer open.drop(r.RemoteAddr)
	daily.touch(r.URL.Path)
	recent.touch(r.URL.Path)
	same.touch(r.URL.Path)
	alias.drop(r.URL.Path)
	methods.add("get")
	own := &grown{m: make(map[string]int)}
	for _, c := range r.Cookies() {
		own.add(c.Name)
	}
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	go func() {
		for range time.Tick(24 * time.Hour) {
			daily.clear()
		}
	}()
	http.HandleFunc("/", serve)
	_ = http.ListenAndServe(":8080", nil)
}
