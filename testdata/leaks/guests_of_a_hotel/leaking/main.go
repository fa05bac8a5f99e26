// Two books of the same type; whoever leaves is struck out of one of them only.
package main

import (
	"net/http"
	"sync"
)

// book is a list of names.
type book struct {
	mu    sync.Mutex
	names map[string]int
}

func newBook() *book { return &book{names: make(map[string]int)} }

func (b *book) enter(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.names[name]++
}

func (b *book) strike(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.names, name)
}

type hotel struct {
	rooms *book
	bar   *book
}

func (h *hotel) stay(w http.ResponseWriter, r *http.Request) {
	h.rooms.enter(r.RemoteAddr)
	defer h.rooms.strike(r.RemoteAddr)
	w.WriteHeader(http.StatusOK)
}

func (h *hotel) drink(w http.ResponseWriter, r *http.Request) {
	h.bar.enter(r.Host) // want `ML102: hotel\.hotel\.bar keeps an entry for every 'r\.Host'`
	w.WriteHeader(http.StatusOK)
}

func main() {
	h := &hotel{rooms: newBook(), bar: newBook()}
	http.HandleFunc("/stay", h.stay)
	http.HandleFunc("/drink", h.drink)
	_ = http.ListenAndServe(":8080", nil)
}
